import { SmtpError } from '../protocol/errors.ts'
import { isLoopback } from '../protocol/loopback.ts'
import { printable } from '../protocol/printable.ts'
import { distrust } from '../stream/trust.ts'
import type { Conversation } from './session.ts'
import { upgrade } from './start-tls.ts'

/** Brings a session that has said EHLO to the TLS that its policy asks for, or throws. */
export async function secure(conversation: Conversation): Promise<void> {
  const { channel, host, tls, capabilities } = conversation
  const { level, byDefault, options } = tls
  if (level === undefined || level === 'none') return
  const init = { phase: 'starttls', delivery: channel.delivery } as const
  if (channel.socket.tls !== undefined) {
    const why = distrust(channel.socket.tls, options)
    if (why === undefined) return
    throw channel.fail(new SmtpError('tls-failed', printable(why, 256), init))
  }
  if (capabilities.has('STARTTLS')) return upgrade(conversation, {})
  // Nobody listens between two processes of one machine, unless the caller insists.
  if (level === 'opportunistic' || (byDefault && isLoopback(channel.socket.remoteAddress))) return
  throw new SmtpError('tls-required', `${host} does not offer STARTTLS`, { ...init, extension: 'STARTTLS' })
}
