import { formatCommand } from '../../protocol/command.ts'
import type { Delivery, SmtpError } from '../../protocol/errors.ts'
import type { Reply } from '../../protocol/reply.ts'
import type { Channel } from '../../stream/channel.ts'
import { settle } from '../../stream/exchange.ts'
import { refusal } from '../../stream/faults.ts'
import type { Answers, Line, Transaction } from '../../stream/owed.ts'
import type { Conversation } from '../session.ts'
import type { Job } from './job.ts'
import { needed } from './outcome.ts'

/** The replies to a {@link Group}, as far as they came, and why the others did not. */
export interface GroupReplies {
  readonly mail: Reply | undefined
  readonly rcpts: readonly Reply[]
  /** The reply to the command behind the recipients, if there was one. */
  readonly last: Reply | undefined
  readonly error: SmtpError | undefined
}

/** The commands of a message that left together. */
export interface Group {
  readonly transaction: Transaction
  /** What became of the message when the replies are out of step: a later one may be the answer to something else. */
  readonly doubt: Delivery
  /** Settles when every reply has come or never will; `repliesOf` tells them apart. */
  readonly answers: Promise<Answers>
  repliesOf(answers: Answers): GroupReplies
  /** Resolves when more may be written. */
  readonly pressure: Promise<void> | void
}

/**
 * Writes MAIL, RCPT for everyone, `last` and the message behind it as one piece, behind a RSET where the server may still
 * hold a transaction open: one that it refused in part must not lend its sender to the next.
 */
export function writeGroup(conversation: Conversation, job: Job, last: Line | undefined, body?: Uint8Array): Group {
  const { channel } = conversation
  const transaction: Transaction = { delivery: 'not-sent' }
  channel.transaction = transaction
  const lines: Line[] = conversation.open === undefined ? [] : [rset]
  const mailAt = lines.length
  lines.push({ text: formatCommand(job.mail), phase: 'mail' })
  for (const recipient of job.recipients) lines.push(recipient)
  if (last !== undefined) lines.push(last)
  conversation.open = transaction
  const doubt = last?.phase === 'end-of-data' ? 'unknown' : 'not-sent'
  const { answers, pressure } = channel.requestAll(lines, body)
  const repliesOf = ({ replies: all, error }: Answers): GroupReplies => {
    if (mailAt > 0) checkReset(channel, needed(all[0], error), doubt)
    const rcptsTo = mailAt + 1 + job.recipients.length
    return { mail: all[mailAt], rcpts: all.slice(mailAt + 1, rcptsTo), last: all[rcptsTo], error }
  }
  return { transaction, doubt, answers, repliesOf, pressure }
}

const rset: Line = { text: 'RSET', phase: 'reset' }

/** What follows a RSET that was refused may have been added to what the server holds: all of it is out of step. */
function checkReset(channel: Channel, reply: Reply, doubt: Delivery): void {
  if (reply.code >= 400) throw channel.fail(refusal(reply, 'reset', 'RSET', doubt))
  settle(channel, reply, 'reset', 'RSET', [250], doubt)
}

/** Notes that the server holds no transaction of this message any more. */
export function closed(conversation: Conversation, transaction: Transaction): void {
  if (conversation.open === transaction) conversation.open = undefined
}
