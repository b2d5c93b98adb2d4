import type { AttemptRecord, DeliveryRecord, Host, LogFormat, NotificationRecord, RejectRecord } from '../record.ts'

/** What a log tells of a message before anything becomes of it. */
export interface LoggedEnvelope {
  readonly from: string | undefined
  /** The Message-ID without its angle brackets. */
  readonly messageId: string | undefined
  /** Octets. */
  readonly size: number | undefined
  readonly client: Host | undefined
  readonly saslMethod: string | undefined
  readonly saslUsername: string | undefined
  /** The user who handed it in on this machine. */
  readonly uid: number | undefined
  /** How many recipients there are, where the log says so; it may tell of fewer, or of more behind an alias. */
  readonly recipientCount: number | undefined
}

/** A message, as far as a log tells of it under one queue id. */
export interface LoggedMessage extends LoggedEnvelope {
  readonly format: LogFormat
  /** The machine that wrote the lines. */
  readonly host: string | undefined
  readonly queueId: string
  /** Milliseconds since 1970: of the first line about it, and of the last one. */
  readonly first: number | undefined
  readonly last: number | undefined
  /** In the order of their first attempts. */
  readonly recipients: readonly LoggedRecipient[]
  /** Replies and failures that decided nothing, such as those of the first of two hosts. */
  readonly detours: readonly AttemptRecord[]
  /** What this server refused of it. */
  readonly rejections: readonly RejectRecord[]
  /** Bounces and warnings about it; `childQueueId` is the id under which each of them goes out. */
  readonly notifications: readonly NotificationRecord[]
  /** What the servers that took it call it: of a content filter the id under which it goes on in the same log. */
  readonly nextQueueIds: readonly string[]
  readonly end: MessageEnd
  /** Whether the log tells all of it, from its arrival to its end. */
  readonly complete: boolean
}

/** What became of one recipient. */
export interface LoggedRecipient {
  readonly address: string
  /** The address before aliases and forwarding. */
  readonly originalRecipient: string | undefined
  readonly outcome: RecipientOutcome
  /** In the order of the log; each has its reply or its reason, relay, TLS and delays. */
  readonly attempts: readonly DeliveryRecord[]
}

/**
 * What became of a recipient in the end. `handed-on`: a content filter, or another server of the same log, has it under
 * another id, which is where its story goes on. `deferred`: it is still in the queue, as far as the log goes. `dropped`:
 * the message left the queue, as by an administrator, without an attempt that decided it.
 */
export type RecipientOutcome = 'delivered' | 'handed-on' | 'failed' | 'expired' | 'rejected' | 'deferred' | 'dropped'

/**
 * Why nothing more is told of a message. `removed`: it has left the queue. `settled`: every recipient is decided, of a
 * program that does not log the end. `rejected`: it was refused when it was all there. `id-reused`: its id belongs to
 * another one now. `evicted`: there were too many, or nothing was heard of it for too long. `log-end`: the log ended.
 */
export type MessageEnd = 'removed' | 'settled' | 'rejected' | 'id-reused' | 'evicted' | 'log-end'
