import {
  classifyRecord,
  type DeliveryRecord,
  explainVerdict,
  type Host,
  type LogRecord,
  type RejectRecord,
} from '../../logs/index.ts'
import { printable } from '../../protocol/printable.ts'
import { exitCodes, usageError } from '../failure.ts'
import { duration, octets } from '../format.ts'
import { jsonText } from '../json.ts'
import { type Paint, paintFor } from '../style.ts'
import { writerTo } from '../writer.ts'
import { passes } from './filter.ts'
import type { LogsOptions } from './options.ts'
import { parserOf, scan } from './scan.ts'
import { logOf } from './source.ts'

/** Tells the story of one message, or of every message from or to an address. Gives the exit code. */
export async function trace(
  subject: string,
  options: LogsOptions,
  stop: AbortSignal,
  read: (file: string, bytes: number) => void,
): Promise<number> {
  if (options.files.includes('-')) throw usageError('trace reads logs more than once: name files')
  const counts = passes(options.filter, () => '')
  const eachRecord = async (take: (record: LogRecord) => void): Promise<void> => {
    for (const file of options.files) {
      if (stop.aborted) return
      const log = logOf(file, { onRead: (bytes) => read(file, bytes), signal: stop })
      await scan(log, parserOf(options.parsing), (records) => records.filter(counts).forEach(take))
    }
  }
  const stories = await storiesOf(subject, eachRecord)
  const writer = await writerTo(options.output.file)
  if (options.output.kind === 'json') await writer.write(`${jsonText([...stories].map(storyObject), 2)}\n`)
  else await writer.write(storiesText(stories, subject, paintFor(options.output.file)))
  await writer.end()
  if (stop.aborted) return exitCodes.interrupted
  return stories.size === 0 ? exitCodes.nothing : exitCodes.ok
}

type EachRecord = (take: (record: LogRecord) => void) => Promise<void>

/** Records by queue id, in the order of the log; those without one stand under an empty id. */
type Stories = ReadonlyMap<string, readonly LogRecord[]>

// More of them are no story.
const limit = 100_000

async function storiesOf(subject: string, eachRecord: EachRecord): Promise<Stories> {
  const ids = await idsOf(subject, eachRecord)
  const stories = new Map<string, LogRecord[]>()
  let count = 0
  await eachRecord((record) => {
    const { queueId = '' } = record
    if (count >= limit || !(ids.has(queueId) || (queueId === '' && concerns(record, subject)))) return
    count++
    const story = stories.get(queueId)
    if (story === undefined) stories.set(queueId, [record])
    else story.push(record)
  })
  return stories
}

/**
 * Finds the queue ids that belong to a subject: a message goes on under another id behind a filter, and comes back as a
 * bounce. Such an id may stand in the log before the line that tells whose it is, so it is read until nothing is new.
 */
async function idsOf(subject: string, eachRecord: EachRecord): Promise<ReadonlySet<string>> {
  const ids = new Set(isAddress(subject) ? [] : [subject])
  for (let before = -1; before < ids.size; ) {
    before = ids.size
    await eachRecord((record) => {
      const { queueId } = record
      if (queueId === undefined || ids.size >= limit) return
      const next = nextIdOf(record)
      if (ids.has(queueId) || concerns(record, subject) || (next !== undefined && ids.has(next))) {
        ids.add(queueId)
        if (next !== undefined) ids.add(next)
      }
    })
  }
  return ids
}

function nextIdOf(record: LogRecord): string | undefined {
  if (record.kind === 'delivery') return record.nextQueueId
  return record.kind === 'notification' ? record.childQueueId : undefined
}

function isAddress(subject: string): boolean {
  return subject.includes('@')
}

function concerns(record: LogRecord, subject: string): boolean {
  if (!isAddress(subject)) return false
  const address = subject.toLowerCase()
  return addressesIn(record).some((one) => one?.toLowerCase() === address)
}

function addressesIn(record: LogRecord): readonly (string | undefined)[] {
  switch (record.kind) {
    case 'delivery':
      return [record.recipient, record.originalRecipient]
    case 'reject':
      return [record.from, record.recipient]
    case 'message':
    case 'expired':
      return [record.from]
    default:
      return []
  }
}

