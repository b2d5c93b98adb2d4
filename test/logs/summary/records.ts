import type { DeliveryRecord, LoggedReply, LogRecord, MessageRecord, RejectRecord } from '../../../src/logs/record.ts'
import type { Judge } from '../../../src/logs/summary/judge.ts'
import { parseReply } from '../../../src/protocol/reply.ts'

/** A minute of the day on which these tests take place. */
export const noon: number = Date.UTC(2026, 2, 4, 12)

const common = {
  format: 'postfix',
  time: noon,
  host: 'mx1',
  program: 'postfix/smtp',
  pid: 1,
  queueId: 'A1',
} as const

const relay = { name: 'mx.dest.example', address: '192.0.2.25', port: 25 }

/** Makes a reply as a log has it. */
export function logged(text: string): LoggedReply {
  const reply = parseReply(text)
  const { code, severity, category, enhanced, lines } = reply
  return { code, severity, category, enhanced, lines, text: reply.text, partial: false }
}

/** Makes the record of a delivery: a good one unless told otherwise. */
export function delivery(some: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    ...common,
    kind: 'delivery',
    recipient: 'ann@dest.example',
    originalRecipient: undefined,
    relay,
    delay: 1.5,
    delays: [0.1, 0, 0.9, 0.5],
    tls: undefined,
    connectionUse: undefined,
    dsn: '2.0.0',
    status: 'sent',
    disposition: 'delivered',
    stage: undefined,
    reply: logged('250 2.0.0 Ok: queued as 9C1F2A03'),
    reason: undefined,
    text: '250 2.0.0 Ok: queued as 9C1F2A03',
    nextQueueId: '9C1F2A03',
    ...some,
  }
}

/** Makes the record of a refused recipient. */
export function bounce(some: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const text = '550 5.1.1 <bob@dest.example>: no such user'
  return delivery({
    recipient: 'bob@dest.example',
    dsn: '5.1.1',
    status: 'bounced',
    disposition: 'failed',
    stage: 'rcpt',
    reply: logged(text),
    text,
    nextQueueId: undefined,
    ...some,
  })
}

/** Makes the record of a delivery that is to be tried again, for want of a connection. */
export function deferral(some: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return delivery({
    recipient: 'cy@slow.example',
    relay: undefined,
    dsn: '4.4.1',
    status: 'deferred',
    disposition: 'deferred',
    reply: undefined,
    reason: 'connection-timeout',
    text: 'connect to mx.slow.example[192.0.2.80]:25: Connection timed out',
    nextQueueId: undefined,
    ...some,
  })
}

/** Makes the record of what this server refused to a client. */
export function refusal(some: Partial<RejectRecord> = {}): RejectRecord {
  const text = '554 5.7.1 Client host [203.0.113.9] blocked using bl.example'
  return {
    ...common,
    program: 'postfix/smtpd',
    queueId: undefined,
    kind: 'reject',
    action: 'reject',
    stage: 'rcpt',
    client: { name: undefined, address: '203.0.113.9', port: undefined },
    from: 'x@y.example',
    recipient: 'ann@here.example',
    protocol: 'ESMTP',
    helo: 'pc9',
    tls: undefined,
    saslMethod: undefined,
    saslUsername: undefined,
    reply: logged(text),
    dsn: '5.7.1',
    text,
    ...some,
  }
}

/** Makes a record of what is known about a message. */
export function message(some: Partial<MessageRecord> = {}): MessageRecord {
  return {
    ...common,
    program: 'postfix/cleanup',
    kind: 'message',
    from: undefined,
    messageId: '1@here.example',
    size: undefined,
    recipients: undefined,
    client: undefined,
    saslMethod: undefined,
    saslUsername: undefined,
    uid: undefined,
    ...some,
  }
}

/** Makes the record of a message that leaves the queue. */
export function removed(some: Partial<LogRecord> = {}): LogRecord {
  return { ...common, program: 'postfix/qmgr', ...some, kind: 'removed' } as LogRecord
}

/** Judges by the first word of the log's own code, and takes digits for variable. */
export const judge: Judge = ({ kind, text, dsn }) => ({
  category: kind === 'delivery' && dsn?.startsWith('2') ? 'delivered' : `class-${dsn ?? 'none'}`,
  pattern: text.replace(/\d{2,}|<[^>]*>/g, '*'),
})
