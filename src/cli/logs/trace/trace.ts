import { classifyRecord, type LoggedMessage } from '../../../logs/index.ts'
import { exitCodes } from '../../failure.ts'
import { jsonText } from '../../json.ts'
import { paintFor } from '../../style.ts'
import { writerTo } from '../../writer.ts'
import { passes } from '../filter.ts'
import type { LogsOptions } from '../options.ts'
import type { TakeRecords } from '../scan.ts'
import { type Found, Search } from './search.ts'
import { storiesText } from './story.ts'

/**
 * Tells the story of one message, or of every message from or to an address, out of the records that `read` gives. Gives
 * the exit code.
 */
export async function trace(
  subject: string,
  { filter, output }: LogsOptions,
  stop: AbortSignal,
  read: (take: TakeRecords) => Promise<void>,
): Promise<number> {
  const search = new Search(subject)
  const counts = passes(filter, () => '')
  await read((records) => search.take(records.filter(counts)))
  const found = search.end()
  const writer = await writerTo(output.file)
  if (output.kind === 'json') await writer.write(`${jsonText(judged(found), 2)}\n`)
  else await writer.write(storiesText(found, subject, paintFor(output.file)))
  await writer.end()
  if (stop.aborted) return exitCodes.interrupted
  return found.messages.length + found.others.length === 0 ? exitCodes.nothing : exitCodes.ok
}

/** Adds to everything that was decided what it means. */
function judged({ messages, others, left }: Found): object {
  return { messages: messages.map(judgedMessage), others: others.map(withVerdict), left }
}

function judgedMessage(message: LoggedMessage): object {
  return {
    ...message,
    recipients: message.recipients.map((recipient) => ({
      ...recipient,
      attempts: recipient.attempts.map(withVerdict),
    })),
    rejections: message.rejections.map(withVerdict),
  }
}

function withVerdict(record: Parameters<typeof classifyRecord>[0]): object {
  return { ...record, verdict: classifyRecord(record) }
}
