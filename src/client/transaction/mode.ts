import type { Capabilities } from '../../protocol/capabilities.ts'
import type { ConversationOptions } from '../session.ts'
import type { Job } from './job.ts'

/**
 * How much may be under way before the replies come: `auto`, several messages; `transaction`, the commands of one
 * message; `off`, one command.
 */
export type Pipelining = 'auto' | 'transaction' | 'off'

/**
 * How one message travels: `lock-step`, each command waits for the reply before it; `grouped`, MAIL, RCPT and DATA
 * leave together (RFC 2920); `chunked`, they leave together with the message itself (RFC 3030); `streamed`, the message
 * follows them in chunks.
 */
export type Mode = 'lock-step' | 'grouped' | 'chunked' | 'streamed'

// A larger message is not sent on the chance that its recipients are accepted.
const largestAtOnce = 2 * 1024 * 1024

/** Chooses the quickest way that the server offers and the caller allows. */
export function modeOf(
  capabilities: Capabilities,
  { pipelining, protocol }: ConversationOptions,
  { whole }: Job,
): Mode {
  if (pipelining === 'off' || !capabilities.has('PIPELINING')) return 'lock-step'
  if (!capabilities.has('CHUNKING')) return 'grouped'
  // Over LMTP the end of a message has as many replies as recipients were accepted: that must be known before.
  if (protocol === 'lmtp') return 'streamed'
  return whole !== undefined && whole.length <= largestAtOnce ? 'chunked' : 'streamed'
}
