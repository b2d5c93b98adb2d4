import type { OperatorFunction } from 'rxjs'
import { replyError } from '../protocol/errors.ts'
import { exchange } from '../stream/exchange.ts'
import { type Session, step } from './session.ts'

/**
 * Asks whether a user or mailbox exists; `session.reply` has the answer.
 *
 * Errors with `refused` when it does not, and with `unexpected-reply` for 252: the server would not say.
 *
 * @see RFC 5321 section 4.1.1.6
 */
export function verify<P extends 'ready' | 'sent'>(address: string): OperatorFunction<Session<P>, Session<P>> {
  return step<P, P>('verify', ['ready', 'sent'], async (conversation, session) => {
    const command = { verb: 'VRFY', argument: address } as const
    const { channel } = conversation
    conversation.reply = await exchange(channel, command)
    if (conversation.reply.code === 252) {
      const { delivery } = channel
      throw replyError('unexpected-reply', conversation.reply, { phase: 'verify', command: 'VRFY', delivery })
    }
    return session.phase
  })
}
