import { ChunkSender } from '../../stream/chunk-sender.ts'
import { conclude } from './conclude.ts'
import type { Carry } from './courier.ts'
import { closed, writeGroup } from './group.ts'
import { writeMessage } from './grouped.ts'
import { readEnvelope } from './outcome.ts'

/**
 * Sends MAIL and RCPT in one piece, then the message in chunks (RFC 3030 section 2): for what is too large to be sent
 * on the chance that somebody will get it, and for what is not there as a whole.
 */
export const sendStreamed: Carry = async (conversation, job, written) => {
  const { channel } = conversation
  const group = writeGroup(conversation, job, undefined)
  const { accepted, rejected, refused } = readEnvelope(channel, job, group, group.repliesOf(await group.answers))
  if (refused !== undefined) {
    if (refused.phase === 'mail') closed(conversation, group.transaction)
    throw refused
  }
  const sender = new ChunkSender(channel, { verbatim: job.binary || job.whole !== undefined })
  await writeMessage(conversation, job, sender)
  const ending = conclude(conversation, sender, { accepted, rejected })
  written()
  const result = await ending
  closed(conversation, group.transaction)
  return result
}
