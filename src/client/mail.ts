import type { OperatorFunction } from 'rxjs'
import { requireObject } from '../protocol/arguments.ts'
import type { Capabilities } from '../protocol/capabilities.ts'
import { type Command, type EsmtpParams, formatCommand } from '../protocol/command.ts'
import { argumentError, SmtpError, type SmtpPhase } from '../protocol/errors.ts'
import { checkBounds, type MailParams, mailExtensions, mailParams } from '../protocol/mail-params.ts'
import { asciiAddress, needsUtf8, pathOf } from '../protocol/path.ts'
import { exchange } from '../stream/exchange.ts'
import type { TlsState } from '../stream/socket.ts'
import { isTrusted } from '../stream/trust.ts'
import { type Conversation, type Session, step } from './session.ts'
import { countMessage } from './transaction/allowance.ts'

/** Parameters of MAIL; each needs its extension. */
export interface MailOptions extends MailParams {
  /** What the message is made of; nothing is said unless given (RFC 6152, RFC 3030). */
  readonly body?: Body
  /** Octets in the message, for a server that announces SIZE (RFC 1870); checked here against its limit too. */
  readonly size?: number
  /** Announces UTF-8 in addresses or header fields (RFC 6531); implied by a sender that cannot be said in ASCII. */
  readonly smtpUtf8?: boolean
  /** Further parameters as they are, for extensions of one's own. */
  readonly params?: EsmtpParams
}

/** Lines of ASCII, lines of any octets (RFC 6152), or octets without lines, which only chunks carry (RFC 3030). */
export type Body = '7BIT' | '8BITMIME' | 'BINARYMIME'

/**
 * Begins a message from `from`, a mailbox without brackets; `''` is the null reverse-path of a bounce.
 *
 * Errors with `invalid-argument` when `from` is no mailbox or an option makes no sense, `not-offered` when an option
 * needs an extension that the server lacks, `tls-required`, `message-too-large`, `session-exhausted`: all before anything is
 * written; `refused`. A domain beyond ASCII is written in A-labels where that spares the need for SMTPUTF8.
 *
 * @example
 * session$.pipe(mail('ann@mx.example', { ret: 'headers', envid: 'order 17', priority: 3 }))
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
  const command = mailCommand(capabilities, from, options, channel.socket.tls)
  countMessage(conversation)
  conversation.reply = await exchange(channel, command)
  conversation.clearEnvelope()
  conversation.result = undefined
}

/** Checks what does not depend on the server. */
export function checkMail(from: string, options: Omit<MailOptions, 'size'>): void {
  const { body, params } = requireObject('options', options, 'mail')
  if (body !== undefined && body !== '7BIT' && body !== '8BITMIME' && body !== 'BINARYMIME') {
    throw argumentError('body', 'neither 7BIT nor 8BITMIME nor BINARYMIME', { phase: 'mail' })
  }
  const asked = mailParams(options)
  if (asked === undefined && params === undefined) pathOf(from, 'from')
  else formatCommand({ verb: 'MAIL', from, params: { ...asked, ...params } })
}

/** What MAIL says of the message itself, found out or told by the caller. */
export type MessageFacts = { readonly [K in 'body' | 'size' | 'smtpUtf8']?: MailOptions[K] | undefined }

/**
 * Builds the MAIL command for what the server offers, on a connection that has this TLS.
 *
 * @param facts stand in for those among the options.
 * @throws SmtpError `invalid-argument`, `tls-required`, `not-offered`, `message-too-large`.
 */
export function mailCommand(
  capabilities: Capabilities,
  from: string,
  options: MailOptions,
  tls?: TlsState,
  facts: MessageFacts = options,
): Command {
  const { requireTls, params } = options
  const { body, size, smtpUtf8 = needsUtf8(from) } = facts
  const asked: EsmtpParams = {
    BODY: body,
    SIZE: capabilities.has('SIZE') ? size : undefined,
    SMTPUTF8: smtpUtf8 || undefined,
    ...mailParams(options),
  }
  // A server offers REQUIRETLS over TLS only: that there is none says more.
  if (requireTls) requireVerified(tls)
  requireOffers(capabilities, asked)
  if (body === 'BINARYMIME') for (const each of [body, 'CHUNKING']) requireOffer(capabilities, each)
  checkBounds(capabilities, options)
  const limit = capabilities.get('SIZE')?.limit
  if (size !== undefined && limit !== undefined && size > limit) {
    throw new SmtpError('message-too-large', `the message has ${size} octets, the server takes ${limit}`, {
      phase: 'mail',
    })
  }
  return { verb: 'MAIL', from: asciiAddress(from), params: params === undefined ? asked : { ...asked, ...params } }
}

/** Throws unless the connection keeps what RFC 8689 section 4.1 promises in its name. */
function requireVerified(tls: TlsState | undefined): void {
  if (isTrusted(tls)) return
  const why = tls === undefined ? 'there is no TLS' : 'the certificate was not verified'
  throw new SmtpError('tls-required', `requireTls: ${why}`, { phase: 'mail', extension: 'REQUIRETLS' })
}

/** Throws unless the server offers the extensions of all parameters that are asked for. */
function requireOffers(capabilities: Capabilities, asked: EsmtpParams): void {
  for (const keyword in asked) {
    const extension = extensionOf.get(keyword)
    if (extension !== undefined && asked[keyword] !== undefined) requireOffer(capabilities, extension)
  }
}

const extensionOf = new Map<string, string>(Object.entries(mailExtensions))

/** Throws unless the server offers an extension that the caller counts on. */
export function requireOffer(capabilities: Capabilities, extension: string, phase: SmtpPhase = 'mail'): void {
  if (capabilities.has(extension)) return
  throw new SmtpError('not-offered', `the server does not offer ${extension}`, { phase, extension })
}
