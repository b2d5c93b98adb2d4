import { isSmtpError, type RejectedRecipient, type SmtpError } from '../../protocol/errors.ts'
import type { Reply } from '../../protocol/reply.ts'
import { type Channel, refusal } from '../../stream/channel.ts'
import { settle } from '../../stream/exchange.ts'
import { nobodyLeft } from '../rcpt.ts'
import type { Job } from './job.ts'

/** Who will get the message, as far as the replies to MAIL and RCPT tell. */
export interface EnvelopeOutcome {
  readonly accepted: string[]
  readonly rejected: RejectedRecipient[]
  /** Why there is nobody: MAIL was refused, or every RCPT. */
  readonly refused: SmtpError | undefined
}

/** Replies to a group of commands that left together; those that never came are errors. */
export type Settled = readonly PromiseSettledResult<Reply>[]

/**
 * Reads the replies to MAIL and RCPT.
 *
 * What the server has refused stays refused, whatever happens to the connection later: a lost reply behind a refusal
 * leaves nothing in doubt.
 *
 * @throws SmtpError when a reply that matters never came, or is none of the command's.
 */
export function readEnvelope(
  channel: Channel,
  job: Job,
  mail: Settled[number] | undefined,
  rcpts: Settled,
): EnvelopeOutcome {
  const accepted: string[] = []
  const rejected: RejectedRecipient[] = []
  try {
    settle(channel, replyOf(mail), 'mail', 'MAIL', [250])
  } catch (error) {
    if (!isSmtpError(error, 'refused')) throw error
    return { accepted, rejected, refused: error }
  }
  for (const [index, rcpt] of rcpts.entries()) {
    const recipient = job.recipients[index] ?? ''
    const reply = replyOf(rcpt)
    if (reply.code >= 400) rejected.push({ recipient, reply })
    else {
      settle(channel, reply, 'rcpt', 'RCPT', [250, 251, 252])
      accepted.push(recipient)
    }
  }
  return { accepted, rejected, refused: accepted.length === 0 ? nobodyLeft(rejected) : undefined }
}

/** Returns a reply, or throws why it never came. */
export function replyOf(settled: Settled[number] | undefined): Reply {
  if (settled?.status === 'fulfilled') return settled.value
  throw settled?.reason
}

/** Throws what the reply to the end of the message says, unless it accepts it. */
export function accept(channel: Channel, reply: Reply, command: string): Reply {
  if (reply.code >= 400) throw refusal(reply, 'end-of-data', command, 'rejected')
  return settle(channel, reply, 'end-of-data', command, [250])
}
