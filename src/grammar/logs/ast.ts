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
      /** Characters in front of the time of day, and of it. */
      readonly date: number
      readonly digits: number
    }
  | { readonly epoch: number }

/** What stands in front of a program's name; some forms have the program too. */
export interface HeadNode {
  readonly stamp: StampNode | null
  readonly host: string | null
  readonly program: string | null
  readonly pid: string | null
  /** Characters in front of the time. */
  readonly pri: number
  /** Characters up to the rest. */
  readonly length: number
}

/** The program of RFC 3164. */
export interface TagNode {
  /** Characters of the program's name, which stands in front. */
  readonly name: number
  readonly pid: number | null
  /** Characters up to the message. */
  readonly length: number
}

/** A reply as a log has it. */
export interface LoggedReplyNode {
  readonly code: number
  readonly lines: readonly string[]
  /** Whether the last line is there. */
  readonly whole: boolean
}

/** The host at the other end. A Unix socket has its path as `address`; a program or a table of names has a name alone. */
export interface HostNode {
  readonly name: string | undefined
  readonly address: string | undefined
  readonly port: number | undefined
}

/** Seconds before the queue manager, in it, to connect, and to transmit. */
export type DelaysNode = readonly [number, number, number, number]

/** Pairs as written; a value that is not there is null. */
export type PairsNode = readonly (readonly [key: string, value: string | null])[]

/** What one line of Postfix says. */
export interface PostfixNode {
  readonly id: string | null
  readonly body: PostfixBodyNode
}

