import type {
  PairsNode,
  PostfixBodyNode,
  PostfixFieldNode,
  PostfixHostNode,
  PostfixNode,
} from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/postfix.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { fieldsOf, noFields } from '../fields.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import type {
  AttemptRecord,
  DeliveryRecord,
  Disposition,
  EventRecord,
  Host,
  LogRecord,
  MessageRecord,
  NotificationRecord,
  RejectRecord,
  Stage,
} from '../record.ts'
import type { MessageReader } from './format.ts'

/** One kind of what a line says. */
type Body<K extends PostfixBodyNode['kind']> = Extract<PostfixBodyNode, { kind: K }>

/** What every record begins with. */
interface Common {
  readonly format: 'postfix'
  readonly time: number | undefined
  readonly host: string | undefined
  readonly program: string | undefined
  readonly pid: number | undefined
  readonly queueId: string | undefined
}

/** Reads messages of Postfix. */
export const postfixReader: MessageReader = {
  read(line: string, head: Head): LogRecord | undefined {
    const node = match(line, 'Message', head.at)
    return node === undefined ? notice(line, head) : recordOf(node, head)
  },
}

function recordOf({ id, body }: PostfixNode, head: Head): LogRecord {
  const common = commonOf(id, head)
  switch (body.kind) {
    case 'delivery':
      return delivery(common, body)
    case 'removed':
      return { ...common, kind: 'removed' }
    case 'queued':
      return queued(common, body)
    case 'client':
      return client(common, body)
    case 'message-id':
      return message(common, { messageId: body.messageId })
    case 'pickup':
      return message(common, { from: body.from, uid: Number(body.uid) })
    case 'event':
      return {
        ...common,
        kind: 'event',
        event: body.event,
        client: hostOf(body.client),
        fields: body.fields === null ? noFields : fieldsOf(body.fields),
        text: '',
      }
    case 'filtered':
      return reject(common, body)
    case 'expired':
      return { ...common, kind: 'expired', from: body.from }
    case 'notification':
      return { ...common, kind: 'notification', notification: notificationOf(body), childQueueId: body.child }
    case 'status':
      return attempt(common, inBrackets(body.rest).text)
    case 'leveled':
      return leveled(common, body)
    case 'attempt':
      return attempt(common, body.text)
  }
}

function notice(line: string, head: Head): EventRecord {
  const { id, text } = match(line, 'Notice', head.at) ?? { id: null, text: line.slice(head.at) }
  return { ...commonOf(id, head), kind: 'event', event: 'notice', client: undefined, fields: noFields, text }
}

function commonOf(id: string | null, { time, host, program, pid }: Head): Common {
  const queueId = id === null || id === 'NOQUEUE' ? undefined : id
  return { format: 'postfix', time, host, program, pid, queueId }
}

function delivery(common: Common, { recipient, fields, status, text: rest }: Body<'delivery'>): DeliveryRecord {
  let originalRecipient: string | undefined
  let relay: Host | undefined
  let delay: number | undefined
  let delays: DeliveryRecord['delays']
  let tls: string | undefined
  let connectionUse: number | undefined
  let dsn: string | undefined
  for (const field of fields) {
    if (field[0] === 'relay') relay = relayOf(field[1] as PostfixHostNode)
    else if (field[0] === 'delays') delays = field[1] as DeliveryRecord['delays']
    else {
      const value = field[1] as string
      if (field[0] === 'delay') delay = Number(value)
      else if (field[0] === 'dsn') dsn = value
      else if (field[0] === 'tls') tls = value
      else if (field[0] === 'conn_use') connectionUse = Number(value)
      else if (field[0] === 'orig_to') originalRecipient = value
    }
  }
  const disposition = dispositionOf(status, dsn)
  const { text, cut } = inBrackets(rest)
  const { stage, reason, reply, id } = explained(text, cut)
  const delivered = disposition === 'delivered'
  return {
    ...common,
    kind: 'delivery',
    recipient,
    originalRecipient,
    relay,
    delay,
    delays,
    tls,
    connectionUse,
    dsn,
    status,
    disposition,
    stage: stage ?? (delivered && reply !== undefined ? 'end-of-data' : undefined),
    reply,
    reason: delivered ? undefined : reason,
    text,
    nextQueueId: id ?? (delivered && reply !== undefined ? queueIdOf(reply) : undefined),
  }
}

function attempt(common: Common, text: string): AttemptRecord {
  const { host, stage, reason, reply } = explained(text, false)
  return { ...common, kind: 'attempt', relay: hostOf(host), stage, reply, reason, text }
}

