import type { OperatorFunction } from 'rxjs'
import { argumentError } from '../protocol/errors.ts'
import { asciiDomain } from '../protocol/idn.ts'
import { printable } from '../protocol/printable.ts'
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
    conversation.reply = await exchange(conversation.channel, {
      verb: 'ETRN',
      node: typeof node === 'string' ? inAscii(node) : node,
    })
    return session.phase
  })
}

/** Writes a domain in A-labels; the grammar sees to what is no domain at all. */
function inAscii(node: string): string {
  const [, option = '', name = ''] = /^(@?)([^#].*)$/s.exec(node) ?? []
  if (name === '') return node
  const ascii = asciiDomain(name)
  if (ascii === undefined) throw argumentError('node', `not a domain: ${printable(node, 64)}`, { phase: 'command' })
  return `${option}${ascii}`
}
