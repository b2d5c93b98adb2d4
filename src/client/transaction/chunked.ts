import { replyError } from '../../protocol/errors.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import type { Reply } from '../../protocol/reply.ts'
import type { Channel } from '../../stream/channel.ts'
import type { Carry } from './courier.ts'
import { closed, writeGroup } from './group.ts'
import { accept, needed, readEnvelope } from './outcome.ts'

/**
 * Sends everything in one piece: MAIL, RCPT, `BDAT n LAST` and the message (RFC 3030 section 2, RFC 2920).
 *
 * Its end leaves with its beginning, so that a connection that breaks before the replies leaves it in doubt. A message
 * that nobody is to get is thrown away by the server itself, which answers BDAT with a refusal.
 */
export const sendChunked: Carry = async (conversation, job, written) => {
  const { channel } = conversation
  const message = job.whole ?? new Uint8Array(0)
  const bdat = `BDAT ${message.length} LAST`
  const group = writeGroup(conversation, job, { text: bdat, phase: 'end-of-data' }, message)
  if (group.pressure === undefined) written()
  else group.pressure.then(written, written)
  const replies = group.repliesOf(await group.answers)
  const { accepted, rejected, refused } = readEnvelope(channel, job, group, replies)
  if (refused !== undefined) {
    if (refused.phase === 'mail') checkThrownAway(channel, replies.last)
    group.transaction.delivery = 'rejected'
    if (refused.phase === 'mail') closed(conversation, group.transaction)
    throw refused
  }
  const reply = accept(channel, needed(replies.last, replies.error), bdat)
  closed(conversation, group.transaction)
  return { accepted, rejected, reply, queueId: queueIdOf(reply), tls: channel.socket.tls }
}

/** A message without a sender cannot have been taken: a server that says so is out of step. */
function checkThrownAway(channel: Channel, last: Reply | undefined): void {
  if (last === undefined || last.code >= 400) return
  const init = { phase: 'end-of-data', command: 'BDAT', delivery: 'unknown' } as const
  throw channel.fail(replyError('unexpected-reply', last, init))
}
