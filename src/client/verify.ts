import type { OperatorFunction } from 'rxjs'
import { replyError } from '../protocol/errors.ts'
import { exchange } from '../stream/exchange.ts'
import { lookupCommand } from './lookup.ts'
import { type Session, step } from './session.ts'

/** Settings of {@link verify}. */
export interface VerifyOptions {
  /** Lets the reply have UTF-8 in it (RFC 6531); implied by an address that cannot be said in ASCII. */
  readonly smtpUtf8?: boolean
}

/**
 * Asks whether a user or mailbox exists; `session.reply` has the answer.
 *
 * Errors with `refused` when it does not, and with `unexpected-reply` for 252: the server would not say;
 * `not-offered` when UTF-8 is needed and the server lacks SMTPUTF8.
 *
 * @see RFC 5321 section 4.1.1.6
 */
export function verify<P extends 'ready' | 'sent'>(
  address: string,
  options: VerifyOptions = {},
): OperatorFunction<Session<P>, Session<P>> {
  return step<P, P>('verify', ['ready', 'sent'], async (conversation, session) => {
    const { channel, capabilities } = conversation
    conversation.reply = await exchange(channel, lookupCommand('VRFY', capabilities, address, options))
    if (conversation.reply.code === 252) {
      const { delivery } = channel
      throw replyError('unexpected-reply', conversation.reply, { phase: 'verify', command: 'VRFY', delivery })
    }
    return session.phase
  })
}
