/** Deliveries and attempts of Postfix, and the explanations in them. */
import type { PostfixBodyNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/postfix.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import type { Head } from '../head.ts'
import { loggedReplyAt } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { AttemptRecord, DeliveryRecord, Disposition, Host, LoggedReply } from '../record.ts'

type DeliveryNode = Extract<PostfixBodyNode, { kind: 'delivery' }>

const BLANK = 32
const BRACKET = 41

/** Makes the record of a delivery. */
export function delivery(
  line: string,
  to: number,
  head: Head,
  queueId: string | undefined,
  node: DeliveryNode,
): DeliveryRecord {
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
function placed(others: DeliveryNode['others'], status: string): Some {
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

/** Makes the record of an attempt that decided nothing, from what is said of it. */
export function attempt(head: Head, queueId: string | undefined, text: string): AttemptRecord {
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
