/** Bounces written for these tests, in the forms that mail servers give them. */

const lines = (text: string): string => text.replace(/^\n/, '').replaceAll('\n', '\r\n')

/** Puts parts together as multipart/report; the type of each stands in its first line. */
export function report(type: string, parts: readonly string[], header = ''): string {
  const body = parts.map((part) => `--=_b\nContent-Type: ${part.replace(/^\n/, '')}\n`).join('')
  return lines(`From: MAILER-DAEMON@mx.a.example
To: ann@a.example
Subject: Undelivered Mail Returned to Sender
${header}MIME-Version: 1.0
Content-Type: multipart/report; report-type=${type};
 boundary="=_b"

${body}--=_b--
`)
}

export const postfix: string = report('delivery-status', [
  `text/plain; charset=us-ascii

This is the mail system at host mx.a.example.

<bob@b.example>: host mx.b.example[192.0.2.25] said: 550-5.1.1 The mailbox
    bob@b.example 550 5.1.1 is not known here (in reply to RCPT TO command)
`,
  `message/delivery-status

Reporting-MTA: dns; mx.a.example
Original-Envelope-Id: QQ314159
X-Postfix-Queue-ID: 7D0A31C44
Arrival-Date: Wed,  4 Mar 2026 07:05:09 +0100 (CET)

Final-Recipient: rfc822; bob@b.example
Original-Recipient: rfc822;info@a.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.b.example
Last-Attempt-Date: Wed, 4 Mar 2026 07:05:11 +0100
Diagnostic-Code: smtp; 550-5.1.1 The mailbox bob@b.example
    550 5.1.1 is not known here

Final-Recipient: rfc822; cem@c.example
Action: delayed
Status: 4.2.2
Remote-MTA: dns; mx.c.example
Diagnostic-Code: smtp; 452 4.2.2 Over quota
Will-Retry-Until: Mon, 9 Mar 2026 07:05:09 +0100
`,
  `text/rfc822-headers

Message-ID: <1@a.example>
From: Ann <ann@a.example>
To: info@a.example, cem@c.example
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
`,
])

export const global: string = report('delivery-status', [
  `text/plain; charset=utf-8

It did not work.
`,
  `message/global-delivery-status

Reporting-MTA: dns; mx.a.example

Final-Recipient: utf-8; j\\x{F6}rg@b.example
Action: failed
Status: 5.1.1 (bad destination mailbox address)
Diagnostic-Code: smtp; 550 5.1.1 No such user
`,
])

export const careless: string = report('delivery-status', [
  `text/plain

bob@b.example
    User is over quota
`,
  `message/delivery-status

Reporting-MTA: mx.a.example
this is no field
Final-Recipient: bob@b.example
Action: Failed (in part)
Status: #5.0.0
`,
])

export const complaint: string = report('feedback-report', [
  `text/plain

This is an email abuse report.
`,
  `message/feedback-report

Feedback-Type: abuse
User-Agent: SomeLoop/1.0
Version: 1
Original-Mail-From: <news@a.example>
Original-Rcpt-To: <bob@b.example>
Arrival-Date: Wed, 4 Mar 2026 07:05:09 +0100
Source-IP: 192.0.2.1
Reported-Domain: a.example
Incidents: 3
`,
  `message/rfc822

From: news@a.example
Subject: News
Message-ID: <2@a.example>

Hello
`,
])

export const unauthenticated: string = report('feedback-report', [
  `text/plain

An authentication failure report.
`,
  `message/feedback-report

Feedback-Type: auth-failure
Auth-Failure: dkim
Original-Rcpt-To: bob@b.example
`,
])

export const receipt: string = report('disposition-notification', [
  `text/plain

It was displayed.
`,
  `message/disposition-notification

Final-Recipient: rfc822; bob@b.example
Disposition: manual-action/MDN-sent-manually; displayed
`,
])

const notice = (subject: string, body: string, header = ''): string =>
  lines(`From: Mail Delivery Subsystem <MAILER-DAEMON@mx.a.example>
To: ann@a.example
Subject: ${subject}
${header}
${body.replace(/^\n/, '')}`)

