import type { OperatorFunction } from 'rxjs'
import { formatCommand } from '../protocol/command.ts'
import { SmtpError } from '../protocol/errors.ts'
import { queueIdOf } from '../protocol/queue-id.ts'
import type { Reply } from '../protocol/reply.ts'
import { settle } from '../stream/exchange.ts'
import { requireOffer } from './mail.ts'
import { type Conversation, type Session, step } from './session.ts'

/** Settings of {@link burl}. */
export interface BurlOptions {
  /** Whether the message ends with what the URL stands for. */
  readonly last?: boolean
}

/**
 * Has the server fetch the message, or the next part of it, from a URL, as a rule of an IMAP server; the last part ends
 * the message. The token that lets the server fetch it (RFC 4467) appears neither in transcript nor in errors.
 *
 * Errors with `not-offered`, `invalid-argument` before anything is written; `refused`, after which a message of several
 * parts has to be given up by `reset()`.
 *
 * @example
 * const url = 'imap://ann@imap.example/Drafts;UIDVALIDITY=1/;UID=20;urlauth=submit+ann:internal:91354a47'
 * session$.pipe(mail('ann@mx.example'), rcpt('bob@b.example'), burl(url, { last: true }))
 * @see RFC 4468
 */
export function burl(url: string, options: { readonly last: true }): OperatorFunction<Session<'rcpt'>, Session<'sent'>>
export function burl(
  url: string,
  options?: { readonly last?: false },
): OperatorFunction<Session<'rcpt'>, Session<'rcpt'>>
export function burl(
  url: string,
  { last = false }: BurlOptions = {},
): OperatorFunction<Session<'rcpt'>, Session<'rcpt' | 'sent'>> {
  return step('body', ['rcpt'], async (conversation) => {
    const command = { verb: 'BURL', url, last } as const
    requireOffer(conversation.capabilities, 'BURL', 'body')
    // How many replies the last one has there is nowhere said.
    if (conversation.options.protocol === 'lmtp') throw notOverLmtp()
    if (!last) {
      conversation.reply = await fetchPart(conversation, formatCommand(command), 'body')
      return 'rcpt'
    }
    await fetchLast(conversation, formatCommand(command))
    return 'sent'
  })
}

/** Sends the command that ends the message and writes down what became of it. */
async function fetchLast(conversation: Conversation, line: string): Promise<void> {
  // From here on the server may take it, whatever we learn of it.
  conversation.channel.transaction.delivery = 'unknown'
  // The transaction is over with the reply, whatever it says.
  const reply = await fetchPart(conversation, line, 'end-of-data').finally(() => {
    conversation.phase = 'ready'
  })
  conversation.reply = reply
  const { accepted, rejected, channel } = conversation
  const result = { accepted: [...accepted], rejected: [...rejected], reply, queueId: queueIdOf(reply) }
  conversation.result = { ...result, tls: channel.socket.tls }
}

function notOverLmtp(): SmtpError {
  return new SmtpError('not-offered', 'BURL is not for LMTP', { phase: 'body', extension: 'BURL' })
}

async function fetchPart({ channel }: Conversation, line: string, phase: 'body' | 'end-of-data'): Promise<Reply> {
  const token = urlAuthToken(line)
  if (token !== undefined) channel.mask.add(token)
  const shown = channel.mask.text(line)
  return settle(channel, await channel.request(line, phase, shown), phase, shown, [250])
}

/** RFC 4467 section 3: `;URLAUTH=` access `:` mechanism `:` token, the token being the secret. */
function urlAuthToken(line: string): string | undefined {
  const at = line.search(/;URLAUTH=/i)
  return at < 0 ? undefined : /^[^:]*:[^:]*:([^ ]+)/.exec(line.slice(at))?.[1]
}
