import type { OperatorFunction } from 'rxjs'
import type { Capabilities } from '../protocol/capabilities.ts'
import { type Command, type EsmtpParams, formatCommand } from '../protocol/command.ts'
import { argumentError, SmtpError } from '../protocol/errors.ts'
import { needsUtf8 } from '../protocol/path.ts'
import { exchange } from '../stream/exchange.ts'
import { type Conversation, type Session, step } from './session.ts'

/** Parameters of MAIL; each needs its extension. */
export interface MailOptions {
  /** What the message is made of; nothing is said unless given (RFC 6152). */
  readonly body?: '7BIT' | '8BITMIME'
  /** Octets in the message, for a server that announces SIZE (RFC 1870); checked here against its limit too. */
  readonly size?: number
  /** Announces UTF-8 in addresses or header fields (RFC 6531); implied by a sender that is not ASCII. */
  readonly smtpUtf8?: boolean
  /** Further parameters as they are, for extensions of one's own. */
  readonly params?: EsmtpParams
}

/**
 * Begins a message from `from`, a mailbox without brackets; `''` is the null reverse-path of a bounce.
 *
 * Errors with `invalid-argument` when `from` is no mailbox, `not-offered` when an option needs an extension that the
 * server lacks, `message-too-large`, `refused`.
 *
 * @see RFC 5321 section 4.1.1.2
 */
export function mail(
  from: string,
  options: MailOptions = {},
): OperatorFunction<Session<'ready' | 'sent'>, Session<'mail'>> {
  return step('mail', ['ready', 'sent'], async (conversation) => {
    await beginMail(conversation, from, options)
    return 'mail'
  })
}

/** Does the work of {@link mail}. */
export async function beginMail(conversation: Conversation, from: string, options: MailOptions): Promise<void> {
  const { channel, capabilities } = conversation
  channel.transaction = { delivery: 'not-sent' }
  checkMail(from, options)
  conversation.reply = await exchange(channel, mailCommand(capabilities, from, options))
  conversation.clearEnvelope()
  conversation.result = undefined
}

/** Checks what does not depend on the server. */
export function checkMail(from: string, { body, params }: Omit<MailOptions, 'size'>): void {
  if (body !== undefined && body !== '7BIT' && body !== '8BITMIME') {
    throw argumentError('body', 'neither 7BIT nor 8BITMIME', { phase: 'mail' })
  }
  formatCommand({ verb: 'MAIL', from, ...(params && { params }) })
}

/**
 * Builds the MAIL command for what the server offers.
 *
 * @throws SmtpError `not-offered`, `message-too-large`.
 */
export function mailCommand(capabilities: Capabilities, from: string, options: MailOptions): Command {
  const { body, size, smtpUtf8 = needsUtf8(from), params } = options
  if (body !== undefined) requireOffer(capabilities, '8BITMIME')
  if (smtpUtf8) requireOffer(capabilities, 'SMTPUTF8')
  const limit = capabilities.get('SIZE')?.limit
  if (size !== undefined && limit !== undefined && size > limit) {
    throw new SmtpError('message-too-large', `the message has ${size} octets, the server takes ${limit}`, {
      phase: 'mail',
    })
  }
  return {
    verb: 'MAIL',
    from,
    params: {
      BODY: body,
      SIZE: capabilities.has('SIZE') ? size : undefined,
      SMTPUTF8: smtpUtf8 || undefined,
      ...params,
    },
  }
}

/** Throws unless the server offers an extension that the caller counts on. */
export function requireOffer(capabilities: Capabilities, extension: string): void {
  if (capabilities.has(extension)) return
  throw new SmtpError('not-offered', `the server does not offer ${extension}`, { phase: 'mail', extension })
}
