import { classify, type Verdict } from './classify/classify.ts'
import type { DeliveryRecord, RejectRecord } from './record.ts'

/**
 * Judges what a line of a log says: its reply or its reason, by the server it came from, the step and the log's own word.
 *
 * @example
 * const records = logParser('postfix')([])
 * records.filter((record) => record.kind === 'delivery').map((record) => classifyRecord(record).category) // []
 */
export function classifyRecord(record: DeliveryRecord | RejectRecord): Verdict {
  const { text, stage, dsn } = record
  const subject = record.reply ?? (text === '' ? undefined : text)
  if (record.kind === 'reject') return classify(subject, { stage, dsn, disposition: 'rejected' })
  const { relay, reason, disposition } = record
  return classify(subject, { relay, stage, reason, dsn, disposition })
}
