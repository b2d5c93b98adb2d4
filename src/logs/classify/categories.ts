import type { Action, Party, VerdictCategory, VerdictSeverity } from '../verdict.ts'

/** What a category means and what to do about it. */
export interface CategoryEntry {
  /**
   * What it is when the reply is permanent. `hard` becomes `soft` when the reply is transient; the other severities are
   * the same in both cases: a full mailbox is never hard, and a block that defers is a block all the same.
   */
  readonly severity: VerdictSeverity
  readonly party: Party
  /** What to do when the verdict is permanent and sure; see `classify` for the other cases. */
  readonly action: Action
  /** What happened, in one sentence for whoever runs the mail. */
  readonly summary: string
  /** What to do, in one or two sentences. */
  readonly advice: string
}

/** Every category of {@link classify}. */
export const verdictCategories: Readonly<Record<VerdictCategory, CategoryEntry>> = Object.freeze({
  delivered: {
    severity: 'success',
    party: 'none',
    action: 'none',
    summary: 'The next server took the message.',
    advice: 'Nothing to do.',
  },
  'unknown-recipient': {
    severity: 'hard',
    party: 'recipient',
    action: 'suppress',
    summary: 'There is no mailbox of this name at this domain.',
    advice: 'Check the part before the @ for typing errors, and take the address off your lists if it is gone.',
  },
  'recipient-moved': {
    severity: 'hard',
    party: 'recipient',
    action: 'suppress',
    summary: 'The mailbox has moved, or belongs to somebody else now.',
    advice: 'Take the address off your lists; ask the recipient for the new one another way.',
  },
  'inactive-mailbox': {
    severity: 'hard',
    party: 'recipient',
    action: 'suppress',
    summary: 'The mailbox exists and does not accept messages: it is disabled, suspended or abandoned.',
    advice: 'Take the address off your lists unless the recipient tells you that it works again.',
  },
  'bad-domain': {
    severity: 'hard',
    party: 'recipient',
    action: 'suppress',
    summary: 'The domain of the recipient does not exist or does not accept mail.',
    advice: 'Check the part behind the @ for typing errors, and take the address off your lists if the domain is gone.',
  },
  'mailbox-full': {
    severity: 'soft',
    party: 'recipient',
    action: 'retry',
    summary: 'The mailbox of the recipient is full.',
    advice: 'Try again later. An address that stays full for weeks is hardly read: take it off your lists then.',
  },
  'message-too-large': {
    severity: 'soft',
    party: 'content',
    action: 'fix-content',
    summary: 'The message is larger than the server or the mailbox accepts.',
    advice: 'Send a smaller message, or a link in place of the attachment.',
  },
  greylisted: {
    severity: 'soft',
    party: 'receiver',
    action: 'retry',
    summary: 'The server turns first attempts away and takes the message when it comes again.',
    advice: 'Nothing to do as long as the message is tried again from the same address; it takes some minutes.',
  },
  'rate-limited': {
    severity: 'soft',
    party: 'reputation',
    action: 'slow-down',
    summary: 'The server accepts no more messages or connections from you for now.',
    advice: 'Send more slowly to this domain and open fewer connections at a time.',
  },
  'too-many-recipients': {
    severity: 'soft',
    party: 'sender',
    action: 'slow-down',
    summary: 'The message names more recipients than the server takes at once.',
    advice: 'Send to the rest in another transaction; name fewer recipients at a time.',
  },
  'ip-blocklisted': {
    severity: 'block',
    party: 'reputation',
    action: 'delist',
    summary: 'The address of your server is on a block list that the recipient uses.',
    advice: 'Find and stop what got it there, then ask the operator of the list to take it off.',
  },
  reputation: {
    severity: 'block',
    party: 'reputation',
    action: 'slow-down',
    summary: 'The recipient distrusts the address or the domain that the message comes from.',
    advice:
      'Send less and only to those who want it until trust is back; the postmaster pages of the provider tell more.',
  },
  'spam-content': {
    severity: 'block',
    party: 'content',
    action: 'fix-content',
    summary: 'The message was taken for spam.',
    advice:
      'Look at its text, links and headers, and at who complains; ask the recipient to allow you if it is wanted.',
  },
  virus: {
    severity: 'block',
    party: 'content',
    action: 'fix-content',
    summary: 'A virus was found in the message.',
    advice: 'Look for infected machines and accounts on your side before you send it again.',
  },
  'prohibited-attachment': {
    severity: 'block',
    party: 'content',
    action: 'fix-content',
    summary: 'The message has an attachment of a kind that the recipient does not accept.',
    advice: 'Send the file another way, or in another format.',
  },
  'content-rejected': {
    severity: 'block',
    party: 'content',
    action: 'fix-content',
    summary: 'The server does not accept the form or the content of the message.',
    advice: 'Check its headers, encoding and structure against the reply.',
  },
  'auth-policy': {
    severity: 'block',
    party: 'sender',
    action: 'fix-authentication',
    summary: 'The message does not pass SPF, DKIM, DMARC or ARC as the recipient asks for.',
    advice:
      'Publish and align SPF and DKIM for the domain in the From header, and let every system that sends for it sign.',
  },
  'reverse-dns': {
    severity: 'block',
    party: 'configuration',
    action: 'fix-configuration',
    summary: 'The address of your server has no name in the DNS, or one that does not lead back to it.',
    advice: 'Give the address a PTR record whose name resolves to that address, and use that name in EHLO.',
  },
  policy: {
    severity: 'block',
    party: 'receiver',
    action: 'review',
    summary: 'A rule of the recipient refuses the message.',
    advice: 'Read the reply; ask the administrator of the recipient if it does not tell which rule.',
  },
  'sender-rejected': {
    severity: 'block',
    party: 'sender',
    action: 'fix-configuration',
    summary: 'The server does not accept the address of the sender.',
    advice: 'Check that the sender exists, that its domain can receive mail, and that you may use it here.',
  },
  'relay-denied': {
    severity: 'block',
    party: 'configuration',
    action: 'fix-configuration',
    summary: 'The server does not take mail for this domain from you.',
    advice: 'Log in first if it is your own server; otherwise the MX records of the domain lead to the wrong server.',
  },
  'smtp-auth-failed': {
    severity: 'soft',
    party: 'configuration',
    action: 'fix-configuration',
    summary: 'The server refused the login, or asks for one.',
    advice: 'Check user name, password and mechanism of the account that you send with.',
  },
  tls: {
    severity: 'soft',
    party: 'configuration',
    action: 'fix-configuration',
    summary: 'No connection as secure as one side wants came about.',
    advice: 'Compare certificates, versions and policies (MTA-STS, DANE) of both sides.',
  },
  dns: {
    severity: 'soft',
    party: 'network',
    action: 'retry',
    summary: 'A name could not be looked up.',
    advice: 'Try again later; if it keeps failing, check the name servers of both sides.',
  },
  network: {
    severity: 'soft',
    party: 'network',
    action: 'retry',
    summary: 'The server could not be reached, or the connection broke.',
    advice:
      'Try again later; if it keeps failing, check firewalls and routes, and whether the host accepts mail at all.',
  },
  routing: {
    severity: 'block',
    party: 'configuration',
    action: 'fix-configuration',
    summary: 'The message goes round in circles, or no way leads to its destination.',
    advice: 'Look at forwardings, MX records and relay tables along the path in its Received headers.',
  },
  expired: {
    severity: 'soft',
    party: 'receiver',
    action: 'review',
    summary: 'The message was given up after it could not be delivered for too long.',
    advice: 'Look at the last reply before that: it tells why.',
  },
  'server-busy': {
    severity: 'soft',
    party: 'receiver',
    action: 'retry',
    summary: 'The server is busy, closing or short of resources.',
    advice: 'Try again later.',
  },
  'system-error': {
    severity: 'soft',
    party: 'receiver',
    action: 'retry',
    summary: 'Something is broken on the side of the recipient.',
    advice: 'Try again later; if it keeps failing, tell the postmaster of the domain.',
  },
  'protocol-error': {
    severity: 'block',
    party: 'configuration',
    action: 'fix-configuration',
    summary: 'The server did not accept a command or its form.',
    advice: 'Compare the command with what the server offers; a proxy or firewall in between may have changed it.',
  },
  suppressed: {
    severity: 'hard',
    party: 'recipient',
    action: 'none',
    summary: 'The message was not tried: the address is on a list of addresses not to send to.',
    advice: 'Nothing to do, unless the address works again: then take it off that list.',
  },
  'auto-reply': {
    severity: 'undetermined',
    party: 'none',
    action: 'none',
    summary: 'This is an automatic answer, such as a notice of absence.',
    advice: 'Nothing to do: the message was delivered.',
  },
  complaint: {
    severity: 'undetermined',
    party: 'recipient',
    action: 'suppress',
    summary: 'The recipient reported the message as unwanted.',
    advice: 'Take the address off your lists at once, and look at how it came on them.',
  },
  other: {
    severity: 'undetermined',
    party: 'none',
    action: 'review',
    summary: 'The reply does not say why.',
    advice: 'Read the reply, and add a rule if it comes again.',
  },
})
