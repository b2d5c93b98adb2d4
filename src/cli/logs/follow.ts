import { follow } from '../../adapters/node/logs/index.ts'
import {
  classifyRecord,
  type DeliveryRecord,
  explainVerdict,
  type LogRecord,
  type RejectRecord,
} from '../../logs/index.ts'
import { Summary } from '../../logs/summary/index.ts'
import { saidIn } from '../../logs/summary/judge.ts'
import { printable } from '../../protocol/printable.ts'
import { exitCodes } from '../failure.ts'
import { type Paint, paintFor } from '../style.ts'
import { writerTo } from '../writer.ts'
import { passes } from './filter.ts'
import type { LogsOptions } from './options.ts'
import { serve } from './page.ts'
import { writeRows } from './rows/write-rows.ts'
import { type Log, parserOf, scan } from './scan.ts'
import { show } from './show.ts'
import { logOf } from './source.ts'

/**
 * Reads a log and goes on as it grows, until `stop` is aborted; that is how it is meant to end. `size` is that of the
 * log at the beginning, in octets.
 */
export async function followLog(options: LogsOptions, size: number, stop: AbortSignal): Promise<number> {
  const { output, files } = options
  const [file = '-'] = files
  // What was there before is in the tables; only what is new is told one by one.
  let old = size
  let isNew = false
  const noteAge = ({ length }: Uint8Array): void => {
    isNew = old <= 0
    old -= length
  }
  const log: Log =
    file === '-'
      ? logOf(file, { signal: stop })
      : (take, { signal }) => follow(file, { from: 'start', signal: AbortSignal.any([stop, signal]) }).forEach(take)
  if (output.kind !== 'tables') {
    await writeRows(options, (take) => scan(log, parserOf(options.parsing), take))
    return exitCodes.ok
  }
  const parser = parserOf(options.parsing)
  const summary = new Summary({ parser })
  const counts = passes(options.filter, (record) => classifyRecord(record).category)
  // A file gets the tables.
  const print = options.serve || output.file !== undefined ? undefined : await printer()
  const reading = scan(
    (take, flow) =>
      log((chunk) => {
        noteAge(chunk)
        take(chunk)
      }, flow),
    parser,
    (records) => {
      const counted = records.filter(counts)
      for (const record of counted) summary.add(record)
      return isNew ? print?.(counted) : undefined
    },
  )
  if (options.serve) await together(reading, (signal) => serve(() => summary.state(), options, signal), stop)
  else {
    await reading
    await show(summary.state(), options)
  }
  return exitCodes.ok
}

/** Serves while the log is read and afterwards, but not when it cannot be read. */
async function together(
  reading: Promise<void>,
  serving: (signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const failed = new AbortController()
  const failing = reading.catch((error: unknown) => {
    failed.abort()
    throw error
  })
  await Promise.all([failing, serving(AbortSignal.any([stop, failed.signal]))])
}

/** Makes a function that prints what became of each recipient. */
async function printer(): Promise<(records: readonly LogRecord[]) => Promise<void>> {
  const writer = await writerTo(undefined)
  const paint = paintFor(undefined)
  return async (records) => {
    const told = records.filter((record) => record.kind === 'delivery' || record.kind === 'reject')
    if (told.length > 0) await writer.write(told.map((record) => `${lineOf(record, paint)}\n`).join(''))
  }
}

const styles = { delivered: 'green', deferred: 'yellow', failed: 'red', expired: 'red', rejected: 'cyan' } as const
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

function lineOf(record: DeliveryRecord | RejectRecord, paint: Paint): string {
  const word = record.kind === 'reject' ? 'rejected' : record.disposition
  const start = [
    paint('dim', record.time === undefined ? '--:--:--' : clock.format(record.time)),
    paint(styles[word], word.padEnd(9)),
    printable(record.recipient ?? '-', 100),
  ]
  if (word === 'delivered') return start.join('  ')
  const verdict = classifyRecord(record)
  const reason = `${paint('bold', verdict.category)}: ${explainVerdict(verdict).summary}`
  return [...start, reason, paint('dim', printable(saidIn(record), 200))].join('  ')
}
