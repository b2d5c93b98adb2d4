import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A log as Postfix writes it: a message to three recipients, a deferral, a refusal, and somebody else's line. */
export const sample: string = `\
Mar  4 12:00:01 mx1 postfix/smtpd[10]: 7D0A31C40: client=pc.here.example[192.0.2.9], sasl_method=PLAIN, sasl_username=ann
Mar  4 12:00:01 mx1 postfix/cleanup[11]: 7D0A31C40: message-id=<one@here.example>
Mar  4 12:00:01 mx1 postfix/qmgr[12]: 7D0A31C40: from=<ann@here.example>, size=4321, nrcpt=3 (queue active)
Mar  4 12:00:02 mx1 postfix/smtp[13]: 7D0A31C40: to=<bob@dest.example>, relay=mx.dest.example[192.0.2.25]:25, delay=1.5, delays=0.1/0.02/0.88/0.5, tls=may, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9C1F2A03)
Mar  4 12:00:02 mx1 postfix/smtp[13]: 7D0A31C40: to=<nobody@dest.example>, relay=mx.dest.example[192.0.2.25]:25, delay=1.6, delays=0.1/0.02/0.88/0.6, tls=may, dsn=5.1.1, status=bounced (host mx.dest.example[192.0.2.25] said: 550-5.1.1 No such user here 550 5.1.1 Look at the address (in reply to RCPT TO command))
Mar  4 12:00:03 mx1 postfix/smtp[14]: 7D0A31C40: to=<cem@grey.example>, relay=mx.grey.example[192.0.2.80]:25, delay=2.4, delays=0.1/0.02/1.9/0.4, dsn=4.2.0, status=deferred (host mx.grey.example[192.0.2.80] said: 450 4.2.0 <cem@grey.example>: Recipient address rejected: Greylisted, come back in 300 seconds (in reply to RCPT TO command))
Mar  4 12:00:04 mx1 postfix/smtpd[15]: NOQUEUE: reject: RCPT from unknown[203.0.113.9]: 554 5.7.1 Service unavailable; Client host [203.0.113.9] blocked using bl.example; from=<x@y.example> to=<ann@here.example> proto=ESMTP helo=<pc9>
Mar  4 12:00:05 mx1 dovecot: imap-login: Login: user=<ann>
Mar  4 12:05:03 mx1 postfix/smtp[16]: 7D0A31C40: to=<cem@grey.example>, relay=mx.grey.example[192.0.2.80]:25, delay=302, delays=300/0.02/1.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4B1F2A07)
Mar  4 12:05:03 mx1 postfix/bounce[17]: 7D0A31C40: sender non-delivery notification: 7D0A31C41
Mar  4 12:05:03 mx1 postfix/qmgr[12]: 7D0A31C40: removed
`

/** A server that tries to rewrite the terminal, and to be a formula. */
export const hostile: string = `\
Mar  4 12:00:02 mx1 postfix/smtp[13]: 7D0A31C42: to=<=cmd@evil.example>, relay=mx.evil.example[192.0.2.66]:25, delay=1, delays=0/0/0/1, dsn=5.0.0, status=bounced (host mx.evil.example[192.0.2.66] said: 550 \u001b[2J\u001b]0;owned\u0007 \u202egnp.exe </script><img src=x onerror=alert(1)> (in reply to RCPT TO command))
`

/** A folder of logs. */
export interface Logs {
  readonly folder: string
  readonly remove: () => Promise<void>
}

/** Writes files into a new folder: `mail.log`, `mail.log.1.gz` with the same lines, `hostile.log`, and those given. */
export async function writeLogs(more: Readonly<Record<string, string>> = {}): Promise<Logs> {
  const folder = await mkdtemp(join(tmpdir(), 'rxsmtp-logs-'))
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'mail.log': sample,
    'mail.log.1.gz': gzipSync(sample),
    'hostile.log': hostile,
    ...more,
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return { folder, remove: () => rm(folder, { recursive: true }) }
}
