import type { PairsNode, PostfixBodyNode, PostfixNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/postfix.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { fieldsOf, fieldsOnce, noFields } from '../fields.ts'
import type { Head } from '../head.ts'
import { loggedReplyAt, parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type {
  AttemptRecord,
  DeliveryRecord,
  Disposition,
  EventRecord,
  Host,
  LoggedReply,
  LogRecord,
  NotificationRecord,
  RejectRecord,
  Stage,
} from '../record.ts'
import type { MessageReader } from './format.ts'

/** One kind of what a line says. */
type Body<K extends PostfixBodyNode['kind']> = Extract<PostfixBodyNode, { kind: K }>

type Id = string | undefined

const BLANK = 32
const BRACKET = 41

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
      return reject(head, queueId, body)
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

function delivery(line: string, to: number, head: Head, queueId: Id, node: Body<'delivery'>): DeliveryRecord {
  const { status, bracketed } = node
  // The explanation stands at the end of the line, and in brackets.
  const begin = to - node.length
  const last = bracketed ? behindText(line, begin, to) : to
  const cut = bracketed && (last === begin || line.charCodeAt(last - 1) !== BRACKET)
  const end = bracketed && !cut ? last - 1 : last
  const { stage, reason, reply, id } = explained(line, begin, end, cut)
  const disposition = dispositionOf(status, node.dsn)
  const isDelivered = disposition === 'delivered'
  const record = make.delivery('postfix', head, queueId, {
    recipient: node.recipient,
    originalRecipient: node.original ?? undefined,
    relay: node.relay === null || isNone(node.relay) ? undefined : node.relay,
    delay: node.delay ?? undefined,
    delays: node.delays ?? undefined,
    tls: node.tls ?? undefined,
    connectionUse: node.use ?? undefined,
    dsn: node.dsn ?? undefined,
    status,
    disposition,
    stage: isDelivered && reply !== undefined ? (stage ?? 'end-of-data') : stage,
    reply,
    reason: isDelivered ? undefined : reason,
    text: line.slice(begin, end),
    nextQueueId: id ?? (isDelivered && reply !== undefined ? queueIdOf(reply) : undefined),
  })
  return node.others.length === 0 ? record : { ...record, ...placed(node.others, status) }
}

/** Where a text ends but for blanks. */
function behindText(line: string, begin: number, to: number): number {
  let last = to
  while (last > begin && line.charCodeAt(last - 1) === BLANK) last--
  return last
}

type Some = { -readonly [K in keyof DeliveryRecord]?: DeliveryRecord[K] }

/** Reads pairs that do not stand in their usual place. */
function placed(others: Body<'delivery'>['others'], status: string): Some {
  const some: Some = {}
  for (const [key, value] of others) {
    switch (key) {
      case 'orig_to':
        some.originalRecipient = value
        break
      case 'relay':
        some.relay = hostIn(value)
        break
      case 'conn_use':
        some.connectionUse = Number(value)
        break
      case 'delay':
        some.delay = Number(value)
        break
      case 'delays':
        some.delays = match(value, 'Delays')
        break
      case 'tls':
        some.tls = value
        break
      case 'dsn':
        some.dsn = value
        some.disposition = dispositionOf(status, value)
        break
    }
  }
  return some
}

function hostIn(text: string): Host | undefined {
  const host = match(text, 'Peer') ?? { name: text, address: undefined, port: undefined }
  return isNone(host) ? undefined : host
}

function isNone({ name, address }: Host): boolean {
  return name === 'none' && address === undefined
}

function attempt(head: Head, queueId: Id, text: string): AttemptRecord {
  const { host, stage, reason, reply } = explained(text, 0, text.length, false)
  return make.attempt('postfix', head, queueId, { relay: host ?? undefined, stage, reply, reason, text })
}

/** Takes an explanation apart; where there is a reply, that is the reason unless more is known. */
function explained(line: string, from: number, to: number, cut: boolean): Explained {
  const node = match(line, 'Explanation', from, to)
  if (node === undefined) return unexplained
  const isSaid = node.reply !== null
  const reply = isSaid ? replyIn(line, to - node.behind, node.reply, cut) : undefined
  return {
    host: node.host,
    stage: node.stage ?? undefined,
    reason: isSaid && reply === undefined ? 'malformed-reply' : (node.reason ?? undefined),
    reply,
    id: node.id ?? undefined,
  }
}

function replyIn(line: string, to: number, length: number, cut: boolean): LoggedReply | undefined {
  return loggedReplyAt(line, to - length, to, 'flattened', cut)
}

interface Explained extends Pick<AttemptRecord, 'stage' | 'reason' | 'reply'> {
  readonly host: Host | null
  readonly id: string | undefined
}

const unexplained: Explained = { host: null, stage: undefined, reason: 'other', reply: undefined, id: undefined }

function reject(head: Head, queueId: Id, { action, stage, client, text, pairs }: Body<'filtered'>): RejectRecord {
  const reply = parseLoggedReply(text, 'flattened')
  const { from, recipient, protocol, helo, saslMethod, saslUsername } = trailing(pairs ?? [])
  return make.reject('postfix', head, queueId, {
    action,
    stage: stage === null ? undefined : (stages[stage] ?? 'other'),
    client: client ?? undefined,
    from,
    recipient,
    protocol,
    helo,
    saslMethod,
    saslUsername,
    reply,
    dsn: reply?.enhanced?.code ?? /^([245]\.\d{1,3}\.\d{1,3}) /.exec(text)?.[1],
    text,
  })
}

interface Trailing {
  from: string | undefined
  recipient: string | undefined
  protocol: string | undefined
  helo: string | undefined
  saslMethod: string | undefined
  saslUsername: string | undefined
}

/** Reads the pairs behind what was refused. */
function trailing(pairs: PairsNode): Trailing {
  const some: Trailing = {
    from: undefined,
    recipient: undefined,
    protocol: undefined,
    helo: undefined,
    saslMethod: undefined,
    saslUsername: undefined,
  }
  for (const [key, value] of pairs) {
    if (value === null) continue
    switch (key) {
      case 'from':
        some.from = value
        break
      case 'to':
        some.recipient = value
        break
      case 'proto':
        some.protocol = value
        break
      case 'helo':
        some.helo = value
        break
      case 'sasl_method':
        some.saslMethod = value
        break
      case 'sasl_username':
        some.saslUsername = value
        break
    }
  }
  return some
}

const stages: Readonly<Record<string, Stage>> = {
  CONNECT: 'connect',
  HELO: 'hello',
  EHLO: 'hello',
  LHLO: 'hello',
  STARTTLS: 'starttls',
  AUTH: 'auth',
  XCLIENT: 'xclient',
  XFORWARD: 'xforward',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
  BDAT: 'data',
  'END-OF-MESSAGE': 'end-of-data',
  RSET: 'reset',
  QUIT: 'quit',
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

function dispositionOf(status: string, dsn: string | null): Disposition {
  switch (status) {
    case 'sent':
    case 'deliverable':
      return 'delivered'
    case 'bounced':
      return 'failed'
    case 'expired':
    case 'force-expired':
      return 'expired'
    default:
      return status.startsWith('undeliverable') && dsn?.startsWith('5') ? 'failed' : 'deferred'
  }
}
