import type { OperatorFunction } from 'rxjs'
import { asciiDomain } from '../protocol/idn.ts'
import { exchange } from '../stream/exchange.ts'
import { requireOffer } from './mail.ts'
import { type Session, step } from './session.ts'

/**
 * Asks the server to start sending what it keeps for `node`: a domain, `@` and a domain for those below it too, or `#`
 * and the name of a queue. `session.reply` tells whether there is anything: 250 to 253.
 *
 * Errors with `not-offered`, `invalid-argument`, `refused`.
 *
 * @see RFC 1985
 */
export function etrn<P extends 'ready' | 'sent'>(node: string): OperatorFunction<Session<P>, Session<P>> {
  return step<P, P>('command', ['ready', 'sent'], async (conversation, session) => {
    requireOffer(conversation.capabilities, 'ETRN', 'command')
    conversation.reply = await exchange(conversation.channel, { verb: 'ETRN', node: inAscii(node) })
    return session.phase
  })
}

/** The grammar sees to all that is no domain. */
function inAscii(node: string): string {
  const [, option = '', name = ''] = /^([@#]?)(.*)$/s.exec(node) ?? []
  return option === '#' ? node : `${option}${asciiDomain(name) ?? name}`
}
