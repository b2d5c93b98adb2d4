import {
  Correlator,
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
import type { TakeRecords } from '../scan.ts'
import type { Subject } from './column.ts'
import { csvSink } from './csv.ts'
import { ndjsonSink } from './ndjson.ts'
import { parquetSink } from './parquet.ts'
import type { Sink } from './sink.ts'

/** Writes a row for each recipient and attempt that `read` gives, up to its end. */
export async function writeRows(
  { output, filter }: LogsOptions,
  read: (take: TakeRecords) => Promise<void>,
): Promise<void> {
  const sink = await sinkOf(output)
  const counts = passes(filter, (record) => classifyRecord(record).category)
  const correlator = new Correlator()
  await read((records) => {
    const subjects: Subject[] = []
    correlator.push(records, (record) => {
      if (!isAboutRecipient(record) || !counts(record)) return
      const envelope = correlator.envelopeOf(record)
      subjects.push({ record, verdict: classifyRecord(record), pattern: replyPattern(saidIn(record)), envelope })
    })
    return subjects.length === 0 ? undefined : sink.write(subjects)
  })
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
