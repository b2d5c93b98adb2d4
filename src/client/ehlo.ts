import { noCapabilities, parseCapabilities } from '../protocol/capabilities.ts'
import { argumentError, isSmtpError } from '../protocol/errors.ts'
import { asciiDomain } from '../protocol/idn.ts'
import { limits } from '../protocol/limits.ts'
import { exchange } from '../stream/exchange.ts'
import type { Conversation } from './session.ts'

// RFC 5321 section 3.2 speaks of 500 and 502; 501, 504 and 550 are seen from servers and gateways without EHLO.
const withoutEhlo: readonly number[] = [500, 501, 502, 504, 550]

/** Says EHLO, or HELO where the server wants that, or LHLO; needed again once TLS is there. */
export async function greetServer(conversation: Conversation, name: string): Promise<void> {
  const domain = ehloName(name)
  const { channel, options } = conversation
  const lmtp = options.protocol === 'lmtp'
  try {
    conversation.reply = await exchange(channel, { verb: lmtp ? 'LHLO' : 'EHLO', domain })
    conversation.capabilities = parseCapabilities(conversation.reply, channel.limits.capabilities)
  } catch (error) {
    // LMTP has neither EHLO nor HELO (RFC 2033 section 4.1).
    if (lmtp || !isSmtpError(error, 'refused') || !withoutEhlo.includes(error.reply.code)) throw error
    conversation.reply = await exchange(channel, { verb: 'HELO', domain })
    conversation.capabilities = noCapabilities()
  }
  conversation.helloName = domain
}

/** Returns the name in A-labels (RFC 6531 section 3.7.1): a server that is only greeted knows no others. */
function ehloName(name: string): string {
  const domain = typeof name === 'string' ? (asciiDomain(name) ?? name) : name
  if (domain.length > limits.domain) throw argumentError('domain', 'too long', { phase: 'hello' })
  return domain
}
