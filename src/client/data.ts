import type { OperatorFunction } from 'rxjs'
import { BodySender } from '../stream/body-sender.ts'
import { exchange } from '../stream/exchange.ts'
import { type MessageSource, piecesOf } from './message-source.ts'
import { pump } from './pump.ts'
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
  piecesOf(message)
  const sender = await beginData(conversation)
  await pump(conversation, message, sender)
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
