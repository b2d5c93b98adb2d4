import type { Command } from '../../protocol/command.ts'
import { needs8bit } from '../../protocol/inspect.ts'
import { joined } from '../../protocol/octets.ts'
import { needsUtf8 } from '../../protocol/path.ts'
import { BodyEncoder } from '../../protocol/transparency.ts'
import { type MailOptions, mailCommand } from '../mail.ts'
import { type MessageSource, wholeMessage } from '../message-source.ts'
import { requireNeeds } from '../rcpt.ts'
import type { NamedRecipient } from '../recipient.ts'
import type { Envelope } from '../send.ts'
import type { Conversation } from '../session.ts'

/** One message to some recipients, as commands and what follows them. */
export interface Job {
  readonly mail: Command
  readonly recipients: readonly NamedRecipient[]
  readonly message: MessageSource
  /** The message with its line ends as they will be on the wire, dots as they are; undefined for a stream. */
  readonly whole: Uint8Array | undefined
  /** Whether it has no lines, so that only chunks can carry it, as it is (RFC 3030 section 3). */
  readonly binary: boolean
}

/**
 * Prepares a message for this server.
 *
 * @throws SmtpError `not-offered`, `message-too-large`, `invalid-argument`: nothing is written yet.
 */
export function jobOf(conversation: Conversation, envelope: Envelope, recipients: readonly NamedRecipient[]): Job {
  const { capabilities, channel } = conversation
  const { from, to, message, notify, validSince, ...asked } = envelope
  const binary = asked.body === 'BINARYMIME'
  const bytes = wholeMessage(message)
  const whole = bytes && !binary ? normalised(bytes) : bytes
  const eightBit = whole === undefined ? capabilities.has('8BITMIME') : needs8bit(whole)
  const body = asked.body ?? (eightBit ? '8BITMIME' : undefined)
  const options: MailOptions = {
    ...asked,
    smtpUtf8: asked.smtpUtf8 ?? (needsUtf8(from) || recipients.some(({ needs }) => needs.includes('SMTPUTF8'))),
    ...(body && { body }),
    ...(whole && { size: whole.length }),
  }
  const mail = mailCommand(capabilities, from, options, channel.socket.tls)
  for (const recipient of recipients) requireNeeds(capabilities, recipient)
  return {
    mail,
    recipients,
    message,
    whole,
    binary,
  }
}

function normalised(message: Uint8Array): Uint8Array {
  const encoder = new BodyEncoder({ stuff: false })
  const text = encoder.push(message)
  const rest = encoder.end()
  return rest.length === 0 ? text : joined(text, rest)
}
