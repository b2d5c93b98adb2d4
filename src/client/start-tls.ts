import type { OperatorFunction } from 'rxjs'
import { requireObject } from '../protocol/arguments.ts'
import { noCapabilities } from '../protocol/capabilities.ts'
import { SmtpError } from '../protocol/errors.ts'
import { exchange } from '../stream/exchange.ts'
import type { TlsOptions } from '../stream/socket.ts'
import { greetServer } from './ehlo.ts'
import { type Conversation, type Session, step } from './session.ts'
import { checkOptions, verifiableName } from './tls-policy.ts'

/** Settings of {@link startTls}. */
export interface StartTlsOptions extends TlsOptions {
  /** Sends STARTTLS although the server does not offer it. */
  readonly force?: boolean
}

/**
 * Moves the session onto TLS and says EHLO again; what the server offered before is forgotten.
 *
 * The certificate is verified for the host that was connected to, unless `options` or the `tls` of `connect` say otherwise.
 * Errors with `not-offered`, `refused`, `tls-injection` (plaintext behind the reply), `tls-failed`; there is no way back to
 * plaintext.
 *
 * @see RFC 3207
 */
export function startTls(options: StartTlsOptions = {}): OperatorFunction<Session<'ready' | 'sent'>, Session<'ready'>> {
  return step('starttls', ['ready', 'sent'], async (conversation) => {
    await upgrade(conversation, options)
    return 'ready'
  })
}

/** Does the work of {@link startTls}. */
export async function upgrade(conversation: Conversation, options: StartTlsOptions): Promise<void> {
  const { channel } = conversation
  const { force = false, ...own } = requireObject('options', options, 'starttls')
  const { level, options: asked } = conversation.tls
  const init = { phase: 'starttls', delivery: channel.delivery } as const
  if (channel.socket.tls !== undefined) throw new SmtpError('bad-sequence', 'TLS is established already', init)
  if (level === 'none') throw new SmtpError('bad-sequence', 'the session is to have no TLS', init)
  checkOptions(own)
  if (!force && !conversation.capabilities.has('STARTTLS')) {
    throw new SmtpError('not-offered', 'the server does not offer STARTTLS', { ...init, extension: 'STARTTLS' })
  }
  await exchange(channel, { verb: 'STARTTLS' })
  await channel.startTls({ ...asked, ...own, servername: verifiableName(own.servername ?? asked.servername) })
  conversation.capabilities = noCapabilities()
  await greetServer(conversation, conversation.helloName)
}
