import type { SmtpError } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'
import type { Channel } from './channel.ts'
import type { Transaction } from './owed.ts'

/** Why a message is given up before its end. */
export type GivenUp = 'aborted' | 'body-failed' | 'message-too-large'

/** Takes a message piece by piece and ends it: behind a 354, or chunk by chunk. */
export interface MessageSender {
  /** Writes a piece, cut anywhere; resolves when the next one should follow, throws when none is wanted any more. */
  write(piece: Uint8Array): Promise<void>
  /** Writes the end and resolves with the reply that accepts the message. */
  end(): Promise<Reply>
  /**
   * Writes the end and resolves with what came of it for each recipient: a reply that accepts, or what `end()` throws.
   * Each has a reply of its own, and a fate of its own (RFC 2033 section 4.2).
   */
  endForEach(recipients: number): Promise<readonly PromiseSettledResult<Reply>[]>
  /** Gives the message up before its end. */
  abort(code: GivenUp, message: string, cause?: unknown): SmtpError
  /** Waits for a promise, but resolves with undefined as soon as the message is no longer wanted; `write` then throws why. */
  unlessStopped<T>(promise: Promise<T>): Promise<T | undefined>
}

/** A reply to the end of a message, and the fate that it decides. */
export interface Final {
  readonly final: Promise<Reply>
  readonly transaction: Transaction
}

/** Waits for `count` more replies to the end of a message that is written already, one for each further recipient. */
export function expectMore(channel: Channel, count: number, command: string): Final[] {
  const own = channel.transaction
  const finals = Array.from({ length: count }, (): Final => {
    const transaction: Transaction = { delivery: 'unknown' }
    channel.transaction = transaction
    const { reply, written } = channel.expect('end-of-data', command)
    written()
    // Whoever waits for it may still be busy writing.
    reply.catch(() => {})
    return { final: reply, transaction }
  })
  channel.transaction = own
  return finals
}
