import { isSmtpError, type RejectedRecipient, SmtpError } from '../../protocol/errors.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import type { Reply } from '../../protocol/reply.ts'
import type { MessageSender } from '../../stream/message-sender.ts'
import { nobodyLeft } from '../rcpt.ts'
import type { Conversation, FailedRecipient, SendResult } from '../session.ts'

/** The recipients of a message that is about to end, as the replies to RCPT have it. */
export interface Recipients {
  readonly accepted: readonly string[]
  readonly rejected: readonly RejectedRecipient[]
}

/**
 * Ends a message and tells what became of it.
 *
 * @throws SmtpError when nobody gets it.
 */
export async function conclude(
  conversation: Conversation,
  sender: MessageSender,
  recipients: Recipients,
): Promise<SendResult> {
  if (conversation.options.protocol === 'lmtp') return concludeForEach(conversation, sender, recipients)
  const reply = await sender.end()
  const { accepted, rejected } = recipients
  return { accepted, rejected, reply, queueId: queueIdOf(reply), tls: conversation.channel.socket.tls }
}

/** Does so over LMTP: every recipient that RCPT has accepted gets a reply of its own (RFC 2033 section 4.2). */
async function concludeForEach(
  { channel }: Conversation,
  sender: MessageSender,
  { accepted: awaiting, rejected: refused }: Recipients,
): Promise<SendResult> {
  const { transaction } = channel
  const outcomes = await sender.endForEach(awaiting.length)
  const accepted: string[] = []
  const replies: Reply[] = []
  const rejected = [...refused]
  const failed: FailedRecipient[] = []
  for (const [index, recipient] of awaiting.entries()) {
    const outcome = outcomes[index]
    if (outcome?.status === 'fulfilled') {
      accepted.push(recipient)
      replies.push(outcome.value)
    } else {
      const error = errorOf(outcome)
      if (error.delivery === 'rejected' && error.reply !== undefined) {
        rejected.push({ recipient, reply: error.reply, phase: 'end-of-data' })
      } else failed.push({ recipient, error })
    }
  }
  // Whatever fails later in this session is about the message as a whole.
  transaction.delivery = accepted.length > 0 ? 'accepted' : failed.length > 0 ? 'unknown' : 'rejected'
  const [reply] = replies
  if (reply === undefined) throw inDoubt(failed, rejected) ?? nobodyLeft(rejected, 'end-of-data')
  const result = { accepted, rejected, reply, replies, queueId: queueIdOf(reply), tls: channel.socket.tls }
  return { ...result, ...(failed.length > 0 && { failed }) }
}

/** Tells that nobody is known to have the message and somebody may, and who certainly has not. */
function inDoubt([first]: readonly FailedRecipient[], rejected: readonly RejectedRecipient[]): SmtpError | undefined {
  if (first === undefined || rejected.length === 0) return first?.error
  const { code, message, phase, delivery, command, reply, cause } = first.error
  return new SmtpError(code, message, { phase, delivery, command, reply, cause, rejected })
}

function errorOf(outcome: PromiseRejectedResult | undefined): SmtpError {
  // Only what a sender throws can be here; anything else is a fault of this library's, and must not pass for a verdict.
  if (outcome !== undefined && isSmtpError(outcome.reason)) return outcome.reason
  throw outcome?.reason
}
