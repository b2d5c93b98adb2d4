/**
 * Records of each kind, with every property in its place whatever is known: readers of logs say what they know, and the
 * machine sees one shape. Spreading what records have in common would cost more than all the parsing.
 */
import { noFields } from './fields.ts'
import type { Head } from './head.ts'
import type {
  AttemptRecord,
  DeliveryRecord,
  EventRecord,
  ExpiredRecord,
  LogFormat,
  LogRecord,
  MessageRecord,
  NotificationRecord,
  RejectRecord,
  RemovedRecord,
} from './record.ts'

/** What a reader knows of a record; the rest becomes undefined. */
export type Known<R extends LogRecord, Must extends keyof R = never> = Partial<R> & Pick<R, Must>

type Id = string | undefined

export function delivery(
  format: LogFormat,
  head: Head,
  queueId: Id,
  known: Known<DeliveryRecord, 'recipient' | 'status' | 'disposition' | 'text'>,
): DeliveryRecord {
  return {
    format,
    time: head.time,
    host: head.host,
    program: head.program,
    pid: head.pid,
    queueId,
    kind: 'delivery',
    recipient: known.recipient,
    originalRecipient: known.originalRecipient,
    relay: known.relay,
    delay: known.delay,
    delays: known.delays,
    tls: known.tls,
    connectionUse: known.connectionUse,
    dsn: known.dsn,
    status: known.status,
    disposition: known.disposition,
    stage: known.stage,
    reply: known.reply,
    reason: known.reason,
    text: known.text,
    nextQueueId: known.nextQueueId,
  }
}

export function attempt(
  format: LogFormat,
  head: Head,
  queueId: Id,
  known: Known<AttemptRecord, 'text'>,
): AttemptRecord {
  return {
    format,
    time: head.time,
    host: head.host,
    program: head.program,
    pid: head.pid,
    queueId,
    kind: 'attempt',
    relay: known.relay,
    stage: known.stage,
    reply: known.reply,
    reason: known.reason,
    text: known.text,
  }
}

export function reject(
  format: LogFormat,
  head: Head,
  queueId: Id,
  known: Known<RejectRecord, 'action' | 'text'>,
): RejectRecord {
  return {
    format,
    time: head.time,
    host: head.host,
    program: head.program,
    pid: head.pid,
    queueId,
    kind: 'reject',
    action: known.action,
    stage: known.stage,
    client: known.client,
    from: known.from,
    recipient: known.recipient,
    protocol: known.protocol,
    helo: known.helo,
    tls: known.tls,
    saslMethod: known.saslMethod,
    saslUsername: known.saslUsername,
    reply: known.reply,
    dsn: known.dsn,
    text: known.text,
  }
}

export function message(format: LogFormat, head: Head, queueId: Id, known: Known<MessageRecord>): MessageRecord {
  return {
    format,
    time: head.time,
    host: head.host,
    program: head.program,
    pid: head.pid,
    queueId,
    kind: 'message',
    from: known.from,
    messageId: known.messageId,
    size: known.size,
    recipients: known.recipients,
    client: known.client,
    saslMethod: known.saslMethod,
    saslUsername: known.saslUsername,
    uid: known.uid,
  }
}

export function removed(format: LogFormat, head: Head, queueId: Id): RemovedRecord {
  return {
    format,
    time: head.time,
    host: head.host,
    program: head.program,
    pid: head.pid,
    queueId,
    kind: 'removed',
  }
}

export function expired(format: LogFormat, head: Head, queueId: Id, from: string | undefined): ExpiredRecord {
  return {
    format,
    time: head.time,
    host: head.host,
    program: head.program,
    pid: head.pid,
    queueId,
    kind: 'expired',
    from,
  }
}

export function notification(
  format: LogFormat,
  head: Head,
  queueId: Id,
  known: Pick<NotificationRecord, 'notification' | 'childQueueId'>,
): NotificationRecord {
  return {
    format,
    time: head.time,
    host: head.host,
    program: head.program,
    pid: head.pid,
    queueId,
    kind: 'notification',
    notification: known.notification,
    childQueueId: known.childQueueId,
  }
}

export function event(format: LogFormat, head: Head, queueId: Id, known: Known<EventRecord, 'event'>): EventRecord {
  return {
    format,
    time: head.time,
    host: head.host,
    program: head.program,
    pid: head.pid,
    queueId,
    kind: 'event',
    event: known.event,
    client: known.client,
    fields: known.fields ?? noFields,
    text: known.text ?? '',
  }
}