export type PostfixBodyNode =
  | {
      readonly kind: 'delivery'
      readonly recipient: string
      readonly original: string | null
      readonly relay: HostNode | null
      readonly use: number | null
      readonly delay: number | null
      readonly delays: DelaysNode | null
      readonly tls: string | null
      readonly dsn: string | null
      /** Other pairs, and those out of their usual order. */
      readonly others: readonly (readonly [key: string, value: string])[]
      readonly status: string
      /** Whether the text is in brackets, the last of which may be missing. */
      readonly bracketed: boolean
      /** Characters of the text, which stands behind the first bracket and goes to the end. */
      readonly length: number
    }
  | { readonly kind: 'removed' }
  | { readonly kind: 'expired'; readonly from: string; readonly status: string }
  | {
      readonly kind: 'queued'
      readonly from: string
      readonly size: number | null
      readonly recipients: number | null
    }
  | {
      readonly kind: 'client'
      readonly client: HostNode
      readonly method: string | null
      readonly username: string | null
      /** Other pairs, and those out of their usual order. */
      readonly fields: PairsNode
    }
  | { readonly kind: 'disconnect'; readonly client: HostNode; readonly counters: string | null }
  | {
      readonly kind: 'tls'
      readonly trust: string
      readonly state: string
      readonly client: HostNode
      readonly session: string
    }
  | { readonly kind: 'message-id'; readonly messageId: string }
  | { readonly kind: 'pickup'; readonly uid: number; readonly from: string }
  | {
      readonly kind: 'notification'
      readonly who: 'sender' | 'postmaster'
      readonly what: string
      readonly child: string
    }
  | { readonly kind: 'status'; readonly status: string; readonly text: string }
  | {
      readonly kind: 'filtered'
      readonly action: string
      readonly stage: string | null
      readonly client: HostNode | null
      readonly text: string
      readonly pairs: PairsNode | null
    }
  | {
      readonly kind: 'leveled'
      readonly level: string
      readonly id: string | null
      readonly event: string | null
      readonly client: HostNode | null
      readonly fields: PairsNode | null
      readonly text: string
    }
  | {
      readonly kind: 'event'
      readonly event: string
      readonly client: HostNode | null
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
  readonly host: HostNode | null
  readonly stage: Stage | null
  /** Characters of the reply; null where there is none. */
  readonly reply: number | null
  /** Characters behind the reply. */
  readonly behind: number
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

/** A reason alone. */
export type ReasonNode = Reason

/** A host as programs other than Postfix write it. */
export interface EndpointNode {
  readonly name: string | null
  readonly address: string | null
}

/** A host of Exim, with the name that it gave itself. */
export interface EximHostNode {
  readonly name: string | null
  readonly helo: string | null
  readonly address: string
  readonly port: string | null
}

/** An option of a line of Exim; `H` is a host. */
export type EximOptionNode = readonly ['H', EximHostNode] | readonly [key: string, value: string]

/** What one line of Exim says. */
export interface EximNode {
  readonly id: string | null
  readonly body:
    | {
        readonly kind: 'delivery'
        readonly flag: '=>' | '->' | '>>' | '*>' | '**' | '=='
        readonly recipient: string
        readonly original: string | null
        readonly options: readonly EximOptionNode[]
        readonly defer: { readonly number: number; readonly host: EximHostNode | null } | null
        readonly text: string | null
      }
    | {
        readonly kind: 'arrival'
        readonly from: string
        readonly options: readonly EximOptionNode[]
        readonly recipients: string | null
      }
    | { readonly kind: 'completed' }
    | {
        readonly kind: 'rejected'
        readonly action: string
        readonly what: { readonly stage: Stage; readonly address: string | null }
        readonly options: readonly EximOptionNode[]
        readonly text: string
      }
    | {
        readonly kind: 'unauthenticated'
        readonly authenticator: string
        readonly client: EximHostNode
        readonly text: string
        readonly user: string | null
      }
    | { readonly kind: 'attempt'; readonly options: readonly EximOptionNode[]; readonly text: string }
    | { readonly kind: 'event'; readonly event: string; readonly client: EximHostNode | null; readonly text: string }
}

/** A time in front of a message: characters behind it for Exim, of it for qmail. */
export interface DatedNode {
  readonly length: number
}

/** A piece of an entry that syslog got in pieces. */
export interface PieceNode {
  readonly number: number
  readonly count: number
  /** Whether pieces are lines of their own. */
  readonly lines: boolean
  readonly text: string
}

/** Why a delivery of Exim failed or waits. */
export interface EximExplanationNode {
  readonly stage: Stage | null
  readonly host: EximHostNode | null
  readonly reply: string | null
  readonly reason: Reason | null
}

/** What one line of Sendmail says. */
export interface SendmailNode {
  readonly id: string | null
  readonly body:
    | { readonly kind: 'delivery'; readonly recipients: string; readonly pairs: PairsNode; readonly stat: string }
    | { readonly kind: 'arrival'; readonly from: string; readonly pairs: PairsNode }
    | { readonly kind: 'ruleset'; readonly ruleset: string; readonly pairs: PairsNode }
    | { readonly kind: 'milter'; readonly pairs: PairsNode }
    | { readonly kind: 'notification'; readonly child: string; readonly what: string; readonly text: string }
    | { readonly kind: 'session'; readonly name: string; readonly side: string; readonly pairs: PairsNode }
    | { readonly kind: 'refused'; readonly recipient: string; readonly text: string }
    | { readonly kind: 'event'; readonly event: string; readonly text: string }
}

/** `stat=` of Sendmail where its words are known. */
export interface StatNode {
  readonly disposition: 'delivered' | 'deferred' | 'failed' | 'expired'
  readonly text: string
  readonly reason: Reason | null
}

/** What one line of OpenSMTPD says. */
export interface OpenSmtpdNode {
  readonly session: string | null
  readonly part: string
  readonly event: string
  readonly pairs: PairsNode
}

/** What one line of qmail says. */
export type QmailNode =
  | { readonly kind: 'new' | 'bounce' | 'done'; readonly msg: string }
  | {
      readonly kind: 'info'
      readonly msg: string
      readonly bytes: number
      readonly from: string
      readonly uid: number
    }
  | {
      readonly kind: 'start'
      readonly delivery: string
      readonly msg: string
      readonly where: 'local' | 'remote'
      readonly recipient: string
    }
  | {
      readonly kind: 'end'
      readonly delivery: string
      readonly status: 'success' | 'failure' | 'deferral'
      readonly text: string
    }
  | { readonly kind: 'connect'; readonly event: string; readonly address: string }
  | { readonly kind: 'refused'; readonly address: string; readonly text: string }
  | {
      readonly kind: 'session'
      readonly action: 'Accept' | 'Reject'
      readonly type: string
      readonly condition: string
      readonly pairs: PairsNode
    }
  | { readonly kind: 'event'; readonly event: string; readonly text: string }

/** What a delivery of qmail reports. */
export interface ReportNode {
  readonly address: string | null
  readonly stage: Stage | null
  readonly reply: string | null
  readonly reason: Reason | null
}

/** What one line of Courier says. */
export type CourierNode =
  | { readonly kind: 'rejected'; readonly relay: string; readonly pairs: PairsNode; readonly text: string }
  | { readonly kind: 'said'; readonly id: string; readonly pairs: PairsNode; readonly text: string }
  | { readonly kind: 'success'; readonly id: string; readonly pairs: PairsNode; readonly text: string }
  | { readonly kind: 'status'; readonly id: string; readonly pairs: PairsNode; readonly status: string }
  | { readonly kind: 'started'; readonly id: string; readonly pairs: PairsNode }
  | { readonly kind: 'new'; readonly id: string; readonly user: string | null; readonly client: HostNode | null }
  | { readonly kind: 'completed'; readonly id: string }
  | { readonly kind: 'connect'; readonly address: string }
  | { readonly kind: 'event'; readonly event: string }

/** A line of text of Haraka. */
export interface HarakaLineNode {
  readonly uuid: string
  readonly origin: string
  readonly message: string
}

/** What a message of Haraka says. */
export interface HarakaNode {
  readonly word: string
  readonly pairs: readonly (readonly [key: string, value: string])[]
}

/** A line of a transcript: whose it is, and what was said. */
export interface TranscriptNode {
  readonly server: boolean
  readonly text: string
}

/** What a command in a transcript is about. */
export interface TranscriptCommandNode {
  readonly stage: Stage
  readonly recipient: string | null
}
