import { type Command, formatCommand, phases, positiveReplies } from '../protocol/command.ts'
import { type Delivery, replyError, type SmtpPhase } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'
import type { Channel } from './channel.ts'
import { refusal } from './faults.ts'

/**
 * Sends one command and resolves with its positive reply.
 *
 * Rejects with an `SmtpError`: `invalid-argument` before anything is written, `refused` for a 4yz or 5yz reply,
 * `unexpected-reply` for a positive reply that the command does not have, after which the channel is no longer used.
 */
export async function exchange(channel: Channel, command: Command): Promise<Reply> {
  return exchangeLine(channel, formatCommand(command), phases[command.verb], positiveReplies[command.verb])
}

/** Does the same for a line that is written already; `positive` undefined takes every 2yz and 3yz reply. */
export async function exchangeLine(
  channel: Channel,
  line: string,
  phase: SmtpPhase,
  positive: readonly number[] | undefined,
): Promise<Reply> {
  return settle(channel, await channel.request(line, phase), phase, line, positive)
}

/**
 * Returns a reply that is positive for its command and throws the error that it means otherwise; `delivery` is what
 * became of the message then, unless the reply refuses it.
 */
export function settle(
  channel: Channel,
  reply: Reply,
  phase: SmtpPhase,
  command: string | undefined,
  positive: readonly number[] | undefined,
  delivery: Delivery = channel.delivery,
): Reply {
  if (reply.code >= 400) throw refusal(reply, phase, command, delivery)
  if (positive === undefined || positive.includes(reply.code)) return reply
  throw channel.fail(replyError('unexpected-reply', reply, { phase, command, delivery }))
}
