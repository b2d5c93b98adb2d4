import type { Command } from '../../protocol/command.ts'
import { needsUtf8 } from '../../protocol/path.ts'
import { mailCommand } from '../mail.ts'
import type { MessageSource } from '../message-source.ts'
import { requireNeeds } from '../rcpt.ts'
import type { NamedRecipient } from '../recipient.ts'
import type { Envelope } from '../send.ts'
import type { Conversation } from '../session.ts'
import { type Content, contentOf } from './body.ts'

/** One message to some recipients, as commands and what follows them. */
export interface Job extends Content {
  readonly mail: Command
  readonly recipients: readonly NamedRecipient[]
  readonly message: MessageSource
}

/**
 * Prepares a message for this server.
 *
 * @throws SmtpError `not-offered`, `message-too-large`, `invalid-argument`: nothing is written yet.
 */
export function jobOf(conversation: Conversation, envelope: Envelope, recipients: readonly NamedRecipient[]): Job {
  const { capabilities, channel } = conversation
  const { from, message } = envelope
  const { whole, body, binary, plain } = contentOf(message, envelope.body, capabilities)
  const smtpUtf8 = envelope.smtpUtf8 ?? (needsUtf8(from) || recipients.some(({ needs }) => needs.includes('SMTPUTF8')))
  const mail = mailCommand(capabilities, from, envelope, channel.socket.tls, { body, size: whole?.length, smtpUtf8 })
  for (const recipient of recipients) requireNeeds(capabilities, recipient)
  return { whole, body, binary, plain, mail, recipients, message }
}
