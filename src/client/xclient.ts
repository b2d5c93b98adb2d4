import type { OperatorFunction } from 'rxjs'
import { attributeValues, type ClientAttributes, inParts, unavailable } from '../protocol/attributes.ts'
import { noCapabilities } from '../protocol/capabilities.ts'
import { exchange } from '../stream/exchange.ts'
import { greetServer } from './ehlo.ts'
import { type Session, step } from './session.ts'

/**
 * Tells the server to treat this session as another client's, and says EHLO again: the server begins anew, as behind its
 * greeting, which `session.reply` does not keep.
 *
 * Errors with `not-offered` for a command or an attribute that the server does not announce, `invalid-argument` before
 * anything is written; `refused`, also when the server would not have greeted that client.
 *
 * @example
 * session$.pipe(xclient({ NAME: 'client.example', ADDR: '192.0.2.7', LOGIN: null }))
 * @see XCLIENT_README of Postfix
 */
export function xclient(attributes: ClientAttributes): OperatorFunction<Session<'ready' | 'sent'>, Session<'ready'>> {
  return step('command', ['ready', 'sent'], async (conversation) => {
    const { channel, capabilities, helloName } = conversation
    const values = attributeValues('XCLIENT', capabilities, attributes)
    for (const part of inParts('XCLIENT', values)) await exchange(channel, { verb: 'XCLIENT', attributes: part })
    // Whom the session was authenticated as is forgotten, unless the proxy has told it just now.
    const { LOGIN = unavailable } = values
    conversation.authenticated = LOGIN !== unavailable
    conversation.capabilities = noCapabilities()
    conversation.phase = 'connected'
    conversation.messages = 0
    await greetServer(conversation, helloName)
    return 'ready'
  })
}
