import { printable } from './printable.ts'
import type { Reply } from './reply.ts'

/**
 * What became of the message when the error happened.
 *
 * - `not-sent`: the server cannot have taken it; its end was never sent.
 * - `rejected`: the server refused it (or its sender, or every recipient) with a reply.
 * - `unknown`: its end was sent and no reply came; it may or may not be delivered (RFC 1047).
 * - `accepted`: the server took it; the error came later and concerns something else.
 */
export type Delivery = 'not-sent' | 'rejected' | 'unknown' | 'accepted'

/** Where in the conversation an error happened, in the order of the conversation. */
export type SmtpPhase =
  | 'connect'
  | 'greeting'
  | 'hello'
  | 'starttls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'body'
  | 'end-of-data'
  | 'reset'
  | 'noop'
  | 'verify'
  | 'command'
  | 'idle'
  | 'quit'

/**
 * Every kind of failure, for `switch (error.code)`.
 *
 * | code | meaning |
 * | --- | --- |
 * | `invalid-argument` | a value given by the caller cannot be used; `argument` names it; nothing was written |
 * | `bad-sequence` | the operator does not fit the phase of the session, or the session was used twice |
 * | `closed` | the session ended before, or by the answer to something else; `cause` is what ended it |
 * | `connect-failed` | no connection: name resolution, refused, unreachable |
 * | `connection-lost` | the connection ended or broke while something was owed |
 * | `timeout` | the deadline of `phase` passed, or that of the whole call |
 * | `aborted` | the caller's signal, or the end of the subscription |
 * | `malformed-reply` | what the server sent is no SMTP reply |
 * | `reply-too-large` | a reply line or a reply over the limits |
 * | `unsolicited-reply` | a reply to no command: the connection is out of step |
 * | `unexpected-reply` | a positive reply that this command does not have |
 * | `refused` | a 4yz or 5yz reply to the command |
 * | `service-closing` | 421 |
 * | `recipients-refused` | not one recipient was accepted; `rejected` has them |
 * | `not-offered` | the server lacks the extension that was asked for; `extension` names it |
 * | `message-too-large` | the message is larger than the SIZE the server announced |
 * | `session-exhausted` | the server takes no more messages in one session (LIMITS MAILMAX); a new one may be opened |
 * | `tls-required` | TLS is required and not available |
 * | `tls-failed` | the handshake failed, or the certificate was not accepted |
 * | `tls-injection` | plaintext arrived behind the reply to STARTTLS |
 * | `auth-failed` | the server refused the credentials |
 * | `auth-unusable` | the mechanism refuses to run here: no TLS, wrong host, bad challenge |
 * | `body-failed` | the source of the message failed half-way |
 */
export type SmtpErrorCode =
  | 'invalid-argument'
  | 'bad-sequence'
  | 'closed'
  | 'connect-failed'
  | 'connection-lost'
  | 'timeout'
  | 'aborted'
  | 'malformed-reply'
  | 'reply-too-large'
  | 'unsolicited-reply'
  | 'unexpected-reply'
  | 'refused'
  | 'service-closing'
  | 'recipients-refused'
  | 'not-offered'
  | 'message-too-large'
  | 'session-exhausted'
  | 'tls-required'
  | 'tls-failed'
  | 'tls-injection'
  | 'auth-failed'
  | 'auth-unusable'
  | 'body-failed'

type RepliedCode = 'refused' | 'service-closing' | 'unexpected-reply' | 'unsolicited-reply' | 'auth-failed'

/** A recipient that the server refused, with its reply. */
export interface RejectedRecipient {
  readonly recipient: string
  readonly reply: Reply
  /** `end-of-data` over LMTP, for a recipient that was refused when it had the message, and not by its RCPT. */
  readonly phase?: 'end-of-data'
}

/** What a new {@link SmtpError} is told beside its code and message. */
export interface SmtpErrorInit {
  readonly phase: SmtpPhase
  readonly delivery?: Delivery
  readonly command?: string | undefined
  readonly reply?: Reply | undefined
  readonly argument?: string
  readonly extension?: string
  readonly rejected?: readonly RejectedRecipient[]
  readonly cause?: unknown
}

// Codes that the same call would meet again, whatever the server does.
const lasting: ReadonlySet<SmtpErrorCode> = new Set([
  'invalid-argument',
  'bad-sequence',
  'not-offered',
  'message-too-large',
  'tls-required',
  'auth-unusable',
])

