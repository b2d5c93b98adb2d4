import type { OperatorFunction } from 'rxjs'
import { greetServer } from './ehlo.ts'
import { secure } from './secure.ts'
import { type Conversation, type Session, step } from './session.ts'

/**
 * Says EHLO and reads what the server offers; falls back to HELO where the server does not know EHLO. Over LMTP it is LHLO.
 * Where `connect` was given a TLS policy, the session is on TLS then, or the policy does without.
 *
 * Errors with `refused` when the server wants neither, with `invalid-argument` when `name` is no domain or
 * address literal, and with `tls-required` or as {@link startTls} does where TLS is needed.
 *
 * @param name the name of this host, `localhost` unless given.
 * @see RFC 5321 section 4.1.1.1, RFC 2033 section 4.1
 */
export function hello(name = 'localhost'): OperatorFunction<Session<'connected'>, Session<'ready'>> {
  return step('hello', ['connected'], async (conversation) => {
    await sayHello(conversation, name)
    return 'ready'
  })
}

/** Does the work of {@link hello}. */
export async function sayHello(conversation: Conversation, name: string): Promise<void> {
  await greetServer(conversation, name)
  await secure(conversation)
}
