import { match } from '../../grammar/logs/haraka.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { fieldsOf } from '../fields.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { Disposition, Host, LogFormat, LoggedReply, LogRecord, Stage } from '../record.ts'

/** An object of JSON, of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>

/** Tells whose line an object is; undefined where it is nobody's that is known. */
export function jsonFormatOf(object: Json): LogFormat | undefined {
  if (typeof object['type'] === 'string' && ('recipient' in object || 'response' in object)) return 'kumomta'
  const isHaraka =
    typeof object['message'] === 'string' && ('uuid' in object || 'origin' in object || 'source' in object)
  return isHaraka || ('response' in object && 'rcpt' in object) ? 'haraka' : undefined
}

/** Reads a line of KumoMTA or Haraka. */
export function readJson(object: Json, format: LogFormat, head: Head): LogRecord | undefined {
  return format === 'kumomta' ? kumo(object, head) : haraka(object, head)
}

const types: Readonly<Record<string, Disposition>> = {
  Delivery: 'delivered',
  TransientFailure: 'deferred',
  Bounce: 'failed',
  OOB: 'failed',
  AdminBounce: 'failed',
  Expiration: 'expired',
}

function kumo(object: Json, head: Head): LogRecord {
  const type = text(object['type']) ?? ''
  const at = { ...head, time: timeOf(object['timestamp'] ?? object['event_time']) ?? head.time }
  const id = text(object['id'])
  const disposition = types[type]
  const reply = replyOf(object['response'])
  const peer = hostOf(object['peer_address'])
  if (type === 'Rejection') {
    return make.reject('kumomta', at, id, {
      action: type,
      stage: stageOf(command(object)),
      client: peer,
      from: text(object['sender']),
      recipient: recipientOf(object),
      reply,
      text: reply?.text ?? '',
    })
  }
  if (disposition === undefined) {
    return make.message('kumomta', at, id, { from: text(object['sender']), size: number(object['size']), client: peer })
  }
  const created = timeOf(object['created'])
  return make.delivery('kumomta', at, id, {
    recipient: recipientOf(object) ?? '',
    relay: peer,
    delay: created === undefined || at.time === undefined ? undefined : (at.time - created) / 1000,
    tls: text(object['tls_protocol_version']),
    dsn: reply?.enhanced?.code,
    status: type,
    disposition,
    stage: stageOf(command(object)) ?? (type === 'Delivery' ? 'end-of-data' : undefined),
    reply,
    reason:
      type === 'AdminBounce'
        ? 'suppressed'
        : type === 'Expiration'
          ? 'expired'
          : reply === undefined && type !== 'Delivery'
            ? 'other'
            : undefined,
    text: reply?.text ?? text(object['reason']) ?? '',
    nextQueueId: type === 'Delivery' && reply !== undefined ? queueIdOf(reply) : undefined,
  })
}

/** Puts the parts of a reply together again, so that it goes the way of all replies. */
function replyOf(value: unknown): LoggedReply | undefined {
  if (!isJson(value)) return typeof value === 'string' ? parseLoggedReply(value, 'escaped') : undefined
  const code = number(value['code'])
  if (code === undefined) return undefined
  const status = value['enhanced_code']
  const enhanced = isJson(status) ? `${status['class']}.${status['subject']}.${status['detail']} ` : ''
  const lines = `${enhanced}${text(value['content']) ?? ''}`.split('\n')
  return parseLoggedReply(
    lines.map((line, at) => `${code}${at < lines.length - 1 ? '-' : ' '}${line}`).join('\n'),
    'wire',
  )
}

function command(object: Json): string {
  const response = object['response']
  return isJson(response) ? (text(response['command']) ?? '') : ''
}

function stageOf(command: string): Stage | undefined {
  const stages: Readonly<Record<string, Stage>> = {
    EHLO: 'hello',
    HELO: 'hello',
    LHLO: 'hello',
    STARTTLS: 'starttls',
    AUTH: 'auth',
    MAIL: 'mail',
    RCPT: 'rcpt',
    DATA: 'data',
    '.': 'end-of-data',
  }
  return stages[/^(?:\w+|\.)/.exec(command)?.[0].toUpperCase() ?? '']
}

function recipientOf(object: Json): string | undefined {
  const { recipient } = object as { recipient?: unknown }
  return Array.isArray(recipient) ? text(recipient[0]) : text(recipient)
}

/** Reads what the outbound part of Haraka logs: pairs behind a word, or keys of their own. */
function haraka(object: Json, head: Head): LogRecord | undefined {
  const message = text(object['message']) ?? ''
  const node = match(message, 'Message')
  const told = /^(?:delivered|bounced?|deferred|tempfail)$/.test(node?.word ?? '')
  const word = (told ? node?.word : text(object['action'])) ?? ''
  const pairs = new Map(node?.pairs)
  const say = (key: string): string | undefined => text(object[key]) ?? pairs.get(key)
  const at = { ...head, time: timeOf(object['timestamp'] ?? object['time']) ?? head.time }
  const id = text(object['uuid'])
  const response = say('response') ?? say('err') ?? say('reason')
  const recipient = say('rcpt') ?? say('recipient') ?? say('to')
  if (word === '' || (response === undefined && recipient === undefined)) {
    return make.event('haraka', at, id, {
      event: text(object['level']) ?? 'log',
      fields: fieldsOf([...pairs]),
      text: message,
    })
  }
  const disposition: Disposition =
    word === 'delivered' ? 'delivered' : word.startsWith('bounce') ? 'failed' : 'deferred'
  const said = response ?? ''
  const reply =
    parseLoggedReply(said, 'flattened') ??
    (disposition === 'delivered' ? parseLoggedReply(`250 ${said}`, 'flattened', true) : undefined)
  return make.delivery('haraka', at, id, {
    recipient: recipient?.replace(/^<(.*)>$/, '$1') ?? `@${say('domain') ?? ''}`,
    relay:
      say('host') === undefined
        ? undefined
        : { name: say('host'), address: say('ip'), port: number(Number(say('port'))) },
    delay: number(Number(say('delay'))),
    tls: say('tls'),
    dsn: reply?.enhanced?.code,
    status: word,
    disposition,
    stage: disposition === 'delivered' ? 'end-of-data' : undefined,
    reply,
    reason: reply === undefined ? 'other' : undefined,
    text: said,
    nextQueueId: disposition === 'delivered' && reply !== undefined ? queueIdOf(reply) : undefined,
  })
}

function hostOf(value: unknown): Host | undefined {
  if (!isJson(value)) return undefined
  return { name: text(value['name']), address: text(value['addr']), port: undefined }
}

/** Reads seconds since 1970, milliseconds, or a date. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 1e11 ? Math.trunc(value) : Math.trunc(value * 1000)
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
