import { providerOf } from '../classify/provider-of.ts'
import { replyPattern } from '../classify/reply-pattern.ts'
import { classifyRecord } from '../classify-record.ts'
import { Memo } from '../memo.ts'
import type { DeliveryRecord, RejectRecord } from '../record.ts'

/** What a record means to a summary. */
export interface Judgement {
  readonly category: string
  /** The text without its variable parts: what replies are grouped by. */
  readonly pattern: string
}

/** Tells what a record means. */
export type Judge = (record: DeliveryRecord | RejectRecord) => Judgement

// Characters of a text that a judgement is made of; `classify` reads no more.
const readable = 4_096

const delivered: Judgement = Object.freeze({ category: 'delivered', pattern: '' })

/**
 * Makes a function that judges by `classify` and remembers. Delivered mail is not looked at: its replies have nothing to
 * tell. Of the others many differ in nothing but whom they are about, and are one question.
 */
export function judgeByRules(): Judge {
  const known = new Memo<Judgement>(10_000)
  return (record) => {
    if (record.kind === 'delivery' && record.disposition === 'delivered') return delivered
    const question = questionOf(record)
    const answer = known.get(question)
    if (answer !== undefined) return answer
    const judgement = { category: classifyRecord(record).category, pattern: replyPattern(saidIn(record)) }
    known.set(question, judgement)
    return judgement
  }
}

/**
 * Writes down all that a judgement rests on, but not whom it is about: who the recipient is, which of a provider's servers
 * replied, and from where a client came whom this server refused.
 */
function questionOf(record: DeliveryRecord | RejectRecord): string {
  const { recipient, stage, dsn } = record
  const text = saidIn(record).slice(0, readable)
  const masked = recipient?.includes('@') ? without(recipient, text) : text
  if (record.kind === 'reject') {
    const address = record.client?.address ?? ''
    if (!ipv4.test(address)) return `${stage}|${dsn}||${masked}`
    // Of another length it may be something else to the pattern.
    return `${stage}|${dsn}|${address.length}|${without(address, masked)}`
  }
  return `${record.disposition}|${providerOf(record.relay?.name)}|${record.reason}|${stage}|${dsn}|${masked}`
}

function without(name: string, text: string): string {
  return text.includes(name) ? text.replaceAll(name, '@') : text
}

const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/

/** Gives the reply where there is one, and what the log says in its place where there is none. */
export function saidIn({ reply, text }: DeliveryRecord | RejectRecord): string {
  return reply === undefined ? text : `${reply.code} ${reply.text}`
}
