import { match } from '../../grammar/logs/haraka.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { fieldsOf } from '../fields.ts'
import { type Head, headWith } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import type { Known } from '../make.ts'
import * as make from '../make.ts'
import type { Disposition, EventRecord, Host, LoggedReply, LogRecord, Stage } from '../record.ts'
import type { MessageReader } from './format.ts'
import { type Json, textIn, timeIn } from './json-value.ts'

/** Gives what a line says under a name. */
type Say = (key: string) => string | undefined

/** Reads lines of text of Haraka. */
export const harakaReader: MessageReader = {
  read(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const node = match(text, 'Line', head.at, to)
    const { uuid = '-', origin = '', message = text.slice(head.at, to) } = node ?? {}
    // A time of ISO 8601 in front makes a host of the level.
    const at = headWith(head, { host: head.host?.startsWith('[') ? undefined : head.host })
    records.push(recordOf(message, () => undefined, at, uuid === '-' ? undefined : uuid, origin))
    return node !== undefined
  },
}

/** Reads a line of JSON of Haraka. */
export function readHarakaJson(object: Json, head: Head): LogRecord {
  const at = headWith(head, { time: timeIn(object['timestamp'] ?? object['time']) ?? head.time })
  const say: Say = (key) => (typeof object[key] === 'number' ? String(object[key]) : textIn(object[key]))
  const uuid = textIn(object['uuid'])
  return recordOf(
    textIn(object['message']) ?? '',
    say,
    at,
    uuid === '-' ? undefined : uuid,
    textIn(object['level']) ?? 'log',
  )
}

/** `known` is what stands beside the message. */
function recordOf(message: string, known: Say, head: Head, id: string | undefined, source: string): LogRecord {
  const node = match(message, 'Message')
  const pairs = new Map(node?.pairs)
  const say: Say = (key) => known(key) ?? pairs.get(key)
  const disposition = dispositions[node?.word ?? ''] ?? dispositions[known('action') ?? '']
  if (disposition !== undefined && (said(say) !== undefined || recipientIn(say) !== undefined)) {
    const word = dispositions[node?.word ?? ''] === undefined ? known('action') : node?.word
    return delivery(word ?? '', disposition, say, head, id)
  }
  const reply = parseLoggedReply(said(say) ?? '', 'flattened')
  if ((node?.word === 'bouncing' || node?.word === 'waiting') && reply !== undefined) {
    return make.attempt('haraka', head, id, { reply, text: said(say) ?? '' })
  }
  if (say('retval')?.startsWith('DENY')) return refusal(say, head, id)
  return told(node?.word, say, head, id) ?? make.event('haraka', head, id, event(source, pairs, message))
}

/** What the core says of each command: who sent the message, to whom, and how large it is. */
function told(word: string | undefined, say: Say, head: Head, id: string | undefined): LogRecord | undefined {
  const address = say('address')
  if (address !== undefined && say('code')?.startsWith('DENY')) {
    const text = say('msg') ?? ''
    return make.reject('haraka', head, id, {
      action: say('code') ?? '',
      stage: word === 'sender' ? 'mail' : 'rcpt',
      from: word === 'sender' ? address : say('sender'),
      recipient: word === 'sender' ? undefined : address,
      reply: parseLoggedReply(text, 'flattened'),
      text,
    })
  }
  if (word === 'sender' && address !== undefined) return make.message('haraka', head, id, { from: address })
  if (word !== 'message') return undefined
  const messageId = say('mid')?.replace(/^<(.*)>$/, '$1')
  return make.message('haraka', head, id, { messageId, size: numberOf(say('size')) })
}

/** A connection is known by the plugin that tells of it, all but its beginning and end. */
function event(source: string, pairs: ReadonlyMap<string, string>, text: string): Known<EventRecord, 'event'> {
  const [, word] = /^((?:dis)?connect) ip=/.exec(text) ?? []
  const address = pairs.get('ip')
  const client =
    address === undefined
      ? undefined
      : { name: pairs.get('rdns') || undefined, address, port: numberOf(pairs.get('port')) }
  return { event: word ?? source, client, fields: fieldsOf([...pairs]), text }
}

const dispositions: Readonly<Record<string, Disposition>> = {
  delivered: 'delivered',
  bounce: 'failed',
  bounced: 'failed',
  rejected: 'failed',
  deferred: 'deferred',
  tempfail: 'deferred',
}

function delivery(word: string, disposition: Disposition, say: Say, head: Head, id: string | undefined): LogRecord {
  const text = said(say) ?? ''
  const delivered = disposition === 'delivered'
  const reply = parseLoggedReply(text, 'flattened') ?? (delivered ? withoutCode(text) : undefined)
  return make.delivery('haraka', head, id, {
    recipient: recipientIn(say) ?? `@${say('domain') ?? ''}`,
    relay: relayIn(say),
    delay: numberOf(say('delay')),
    tls: say('tls'),
    dsn: reply?.enhanced?.code,
    status: word,
    disposition,
    // Haraka writes so of recipients alone; what becomes of all of them together is told in other words.
    stage: delivered ? 'end-of-data' : word === 'rejected' || word === 'deferred' ? 'rcpt' : undefined,
    reply,
    reason: reply === undefined ? 'other' : undefined,
    text,
    nextQueueId: delivered && reply !== undefined ? queueIdOf(reply) : undefined,
  })
}

/** What a plugin refused to a client. */
function refusal(say: Say, head: Head, id: string | undefined): LogRecord {
  const stage = stages[say('hook') ?? '']
  const about = say('params')?.replace(/^<(.*)>$/, '$1')
  const text = say('msg') ?? ''
  return make.reject('haraka', head, id, {
    action: say('retval') ?? '',
    stage,
    from: stage === 'mail' ? about : undefined,
    recipient: stage === 'rcpt' ? about : undefined,
    helo: stage === 'hello' ? about : undefined,
    reply: parseLoggedReply(text, 'flattened'),
    text,
  })
}

const stages: Readonly<Record<string, Stage>> = {
  connect: 'connect',
  lookup_rdns: 'connect',
  helo: 'hello',
  ehlo: 'hello',
  mail: 'mail',
  rcpt: 'rcpt',
  rcpt_ok: 'rcpt',
  data: 'data',
  data_post: 'end-of-data',
  queue: 'end-of-data',
}

function said(say: Say): string | undefined {
  return say('response') ?? say('err') ?? say('reason')
}

function recipientIn(say: Say): string | undefined {
  return (say('rcpt') ?? say('recipient') ?? say('to'))?.replace(/^<(.*)>$/, '$1')
}

/** Code and enhanced code of a success are left out. */
function withoutCode(text: string): LoggedReply | undefined {
  return parseLoggedReply(`250 ${text}`, 'flattened', true)
}

function relayIn(say: Say): Host | undefined {
  const name = say('host')
  return name === undefined ? undefined : { name, address: say('ip'), port: numberOf(say('port')) }
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text ?? Number.NaN)
  return Number.isFinite(number) ? number : undefined
}
