import type { EnhancedStatus } from '../../protocol/status.ts'
import type { Verdict } from '../classify/classify.ts'
import type { LoggedReply } from '../record.ts'

/**
 * What a message turned out to be.
 *
 * - `delivery-status`: a report with fields (RFC 3464, RFC 6533).
 * - `notice`: a bounce without such fields, understood by its text.
 * - `feedback`: a complaint of a recipient, or a report about authentication (RFC 5965, RFC 6591).
 * - `disposition`: a receipt, which tells what a reader did with the message (RFC 8098).
 * - `auto-reply`: an automatic answer, such as a notice of absence (RFC 3834).
 * - `none`: none of these.
 */
export type BounceKind = 'delivery-status' | 'notice' | 'feedback' | 'disposition' | 'auto-reply' | 'none'

/** A report about messages that were sent before. Texts are those of other servers: print them through `printable`. */
export interface Bounce {
  readonly kind: BounceKind
  /** The server that reports. */
  readonly reportingMta: string | undefined
  /** The ENVID of the message that it is about (RFC 3461). */
  readonly originalEnvelopeId: string | undefined
  /** When the server got that message, in milliseconds since 1970. */
  readonly arrival: number | undefined
  /** Each recipient that the report is about, in its order. */
  readonly recipients: readonly BouncedRecipient[]
  readonly feedback: Feedback | undefined
  /** What is returned of the message. */
  readonly original: ReturnedMessage | undefined
  /** The part for human readers. */
  readonly text: string
  /** Every other field about the message, its name in lower case. */
  readonly fields: ReadonlyMap<string, string>
}

/** What became of a recipient (RFC 3464 section 2.3). */
export type BounceAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'

/** What a report says of one recipient. */
export interface BouncedRecipient {
  /** The address that was tried; undefined where the report names none. */
  readonly address: string | undefined
  /** The address before aliases and forwarding. */
  readonly originalAddress: string | undefined
  readonly action: BounceAction | undefined
  readonly status: EnhancedStatus | undefined
  /** The server that refused. */
  readonly remoteMta: string | undefined
  /** Such as `smtp`. */
  readonly diagnosticType: string | undefined
  /** Why, in the words of the server or of the report. */
  readonly diagnostic: string
  /** The reply in the diagnostic. */
  readonly reply: LoggedReply | undefined
  /** In milliseconds since 1970. */
  readonly lastAttempt: number | undefined
  /** Until when the server goes on trying, in milliseconds since 1970. */
  readonly willRetryUntil: number | undefined
  readonly verdict: Verdict
  /** Every other field about the recipient, its name in lower case. */
  readonly fields: ReadonlyMap<string, string>
}

/** What a feedback report says (RFC 5965 section 3). */
export interface Feedback {
  /** Such as `abuse`, `fraud`, `not-spam`, `opt-out`, `auth-failure`. */
  readonly type: string
  readonly userAgent: string | undefined
  /** The address that the message came from. */
  readonly sourceIp: string | undefined
  readonly originalMailFrom: string | undefined
  readonly reportedDomains: readonly string[]
  /** How many messages it stands for. */
  readonly incidents: number
}

/** The header fields of the message that a report is about, as far as it returns them. */
export interface ReturnedMessage {
  readonly messageId: string | undefined
  readonly from: string | undefined
  readonly to: readonly string[]
  readonly subject: string | undefined
}
