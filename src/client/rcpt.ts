import type { OperatorFunction } from 'rxjs'
import type { Capabilities } from '../protocol/capabilities.ts'
import type { Command, EsmtpParams } from '../protocol/command.ts'
import { isSmtpError, type RejectedRecipient, SmtpError } from '../protocol/errors.ts'
import { needsUtf8, pathOf } from '../protocol/path.ts'
import { printable } from '../protocol/printable.ts'
import { exchange } from '../stream/exchange.ts'
import { requireOffer } from './mail.ts'
import { type Conversation, type Session, step } from './session.ts'

/** Parameters of RCPT. */
export interface RcptOptions {
  /** Parameters as they are, for extensions of one's own. */
  readonly params?: EsmtpParams
}

/**
 * Names one recipient, or several; mailboxes without brackets, or `Postmaster`.
 *
 * One recipient that is refused errors with `refused`. Of several, those that are refused are set aside and told in
 * the result; only when the server has accepted none at all does the session error with `recipients-refused`.
 *
 * @see RFC 5321 section 4.1.1.3
 */
export function rcpt(
  to: string | readonly string[],
  options: RcptOptions = {},
): OperatorFunction<Session<'mail' | 'rcpt'>, Session<'rcpt'>> {
  return step('rcpt', ['mail', 'rcpt'], async (conversation) => {
    if (typeof to === 'string') await addRecipient(conversation, to, options)
    else await addRecipients(conversation, to, options)
    return 'rcpt'
  })
}

/**
 * Builds the RCPT command for what the server offers.
 *
 * @throws SmtpError `not-offered`.
 */
export function rcptCommand(capabilities: Capabilities, to: string, { params }: RcptOptions): Command {
  if (needsUtf8(to)) requireOffer(capabilities, 'SMTPUTF8')
  return { verb: 'RCPT', to, ...(params && { params }) }
}

async function addRecipient(conversation: Conversation, to: string, options: RcptOptions): Promise<void> {
  conversation.reply = await exchange(conversation.channel, rcptCommand(conversation.capabilities, to, options))
  conversation.accepted.push(to)
}

/** Names several recipients and throws when there is none left. */
async function addRecipients(
  conversation: Conversation,
  recipients: readonly string[],
  options: RcptOptions,
): Promise<void> {
  // Before the first is written: a list with one bad address is the caller's mistake, not the server's refusal.
  for (const recipient of recipients) pathOf(recipient, 'to')
  for (const recipient of recipients) {
    try {
      await addRecipient(conversation, recipient, options)
    } catch (error) {
      if (!isSmtpError(error, 'refused')) throw error
      conversation.reply = error.reply
      conversation.rejected.push({ recipient, reply: error.reply })
    }
  }
  if (conversation.accepted.length === 0) throw nobodyLeft(conversation.rejected)
}

/** Builds the error for a message whose every recipient was refused. */
export function nobodyLeft(rejected: readonly RejectedRecipient[]): SmtpError<'recipients-refused'> {
  // The kindest refusal decides: as long as one recipient may work later, so may the message.
  const kindest = rejected.find(({ reply }) => reply.code < 500) ?? rejected[0]
  const why = kindest === undefined ? 'none given' : `${kindest.reply.code} ${printable(kindest.reply.text)}`
  return new SmtpError('recipients-refused', `no recipient was accepted: ${why}`, {
    phase: 'rcpt',
    delivery: rejected.length === 0 ? 'not-sent' : 'rejected',
    reply: kindest?.reply,
    rejected: [...rejected],
  })
}
