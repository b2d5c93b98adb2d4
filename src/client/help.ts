import type { OperatorFunction } from 'rxjs'
import { exchange } from '../stream/exchange.ts'
import { type Phase, type Session, step } from './session.ts'

/**
 * Asks for help, about a command where one is named; `session.reply` has the text. Servers may have HELP without
 * announcing it, so nothing is asked of their capabilities.
 *
 * Errors with `invalid-argument`, and with `refused` where there is none.
 *
 * @see RFC 5321 section 4.1.1.8
 */
export function help<P extends Exclude<Phase, 'closed'>>(topic?: string): OperatorFunction<Session<P>, Session<P>> {
  return step<P, P>('command', open, async (conversation, session) => {
    const command = { verb: 'HELP', ...(topic !== undefined && { argument: topic }) } as const
    conversation.reply = await exchange(conversation.channel, command)
    return session.phase
  })
}

const open: readonly Phase[] = ['connected', 'ready', 'mail', 'rcpt', 'sent']
