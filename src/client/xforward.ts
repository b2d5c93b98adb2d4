import type { OperatorFunction } from 'rxjs'
import { attributeValues, type ClientAttributes, inParts } from '../protocol/attributes.ts'
import { exchange } from '../stream/exchange.ts'
import { type Session, step } from './session.ts'

/**
 * Tells the server whose message the next one is, for its log: the client of the proxy that speaks here. What is too
 * long for one command takes several.
 *
 * Errors with `not-offered` for a command or an attribute that the server does not announce, `invalid-argument` before
 * anything is written; `refused`.
 *
 * @example
 * session$.pipe(xforward({ NAME: 'client.example', ADDR: '2001:db8::7', PORT: 4711, SOURCE: 'REMOTE' }))
 * @see XFORWARD_README of Postfix
 */
export function xforward<P extends 'ready' | 'sent'>(
  attributes: ClientAttributes,
): OperatorFunction<Session<P>, Session<P>> {
  return step<P, P>('command', ['ready', 'sent'], async (conversation, session) => {
    const { channel, capabilities } = conversation
    for (const part of inParts('XFORWARD', attributeValues('XFORWARD', capabilities, attributes))) {
      conversation.reply = await exchange(channel, { verb: 'XFORWARD', attributes: part })
    }
    return session.phase
  })
}
