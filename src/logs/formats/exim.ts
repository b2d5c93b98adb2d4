import type { EximExplanationNode, EximHostNode, EximNode, EximOptionNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/exim.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { DeliveryRecord, Host, LogRecord, Reason } from '../record.ts'
import type { MessageReader } from './format.ts'

type Body<K extends EximNode['body']['kind']> = Extract<EximNode['body'], { kind: K }>
type Id = string | undefined

/** Entries of which pieces are missing still; more are not waited for. */
const waiting = 100

/** Reads entries of Exim's main and reject logs; those that syslog got in pieces are put together first. */
export class EximReader implements MessageReader {
  readonly #pieces = new Map<string, string>()

  read(line: string, to: number, head: Head, records: LogRecord[]): boolean {
    const piece = match(line, 'Piece', head.at, to)
    if (piece === undefined) return readEntry(line, head.at, to, head, records)
    const key = `${head.host} ${head.pid}`
    const before = piece.number === 1 ? '' : `${this.#pieces.get(key) ?? ''}${piece.lines ? '\n' : ''}`
    const entry = before + piece.text
    if (piece.number < piece.count) {
      if (this.#pieces.size >= waiting) this.#pieces.clear()
      this.#pieces.set(key, entry)
      return true
    }
    this.#pieces.delete(key)
    return readEntry(entry, 0, entry.length, head, records)
  }
}

function readEntry(text: string, from: number, to: number, head: Head, records: LogRecord[]): boolean {
  const dated = match(text, 'Dated', from, to)
  const begin = dated === undefined ? from : to - dated.length
  const node = match(text, 'Message', begin, to)
  if (node !== undefined) records.push(recordOf(node, head))
  else if (head.time === undefined && head.program === undefined) {
    // The reject log goes on with the header of the message.
    records.push(make.event('exim', head, undefined, { event: 'continuation', text: text.slice(from, to) }))
  } else {
    records.push(notice(text, begin, to, head))
    return false
  }
  return true
}

function notice(entry: string, from: number, to: number, head: Head): LogRecord {
  const { id, text } = match(entry, 'Notice', from, to) ?? { id: undefined, text: entry.slice(from, to) }
  return make.event('exim', head, id, { event: 'notice', text })
}

function recordOf({ id, body }: EximNode, head: Head): LogRecord {
  const queueId = id ?? undefined
  switch (body.kind) {
    case 'delivery':
      return delivery(head, queueId, body)
    case 'arrival':
      return arrival(head, queueId, body)
    case 'completed':
      return make.removed('exim', head, queueId)
    case 'rejected':
      return rejected(head, queueId, body)
    case 'unauthenticated':
      return make.reject('exim', head, queueId, {
        action: `${body.authenticator} authenticator failed`,
        stage: 'auth',
        client: hostOf(body.client),
        helo: body.client.helo ?? undefined,
        saslMethod: body.authenticator,
        saslUsername: body.user ?? undefined,
        reply: parseLoggedReply(body.text, 'escaped'),
        text: body.text,
      })
    case 'attempt': {
      const { stage, reply, reason, host } = explained(body.text)
      return make.attempt('exim', head, queueId, {
        relay: remoteIn(body.options) ?? host,
        stage,
        reply,
        reason,
        text: body.text,
      })
    }
    case 'event':
      return make.event('exim', head, queueId, {
        event: body.event,
        client: body.client === null ? undefined : hostOf(body.client),
        text: body.text,
      })
  }
}

function delivery(
  head: Head,
  queueId: Id,
  { flag, recipient, original, options, defer, text }: Body<'delivery'>,
): DeliveryRecord {
  const values = new Map<string, string>(
    options.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  )
  const delivered = flag !== '**' && flag !== '=='
  const confirmation = values.get('C')
  const reply =
    confirmation === undefined ? undefined : parseLoggedReply(confirmation.replace(/\\(["\\])/g, '$1'), 'escaped')
  const why = delivered ? undefined : explained(text ?? '', defer?.number)
  const relay = remoteIn(options) ?? (defer?.host ? hostOf(defer.host) : why?.host)
  return make.delivery('exim', head, queueId, {
    recipient,
    originalRecipient: original ?? undefined,
    relay: relay ?? nameOf(values.get('T')),
    delay: seconds(values.get('QT')),
    tls: values.get('X'),
    status: flag,
    disposition: delivered
      ? 'delivered'
      : flag === '**'
        ? why?.reason === 'expired'
          ? 'expired'
          : 'failed'
        : 'deferred',
    stage: delivered && reply !== undefined ? 'end-of-data' : why?.stage,
    reply: reply ?? why?.reply,
    reason: why?.reason,
    text: confirmation ?? text ?? '',
    nextQueueId: reply === undefined ? undefined : queueIdOf(reply),
  })
}

interface Explained extends Pick<DeliveryRecord, 'stage' | 'reply' | 'reason'> {
  readonly host: Host | undefined
}

// What numbers of a deferral say by themselves.
const numbers: Readonly<Record<number, Reason>> = {
  110: 'connection-timeout',
  111: 'connection-refused',
  101: 'unreachable',
  113: 'unreachable',
}

function explained(text: string, number?: number): Explained {
  const node: EximExplanationNode | undefined = match(text, 'Explanation')
  const reply = node?.reply == null ? undefined : parseLoggedReply(node.reply, 'escaped')
  const malformed = node?.reply != null && reply === undefined
  return {
    stage: node?.stage ?? undefined,
    reply,
    reason: malformed
      ? 'malformed-reply'
      : node === undefined
        ? (numbers[number ?? 0] ?? 'other')
        : (node.reason ?? undefined),
    host: node?.host ? hostOf(node.host) : undefined,
  }
}

function arrival(head: Head, queueId: Id, { from, options, recipients }: Body<'arrival'>): LogRecord {
  const values = new Map<string, unknown>(options)
  const text = (key: string): string | undefined => {
    const value = values.get(key)
    return typeof value === 'string' ? value : undefined
  }
  const parent = text('R')
  // A message about another one names it.
  if (from === '<>' && parent !== undefined && queueId !== undefined) {
    const notification = text('T')?.startsWith('Warning: message ') ? 'delay' : 'failure'
    return make.notification('exim', head, parent, { notification, childQueueId: queueId })
  }
  return make.message('exim', head, queueId, {
    from: from === '<>' ? '' : from,
    messageId: text('id'),
    size: numberOf(text('S')),
    recipients: recipients?.split(' ').length,
    client: remoteIn(options),
    saslMethod: text('A')?.split(':')[0],
    saslUsername: text('A')?.split(':')[1] ?? (text('P') === 'local' ? text('U') : undefined),
  })
}

function rejected(head: Head, queueId: Id, { action, what, options, text }: Body<'rejected'>): LogRecord {
  const host = options.find((option): option is readonly ['H', EximHostNode] => typeof option[1] !== 'string')?.[1]
  const values = new Map<string, unknown>(options)
  const { stage, address } = what
  return make.reject('exim', head, queueId, {
    action,
    stage,
    client: host && hostOf(host),
    from: stage === 'mail' ? (address ?? undefined) : (values.get('F') as string | undefined),
    recipient: stage === 'rcpt' ? (address ?? undefined) : undefined,
    protocol: values.get('P') as string | undefined,
    helo: host?.helo ?? undefined,
    tls: values.get('X') as string | undefined,
    reply: isReply.test(text) ? parseLoggedReply(text, 'escaped') : undefined,
    text,
  })
}

// Texts of access control lists may begin with an address.
const isReply = /^[2-5]\d\d(?:[ -]|$)/

function remoteIn(options: readonly EximOptionNode[]): Host | undefined {
  for (const [, value] of options) if (typeof value !== 'string') return hostOf(value)
  return undefined
}

function hostOf({ name, address, port }: EximHostNode): Host {
  return { name: name ?? undefined, address, port: numberOf(port ?? undefined) }
}

function nameOf(name: string | undefined): Host | undefined {
  return name === undefined ? undefined : { name, address: undefined, port: undefined }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text) || undefined
}

/** Reads `1.2s` and `3m4s`. */
function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 }
  let sum = 0
  for (const part of text.slice(0, 32).split(/(?<=[wdhms])/))
    sum += Number.parseFloat(part) * (units[part.slice(-1)] ?? 0)
  return sum
}
