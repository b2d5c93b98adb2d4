/**
 * The nodes that the grammars of logs build: plain data, close to the text.
 * Types only; the parsers beside this file are generated from `grammar/logs/*.peggy`.
 */

/** A time as written: parts of a date, or milliseconds since 1970. */
export type StampNode =
  | {
      readonly year: number | null
      /** 0 to 11. */
      readonly month: number
      readonly day: number
      /** Milliseconds since midnight. */
      readonly clock: number
      /** Minutes east of Greenwich. */
      readonly zone: number | null
    }
  | { readonly epoch: number }

/** What stands in front of a program's name; some forms have the program too. */
export interface HeadNode {
  readonly stamp: StampNode | null
  readonly host: string | null
  readonly program: string | null
  readonly pid: string | null
  readonly rest: string
}

/** The program of RFC 3164. */
export interface TagNode {
  readonly program: string
  readonly pid: number | null
  /** The message. */
  readonly rest: string
}

/** A reply as a log has it. */
export interface LoggedReplyNode {
  readonly code: number
  readonly lines: readonly string[]
  /** Whether the last line is there. */
  readonly whole: boolean
}

/** A host as Postfix writes it; a part that is missing is empty or null. */
export interface PostfixHostNode {
  readonly name: string
  readonly address: string | null
  readonly port: string | null
}

/** Pairs as written; a value that is not there is null. */
export type PairsNode = readonly (readonly [key: string, value: string | null])[]

/** A pair of a list in which some values have a form of their own. */
export type PostfixFieldNode =
  | readonly ['relay', PostfixHostNode]
  | readonly ['delays', readonly [number, number, number, number]]
  | readonly [key: string, value: string]

/** What one line of Postfix says. */
export interface PostfixNode {
  readonly id: string | null
  readonly body: PostfixBodyNode
}

export type PostfixBodyNode =
  | {
      readonly kind: 'delivery'
      readonly recipient: string
      readonly fields: readonly PostfixFieldNode[]
      readonly status: string
      /** What follows the status, with its brackets. */
      readonly text: string
    }
  | { readonly kind: 'removed' }
  | { readonly kind: 'expired'; readonly from: string; readonly status: string }
  | { readonly kind: 'queued'; readonly from: string; readonly fields: readonly PostfixFieldNode[] }
  | { readonly kind: 'client'; readonly client: PostfixHostNode; readonly fields: readonly PostfixFieldNode[] }
  | { readonly kind: 'message-id'; readonly messageId: string }
  | { readonly kind: 'pickup'; readonly uid: string; readonly from: string }
  | {
      readonly kind: 'notification'
      readonly who: 'sender' | 'postmaster'
      readonly what: string
      readonly child: string
    }
  | { readonly kind: 'status'; readonly status: string; readonly rest: string }
  | {
      readonly kind: 'filtered'
      readonly action: string
      readonly stage: string | null
      readonly client: PostfixHostNode | null
      readonly text: string
      readonly pairs: PairsNode | null
    }
  | {
      readonly kind: 'leveled'
      readonly level: string
      readonly id: string | null
      readonly event: string | null
      readonly client: PostfixHostNode | null
      readonly fields: PairsNode | null
      readonly text: string
    }
  | {
      readonly kind: 'event'
      readonly event: string
      readonly client: PostfixHostNode | null
      readonly fields: PairsNode | null
    }
  | { readonly kind: 'attempt'; readonly text: string }

/** A line of Postfix that is not known otherwise. */
export interface NoticeNode {
  readonly id: string
  readonly text: string
}

/** Why a delivery or an attempt ended as it did. */
export interface ExplanationNode {
  readonly host: PostfixHostNode | null
  readonly stage: Stage | null
  readonly reply: string | null
  readonly reason: Reason | null
  /** The queue id of the message that took over. */
  readonly id: string | null
}

/** The step of a conversation that a reply or a failure belongs to. */
export type Stage =
  | 'connect'
  | 'greeting'
  | 'hello'
  | 'starttls'
  | 'auth'
  | 'xclient'
  | 'xforward'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'end-of-data'
  | 'reset'
  | 'quit'
  | 'other'

/** Why there is no reply to look at. */
export type Reason =
  | 'connection-refused'
  | 'connection-timeout'
  | 'connection-lost'
  | 'unreachable'
  | 'dns-not-found'
  | 'dns-failure'
  | 'null-mx'
  | 'tls-failed'
  | 'tls-required'
  | 'tls-untrusted'
  | 'auth-failed'
  | 'suspended'
  | 'loop'
  | 'expired'
  | 'too-large'
  | 'unknown-user'
  | 'command-failed'
  | 'mailbox-failed'
  | 'malformed-reply'
  | 'configuration'
  | 'suppressed'
  | 'other'

/** A field of a report, its name in lower case; a body of several lines where it was folded. */
export interface FieldNode {
  readonly name: string
  readonly lines: readonly string[]
}

/** A value with its type, RFC 3464 section 2.1.2. */
export interface TypedNode {
  /** In lower case; null where there is none. */
  readonly type: string | null
  readonly value: string
}
