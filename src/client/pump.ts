import { isSmtpError, type SmtpError } from '../protocol/errors.ts'
import { after } from '../stream/deadlines.ts'
import type { MessageSender } from '../stream/message-sender.ts'
import { type MessageSource, piecesOf } from './message-source.ts'
import type { Conversation } from './session.ts'

/**
 * Writes every piece of a message; a source that fails, stalls or gives more than the server takes ends it, and so does a
 * server that says no.
 */
export async function pump(
  { channel, capabilities }: Conversation,
  message: MessageSource,
  sender: MessageSender,
): Promise<void> {
  const pieces = piecesOf(message)
  const most = capabilities.get('SIZE')?.limit ?? Number.POSITIVE_INFINITY
  let octets = 0
  channel.working = 'body'
  try {
    for (;;) {
      const piece = await nextPiece(pieces, sender, channel.deadlines.body)
      if (piece === undefined) return
      octets += piece.length
      if (octets > most) {
        throw sender.abort('message-too-large', `the message has more than ${most} octets, which the server takes`)
      }
      await sender.write(piece)
    }
  } catch (error) {
    // Nothing more will be read: let the source release what it holds, without waiting for it.
    void pieces.return?.().catch(() => {})
    throw error
  } finally {
    channel.working = 'idle'
  }
}

// Pieces with nothing in them that may follow each other before timers have their turn.
const emptyInARow = 256

/** Returns the next octets; undefined at the end of the source, and none when the message is no longer wanted. */
async function nextPiece(
  pieces: AsyncIterator<Uint8Array>,
  sender: MessageSender,
  ms: number,
): Promise<Uint8Array | undefined> {
  let late: SmtpError | undefined
  const stopTimer = after(ms, () => {
    late = sender.abort('body-failed', `the source of the message gave nothing for ${ms} ms`)
  })
  try {
    for (let empty = 1; ; empty++) {
      const next = await sender.unlessStopped(pieces.next())
      // write() throws what the server said, or what ended the connection.
      if (next === undefined) return new Uint8Array(0)
      if (next.done) return undefined
      if (next.value.length > 0) return next.value
      if (empty % emptyInARow === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    }
  } catch (cause) {
    if (late !== undefined) throw late
    const message = cause instanceof Error ? cause.message : String(cause)
    throw isSmtpError(cause, 'invalid-argument')
      ? sender.abort('body-failed', message, cause)
      : sender.abort('body-failed', `the source of the message failed: ${message}`, cause)
  } finally {
    stopTimer()
  }
}
