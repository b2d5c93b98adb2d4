import type { SmtpError } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'

/** Takes a message piece by piece and ends it: behind a 354, or chunk by chunk. */
export interface MessageSender {
  /** Writes a piece, cut anywhere; resolves when the next one should follow, throws when none is wanted any more. */
  write(piece: Uint8Array): Promise<void>
  /** Writes the end and resolves with the reply that accepts the message. */
  end(): Promise<Reply>
  /** Gives the message up before its end. */
  abort(code: 'aborted' | 'body-failed', message: string, cause?: unknown): SmtpError
  /** Waits for a promise, but resolves with undefined as soon as the message is no longer wanted; `write` then throws why. */
  unlessStopped<T>(promise: Promise<T>): Promise<T | undefined>
}
