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

/** Writes down all that a judgement rests on, but not the recipient. */
function questionOf(record: DeliveryRecord | RejectRecord): string {
  const { recipient, stage, dsn } = record
  const text = saidIn(record).slice(0, readable)
  const masked = recipient?.includes('@') && text.includes(recipient) ? text.replaceAll(recipient, '@') : text
  if (record.kind === 'reject') return `${stage}|${dsn}|${masked}`
  return `${record.disposition}|${record.relay?.name}|${record.reason}|${stage}|${dsn}|${masked}`
}

/** Gives the reply where there is one, and what the log says in its place where there is none. */
export function saidIn({ reply, text }: DeliveryRecord | RejectRecord): string {
  return reply === undefined ? text : `${reply.code} ${reply.text}`
}
