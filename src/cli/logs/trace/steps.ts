import {
  type AttemptRecord,
  classifyRecord,
  type DeliveryRecord,
  explainVerdict,
  type Host,
  type LoggedMessage,
  type NotificationRecord,
  type RejectRecord,
} from '../../../logs/index.ts'
import { printable } from '../../../protocol/printable.ts'
import { duration } from '../../format.ts'
import type { Paint } from '../../style.ts'

/** One step of a story: the first line tells it, the others explain it. */
export interface Told {
  readonly time: number | undefined
  readonly lines: readonly string[]
}

type Step = DeliveryRecord | AttemptRecord | RejectRecord | NotificationRecord

/** Tells the steps of one message. What explains a reply is told once, for servers say the same many times. */
export class StepTeller {
  readonly #paint: Paint
  readonly #message: LoggedMessage | undefined
  readonly #explained = new Set<string>()

  constructor(paint: Paint, message?: LoggedMessage) {
    this.#paint = paint
    this.#message = message
  }

  /** Tells all that was tried, in the order of the log. */
  steps(): string[] {
    if (this.#message === undefined) return []
    const { recipients, detours, rejections, notifications } = this.#message
    const attempts = recipients.flatMap((recipient) => recipient.attempts)
    const records: Step[] = [...detours, ...rejections, ...attempts, ...notifications]
    return records.sort((one, other) => (one.time ?? 0) - (other.time ?? 0)).flatMap((record) => this.#stepOf(record))
  }

  /** Tells what was decided about somebody. */
  decision(record: DeliveryRecord | RejectRecord): string[] {
    return this.step({ time: record.time, lines: this.#decision(record) })
  }

  /** Writes a step: its time, what happened, and below it why. */
  step({ time, lines: [first = '', ...more] }: Told): string[] {
    const stamp = time === undefined ? '' : `${this.#paint('dim', clock.format(time).replace(',', ''))}  `
    return [`  ${stamp}${first}`, ...more.map((line) => `      ${line}`)]
  }

  #stepOf(record: Step): string[] {
    if (record.kind === 'delivery' || record.kind === 'reject') return this.decision(record)
    const lines =
      record.kind === 'attempt'
        ? [`${this.#paint('yellow', 'tries')} ${hostText(record.relay)}`, this.#said(record.text)]
        : [`${record.notification} notice goes out as ${printable(record.childQueueId)}`]
    return this.step({ time: record.time, lines })
  }

  #decision(record: DeliveryRecord | RejectRecord): string[] {
    if (record.kind === 'delivery') return this.#delivery(record)
    const { action, client, from, recipient } = record
    const what = `${this.#paint('red', printable(action))} for ${hostText(client)}`
    return [`${what}, from ${addressText(from)} to ${addressText(recipient)}`, ...this.#reason(record)]
  }

  #delivery(record: DeliveryRecord): string[] {
    const { disposition, recipient, relay, delay, nextQueueId } = record
    const isHandedOn = this.#message?.recipients.some(
      ({ address, outcome }) => address === recipient && outcome === 'handed-on',
    )
    const word = disposition === 'delivered' && isHandedOn ? 'handed on for' : words[disposition]
    const to = `${this.#paint(styles[disposition], word)} ${addressText(recipient)} ${isHandedOn ? 'to' : 'by'} ${hostText(relay)}`
    const after = delay === undefined ? '' : ` after ${duration(delay)}`
    if (disposition !== 'delivered') return [`${to}${after}`, ...this.#reason(record)]
    const next = isHandedOn && nextQueueId !== undefined ? `, goes on as ${printable(nextQueueId)}` : ''
    return [`${to}${after}${next}`, this.#said(record.text)]
  }

  #reason(record: DeliveryRecord | RejectRecord): string[] {
    const verdict = classifyRecord(record)
    const { summary, outlook, advice } = explainVerdict(verdict)
    const key = `${verdict.category} ${verdict.severity}`
    if (this.#explained.has(key)) return [this.#said(record.text)]
    this.#explained.add(key)
    return [this.#said(record.text), `${summary} ${outlook}`, this.#paint('cyan', advice)]
  }

  #said(text: string): string {
    return this.#paint('dim', printable(text))
  }
}

const words = {
  delivered: 'delivered to',
  deferred: 'deferred for',
  failed: 'failed for',
  expired: 'given up for',
  rejected: 'rejected for',
} as const
const styles = { delivered: 'green', deferred: 'yellow', failed: 'red', expired: 'red', rejected: 'red' } as const
const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' })

/** Names a host as mail logs do. */
export function hostText(host: Host | undefined): string {
  if (host === undefined) return 'this machine'
  const { name, address, port } = host
  const where = [name, name === undefined ? address : address && `[${address}]`].filter(Boolean).join(' ')
  return printable(`${where}${port === undefined ? '' : `:${port}`}`)
}

/** Writes an address in brackets. */
export function addressText(address: string | undefined): string {
  return address === undefined ? 'nobody known' : `<${printable(address)}>`
}