/**
 * Tells what failed, in which phase, and what became of the message.
 *
 * Use {@link isSmtpError} to narrow on `code`.
 *
 * @example
 * try {
 *   await sendMail({ host: 'mx.example', from: 'a@b.example', to: 'c@d.example', message })
 * } catch (error) {
 *   if (isSmtpError(error) && error.safeToRetry) queue.push(message)
 * }
 */
export class SmtpError<C extends SmtpErrorCode = SmtpErrorCode> extends Error {
  override readonly name = 'SmtpError'
  readonly code: C
  readonly phase: SmtpPhase
  readonly delivery: Delivery
  /** The command that was under way, without its line end and with secrets masked. */
  readonly command: string | undefined
  /** The reply that caused the error, as the server sent it: print it through `printable`. */
  readonly reply: C extends RepliedCode ? Reply : Reply | undefined
  /** The name of the argument that cannot be used. */
  readonly argument: C extends 'invalid-argument' ? string : undefined
  /** The EHLO keyword that the server did not offer. */
  readonly extension: C extends 'not-offered' ? string : undefined
  /** Every recipient with the reply that refused it; over LMTP also those refused before the replies to others were lost. */
  readonly rejected: C extends 'recipients-refused'
    ? readonly RejectedRecipient[]
    : readonly RejectedRecipient[] | undefined

  constructor(code: C, message: string, init: SmtpErrorInit) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.phase = init.phase
    this.delivery = init.delivery ?? 'not-sent'
    this.command = init.command
    this.reply = init.reply as this['reply']
    this.argument = init.argument as this['argument']
    this.extension = init.extension as this['extension']
    this.rejected = init.rejected as this['rejected']
  }

  /** Tells whether the same call may work later: no 5yz reply and nothing the caller has to change first. */
  get isTransient(): boolean {
    return !this.isPermanent
  }

  /** Tells whether the same call would fail again: a 5yz reply, or something the caller has to change first. */
  get isPermanent(): boolean {
    // A reply that nobody asked for is no answer to the call.
    if (this.reply === undefined || this.code === 'unsolicited-reply') return lasting.has(this.code)
    return this.reply.code >= 500
  }

  /** Tells whether sending the same message again can neither deliver it twice nor meet the same permanent refusal. */
  get safeToRetry(): boolean {
    return (this.delivery === 'not-sent' || this.delivery === 'rejected') && this.isTransient
  }

  /** Returns what a log wants to keep, without the stack. */
  toJSON(): Record<string, unknown> {
    const { name, message, code, phase, delivery, safeToRetry, command, reply, argument, extension, rejected } = this
    return { name, message, code, phase, delivery, safeToRetry, command, reply, argument, extension, rejected }
  }
}

/** An {@link SmtpError} as a union over its codes, so that `switch (error.code)` narrows the rest. */
export type AnySmtpError = { [C in SmtpErrorCode]: SmtpError<C> }[SmtpErrorCode]

/**
 * Tells whether a caught value is an {@link SmtpError}, and narrows it by code.
 *
 * @example
 * if (isSmtpError(error, 'recipients-refused')) for (const { recipient } of error.rejected) forget(recipient)
 */
export function isSmtpError(value: unknown): value is AnySmtpError
export function isSmtpError<C extends SmtpErrorCode>(value: unknown, code: C): value is SmtpError<C>
export function isSmtpError(value: unknown, code?: SmtpErrorCode): boolean {
  return value instanceof SmtpError && (code === undefined || value.code === code)
}

/** Builds the error for a value that the caller gave and that cannot be used. */
export function argumentError(
  argument: string,
  message: string,
  options: { readonly phase?: SmtpPhase; readonly cause?: unknown } = {},
): SmtpError<'invalid-argument'> {
  const { phase = 'connect', cause } = options
  return new SmtpError('invalid-argument', `${argument}: ${message}`, { phase, argument, cause })
}

/** Builds the error for a reply that ends what the command wanted. */
export function replyError<C extends SmtpErrorCode>(
  code: C,
  reply: Reply,
  init: Omit<SmtpErrorInit, 'reply'>,
): SmtpError<C> {
  const what = init.command === undefined ? init.phase : printable(init.command, 128)
  return new SmtpError(code, `${what}: ${reply.code} ${printable(reply.text)}`.trimEnd(), { ...init, reply })
}
