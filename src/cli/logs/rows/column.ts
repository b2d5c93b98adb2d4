import type { LoggedEnvelope, Verdict } from '../../../logs/index.ts'
import type { DeliveryRecord, RejectRecord } from '../../../logs/record.ts'

/** What a value is: as JSON has it, in Parquet, and in what unit. */
export interface Column {
  readonly name: string
  readonly type: 'timestamp' | 'string' | 'integer' | 'number' | 'boolean'
  readonly value: (subject: Subject) => Value
}

/** A timestamp is milliseconds since 1970. */
export type Value = string | number | boolean | undefined

/** What one row is about: a recipient, in one attempt. */
export interface Subject {
  readonly record: DeliveryRecord | RejectRecord
  readonly verdict: Verdict
  readonly pattern: string
  /** What earlier lines said of the message. */
  readonly envelope: LoggedEnvelope | undefined
}

/** The columns of all tables that are written, in order; docs/log-data.md tells what they mean. */
export const columns: readonly Column[] = [
  { name: 'time', type: 'timestamp', value: ({ record }) => record.time },
  { name: 'kind', type: 'string', value: ({ record }) => record.kind },
  { name: 'format', type: 'string', value: ({ record }) => record.format },
  { name: 'host', type: 'string', value: ({ record }) => record.host },
  { name: 'program', type: 'string', value: ({ record }) => record.program },
  { name: 'queue_id', type: 'string', value: ({ record }) => record.queueId },
  {
    name: 'sender',
    type: 'string',
    value: ({ record, envelope }) => (isReject(record) ? record.from : undefined) ?? envelope?.from,
  },
  { name: 'message_id', type: 'string', value: ({ envelope }) => envelope?.messageId },
  { name: 'size', type: 'integer', value: ({ envelope }) => envelope?.size },
  { name: 'recipient', type: 'string', value: ({ record }) => record.recipient },
  { name: 'domain', type: 'string', value: ({ record }) => domainOf(record.recipient) },
  { name: 'original_recipient', type: 'string', value: delivery((record) => record.originalRecipient) },
  { name: 'peer_name', type: 'string', value: ({ record }) => peerOf(record)?.name },
  { name: 'peer_address', type: 'string', value: ({ record }) => peerOf(record)?.address },
  { name: 'peer_port', type: 'integer', value: ({ record }) => peerOf(record)?.port },
  { name: 'tls', type: 'string', value: delivery((record) => record.tls) },
  { name: 'delay', type: 'number', value: delivery((record) => record.delay) },
  { name: 'delay_before_queue', type: 'number', value: delivery((record) => record.delays?.[0]) },
  { name: 'delay_in_queue', type: 'number', value: delivery((record) => record.delays?.[1]) },
  { name: 'delay_connecting', type: 'number', value: delivery((record) => record.delays?.[2]) },
  { name: 'delay_transmitting', type: 'number', value: delivery((record) => record.delays?.[3]) },
  { name: 'disposition', type: 'string', value: ({ record }) => (isReject(record) ? 'rejected' : record.disposition) },
  { name: 'status', type: 'string', value: ({ record }) => (isReject(record) ? record.action : record.status) },
  { name: 'dsn', type: 'string', value: ({ record }) => record.dsn },
  { name: 'stage', type: 'string', value: ({ record }) => record.stage },
  { name: 'reply_code', type: 'integer', value: ({ record }) => record.reply?.code },
  { name: 'reply_enhanced', type: 'string', value: ({ record }) => record.reply?.enhanced?.code },
  { name: 'reply_partial', type: 'boolean', value: ({ record }) => record.reply?.partial },
  { name: 'reason', type: 'string', value: delivery((record) => record.reason) },
  { name: 'text', type: 'string', value: ({ record }) => record.text },
  { name: 'pattern', type: 'string', value: ({ pattern }) => pattern },
  { name: 'category', type: 'string', value: ({ verdict }) => verdict.category },
  { name: 'severity', type: 'string', value: ({ verdict }) => verdict.severity },
  { name: 'party', type: 'string', value: ({ verdict }) => verdict.party },
  { name: 'action', type: 'string', value: ({ verdict }) => verdict.action },
  { name: 'confidence', type: 'string', value: ({ verdict }) => verdict.confidence },
  { name: 'next_queue_id', type: 'string', value: delivery((record) => record.nextQueueId) },
]

function delivery(value: (record: DeliveryRecord) => Value): Column['value'] {
  return ({ record }) => (record.kind === 'delivery' ? value(record) : undefined)
}

function isReject(record: DeliveryRecord | RejectRecord): record is RejectRecord {
  return record.kind === 'reject'
}

function peerOf(record: DeliveryRecord | RejectRecord): DeliveryRecord['relay'] {
  return isReject(record) ? record.client : record.relay
}

function domainOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}
