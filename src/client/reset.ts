import type { OperatorFunction } from 'rxjs'
import { exchange } from '../stream/exchange.ts'
import { type Session, step } from './session.ts'

/**
 * Gives up the message that was begun, if there is one, and makes the session ready for the next.
 *
 * @see RFC 5321 section 4.1.1.5
 */
export function reset(): OperatorFunction<Session<'ready' | 'mail' | 'rcpt' | 'sent'>, Session<'ready'>> {
  return step('reset', ['ready', 'mail', 'rcpt', 'sent'], async (conversation) => {
    conversation.reply = await exchange(conversation.channel, { verb: 'RSET' })
    conversation.clearEnvelope()
    return 'ready'
  })
}