function storyObject([queueId, records]: readonly [string, readonly LogRecord[]]): object {
  return {
    queueId,
    records: records.map((record) =>
      record.kind === 'delivery' || record.kind === 'reject' ? { ...record, verdict: classifyRecord(record) } : record,
    ),
  }
}

function storiesText(stories: Stories, subject: string, paint: Paint): string {
  if (stories.size === 0) return `Nothing about ${printable(subject)} in these logs.\n`
  return [...stories]
    .map(([queueId, records]) => {
      const title = paint('bold', queueId === '' ? 'Without a queue id' : printable(queueId))
      return `${[title, ...records.flatMap((record) => stepText(record, paint))].join('\n')}\n`
    })
    .join('\n')
}

function stepText(record: LogRecord, paint: Paint): string[] {
  const time = record.time === undefined ? '' : paint('dim', clock.format(record.time).replace(',', ''))
  const [first = '', ...more] = linesOf(record, paint)
  return [`  ${time}  ${first}`, ...more.map((line) => `      ${line}`)]
}

const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' })

/** Says what a record tells, in one line and those that explain it. */
function linesOf(record: LogRecord, paint: Paint): string[] {
  switch (record.kind) {
    case 'message':
      return [messageParts(record).join(', ') || 'is known']
    case 'delivery':
      return deliveryLines(record, paint)
    case 'attempt':
      return [`${paint('yellow', 'tries')} ${hostText(record.relay)}`, printable(record.text)]
    case 'reject':
      return [
        `${paint('red', printable(record.action))} for ${hostText(record.client)}, from ${addressText(record.from)} to ${addressText(record.recipient)}`,
        ...reasonLines(record, paint),
      ]
    case 'removed':
      return ['leaves the queue']
    case 'expired':
      return [paint('red', 'is given up')]
    case 'notification':
      return [`${record.notification} notice goes out as ${printable(record.childQueueId)}`]
    case 'event':
      return [printable(record.text === '' ? record.event : record.text)]
  }
}

function messageParts({
  from,
  messageId,
  size,
  recipients,
  client,
  saslUsername,
}: Extract<LogRecord, { kind: 'message' }>): string[] {
  return [
    ...(from === undefined ? [] : [`is from ${addressText(from)}`]),
    ...(client === undefined ? [] : [`comes in from ${hostText(client)}`]),
    ...(saslUsername === undefined ? [] : [`as ${printable(saslUsername)}`]),
    ...(messageId === undefined ? [] : [`has message id ${printable(messageId)}`]),
    ...(size === undefined ? [] : [octets(size)]),
    ...(recipients === undefined ? [] : [`${recipients} ${recipients === 1 ? 'recipient' : 'recipients'}`]),
  ]
}

const styles = { delivered: 'green', deferred: 'yellow', failed: 'red', expired: 'red', rejected: 'red' } as const

function deliveryLines(record: DeliveryRecord, paint: Paint): string[] {
  const { disposition, recipient, relay, delay } = record
  const after = delay === undefined ? '' : ` after ${duration(delay)}`
  const line = `${paint(styles[disposition], disposition)} to ${addressText(recipient)} by ${hostText(relay)}${after}`
  return disposition === 'delivered'
    ? [line, paint('dim', printable(record.text))]
    : [line, ...reasonLines(record, paint)]
}

function reasonLines(record: DeliveryRecord | RejectRecord, paint: Paint): string[] {
  const { summary, outlook, advice } = explainVerdict(classifyRecord(record))
  return [paint('dim', printable(record.text)), `${summary} ${outlook}`, paint('cyan', advice)]
}

function hostText(host: Host | undefined): string {
  if (host === undefined) return 'this machine'
  const { name, address, port } = host
  const where = [name, name === undefined ? address : address && `[${address}]`].filter(Boolean).join(' ')
  return printable(`${where}${port === undefined ? '' : `:${port}`}`)
}

function addressText(address: string | undefined): string {
  return address === undefined ? 'nobody known' : `<${printable(address)}>`
}
