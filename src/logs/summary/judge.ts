import { replyPattern } from '../classify/reply-pattern.ts'
import { classifyRecord } from '../classify-record.ts'
import type { DeliveryRecord, RejectRecord } from '../record.ts'

/** What a record means to a summary. */
export interface Judgement {
  readonly category: string
  /** The text without its variable parts: what replies are grouped by. */
  readonly pattern: string
}

/** Tells what a record means. */
export type Judge = (record: DeliveryRecord | RejectRecord) => Judgement

const delivered: Judgement = Object.freeze({ category: 'delivered', pattern: '' })

/** Judges by `classify`; delivered mail is not looked at, its replies have nothing to tell. */
export const judgeByRules: Judge = (record) => {
  if (record.kind === 'delivery' && record.disposition === 'delivered') return delivered
  return { category: classifyRecord(record).category, pattern: replyPattern(saidIn(record)) }
}

/** Gives the reply where there is one, and what the log says in its place where there is none. */
export function saidIn({ reply, text }: DeliveryRecord | RejectRecord): string {
  return reply === undefined ? text : `${reply.code} ${reply.text}`
}
