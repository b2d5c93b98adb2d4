import { positiveReplies } from '../../protocol/command.ts'
import { isSmtpError, type RejectedRecipient, type SmtpError } from '../../protocol/errors.ts'
import type { Reply } from '../../protocol/reply.ts'
import type { Channel } from '../../stream/channel.ts'
import { settle } from '../../stream/exchange.ts'
import { refusal } from '../../stream/faults.ts'
import { nobodyLeft } from '../rcpt.ts'
import type { Group, GroupReplies } from './group.ts'
import type { Job } from './job.ts'

/** Who will get the message, as far as the replies to MAIL and RCPT tell. */
export interface EnvelopeOutcome {
  readonly accepted: string[]
  readonly rejected: RejectedRecipient[]
  /** Why there is nobody: MAIL was refused, or every RCPT. */
  readonly refused: SmtpError | undefined
}

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
  { doubt }: Pick<Group, 'doubt'>,
  { mail, rcpts, error }: GroupReplies,
): EnvelopeOutcome {
  const accepted: string[] = []
  const rejected: RejectedRecipient[] = []
  try {
    settle(channel, needed(mail, error), 'mail', 'MAIL', [250], doubt)
  } catch (refused) {
    if (!isSmtpError(refused, 'refused')) throw refused
    return { accepted, rejected, refused }
  }
  let positive: Reply | undefined
  for (let index = 0; index < job.recipients.length; index++) {
    const recipient = job.recipients[index]?.address ?? ''
    const reply = needed(rcpts[index], error)
    if (reply.code >= 400) rejected.push({ recipient, reply })
    else {
      // The server says the same to most of them.
      if (reply !== positive) positive = settle(channel, reply, 'rcpt', 'RCPT', positiveReplies.RCPT, doubt)
      accepted.push(recipient)
    }
  }
  return { accepted, rejected, refused: accepted.length === 0 ? nobodyLeft(rejected) : undefined }
}

/** Returns a reply, or throws why it never came. */
export function needed(reply: Reply | undefined, error: SmtpError | undefined): Reply {
  if (reply === undefined) throw error
  return reply
}

/** Throws what the reply to the end of the message says, unless it accepts it. */
export function accept(channel: Channel, reply: Reply, command: string): Reply {
  if (reply.code >= 400) throw refusal(reply, 'end-of-data', command, 'rejected')
  return settle(channel, reply, 'end-of-data', command, [250], 'unknown')
}
