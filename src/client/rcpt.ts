import type { OperatorFunction } from 'rxjs'
import type { Capabilities } from '../protocol/capabilities.ts'
import { type EsmtpParams, positiveReplies } from '../protocol/command.ts'
import { isSmtpError, type RejectedRecipient, SmtpError } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'
import type { RcptParams } from '../protocol/rcpt-params.ts'
import type { Reply } from '../protocol/reply.ts'
import type { Channel } from '../stream/channel.ts'
import { exchangeLine } from '../stream/exchange.ts'
import { requireOffer } from './mail.ts'
import { type NamedRecipient, nameRecipients, type Recipient } from './recipient.ts'
import { type Conversation, type Session, step } from './session.ts'

/** Parameters of RCPT; each needs its extension. */
export interface RcptOptions extends RcptParams {
  /** Parameters as they are, for extensions of one's own. */
  readonly params?: EsmtpParams
}

/**
 * Names one recipient, or several; mailboxes without brackets, or `Postmaster`. `options` are for all of them, and each
 * may have its own.
 *
 * One recipient that is refused errors with `refused`. Of several, those that are refused are set aside and told in
 * the result; only when the server has accepted none at all does the session error with `recipients-refused`.
 * `invalid-argument` and `not-offered` come before anything is written, whichever recipient they are about.
 *
 * @example
 * session$.pipe(mail('ann@mx.example'), rcpt(['bob@mx.example', { address: 'eve@mx.example', notify: ['failure'] }]))
 * @see RFC 5321 section 4.1.1.3
 */
export function rcpt(
  to: Recipient | readonly Recipient[],
  options: RcptOptions = {},
): OperatorFunction<Session<'mail' | 'rcpt'>, Session<'rcpt'>> {
  return step('rcpt', ['mail', 'rcpt'], async (conversation) => {
    // All of them before the first is written: a list with one bad address is the caller's mistake, not a refusal.
    const named = nameRecipients(to, options)
    for (const recipient of named) requireNeeds(conversation.capabilities, recipient)
    const [only] = named
    if (only !== undefined && !Array.isArray(to)) await addRecipient(conversation, only)
    else await addRecipients(conversation, named)
    return 'rcpt'
  })
}

/**
 * Checks that the server understands the command for a recipient.
 *
 * @throws SmtpError `not-offered`.
 */
export function requireNeeds(capabilities: Capabilities, { needs }: NamedRecipient): void {
  for (const extension of needs) requireOffer(capabilities, extension, 'rcpt')
}

/** Names one recipient. */
export function sayRcpt(channel: Channel, { text, phase }: NamedRecipient): Promise<Reply> {
  return exchangeLine(channel, text, phase, positiveReplies.RCPT)
}

async function addRecipient(conversation: Conversation, recipient: NamedRecipient): Promise<void> {
  conversation.reply = await sayRcpt(conversation.channel, recipient)
  conversation.accepted.push(recipient.address)
}

/** Names several recipients and throws when there is none left. */
async function addRecipients(conversation: Conversation, named: readonly NamedRecipient[]): Promise<void> {
  for (const each of named) {
    try {
      await addRecipient(conversation, each)
    } catch (error) {
      if (!isSmtpError(error, 'refused')) throw error
      conversation.reply = error.reply
      conversation.rejected.push({ recipient: each.address, reply: error.reply })
    }
  }
  if (conversation.accepted.length === 0) throw nobodyLeft(conversation.rejected)
}

/** Builds the error for a message whose every recipient was refused, the last of them in `phase`. */
export function nobodyLeft(
  rejected: readonly RejectedRecipient[],
  phase: 'rcpt' | 'end-of-data' = 'rcpt',
): SmtpError<'recipients-refused'> {
  // The kindest refusal decides: as long as one recipient may work later, so may the message.
  const kindest = rejected.find(({ reply }) => reply.code < 500) ?? rejected[0]
  const why = kindest === undefined ? 'none given' : `${kindest.reply.code} ${printable(kindest.reply.text)}`
  return new SmtpError('recipients-refused', `no recipient was accepted: ${why}`, {
    phase,
    delivery: rejected.length === 0 ? 'not-sent' : 'rejected',
    reply: kindest?.reply,
    rejected: [...rejected],
  })
}
