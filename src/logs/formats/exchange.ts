import { match } from '../../grammar/logs/transcript.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { DeliveryRecord, Disposition, Host, LoggedReply, LogRecord, Reason, Stage } from '../record.ts'
import { numberOf, type Row, timed, timeOf, unbracketed } from './row.ts'

/** Reads rows of Exchange: of its message tracking log, and of its protocol logs. */
export class ExchangeRows {
  readonly #sessions = new Sessions()

  /** Gives no records where a row says nothing known. */
  read(row: Row, head: Head): readonly LogRecord[] | undefined {
    const at = timed(row['date-time'], head)
    if (row['event'] !== undefined && row['data'] !== undefined) return [this.#sessions.read(row, at)]
    return row['event-id'] === undefined ? undefined : tracked(row, row['event-id'], at)
  }
}

const dispositions: Readonly<Record<string, Disposition>> = {
  SEND: 'delivered',
  SENDEXTERNAL: 'delivered',
  DELIVER: 'delivered',
  FAIL: 'failed',
  SUBMITFAIL: 'failed',
  BADMAIL: 'failed',
  DEFER: 'deferred',
  SUBMITDEFER: 'deferred',
}

/** Reads a row of the message tracking log; one about several recipients gives a record of each. */
function tracked(row: Row, event: string, at: Head): readonly LogRecord[] {
  const queueId = row['internal-message-id'] || undefined
  const disposition = dispositions[event]
  if (event === 'RECEIVE') return [received(row, queueId, at)]
  // Steps on the way, such as the expansion of a list, and what goes on between servers to keep copies.
  if (disposition === undefined) {
    return [make.event('exchange', at, queueId, { event: event.toLowerCase(), fields: row })]
  }
  const statuses = (row['recipient-status'] ?? '').split(/;(?=\[\{LED=|[2-5]\d\d[ -])/)
  return (row['recipient-address'] ?? '')
    .split(';')
    .map((recipient, index) =>
      tracking(row, { recipient, event, disposition }, statuses[index] ?? statuses[0] ?? '', queueId, at),
    )
}

function received(row: Row, queueId: string | undefined, at: Head): LogRecord {
  return make.message('exchange', at, queueId, {
    from: row['sender-address'] === '<>' ? '' : row['sender-address'],
    messageId: unbracketed(row['message-id']),
    size: numberOf(row['total-bytes']),
    recipients: numberOf(row['recipient-count']),
    client: hostOf(row['client-hostname'], row['client-ip']),
  })
}

interface Outcome extends Pick<DeliveryRecord, 'recipient' | 'disposition'> {
  readonly event: string
}

function tracking(
  row: Row,
  { recipient, event, disposition }: Outcome,
  status: string,
  queueId: string | undefined,
  at: Head,
): DeliveryRecord {
  const delivered = disposition === 'delivered'
  const reply = replyIn(status)
  const arrived = timeOf(/^[^;]*/.exec(row['message-info'] ?? '')?.[0])
  return make.delivery('exchange', at, queueId, {
    recipient,
    originalRecipient: row['related-recipient-address'] || undefined,
    relay: hostOf(row['server-hostname'], row['server-ip']),
    delay: arrived === undefined || at.time === undefined ? undefined : (at.time - arrived) / 1000,
    dsn: reply?.enhanced?.code,
    status: event,
    disposition,
    reply,
    reason: delivered || reply !== undefined ? undefined : 'other',
    text: status,
    nextQueueId: delivered && reply !== undefined ? queueIdOf(reply) : undefined,
  })
}

/** Finds the last error in `[{LED=550 5.1.1 …};{MSG=};…]`, or a reply behind some words. */
function replyIn(status: string): LoggedReply | undefined {
  const [, last] = /\{LED=([^{}]*)/.exec(status) ?? []
  const text = last ?? status
  const from = text.search(/[2-5]\d\d[ -]/)
  return from < 0 ? undefined : parseLoggedReply(text.slice(from), 'flattened')
}

/** What goes on in a session. */
interface Session {
  from: string | undefined
  /** Commands that have no answer yet. */
  readonly asked: Asked[]
}

interface Asked {
  readonly stage: Stage
  readonly recipient: string | undefined
}

// Sessions at a time.
const most = 1_000

/** Reads protocol logs: of those that send, replies are attempts; of those that receive, refusals are ours. */
class Sessions {
  readonly #open = new Map<string, Session>()

  read(row: Row, at: Head): LogRecord {
    const { event = '', data = '', context = '' } = row
    const id = row['session-id'] ?? ''
    const relay = endpointIn(row['remote-endpoint'])
    const reply = event === '<' || event === '>' ? parseLoggedReply(data, 'flattened') : undefined
    const session = this.#at(id)
    if (reply !== undefined) {
      const asked = answered(session, reply)
      if (event === '<') {
        return make.attempt('exchange', at, id, { relay, stage: asked?.stage, reply, text: data })
      }
      if (reply.code >= 400) return refused(session, asked, reply, relay, id, at)
    } else if (event === '<' || event === '>') heard(session, data)
    if (event === '+') session.asked.push({ stage: 'greeting', recipient: undefined })
    if (event === '-') this.#open.delete(id)
    const reason = event === '*' ? failureIn(`${data} ${context}`) : undefined
    if (reason !== undefined) return make.attempt('exchange', at, id, { relay, reason, text: data || context })
    return make.event('exchange', at, id, { event: 'protocol', client: relay, fields: row, text: data || context })
  }

  #at(id: string): Session {
    const known = this.#open.get(id)
    if (known !== undefined) return known
    if (this.#open.size >= most) this.#open.clear()
    const session: Session = { from: undefined, asked: [] }
    this.#open.set(id, session)
    return session
  }
}

function heard(session: Session, command: string): void {
  const node = match(command, 'Command')
  // Everything else is part of an authentication.
  if (node === undefined || session.asked.length >= most) return
  if (node.stage === 'mail') session.from = /<([^<>]*)>/.exec(command)?.[1]
  session.asked.push({ stage: node.stage, recipient: node.recipient ?? undefined })
}

/** Finds the command that a reply is about. */
function answered({ asked }: Session, { code }: LoggedReply): Asked | undefined {
  const command = asked.shift()
  if (code === 354) asked.unshift({ stage: 'end-of-data', recipient: undefined })
  return command
}

function refused(
  { from }: Session,
  asked: Asked | undefined,
  reply: LoggedReply,
  client: Host | undefined,
  id: string,
  at: Head,
): LogRecord {
  return make.reject('exchange', at, id, {
    action: 'reject',
    stage: asked?.stage,
    client,
    from,
    recipient: asked?.recipient,
    reply,
    dsn: reply.enhanced?.code,
    text: `${reply.code} ${reply.text}`,
  })
}

function failureIn(text: string): Reason | undefined {
  if (!/failed to connect/i.test(text)) return undefined
  if (/10061/.test(text)) return 'connection-refused'
  return /10060/.test(text) ? 'connection-timeout' : 'unreachable'
}

/** Reads `192.0.2.25:25` or `[2001:db8::25]:25`. */
function endpointIn(text: string | undefined): Host | undefined {
  const [, inBrackets, plain, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text ?? '') ?? []
  const address = inBrackets ?? plain
  return address === undefined ? undefined : { name: undefined, address, port: Number(port) }
}

function hostOf(name: string | undefined, address: string | undefined): Host | undefined {
  return name || address ? { name: name || undefined, address: address || undefined, port: undefined } : undefined
}