export const qmail: string = notice(
  'failure notice',
  `
Hi. This is the qmail-send program at mx.a.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bob@b.example>:
192.0.2.25 does not like recipient.
Remote host said: 550 5.1.1 No such user
Giving up on 192.0.2.25.

<cem@c.example>:
192.0.2.26 does not like recipient.
Remote host said: 552 The mailbox is full
Giving up on 192.0.2.26.

--- Below this line is a copy of the message.

Return-Path: <ann@a.example>
Message-ID: <3@a.example>
Subject: hi

<dan@d.example>: hello
`,
)

export const exim: string = notice(
  'Mail delivery failed: returning message to sender',
  `
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  bob@b.example
    host mx.b.example [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<bob@b.example>:
    554 5.7.1 Client host [192.0.2.1] blocked using bl.lists.example

------ This is a copy of the message, including all the headers. ------

Subject: hi
`,
  'X-Failed-Recipients: bob@b.example\n',
)

export const sendmail: string = notice(
  'Returned mail: see transcript for details',
  `
The original message was received at Wed, 4 Mar 2026 07:05:09 +0100
from pc9.a.example [192.0.2.9]

   ----- The following addresses had permanent fatal errors -----
<bob@b.example>
    (reason: 550 5.7.1 Relaying denied)

   ----- Transcript of session follows -----
... while talking to mx.b.example.:
>>> RCPT To:<bob@b.example>
<<< 550 5.7.1 Relaying denied
550 5.7.1 <bob@b.example>... Relaying denied

   ----- Original message follows -----
Subject: hi
`,
)

export const oldPostfix: string = notice(
  'Undelivered Mail Returned to Sender',
  `
This is the Postfix program at host mx.a.example.

I'm sorry to have to inform you that your message could not be delivered.

<bob@b.example>: host mx.b.example[192.0.2.25] said: 451 4.7.1 Greylisted,
    please come back in 5 minutes (in reply to RCPT TO command)
`,
)

export const exchange: string = notice(
  'Undeliverable: hi',
  `
Your message did not reach some or all of the intended recipients.

      Subject:  hi
      Sent:     04.03.2026 07:05

The following recipient(s) cannot be reached:

      'bob@b.example' on 04.03.2026 07:05
            The e-mail account does not exist at the organization this message was sent to.
            <mx.a.example #5.1.1 smtp;550 5.1.1 No such user>
`,
)

export const office: string = notice(
  'Undeliverable: hi',
  `
Delivery has failed to these recipients or groups:

Bob (bob@b.example)<mailto:bob@b.example>
The recipient's mailbox is full and can't accept messages now.

Diagnostic information for administrators:

Generating server: AM1.eurprd05.prod.outlook.com

bob@b.example
Remote Server returned '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException'

Original message headers:

Received: from AM1.eurprd05.prod.outlook.com
Subject: hi
`,
)

export const gmail: string = notice(
  'Delivery Status Notification (Failure)',
  `
Delivery to the following recipient failed permanently:

     bob@b.example

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the server for the recipient domain b.example by mx.b.example. [192.0.2.25].

The error that the other server returned was:
550 5.1.1 <bob@b.example>: Recipient address rejected: User unknown

----- Original message -----

Subject: hi
`,
)

export const html: string = lines(`From: postmaster@a.example
To: ann@a.example
Subject: Undeliverable: hi
Content-Type: text/html

<html><style>p { color: red }</style><p>Your message could not be delivered.</p><p>bob@b.example</p>
<p>550 5.1.1 No such user &lt;bob@b.example&gt;</p></html>
`)

export const german: string = notice(
  'Unzustellbar: Hallo',
  `
Ihre Nachricht konnte nicht zugestellt werden:

bob@b.example
Das Postfach ist voll.
`,
)

export const delayed: string = notice(
  'Warning: message 1rgvxB-00000003Qb2-1aBc delayed 24 hours',
  `
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.a.example.

The address to which the message has not yet been delivered is:

  bob@b.example
    host mx.b.example [192.0.2.25]
    Delay reason: Connection timed out

No action is required on your part. Delivery attempts will continue.
`,
)

export const vacation: string = lines(`From: Bob <bob@b.example>
To: ann@a.example
Subject: Re: hi
Auto-Submitted: auto-replied

I am away until Monday.
`)

export const outOfOffice: string = lines(`From: Bob <bob@b.example>
To: ann@a.example
Subject: Automatische Antwort: hi

Ich bin im Urlaub.
`)

export const letter: string = lines(`From: Bob <bob@b.example>
To: ann@a.example
Subject: lunch

My last mail to you came back: 550 5.1.1 User unknown. What is wrong?
`)
