import { isSmtpError, type RejectedRecipient } from '../../protocol/errors.ts'
import { BodySender } from '../../stream/body-sender.ts'
import type { Channel } from '../../stream/channel.ts'
import { ChunkSender } from '../../stream/chunk-sender.ts'
import { exchange } from '../../stream/exchange.ts'
import type { MessageSender } from '../../stream/message-sender.ts'
import type { Transaction } from '../../stream/owed.ts'
import { nobodyLeft, sayRcpt } from '../rcpt.ts'
import { type Conversation, type SendResult, untilEnded } from '../session.ts'
import { conclude } from './conclude.ts'
import type { Carry } from './courier.ts'
import { closed } from './group.ts'
import { writeMessage } from './grouped.ts'
import type { Job } from './job.ts'

/** Sends one command at a time, each after the reply to the one before. */
export const sendInLockStep: Carry = (conversation, job) => untilEnded(conversation, () => send(conversation, job))

async function send(conversation: Conversation, job: Job): Promise<SendResult> {
  const { channel } = conversation
  const transaction: Transaction = { delivery: 'not-sent' }
  channel.transaction = transaction
  if (conversation.open !== undefined) await exchange(channel, { verb: 'RSET' })
  conversation.open = undefined
  await exchange(channel, job.mail)
  conversation.open = transaction
  const accepted: string[] = []
  const rejected: RejectedRecipient[] = []
  for (const recipient of job.recipients) {
    try {
      await sayRcpt(channel, recipient)
      accepted.push(recipient.address)
    } catch (error) {
      if (!isSmtpError(error, 'refused')) throw error
      rejected.push({ recipient: recipient.address, reply: error.reply })
    }
  }
  if (accepted.length === 0) throw nobodyLeft(rejected)
  const sender = await senderOf(channel, job)
  await writeMessage(conversation, job, sender)
  return conclude(conversation, sender, { accepted, rejected }).finally(() => closed(conversation, transaction))
}

/** Opens the message: behind a 354, or chunk by chunk, each after the reply to the one before. */
async function senderOf(channel: Channel, job: Job): Promise<MessageSender> {
  if (job.binary) return new ChunkSender(channel, { verbatim: true, window: 1 })
  await exchange(channel, { verb: 'DATA' })
  return new BodySender(channel, { verbatim: job.plain })
}
