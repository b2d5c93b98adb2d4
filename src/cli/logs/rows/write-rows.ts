import {
  classifyRecord,
  type DeliveryRecord,
  type LogRecord,
  type RejectRecord,
  replyPattern,
} from '../../../logs/index.ts'
import { saidIn } from '../../../logs/summary/judge.ts'
import { writerTo } from '../../writer.ts'
import { passes } from '../filter.ts'
import type { LogsOptions, Output } from '../options.ts'
import { type Log, parserOf, scan } from '../scan.ts'
import { csvSink } from './csv.ts'
import { Envelopes } from './envelopes.ts'
import { ndjsonSink } from './ndjson.ts'
import { parquetSink } from './parquet.ts'
import type { Sink } from './sink.ts'

/** Writes a row for each recipient and attempt, one log after the other, up to their ends or until `signal` is aborted. */
export async function writeRows(
  logs: readonly Log[],
  { output, filter, parsing }: LogsOptions,
  signal: AbortSignal,
): Promise<void> {
  const sink = await sinkOf(output)
  const counts = passes(filter, (record) => classifyRecord(record).category)
  const envelopes = new Envelopes()
  const write = (records: readonly LogRecord[]): Promise<void> | void => {
    const subjects = []
    for (const record of records) {
      envelopes.take(record)
      if (isAboutRecipient(record) && counts(record)) {
        const envelope = envelopes.of(record)
        subjects.push({ record, verdict: classifyRecord(record), pattern: replyPattern(saidIn(record)), envelope })
      }
    }
    return subjects.length === 0 ? undefined : sink.write(subjects)
  }
  for (const log of logs) {
    if (signal.aborted) break
    await scan(log, parserOf(parsing), write)
  }
  await sink.end()
}

function isAboutRecipient(record: LogRecord): record is DeliveryRecord | RejectRecord {
  return record.kind === 'delivery' || record.kind === 'reject'
}

async function sinkOf({ kind, file }: Output): Promise<Sink> {
  if (kind === 'parquet') return parquetSink(file ?? '')
  const writer = await writerTo(file)
  return kind === 'csv' ? csvSink(writer) : ndjsonSink(writer)
}
