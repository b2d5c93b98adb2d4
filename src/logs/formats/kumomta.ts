import { queueIdOf } from '../../protocol/queue-id.ts'
import { fieldsOf } from '../fields.ts'
import { type Head, headWith } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { DeliveryRecord, Disposition, Host, LoggedReply, LogRecord, Reason, Stage } from '../record.ts'
import { isJson, type Json, numberIn, textIn, timeIn } from './json-value.ts'

const dispositions: Readonly<Record<string, Disposition>> = {
  Delivery: 'delivered',
  TransientFailure: 'deferred',
  Bounce: 'failed',
  OOB: 'failed',
  AdminBounce: 'failed',
  Expiration: 'expired',
}

/** Reads a log record of KumoMTA: what became of a message is one record for each of its recipients. */
export function readKumoMta(object: Json, head: Head): LogRecord[] {
  const type = textIn(object['type']) ?? ''
  const at = headWith(head, { time: timeIn(object['event_time'] ?? object['timestamp']) ?? head.time })
  const id = textIn(object['id'])
  const disposition = dispositions[type]
  if (disposition !== undefined) return deliveries(object, type, disposition, at, id)
  if (type === 'Rejection') return [rejection(object, type, at, id)]
  if (type !== 'Reception') return [make.event('kumomta', at, id, { event: type, fields: fieldsOf(namedIn(object)) })]
  const message = make.message('kumomta', at, id, {
    // A notice has no sender, and the text is empty.
    from: typeof object['sender'] === 'string' ? object['sender'] : undefined,
    messageId: messageIdIn(object['headers']),
    size: numberIn(object['size']),
    recipients: Array.isArray(object['recipient']) ? object['recipient'].length : numberOfOne(object['recipient']),
    client: hostIn(object['peer_address']),
  })
  return [message]
}

function deliveries(
  object: Json,
  type: string,
  disposition: Disposition,
  at: Head,
  id: string | undefined,
): DeliveryRecord[] {
  const said = replyIn(object['response'])
  const own = said?.text.startsWith(internal) ? said.text.slice(internal.length) : undefined
  const reply = own === undefined && type !== 'Expiration' && type !== 'AdminBounce' ? said : undefined
  const delivered = disposition === 'delivered'
  const created = timeIn(object['created_time'] ?? object['created'])
  const known = {
    relay: hostIn(object['peer_address']),
    delay: created === undefined || at.time === undefined ? undefined : (at.time - created) / 1000,
    tls: textIn(object['tls_protocol_version']),
    dsn: said?.enhanced?.code,
    status: type,
    disposition,
    stage: reply === undefined ? undefined : (stageOf(commandIn(object)) ?? (delivered ? 'end-of-data' : undefined)),
    reply,
    reason: delivered || reply !== undefined ? undefined : reasonOf(type, own ?? ''),
    text: own ?? said?.text ?? textIn(object['reason']) ?? '',
    nextQueueId: delivered && reply !== undefined ? queueIdOf(reply) : undefined,
  }
  return recipientsIn(object).map((recipient) => make.delivery('kumomta', at, id, { ...known, recipient }))
}

function rejection(object: Json, type: string, at: Head, id: string | undefined): LogRecord {
  const reply = replyIn(object['response'])
  return make.reject('kumomta', at, id, {
    action: type,
    stage: stageOf(commandIn(object)),
    client: hostIn(object['peer_address']),
    from: textIn(object['sender']),
    recipient: recipientsIn(object)[0] || undefined,
    reply,
    dsn: reply?.enhanced?.code,
    text: reply?.text ?? '',
  })
}

// What begins a text that no server has said, in spite of the code that goes with it.
const internal = 'KumoMTA internal: '

function reasonOf(type: string, text: string): Reason {
  if (type === 'AdminBounce') return 'suppressed'
  if (type === 'Expiration') return 'expired'
  return reasons.find(([pattern]) => pattern.test(text))?.[1] ?? 'other'
}

const reasons: readonly (readonly [RegExp, Reason])[] = [
  [/refused/i, 'connection-refused'],
  [/STARTTLS|TLS handshake/, 'tls-failed'],
  [/timed? ?out/i, 'connection-timeout'],
  [/unreachable|no route/i, 'unreachable'],
  [/reset by peer|broken pipe|closed/i, 'connection-lost'],
  [/resolve|DNS|\bMX\b/, 'dns-failure'],
]

/** Puts the parts of a reply together again, so that it goes the way of all replies. */
function replyIn(value: unknown): LoggedReply | undefined {
  if (!isJson(value)) return typeof value === 'string' ? parseLoggedReply(value, 'escaped') : undefined
  const code = numberIn(value['code'])
  if (code === undefined) return undefined
  const status = value['enhanced_code']
  const enhanced = isJson(status) ? `${status['class']}.${status['subject']}.${status['detail']} ` : ''
  const lines = `${enhanced}${textIn(value['content']) ?? ''}`.split('\n')
  return parseLoggedReply(
    lines.map((line, at) => `${code}${at < lines.length - 1 ? '-' : ' '}${line}`).join('\n'),
    'wire',
  )
}

function commandIn({ response }: { readonly response?: unknown }): string {
  return isJson(response) ? (textIn(response['command']) ?? '') : ''
}

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

function stageOf(command: string): Stage | undefined {
  return stages[/^(?:\w+|\.)/.exec(command)?.[0].toUpperCase() ?? '']
}

/** Versions differ in whether there is one or a list; one at least. */
function recipientsIn({ recipient }: { readonly recipient?: unknown }): string[] {
  const recipients = (Array.isArray(recipient) ? recipient : [recipient]).flatMap((each) => textIn(each) ?? [])
  return recipients.length === 0 ? [''] : recipients
}

function numberOfOne(recipient: unknown): number | undefined {
  return typeof recipient === 'string' ? 1 : undefined
}

/** Headers are there if the administrator wants them. */
function messageIdIn(headers: unknown): string | undefined {
  if (!isJson(headers)) return undefined
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'message-id')
  return name === undefined
    ? undefined
    : textIn(headers[name])
        ?.trim()
        .replace(/^<(.*)>$/, '$1')
}

function hostIn(value: unknown): Host | undefined {
  if (!isJson(value)) return undefined
  // Names of MX records end in a dot.
  return { name: textIn(value['name'])?.replace(/\.$/, ''), address: textIn(value['addr']), port: undefined }
}

function namedIn(object: Json): [string, string][] {
  return Object.entries(object).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : []))
}
