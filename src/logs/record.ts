import type { HostNode as Host, Reason, Stage } from '../grammar/logs/ast.ts'
import type { Reply } from '../protocol/reply.ts'

export type { HostNode as Host, Reason, Stage } from '../grammar/logs/ast.ts'

/** Programs whose lines are understood. */
export type LogFormat =
  | 'postfix'
  | 'exim'
  | 'sendmail'
  | 'opensmtpd'
  | 'qmail'
  | 'courier'
  | 'exchange'
  | 'powermta'
  | 'kumomta'
  | 'haraka'
  | 'swaks'
  | 'nodemailer'

/** A reply as a log keeps it: joined, escaped or cut. */
export interface LoggedReply extends Reply {
  /** Whether text is missing: the log cut it, or kept its first line alone. */
  readonly partial: boolean
}

/** What the log itself says has become of a recipient. */
export type Disposition = 'delivered' | 'deferred' | 'failed' | 'expired' | 'rejected'

/** What every line has. */
interface Common {
  readonly format: LogFormat
  /** Milliseconds since 1970, in UTC; undefined where the line has no time. */
  readonly time: number | undefined
  /** The machine that wrote the line. */
  readonly host: string | undefined
  /** As written, such as `postfix/submission/smtpd`. */
  readonly program: string | undefined
  readonly pid: number | undefined
  /** What the program calls the message: a queue id, a message id of Exim, a message number of qmail. */
  readonly queueId: string | undefined
}

/** What came of one attempt for one recipient. */
export interface DeliveryRecord extends Common {
  readonly kind: 'delivery'
  readonly recipient: string
  /** The address before aliases and forwarding. */
  readonly originalRecipient: string | undefined
  readonly relay: Host | undefined
  /** Seconds since the message came in. */
  readonly delay: number | undefined
  /** Seconds before the queue manager, in it, to connect, and to transmit. */
  readonly delays: readonly [number, number, number, number] | undefined
  /** What the log says of TLS, as written. */
  readonly tls: string | undefined
  /** How many messages the connection has carried, this one included. */
  readonly connectionUse: number | undefined
  /** The log's own enhanced status code, such as `5.1.1`. */
  readonly dsn: string | undefined
  /** The log's own word, such as `sent` or `TempFail`. */
  readonly status: string
  readonly disposition: Disposition
  readonly stage: Stage | undefined
  readonly reply: LoggedReply | undefined
  readonly reason: Reason | undefined
  /** The explanation as written, decoded. Text of a server: print it through `printable`. */
  readonly text: string
  /** What the next server calls the message, where its reply tells. */
  readonly nextQueueId: string | undefined
}

/** A reply or a failure on the way that has not decided anything for a recipient yet, such as the first of two hosts. */
export interface AttemptRecord extends Common {
  readonly kind: 'attempt'
  readonly relay: Host | undefined
  readonly stage: Stage | undefined
  readonly reply: LoggedReply | undefined
  readonly reason: Reason | undefined
  readonly text: string
}

/** A reply that this server gave: it refused, or would have. */
export interface RejectRecord extends Common {
  readonly kind: 'reject'
  /** As written, such as `reject`, `hold`, `milter-reject`, `reject_warning`. */
  readonly action: string
  readonly stage: Stage | undefined
  readonly client: Host | undefined
  readonly from: string | undefined
  readonly recipient: string | undefined
  readonly protocol: string | undefined
  readonly helo: string | undefined
  /** What the log says of TLS, as written. */
  readonly tls: string | undefined
  readonly saslMethod: string | undefined
  readonly saslUsername: string | undefined
  readonly reply: LoggedReply | undefined
  readonly dsn: string | undefined
  readonly text: string
}

/** Something that this server learnt of a message: each line tells a part of it. */
export interface MessageRecord extends Common {
  readonly kind: 'message'
  readonly from: string | undefined
  /** The Message-ID without its angle brackets. */
  readonly messageId: string | undefined
  /** Octets. */
  readonly size: number | undefined
  readonly recipients: number | undefined
  readonly client: Host | undefined
  readonly saslMethod: string | undefined
  readonly saslUsername: string | undefined
  /** The user who handed it in on this machine. */
  readonly uid: number | undefined
}

/** The end of a message in the queue. */
export interface RemovedRecord extends Common {
  readonly kind: 'removed'
}

/** The message was given up after all its attempts. */
export interface ExpiredRecord extends Common {
  readonly kind: 'expired'
  readonly from: string | undefined
}

/** A message about another one: a bounce or a warning. */
export interface NotificationRecord extends Common {
  readonly kind: 'notification'
  readonly notification: 'failure' | 'delay' | 'success' | 'postmaster'
  /** The queue id of the notification. */
  readonly childQueueId: string
}

/** A line that is understood and says nothing of a message, such as a connection or a warning. */
export interface EventRecord extends Common {
  readonly kind: 'event'
  /** A short name, such as `connect`, `disconnect`, `tls`, `statistics`, `warning`; `notice` is a line of which no more is known. */
  readonly event: string
  readonly client: Host | undefined
  /** What else the line says, by name. The object has no prototype, and is shared between records that say the same. */
  readonly fields: Readonly<Record<string, string>>
  readonly text: string
}

/** What one line of a log says. */
export type LogRecord =
  | DeliveryRecord
  | AttemptRecord
  | RejectRecord
  | MessageRecord
  | RemovedRecord
  | ExpiredRecord
  | NotificationRecord
  | EventRecord
