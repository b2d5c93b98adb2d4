import type { OperatorFunction } from 'rxjs'
import { requireObject } from '../protocol/arguments.ts'
import { argumentError } from '../protocol/errors.ts'
import type { RcptParams } from '../protocol/rcpt-params.ts'
import { checkMail, type MailOptions } from './mail.ts'
import { isWhole, type MessageSource, piecesOf } from './message-source.ts'
import { type NamedRecipient, nameRecipients, type Recipient } from './recipient.ts'
import { type Conversation, type SendResult, type Session, step } from './session.ts'
import { Courier } from './transaction/courier.ts'
import { sendInParts } from './transaction/split.ts'

/** A message with its envelope; `notify` and `validSince` are for every recipient that has none of its own. */
export interface Envelope extends Omit<MailOptions, 'size'>, Pick<RcptParams, 'notify' | 'validSince'> {
  /** The sender, a mailbox without brackets; `''` for a bounce. */
  readonly from: string
  /** The recipients: mailboxes without brackets, or with options of their own, `{ address, notify, orcpt, ... }`. */
  readonly to: Recipient | readonly Recipient[]
  /** Header fields and body. */
  readonly message: MessageSource
}

/**
 * Sends one message: MAIL, RCPT for every recipient, and the message by DATA or BDAT, as many at a time as the server
 * and the session's `pipelining` allow.
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
    await transact(conversation, envelope, checkEnvelope(envelope))
    return 'sent'
  })
}

/** Checks all that can be checked before a connection is there; returns the recipients as RCPT names them. */
export function checkEnvelope(envelope: Envelope): readonly NamedRecipient[] {
  const { from, to, notify, validSince } = requireObject('envelope', envelope, 'mail')
  checkMail(from, envelope)
  const common = notify !== undefined || validSince !== undefined
  const recipients = nameRecipients(
    to,
    common ? { ...(notify && { notify }), ...(validSince && { validSince }) } : undefined,
  )
  if (recipients.length === 0) throw argumentError('to', 'no recipient', { phase: 'rcpt' })
  if (!isWhole(envelope.message)) piecesOf(envelope.message)
  return recipients
}

/** Does the work of {@link send}. */
export function transact(
  conversation: Conversation,
  envelope: Envelope,
  recipients: readonly NamedRecipient[],
  signal?: AbortSignal,
): Promise<SendResult> {
  conversation.courier ??= new Courier(conversation)
  const { courier } = conversation
  return sendInParts(conversation, envelope, recipients, (part) => courier.submit(envelope, part, signal))
}
