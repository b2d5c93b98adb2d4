import type { OperatorFunction } from 'rxjs'
import { exchange } from '../stream/exchange.ts'
import { lookupCommand } from './lookup.ts'
import { requireOffer } from './mail.ts'
import { type Session, step } from './session.ts'
import type { VerifyOptions } from './verify.ts'

/** Settings of {@link expn}. */
export interface ExpnOptions extends VerifyOptions {
  /** Sends EXPN although the server does not offer it. */
  readonly force?: boolean
}

/**
 * Asks who is on a mailing list; `session.reply` has the members, one a line.
 *
 * Errors with `not-offered` when the server lacks EXPN, or SMTPUTF8 where that is needed; `invalid-argument`, `refused`.
 *
 * @example
 * session$.pipe(expn('staff'), map(({ reply }) => reply?.lines))
 * @see RFC 5321 section 4.1.1.7
 */
export function expn<P extends 'ready' | 'sent'>(
  list: string,
  options: ExpnOptions = {},
): OperatorFunction<Session<P>, Session<P>> {
  return step<P, P>('verify', ['ready', 'sent'], async (conversation, session) => {
    const { channel, capabilities } = conversation
    if (!options.force) requireOffer(capabilities, 'EXPN', 'verify')
    conversation.reply = await exchange(channel, lookupCommand('EXPN', capabilities, list, options))
    return session.phase
  })
}
