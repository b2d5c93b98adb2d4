import { isSmtpError, type RejectedRecipient } from '../../protocol/errors.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { BodySender } from '../../stream/body-sender.ts'
import { exchange } from '../../stream/exchange.ts'
import type { Transaction } from '../../stream/owed.ts'
import { nobodyLeft } from '../rcpt.ts'
import type { Carry } from './courier.ts'
import { closed } from './group.ts'
import { writeMessage } from './grouped.ts'

/** Sends one command at a time, each after the reply to the one before. */
export const sendInLockStep: Carry = async (conversation, job) => {
  const { channel } = conversation
  if (conversation.open !== undefined) await exchange(channel, { verb: 'RSET' })
  const transaction: Transaction = { delivery: 'not-sent' }
  channel.transaction = transaction
  conversation.open = undefined
  await exchange(channel, job.mail)
  conversation.open = transaction
  const accepted: string[] = []
  const rejected: RejectedRecipient[] = []
  for (const [index, rcpt] of job.rcpts.entries()) {
    const recipient = job.recipients[index] ?? ''
    try {
      await exchange(channel, rcpt)
      accepted.push(recipient)
    } catch (error) {
      if (!isSmtpError(error, 'refused')) throw error
      rejected.push({ recipient, reply: error.reply })
    }
  }
  if (accepted.length === 0) throw nobodyLeft(rejected)
  await exchange(channel, { verb: 'DATA' })
  const sender = new BodySender(channel)
  await writeMessage(conversation, job, sender)
  const reply = await sender.end().finally(() => closed(conversation, transaction))
  return { accepted, rejected, reply, queueId: queueIdOf(reply) }
}
