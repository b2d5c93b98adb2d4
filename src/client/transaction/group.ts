import { formatCommand } from '../../protocol/command.ts'
import type { Delivery } from '../../protocol/errors.ts'
import type { Line, Transaction } from '../../stream/channel.ts'
import { settle } from '../../stream/exchange.ts'
import type { Conversation } from '../session.ts'
import type { Job } from './job.ts'
import { replyOf, type Settled } from './outcome.ts'

/** The commands of a message that left together. */
export interface Group {
  readonly transaction: Transaction
  /** Settles when every reply has come or never will. */
  readonly replies: Promise<{ readonly mail: Settled[number]; readonly rcpts: Settled; readonly last: Settled[number] }>
  /** Resolves when more may be written. */
  readonly pressure: Promise<void> | void
}

/**
 * Writes MAIL, RCPT for everyone, `last` and what follows it as one piece, behind a RSET where the server may still
 * hold a transaction open: one that it refused in part must not lend its sender to the next.
 *
 * @param delivery what becomes of the message if no reply ever comes.
 */
export function writeGroup(
  conversation: Conversation,
  job: Job,
  last: Line,
  delivery: Delivery,
  body?: Uint8Array,
): Group {
  const { channel } = conversation
  const transaction: Transaction = { delivery }
  channel.transaction = transaction
  const lines: Line[] = conversation.open === undefined ? [] : [{ text: 'RSET', phase: 'reset' }]
  const mailAt = lines.length
  lines.push({ text: formatCommand(job.mail), phase: 'mail' })
  for (const rcpt of job.rcpts) lines.push({ text: formatCommand(rcpt), phase: 'rcpt' })
  lines.push(last)
  conversation.open = transaction
  const { replies, pressure } = channel.requestAll(lines, body)
  const settled = Promise.allSettled(replies).then((all) => {
    if (mailAt > 0) settle(channel, replyOf(all[0]), 'reset', 'RSET', [250])
    const [mail, ...rest] = all.slice(mailAt)
    const end = rest.pop()
    if (mail === undefined || end === undefined) throw new RangeError('a group has MAIL and a last command')
    return { mail, rcpts: rest, last: end }
  })
  return { transaction, replies: settled, pressure }
}

/** Notes that the server holds no transaction of this message any more. */
export function closed(conversation: Conversation, transaction: Transaction): void {
  if (conversation.open === transaction) conversation.open = undefined
}
