import type { QmailNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/qmail.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { fieldsOf } from '../fields.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { Host, LogRecord, Stage } from '../record.ts'
import type { MessageReader } from './format.ts'

// qmail-send runs no more than 120 remote deliveries at a time, patched ones some thousands.
const most = 10_000

const dispositions = { success: 'delivered', failure: 'failed', deferral: 'deferred' } as const

/** Reads messages of qmail. The end of a delivery has a number alone; who it was for stands where it began. */
export class QmailReader implements MessageReader {
  readonly #started = new Map<string, Extract<QmailNode, { kind: 'start' }>>()

  read(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const from = match(text, 'Seconds', head.at, to)?.length ?? 0
    const node = match(text, 'Message', head.at + from, to)
    if (node === undefined) {
      records.push(make.event('qmail', head, undefined, { event: 'notice', text: text.slice(head.at, to) }))
      return false
    }
    const record = this.#recordOf(node, head)
    if (record !== undefined) records.push(record)
    return true
  }

  #recordOf(node: QmailNode, head: Head): LogRecord | undefined {
    switch (node.kind) {
      case 'start':
        if (this.#started.size >= most) this.#started.clear()
        this.#started.set(node.delivery, node)
        return undefined
      case 'end':
        return this.#delivery(node, head)
      case 'info':
        return make.message('qmail', head, node.msg, { from: node.from, size: node.bytes, uid: node.uid })
      case 'new':
        return make.message('qmail', head, node.msg, {})
      case 'done':
        return make.removed('qmail', head, node.msg)
      case 'bounce':
        return make.event('qmail', head, node.msg, { event: 'bounce' })
      case 'connect':
        return make.event('qmail', head, undefined, { event: node.event, client: hostAt(node.address) })
      case 'refused':
        return make.reject('qmail', head, undefined, {
          action: 'rblsmtpd',
          client: hostAt(node.address),
          reply: parseLoggedReply(node.text, 'flattened'),
          text: node.text,
        })
      case 'session':
        return session(node, head)
      case 'event':
        return make.event('qmail', head, undefined, { event: node.event, fields: fieldsOf([]), text: node.text })
    }
  }

  #delivery({ delivery, status, text: written }: Extract<QmailNode, { kind: 'end' }>, head: Head): LogRecord {
    const start = this.#started.get(delivery)
    this.#started.delete(delivery)
    const text = written.replaceAll('_', ' ')
    const report = match(text, 'Report')
    const reply = report?.reply == null ? undefined : parseLoggedReply(report.reply.replace(/\/$/, ''), 'escaped')
    const disposition = dispositions[status]
    return make.delivery('qmail', head, start?.msg, {
      recipient: start?.recipient ?? '',
      relay:
        report?.address == null
          ? start?.where === 'local'
            ? { name: 'local', address: undefined, port: undefined }
            : undefined
          : { name: undefined, address: report.address, port: undefined },
      dsn: reply?.enhanced?.code ?? /\(#(\d\.\d{1,3}\.\d{1,3})\)/.exec(text)?.[1],
      status,
      disposition,
      stage: report?.stage ?? undefined,
      reply,
      reason: disposition === 'delivered' || reply !== undefined ? undefined : (report?.reason ?? 'other'),
      text,
      nextQueueId: disposition === 'delivered' && reply !== undefined ? queueIdOf(reply) : undefined,
    })
  }
}

/** Reads what qmail-smtpd says of a session, which is no reply. */
function session({ action, type, condition, pairs }: Extract<QmailNode, { kind: 'session' }>, head: Head): LogRecord {
  const said = new Map(pairs)
  const client = clientIn(said.get('S') ?? '')
  if (action === 'Accept') {
    return make.event('qmail', head, undefined, { event: 'accept', client, fields: fieldsOf(pairs), text: condition })
  }
  return make.reject('qmail', head, undefined, {
    action,
    stage: stages[type.toUpperCase()],
    client,
    from: said.get('F') ?? undefined,
    recipient: said.get('T') || undefined,
    helo: said.get('H') || undefined,
    protocol: said.get('P') || undefined,
    text: condition,
  })
}

const stages: Readonly<Record<string, Stage>> = {
  SNDR: 'hello',
  AUTH: 'auth',
  ORIG: 'mail',
  RCPT: 'rcpt',
  DATA: 'end-of-data',
}

/** Reads `NAME:ADDRESS`. */
function clientIn(text: string): Host | undefined {
  const colon = text.indexOf(':')
  return colon < 0
    ? undefined
    : { name: text.slice(0, colon) || undefined, address: text.slice(colon + 1), port: undefined }
}

function hostAt(address: string): Host {
  return { name: undefined, address, port: undefined }
}
