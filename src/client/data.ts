import type { OperatorFunction } from 'rxjs'
import { isSmtpError, type SmtpError } from '../protocol/errors.ts'
import { BodySender } from '../stream/body-sender.ts'
import { after } from '../stream/deadlines.ts'
import { exchange } from '../stream/exchange.ts'
import type { MessageSender } from '../stream/message-sender.ts'
import { type MessageSource, piecesOf } from './message-source.ts'
import { type Conversation, type SendResult, type Session, step } from './session.ts'
import { conclude } from './transaction/conclude.ts'

/**
 * Sends the message and waits until the server has taken it.
 *
 * Errors with `refused` when the server does not want it, `body-failed` when its source fails, `timeout`,
 * `connection-lost`; `delivery` tells what became of it. When a message is not sent to its end the connection is
 * dropped, so that no part of it can pass for the whole.
 *
 * @see RFC 5321 section 4.1.1.4
 */
export function data(message: MessageSource): OperatorFunction<Session<'rcpt'>, Session<'sent'>> {
  return step('data', ['rcpt'], async (conversation) => {
    await sendData(conversation, message)
    return 'sent'
  })
}

/** Does the work of {@link data}. */
export async function sendData(conversation: Conversation, message: MessageSource): Promise<SendResult> {
  const pieces = piecesOf(message)
  const sender = await beginData(conversation)
  await pump(pieces, sender, conversation.channel.deadlines.body)
  return finishData(conversation, sender)
}

/** Sends DATA; the server waits for the message from now on. */
export async function beginData(conversation: Conversation): Promise<BodySender> {
  conversation.reply = await exchange(conversation.channel, { verb: 'DATA' })
  return new BodySender(conversation.channel)
}

/** Ends the message and writes down what became of it. */
export async function finishData(conversation: Conversation, sender: BodySender): Promise<SendResult> {
  const { accepted, rejected } = conversation
  // The transaction is over with the reply, whatever it says.
  const result = await conclude(conversation, sender, { accepted: [...accepted], rejected: [...rejected] }).finally(
    () => {
      conversation.phase = 'ready'
    },
  )
  conversation.reply = result.reply
  conversation.result = result
  return result
}

/** Writes every piece; a source that fails or stalls, or a server that says no, ends it. */
export async function pump(pieces: AsyncIterator<Uint8Array>, sender: MessageSender, ms: number): Promise<void> {
  try {
    for (;;) {
      const piece = await nextPiece(pieces, sender, ms)
      if (piece === undefined) return
      await sender.write(piece)
    }
  } catch (error) {
    // Nothing more will be read: let the source release what it holds, without waiting for it.
    void pieces.return?.().catch(() => {})
    throw error
  }
}

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
    const next = await sender.unlessStopped(pieces.next())
    // write() throws what the server said, or what ended the connection.
    if (next === undefined) return new Uint8Array(0)
    return next.done ? undefined : next.value
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
