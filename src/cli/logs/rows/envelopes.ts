import type { LogRecord, MessageRecord } from '../../../logs/record.ts'

/** What earlier lines said of a message. */
export type Envelope = Partial<Pick<MessageRecord, 'from' | 'messageId' | 'size'>>

// Messages that are in the queue at the same time.
const limit = 100_000

/** Remembers senders, message ids and sizes until their messages leave the queue. */
export class Envelopes {
  readonly #byId = new Map<string, Envelope>()

  take(record: LogRecord): void {
    const { queueId } = record
    if (queueId === undefined) return
    if (record.kind === 'removed') this.#byId.delete(queueId)
    else if (record.kind === 'message') this.#learn(queueId, record)
  }

  of({ queueId }: LogRecord): Envelope | undefined {
    return queueId === undefined ? undefined : this.#byId.get(queueId)
  }

  #learn(queueId: string, { from, messageId, size }: MessageRecord): void {
    const known = this.#byId.get(queueId)
    // Those that come with a new message id are about another message, whose id is used again.
    const before = messageId !== undefined && known?.messageId !== undefined ? undefined : known
    this.#byId.set(queueId, {
      from: from ?? before?.from,
      messageId: messageId ?? before?.messageId,
      size: size ?? before?.size,
    })
    if (this.#byId.size > limit) for (const oldest of this.#byId.keys()) return void this.#byId.delete(oldest)
  }
}