/** Takes an explanation apart; where there is a reply, that is the reason unless more is known. */
function explained(text: string, cut: boolean): Explained {
  const node = match(text, 'Explanation')
  if (node === undefined) return unexplained
  const reply = node.reply === null ? undefined : parseLoggedReply(node.reply, 'flattened', cut)
  const malformed = node.reply !== null && reply === undefined
  return {
    host: node.host,
    stage: node.stage ?? undefined,
    reason: malformed ? 'malformed-reply' : (node.reason ?? undefined),
    reply,
    id: node.id ?? undefined,
  }
}

interface Explained extends Pick<AttemptRecord, 'stage' | 'reason' | 'reply'> {
  readonly host: PostfixHostNode | null
  readonly id: string | undefined
}

const unexplained: Explained = { host: null, stage: undefined, reason: 'other', reply: undefined, id: undefined }

function reject(common: Common, { action, stage, client, text, pairs }: Body<'filtered'>): RejectRecord {
  const reply = parseLoggedReply(text, 'flattened')
  const said = new Map(pairs)
  return {
    ...common,
    kind: 'reject',
    action,
    stage: stage === null ? undefined : (stages[stage] ?? 'other'),
    client: hostOf(client),
    from: said.get('from') ?? undefined,
    recipient: said.get('to') ?? undefined,
    protocol: said.get('proto') ?? undefined,
    helo: said.get('helo') ?? undefined,
    saslMethod: said.get('sasl_method') ?? undefined,
    saslUsername: said.get('sasl_username') ?? undefined,
    reply,
    dsn: reply?.enhanced?.code ?? /^([245]\.\d{1,3}\.\d{1,3}) /.exec(text)?.[1],
    text,
  }
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

function queued(common: Common, { from, fields }: Body<'queued'>): MessageRecord {
  let size: number | undefined
  let recipients: number | undefined
  for (const field of fields) {
    if (field[0] === 'size') size = Number(field[1])
    else if (field[0] === 'nrcpt') recipients = Number(field[1])
  }
  return message(common, { from, size, recipients })
}

function client(common: Common, { client, fields }: Body<'client'>): MessageRecord {
  return message(common, {
    client: hostOf(client),
    saslMethod: textOf(fields, 'sasl_method'),
    saslUsername: textOf(fields, 'sasl_username'),
  })
}

function message(common: Common, known: Partial<Omit<MessageRecord, keyof Common | 'kind'>>): MessageRecord {
  const { from, messageId, size, recipients, client, saslMethod, saslUsername, uid } = known
  return { ...common, kind: 'message', from, messageId, size, recipients, client, saslMethod, saslUsername, uid }
}

function textOf(fields: readonly PostfixFieldNode[], name: string): string | undefined {
  const value = fields.find(([key]) => key === name)?.[1]
  return typeof value === 'string' ? value : undefined
}

function notificationOf({ who, what }: Body<'notification'>): NotificationRecord['notification'] {
  if (who === 'postmaster') return 'postmaster'
  return what === 'delay' ? 'delay' : what === 'delivery status' ? 'success' : 'failure'
}

/** A warning may be about a host's reply; everything else is an event named after its level. */
function leveled(
  common: Common,
  { level, id, event, client, fields, text }: Body<'leveled'>,
): EventRecord | AttemptRecord {
  const own = id === null ? common : { ...common, queueId: id }
  if (event === 'said') return attempt(own, text)
  const pairs: PairsNode = [['level', level], ...(fields ?? [])]
  return { ...own, kind: 'event', event: event ?? level, client: hostOf(client), fields: fieldsOf(pairs), text }
}

/** Takes the brackets off the end of a line; the second is missing where the line was cut. */
function inBrackets(rest: string): { text: string; cut: boolean } {
  if (!rest.startsWith(' (')) return { text: rest.trimStart(), cut: false }
  const cut = !rest.endsWith(')')
  return { text: rest.slice(2, cut ? rest.length : -1), cut }
}

function dispositionOf(status: string, dsn: string | undefined): Disposition {
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

function relayOf(node: PostfixHostNode): Host | undefined {
  return node.name === 'none' && node.address === null ? undefined : hostOf(node)
}

function hostOf(node: PostfixHostNode | null): Host | undefined {
  if (node === null) return undefined
  const { name, address, port } = node
  const known = address === null || address === 'unknown' ? undefined : address
  return {
    name: name === '' ? undefined : name,
    address: known,
    port: port === null ? undefined : Number.parseInt(port, 10) || undefined,
  }
}
