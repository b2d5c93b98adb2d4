import type { PairsNode, PostfixBodyNode, PostfixNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/postfix.ts'
import { fieldsOf, fieldsOnce, noFields } from '../fields.ts'
import type { Head } from '../head.ts'
import * as make from '../make.ts'
import type { EventRecord, LogRecord, NotificationRecord } from '../record.ts'
import type { MessageReader } from './format.ts'
import { attempt, delivery } from './postfix-delivery.ts'
import { refusal } from './postfix-refusal.ts'

/** One kind of what a line says. */
type Body<K extends PostfixBodyNode['kind']> = Extract<PostfixBodyNode, { kind: K }>

type Id = string | undefined

/** Reads messages of Postfix. */
export const postfixReader: MessageReader = {
  read(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const node = match(text, 'Message', head.at, to)
    records.push(node === undefined ? notice(text, to, head) : (tellingOf(node, text, to, head) ?? eventOf(node, head)))
    return node !== undefined
  },
  readTold(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const node = match(text, 'Told', head.at, to)
    if (node === undefined) return false
    const record = node === null ? undefined : tellingOf(node, text, to, head)
    if (record !== undefined) records.push(record)
    return true
  },
}

// What connections were used for, and what sessions of TLS agree on, is much the same from line to line.
const countersOf = fieldsOnce((text) => match(text, 'Counters'))
const sessionOf = fieldsOnce((text) => match(text, 'Session'))

/** Makes the record of what is told of a message; undefined where it is an event. */
function tellingOf({ id, body }: PostfixNode, line: string, to: number, head: Head): LogRecord | undefined {
  const queueId = known(id)
  switch (body.kind) {
    case 'delivery':
      return delivery(line, to, head, queueId, body)
    case 'removed':
      return make.removed('postfix', head, queueId)
    case 'queued':
      return make.message('postfix', head, queueId, {
        from: body.from,
        size: body.size ?? undefined,
        recipients: body.recipients ?? undefined,
      })
    case 'client':
      return make.message('postfix', head, queueId, {
        client: body.client,
        saslMethod: body.method ?? textOf(body.fields, 'sasl_method'),
        saslUsername: body.username ?? textOf(body.fields, 'sasl_username'),
      })
    case 'message-id':
      return make.message('postfix', head, queueId, { messageId: body.messageId })
    case 'pickup':
      return make.message('postfix', head, queueId, { from: body.from, uid: body.uid })
    case 'filtered':
      return refusal(head, queueId, body)
    case 'expired':
      return make.expired('postfix', head, queueId, body.from)
    case 'notification':
      return make.notification('postfix', head, queueId, {
        notification: notificationOf(body),
        childQueueId: body.child,
      })
    case 'status':
      return attempt(head, queueId, body.text.replace(/\)$/, ''))
    case 'attempt':
      return attempt(head, queueId, body.text)
    case 'leveled':
      // A warning may be about a host's reply.
      return body.event === 'said' ? attempt(head, known(body.id) ?? queueId, body.text) : undefined
  }
  return undefined
}

/** Makes the record of everything else. */
function eventOf({ id, body }: PostfixNode, head: Head): EventRecord {
  const queueId = known(id)
  switch (body.kind) {
    case 'disconnect':
      return make.event('postfix', head, queueId, {
        event: 'disconnect',
        client: body.client,
        fields: body.counters === null ? noFields : countersOf(body.counters),
      })
    case 'tls':
      return make.event('postfix', head, queueId, {
        event: 'tls',
        client: body.client,
        fields: sessionOf(`${body.trust} ${body.state}: ${body.session}`),
      })
    case 'leveled':
      return leveled(head, queueId, body)
    case 'event':
      return make.event('postfix', head, queueId, {
        event: body.event,
        client: body.client ?? undefined,
        fields: body.fields === null ? noFields : fieldsOf(body.fields),
      })
  }
  throw new TypeError(`${body.kind} is no event`)
}

function notice(line: string, to: number, head: Head): EventRecord {
  const { id, text } = match(line, 'Notice', head.at, to) ?? { id: null, text: line.slice(head.at, to) }
  return make.event('postfix', head, known(id), { event: 'notice', text })
}

function known(id: string | null): Id {
  return id === null || id === 'NOQUEUE' ? undefined : id
}

function textOf(pairs: PairsNode, name: string): string | undefined {
  if (pairs.length === 0) return undefined
  return pairs.find(([key]) => key === name)?.[1] ?? undefined
}

function notificationOf({ who, what }: Body<'notification'>): NotificationRecord['notification'] {
  if (who === 'postmaster') return 'postmaster'
  return what === 'delay' ? 'delay' : what === 'delivery status' ? 'success' : 'failure'
}

/** What is said at a level is named after it, unless more is known. */
function leveled(head: Head, queueId: Id, { level, id, event, client, fields, text }: Body<'leveled'>): EventRecord {
  const pairs: PairsNode = [['level', level], ...(fields ?? [])]
  return make.event('postfix', head, known(id) ?? queueId, {
    event: event ?? level,
    client: client ?? undefined,
    fields: fieldsOf(pairs),
    text,
  })
}
