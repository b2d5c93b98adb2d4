import { argumentError, isSmtpError, type RejectedRecipient, type SmtpError } from '../../protocol/errors.ts'
import type { Reply } from '../../protocol/reply.ts'
import { isWhole } from '../message-source.ts'
import type { NamedRecipient } from '../recipient.ts'
import type { Envelope } from '../send.ts'
import type { Conversation, FailedRecipient, SendResult } from '../session.ts'
import { partsOf } from './parts.ts'

/** Sends the message to some of its recipients. */
export type SendTo = (recipients: readonly NamedRecipient[]) => Promise<SendResult>

/**
 * Sends one message in as many transactions as its recipients need: no more at once than LIMITS says (RFC 9422), and once
 * more for those that the server put off with 452, too many recipients (RFC 5321 section 4.5.3.1.10).
 *
 * @throws SmtpError when nobody at all gets the message; `invalid-argument` for a stream, which can be read once, to
 *   more recipients than the server takes.
 */
export function sendInParts(
  { capabilities }: Conversation,
  { message }: Envelope,
  recipients: readonly NamedRecipient[],
  sendTo: SendTo,
): Promise<SendResult> {
  const parts = partsOf(recipients, capabilities.get('LIMITS'))
  const again = isWhole(message)
  if (parts.length > 1 && !again) {
    const why = `a stream can be sent once, and the server takes these recipients in ${parts.length} parts`
    throw argumentError('message', why, { phase: 'rcpt' })
  }
  if (parts.length > 1) return sendParts(parts, sendTo)
  // Where there is one, nobody is left when it is put off.
  const [only = recipients] = parts
  return again && only.length > 1 ? sendPart(only, sendTo) : sendTo(only)
}

async function sendParts(parts: readonly (readonly NamedRecipient[])[], sendTo: SendTo): Promise<SendResult> {
  return together(await Promise.all(parts.map((part) => outcomeOf(part, sendPart(part, sendTo)))))
}

/** Sends to some recipients, and again to those put off, as long as the server takes at least one more each time. */
async function sendPart(part: readonly NamedRecipient[], sendTo: SendTo): Promise<SendResult> {
  const result = await sendTo(part)
  const putOff = result.rejected.filter(isPutOff)
  if (putOff.length === 0) return result
  const left = pick(part, putOff)
  const rest = await outcomeOf(left, sendPart(left, sendTo))
  const rejected = result.rejected.filter((refused) => !isPutOff(refused))
  return together([{ result: { ...result, rejected } }, rest])
}

type Outcome = { readonly result: SendResult } | { readonly error: SmtpError; readonly part: readonly NamedRecipient[] }

/** Waits for what becomes of some recipients, good or bad. */
async function outcomeOf(part: readonly NamedRecipient[], sending: Promise<SendResult>): Promise<Outcome> {
  try {
    return { result: await sending }
  } catch (error) {
    if (isSmtpError(error)) return { error, part }
    throw error
  }
}

/** Finds recipients that were refused among those that were named. */
function pick(part: readonly NamedRecipient[], refused: readonly RejectedRecipient[]): readonly NamedRecipient[] {
  const byAddress = new Map(part.map((recipient) => [recipient.address, recipient]))
  return refused.flatMap(({ recipient }) => byAddress.get(recipient) ?? [])
}

/** 452 may also mean a full mailbox or disk: its enhanced code tells, where there is one. */
function isPutOff({ reply, phase }: RejectedRecipient): boolean {
  return reply.code === 452 && phase === undefined && (reply.enhanced === undefined || reply.enhanced.code === '4.5.3')
}

function resultOf(outcome: Outcome): SendResult {
  if ('error' in outcome) throw outcome.error
  return outcome.result
}

/** Puts the outcomes of several transactions into one; throws the first error when there is nothing else. */
function together(outcomes: readonly Outcome[]): SendResult {
  const first = outcomes.find((outcome) => 'result' in outcome) ?? outcomes[0]
  if (first === undefined) throw new RangeError('no outcome')
  const { reply, queueId, tls, replies: each } = resultOf(first)
  const replies: Reply[] = []
  const accepted: string[] = []
  const rejected: RejectedRecipient[] = []
  const failed: FailedRecipient[] = []
  for (const outcome of outcomes) {
    if ('result' in outcome) {
      accepted.push(...outcome.result.accepted)
      rejected.push(...outcome.result.rejected)
      replies.push(...(outcome.result.replies ?? []))
      failed.push(...(outcome.result.failed ?? []))
    } else if (isSmtpError(outcome.error, 'recipients-refused')) {
      rejected.push(...outcome.error.rejected)
    } else {
      const { error } = outcome
      failed.push(...outcome.part.map(({ address }) => ({ recipient: address, error })))
    }
  }
  return { accepted, rejected, reply, queueId, tls, ...(each && { replies }), ...(failed.length > 0 && { failed }) }
}
