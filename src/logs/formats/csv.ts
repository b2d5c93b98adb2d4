import { match } from '../../grammar/logs/csv.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { fieldsOf } from '../fields.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { Disposition, Host, LogFormat, LoggedReply, LogRecord } from '../record.ts'
import type { MessageReader } from './format.ts'

/** One line by the names of its columns. */
type Row = Readonly<Record<string, string>>

// The order that PowerMTA documents; a header says otherwise.
const accounting = 'type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat'

/** Reads comma-separated logs: a line with the names of columns comes first, in PowerMTA as it is, in Exchange as `#Fields:`. */
export class CsvReader implements MessageReader {
  readonly #format: LogFormat
  #columns: readonly string[]

  constructor(format: 'powermta' | 'exchange') {
    this.#format = format
    this.#columns = format === 'powermta' ? accounting.split(',') : []
  }

  read(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const line = text.slice(head.at, to)
    if (line.startsWith('#')) {
      const [, names] = /^#Fields: (.*)/.exec(line) ?? []
      if (names !== undefined) this.#columns = names.split(',').map((name) => name.trim())
      return true
    }
    const values = match(line, 'Record') ?? [line]
    if (values[0] === 'type') {
      this.#columns = values
      return true
    }
    const row = fieldsOf(this.#columns.map((name, at) => [name, values[at] ?? null]))
    const record = this.#format === 'powermta' ? accounted(row, head) : exchanged(row, head)
    records.push(record ?? make.event(this.#format, head, undefined, { event: 'notice', fields: row, text: line }))
    return record !== undefined
  }
}

const actions: Readonly<Record<string, Disposition>> = {
  delivered: 'delivered',
  relayed: 'delivered',
  delayed: 'deferred',
  failed: 'failed',
}

/** A row of PowerMTA's accounting file. */
function accounted(row: Row, head: Head): LogRecord | undefined {
  const recipient = row['rcpt']
  const type = row['type']
  if (recipient === undefined || type === undefined) return undefined
  const at = timed(row['timeLogged'], head)
  if (type === 'r')
    return make.message('powermta', at, undefined, { from: row['orig'], size: numberOf(row['msgsize']) })
  if (!/^(?:d|b|t|rb|tq|rs)$/.test(type)) return make.event('powermta', at, undefined, { event: type, fields: row })
  const text = row['dsnDiag'] ?? ''
  const reply = diagnosed(text)
  const disposition =
    actions[row['dsnAction'] ?? ''] ?? (type === 'd' ? 'delivered' : type === 't' ? 'deferred' : 'failed')
  const queued = Date.parse(dated(row['timeQueued'] ?? ''))
  return make.delivery('powermta', at, row['jobId'] || undefined, {
    recipient,
    originalRecipient: row['orcpt']?.replace(/^rfc822;/i, '') || undefined,
    relay: hostIn(row['dsnMta']),
    delay: Number.isNaN(queued) || at.time === undefined ? undefined : (at.time - queued) / 1000,
    dsn: /^\d\.\d{1,3}\.\d{1,3}/.exec(row['dsnStatus'] ?? '')?.[0],
    status: row['bounceCat'] || row['dsnAction'] || type,
    disposition,
    reply,
    reason: disposition === 'delivered' || reply !== undefined ? undefined : 'other',
    text,
    nextQueueId: disposition === 'delivered' && reply !== undefined ? queueIdOf(reply) : undefined,
  })
}

/** A row of Exchange: of its message tracking log, or of a protocol log, whose replies are data that was received. */
function exchanged(row: Row, head: Head): LogRecord | undefined {
  const at = timed(row['date-time'], head)
  if (row['event'] !== undefined && row['data'] !== undefined) {
    const text = row['data']
    const reply = row['event'] === '<' ? parseLoggedReply(text, 'flattened') : undefined
    const relay = hostIn(row['remote-endpoint'])
    if (reply !== undefined) return make.attempt('exchange', at, row['session-id'], { relay, reply, text })
    return make.event('exchange', at, row['session-id'], { event: 'protocol', client: relay, fields: row, text })
  }
  const recipients = row['recipient-address']
  const event = row['event-id']
  if (recipients === undefined || event === undefined) return undefined
  const text = row['recipient-status'] ?? ''
  const disposition = ({ SEND: 'delivered', DELIVER: 'delivered', FAIL: 'failed', DEFER: 'deferred' } as const)[event]
  const queueId = row['internal-message-id'] || undefined
  if (disposition === undefined) {
    return make.message('exchange', at, queueId, {
      from: row['sender-address'],
      messageId: row['message-id']?.replace(/^<(.*)>$/, '$1'),
      size: numberOf(row['total-bytes']),
      recipients: numberOf(row['recipient-count']),
    })
  }
  const reply = /[2-5]\d\d[ -]/.test(text)
    ? parseLoggedReply(text.slice(text.search(/[2-5]\d\d[ -]/)), 'flattened')
    : undefined
  return make.delivery('exchange', at, queueId, {
    recipient: recipients,
    relay: row['server-hostname']
      ? { name: row['server-hostname'], address: row['server-ip'], port: undefined }
      : undefined,
    dsn: reply?.enhanced?.code,
    status: event,
    disposition,
    reply,
    reason: disposition === 'delivered' || reply !== undefined ? undefined : 'other',
    text,
  })
}

/** Reads a Diagnostic-Code, whose type stands in front. */
function diagnosed(text: string): LoggedReply | undefined {
  return parseLoggedReply(text.replace(/^\s*[\w-]+\s*;\s*/, ''), 'flattened')
}

function timed(text: string | undefined, { host, at }: Head): Head {
  const time = Date.parse(dated(text ?? ''))
  return { time: Number.isNaN(time) ? undefined : time, host, program: undefined, pid: undefined, at }
}

/** Rewrites `2026-03-04 07:05:11+0100` as RFC 3339. */
function dated(text: string): string {
  return text.replace(/^(\S+) (\d)/, '$1T$2').replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
}

function hostIn(text: string | undefined): Host | undefined {
  const [, name, inBrackets] = /^([^ ([]*)[ ]?(?:[([]([^)\]]*)[)\]])?/.exec(text ?? '') ?? []
  if (!name && inBrackets === undefined) return undefined
  const [, address, port] = /^([\d.]+):(\d+)$/.exec(name ?? '') ?? []
  if (address !== undefined) return { name: undefined, address, port: Number(port) }
  return { name: name || undefined, address: inBrackets, port: undefined }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text)
}
