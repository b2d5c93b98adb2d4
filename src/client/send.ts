import type { OperatorFunction } from 'rxjs'
import { argumentError, isSmtpError } from '../protocol/errors.ts'
import { needs8bit } from '../protocol/inspect.ts'
import { needsUtf8, pathOf } from '../protocol/path.ts'
import { BodyEncoder } from '../protocol/transparency.ts'
import { exchange } from '../stream/exchange.ts'
import { sendData } from './data.ts'
import { beginMail, checkMail, type MailOptions } from './mail.ts'
import { type MessageSource, piecesOf, wholeMessage } from './message-source.ts'
import { addRecipients } from './rcpt.ts'
import { type Conversation, type SendResult, type Session, step } from './session.ts'

/** A message with its envelope. */
export interface Envelope extends Omit<MailOptions, 'size'> {
  /** The sender, a mailbox without brackets; `''` for a bounce. */
  readonly from: string
  /** The recipients, mailboxes without brackets. */
  readonly to: string | readonly string[]
  /** Header fields and body. */
  readonly message: MessageSource
}

/**
 * Sends one message: MAIL, RCPT for every recipient, DATA.
 *
 * Recipients that are refused are told in `session.result.rejected`; the others get the message. Errors with
 * `recipients-refused` when none is left, otherwise as `mail`, `rcpt` and `data` do. After a refusal the session is
 * reset and fit for the next message.
 *
 * BODY=8BITMIME and SMTPUTF8 are announced when the message needs them: a message that is there as a whole is looked
 * at, a stream is announced as 8BITMIME wherever the server knows it.
 */
export function send(envelope: Envelope): OperatorFunction<Session<'ready' | 'sent'>, Session<'sent'>> {
  return step('mail', ['ready', 'sent'], async (conversation) => {
    await transact(conversation, envelope)
    return 'sent'
  })
}

/** Checks all that can be checked before a connection is there. */
export function checkEnvelope(envelope: Envelope): readonly string[] {
  const { from, to, message } = envelope
  const recipients = typeof to === 'string' ? [to] : to
  checkMail(from, envelope)
  // From JavaScript anything may come.
  if (!Array.isArray(recipients) || recipients.length === 0)
    throw argumentError('to', 'no recipient', { phase: 'rcpt' })
  for (const recipient of recipients) pathOf(recipient, 'to')
  piecesOf(message)
  return recipients
}

/** Does the work of {@link send}. */
export async function transact(conversation: Conversation, envelope: Envelope): Promise<SendResult> {
  const recipients = checkEnvelope(envelope)
  try {
    await beginMail(conversation, envelope.from, mailOptions(conversation, envelope, recipients))
    await addRecipients(conversation, recipients, {})
    return await sendData(conversation, envelope.message)
  } catch (error) {
    await recover(conversation, error)
    throw error
  }
}

function mailOptions({ capabilities }: Conversation, envelope: Envelope, recipients: readonly string[]): MailOptions {
  const whole = wholeMessage(envelope.message)
  const eightBit = whole === undefined ? capabilities.has('8BITMIME') : needs8bit(whole)
  const smtpUtf8 = envelope.smtpUtf8 ?? (needsUtf8(envelope.from) || recipients.some(needsUtf8))
  const { params } = envelope
  const body = envelope.body ?? (eightBit ? '8BITMIME' : undefined)
  return { smtpUtf8, ...(body && { body }), ...(params && { params }), ...(whole && { size: sizeOf(whole) }) }
}

/** Counts the octets that RFC 1870 means: line ends as they will be, dots as they are. */
function sizeOf(message: Uint8Array): number {
  const encoder = new BodyEncoder({ stuff: false })
  return encoder.push(message).length + encoder.end().length
}

/** Clears the transaction after a refusal, so that the session can be used again. */
async function recover(conversation: Conversation, error: unknown): Promise<void> {
  const { channel } = conversation
  if (channel.ended !== undefined || !isSmtpError(error)) return
  // Nothing is open after a refused MAIL, or one that was never written.
  if (error.phase === 'mail' || error.phase === 'end-of-data') return
  try {
    await exchange(channel, { verb: 'RSET' })
  } catch (cause) {
    channel.end('connection-lost', 'RSET was not accepted', { phase: 'reset', cause })
  }
}
