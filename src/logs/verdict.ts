/** What a reply is about. Rules of one's own may add names. */
export type VerdictCategory =
  | 'delivered'
  | 'unknown-recipient'
  | 'recipient-moved'
  | 'inactive-mailbox'
  | 'bad-domain'
  | 'mailbox-full'
  | 'message-too-large'
  | 'greylisted'
  | 'rate-limited'
  | 'too-many-recipients'
  | 'ip-blocklisted'
  | 'reputation'
  | 'spam-content'
  | 'virus'
  | 'prohibited-attachment'
  | 'content-rejected'
  | 'auth-policy'
  | 'reverse-dns'
  | 'policy'
  | 'sender-rejected'
  | 'relay-denied'
  | 'smtp-auth-failed'
  | 'tls'
  | 'dns'
  | 'network'
  | 'routing'
  | 'expired'
  | 'server-busy'
  | 'system-error'
  | 'protocol-error'
  | 'suppressed'
  | 'auto-reply'
  | 'complaint'
  | 'other'

/** Whether it is over: a block ends when the sender changes something. */
export type VerdictSeverity = 'success' | 'soft' | 'hard' | 'block' | 'undetermined'

/** Whose matter it is. */
export type Party =
  | 'recipient'
  | 'sender'
  | 'content'
  | 'reputation'
  | 'receiver'
  | 'network'
  | 'configuration'
  | 'none'

/** What to do about it. */
export type Action =
  | 'none'
  | 'retry'
  | 'slow-down'
  | 'suppress'
  | 'fix-authentication'
  | 'fix-content'
  | 'fix-configuration'
  | 'delist'
  | 'review'

/** What a verdict rests on. */
export interface Evidence {
  readonly kind: 'log-reason' | 'provider-rule' | 'text-rule' | 'enhanced-code' | 'reply-code' | 'none'
  /** The rule's name, or the code. */
  readonly rule: string | undefined
  /** Where in the text, from and to. */
  readonly span: readonly [number, number] | undefined
}
