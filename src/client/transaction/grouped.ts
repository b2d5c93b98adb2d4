import { BodySender } from '../../stream/body-sender.ts'
import { settle } from '../../stream/exchange.ts'
import type { MessageSender } from '../../stream/message-sender.ts'
import { pump } from '../pump.ts'
import type { Conversation } from '../session.ts'
import { conclude } from './conclude.ts'
import type { Carry } from './courier.ts'
import { closed, writeGroup } from './group.ts'
import type { Job } from './job.ts'
import { needed, readEnvelope } from './outcome.ts'

/**
 * Sends MAIL, RCPT and DATA in one piece (RFC 2920 section 3.1), then the message; the next one may ride behind its end.
 */
export const sendGrouped: Carry = async (conversation, job, written) => {
  const { channel } = conversation
  const group = writeGroup(conversation, job, { text: 'DATA', phase: 'data' })
  const replies = group.repliesOf(await group.answers)
  const { accepted, rejected, refused } = readEnvelope(channel, job, group, replies)
  if (refused !== undefined) {
    const goesAhead = replies.last?.code === 354
    // What the server refused stays refused, also when the connection ends over this.
    if (goesAhead) await sendNothing(conversation)
    group.transaction.delivery = 'rejected'
    if (goesAhead || refused.phase === 'mail') closed(conversation, group.transaction)
    throw refused
  }
  settle(channel, needed(replies.last, replies.error), 'data', 'DATA', [354])
  const sender = new BodySender(channel, { verbatim: job.plain })
  await writeMessage(conversation, job, sender)
  const ending = conclude(conversation, sender, { accepted, rejected })
  // Whatever the reply will say, the transaction is over with it.
  closed(conversation, group.transaction)
  written()
  return await ending
}

/** Writes the message without its end. */
export function writeMessage(conversation: Conversation, job: Job, sender: MessageSender): Promise<void> {
  return job.whole === undefined ? pump(conversation, job.message, sender) : sender.write(job.whole)
}

/**
 * Ends at once what a server has begun for nobody: it has no recipient to deliver to (RFC 2920 section 3.1). What it says
 * to that changes nothing for them.
 */
async function sendNothing({ channel, options }: Conversation): Promise<void> {
  // Over LMTP nobody means no reply, if 354 for nobody means anything.
  if (options.protocol === 'lmtp') channel.end('unexpected-reply', '354 for nobody', { phase: 'data' })
  else await channel.requestAll([{ text: '.', phase: 'end-of-data' }]).answers
}
