import type { OperatorFunction } from 'rxjs'
import type { Channel } from '../stream/channel.ts'
import { type Phase, type Session, step } from './session.ts'

const open: readonly Phase[] = ['connected', 'ready', 'mail', 'rcpt', 'sent']

/**
 * Says goodbye and closes the connection; the session completes.
 *
 * Never errors because of the server: whatever it answers, or fails to within the deadline for `quit`, takes nothing
 * back of what it has accepted. `session.reply` has its answer where there was one.
 *
 * @see RFC 5321 section 4.1.1.10
 */
export function quit(): OperatorFunction<Session<Exclude<Phase, 'closed'>>, Session<'closed'>> {
  return step('quit', open, async (conversation) => {
    conversation.reply = await sayGoodbye(conversation.channel)
    return 'closed'
  })
}

/** Sends QUIT, waits for the answer, and closes. */
export async function sayGoodbye(channel: Channel): Promise<Session['reply']> {
  channel.leaving = true
  // A server that is gone already, or in a hurry, needs no further goodbye.
  const reply = await channel.request('QUIT', 'quit').catch(() => undefined)
  await channel.close()
  return reply
}
