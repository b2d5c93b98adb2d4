import type { EndpointNode, PairsNode, SendmailNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/sendmail.ts'
import { fieldsOf } from '../fields.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { Disposition, Host, LoggedReply, LogRecord, NotificationRecord, Stage } from '../record.ts'
import type { MessageReader } from './format.ts'

type Body<K extends SendmailNode['body']['kind']> = Extract<SendmailNode['body'], { kind: K }>
type Id = string | undefined

/** Reads messages of Sendmail. A line about several recipients gives a record of each. */
export const sendmailReader: MessageReader = {
  read(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const node = match(text, 'Message', head.at, to)
    if (node === undefined) {
      records.push(make.event('sendmail', head, undefined, { event: 'notice', text: text.slice(head.at, to) }))
      return false
    }
    const queueId = node.id === null || node.id === 'NOQUEUE' ? undefined : node.id
    if (node.body.kind === 'delivery') records.push(...deliveries(head, queueId, node.body))
    else records.push(recordOf(head, queueId, node.body))
    return true
  },
}

function recordOf(head: Head, queueId: Id, body: Exclude<SendmailNode['body'], Body<'delivery'>>): LogRecord {
  switch (body.kind) {
    case 'arrival': {
      const said = valuesOf(body.pairs)
      return make.message('sendmail', head, queueId, {
        from: addressIn(body.from),
        messageId: said.has('msgid') ? unbracketed(said.get('msgid') ?? '') : undefined,
        size: numberOf(said.get('size')),
        recipients: numberOf(said.get('nrcpts')),
        client: hostIn(said.get('relay')),
      })
    }
    case 'ruleset':
      return refusal(head, queueId, body.ruleset, body.pairs)
    case 'milter':
      return refusal(head, queueId, 'milter', body.pairs)
    case 'notification':
      return make.notification('sendmail', head, queueId, {
        notification: notificationOf(body.what, body.text),
        childQueueId: body.child,
      })
    case 'session':
      return make.event('sendmail', head, queueId, {
        event: body.name === 'AUTH' ? 'auth' : 'tls',
        client: hostIn(valuesOf(body.pairs).get('relay')),
        fields: fieldsOf([['side', body.side], ...body.pairs]),
      })
    case 'refused':
      return make.reject('sendmail', head, queueId, {
        action: 'error',
        stage: 'rcpt',
        recipient: unbracketed(body.recipient),
        text: body.text,
      })
    case 'event':
      return make.event('sendmail', head, queueId, {
        event: body.event,
        client: hostIn(/(?:^| from {1,8})((?:[^ [\]]{1,255} )?\[[^\]]{0,255}\])/.exec(body.text)?.[1]),
        text: body.text,
      })
  }
}

function deliveries(head: Head, queueId: Id, { recipients, pairs, stat }: Body<'delivery'>): LogRecord[] {
  const said = valuesOf(pairs)
  const { disposition, text, reason } = statOf(stat, said.get('dsn'))
  const logged = said.get('reply')
  const reply = logged === undefined ? replyIn(text) : parseLoggedReply(logged, 'flattened')
  const why =
    reason ?? (disposition === 'delivered' || reply !== undefined ? undefined : (match(text, 'Reason') ?? 'other'))
  const delay = said.get('delay')
  const known = {
    relay: hostIn(said.get('relay')) ?? nameOf(said.get('mailer')),
    delay: delay === undefined ? undefined : match(delay, 'Delay'),
    dsn: said.get('dsn'),
    status: /^[^:(]*[^:( ]/.exec(stat)?.[0] ?? stat,
    disposition,
    reply,
    reason: why,
    text: stat,
    nextQueueId: disposition === 'delivered' ? idIn(text) : undefined,
  }
  return recipients
    .split(',')
    .map((recipient) => make.delivery('sendmail', head, queueId, { recipient: addressIn(recipient), ...known }))
}

function statOf(
  stat: string,
  dsn: string | undefined,
): { disposition: Disposition; text: string; reason: NonNullable<ReturnType<typeof match<'Stat'>>>['reason'] } {
  const node = match(stat, 'Stat')
  if (node !== undefined) return { ...node, text: node.text.replace(/^\((.*)\)$/s, '$1') }
  return { disposition: dsn?.startsWith('4') ? 'deferred' : 'failed', text: stat, reason: null }
}

/** Reads a reply where the text is one; Sendmail writes its first line alone. */
function replyIn(text: string): LoggedReply | undefined {
  return /^[2-5]\d\d[ -]/.test(text) ? parseLoggedReply(text, 'flattened') : undefined
}

function idIn(text: string): string | undefined {
  return /\bqueued as ([\w.-]{1,64})|^(?:\d\.\d\.\d )?([\w.-]{1,64}) Message accepted/i
    .exec(text)
    ?.slice(1)
    .find((id) => id !== undefined)
}

function refusal(head: Head, queueId: Id, action: string, pairs: PairsNode): LogRecord {
  const said = valuesOf(pairs)
  const text = said.get('reject')
  if (text === undefined) return make.event('sendmail', head, queueId, { event: action, fields: fieldsOf(pairs) })
  const reply = parseLoggedReply(text, 'flattened')
  const stage = stageOf(action, said)
  const about = said.get('arg1')
  return make.reject('sendmail', head, queueId, {
    action,
    stage,
    client: hostIn(said.get('relay')),
    from: unbracketed(said.get('from') ?? (stage === 'mail' ? about : undefined)),
    recipient: unbracketed(said.get('to') ?? (stage === 'rcpt' ? about : undefined)),
    reply,
    dsn: reply?.enhanced?.code,
    text,
  })
}

function stageOf(action: string, said: ReadonlyMap<string, string>): Stage | undefined {
  const about = `${action} ${said.get('action') ?? ''}`
  if (about.includes('rcpt') || said.has('to')) return 'rcpt'
  if (/\bmail\b|_mail/.test(about) || said.has('from')) return 'mail'
  if (/relay|connect/.test(about)) return 'connect'
  if (/helo/.test(about) || said.has('helo')) return 'hello'
  return /data|eom|eoh|header|body/.test(about) ? 'end-of-data' : undefined
}

function notificationOf(what: string, text: string): NotificationRecord['notification'] {
  if (what === 'postmaster notify') return 'postmaster'
  if (what === 'return receipt') return 'success'
  return what === 'sender notify' && text.startsWith('Warning') ? 'delay' : 'failure'
}

function valuesOf(pairs: PairsNode): ReadonlyMap<string, string> {
  return new Map(pairs.flatMap(([key, value]) => (value === null ? [] : [[key, value]])))
}

function hostIn(text: string | undefined): Host | undefined {
  const node: EndpointNode | undefined = text === undefined ? undefined : match(text, 'Relay')
  if (node === undefined || (node.name === '' && node.address === null)) return undefined
  const { name, address } = node
  return {
    name: name === null || name === '' ? undefined : name.replace(/\.$/, ''),
    address: address ?? undefined,
    port: undefined,
  }
}

function nameOf(name: string | undefined): Host | undefined {
  return name === undefined || name.endsWith('smtp') ? undefined : { name, address: undefined, port: undefined }
}

/** Takes an address out of its brackets, in front of which a name may stand. */
function addressIn(text: string): string {
  const opening = text.lastIndexOf('<')
  return opening >= 0 && text.endsWith('>') ? text.slice(opening + 1, -1) : text
}

function unbracketed(text: string): string
function unbracketed(text: string | undefined): string | undefined
function unbracketed(text: string | undefined): string | undefined {
  return text?.replace(/^<(.*)>$/s, '$1')
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number.parseInt(text, 10)
}
