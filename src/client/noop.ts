import type { OperatorFunction } from 'rxjs'
import { exchange } from '../stream/exchange.ts'
import { type Phase, type Session, step } from './session.ts'

/**
 * Asks for a sign of life and leaves the session where it is.
 *
 * @see RFC 5321 section 4.1.1.9
 */
export function noop<P extends 'ready' | 'mail' | 'rcpt' | 'sent'>(): OperatorFunction<Session<P>, Session<P>> {
  return step<P, P>('noop', open, async (conversation, session) => {
    conversation.reply = await exchange(conversation.channel, { verb: 'NOOP' })
    return session.phase
  })
}

const open: readonly Phase[] = ['ready', 'mail', 'rcpt', 'sent']
