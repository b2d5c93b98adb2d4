import type { Delivery, SmtpError } from '../src/index.ts'
import type { FarLedger } from './far-end.ts'

const deliveries: readonly Delivery[] = ['accepted', 'rejected', 'not-sent', 'unknown']

/** What became of the messages with one verdict. */
export interface Row {
  messages: number
  /** How many of them the sink took once, never, and more than once. */
  once: number
  never: number
  more: number
}

/** What clients were told, message by message. */
export class Books {
  /** One more than the place in `deliveries`; 0 for a message without a verdict. */
  readonly #verdicts: Uint8Array
  readonly codes = new Map<string, number>()
  told = 0
  #twice = 0

  constructor(messages: number) {
    this.#verdicts = new Uint8Array(messages)
  }

  note(id: number, verdict: 'accepted' | SmtpError): void {
    const delivery = verdict === 'accepted' ? verdict : verdict.delivery
    const code = verdict === 'accepted' ? verdict : verdict.code
    if (this.#verdicts[id] !== 0) this.#twice++
    this.#verdicts[id] = 1 + deliveries.indexOf(delivery)
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
    this.told++
  }

  /** Holds what clients were told against what the sink has taken. */
  compare({ taken, broken }: FarLedger): { rows: ReadonlyMap<string, Row>; contradictions: readonly string[] } {
    const counts = Buffer.from(taken, 'base64')
    const rows = new Map<string, Row>()
    for (const [id, verdict] of this.#verdicts.entries()) {
      const name = verdict === 0 ? 'no verdict' : (deliveries[verdict - 1] ?? '')
      const row = rows.get(name) ?? { messages: 0, once: 0, never: 0, more: 0 }
      row.messages++
      row[(['never', 'once'] as const)[counts[id] ?? 0] ?? 'more']++
      rows.set(name, row)
    }
    const contradictions = [...rows].flatMap(([name, row]) => contradictionsIn(name, row))
    if (broken > 0) contradictions.push(`${broken} messages were taken that were not whole`)
    if (this.#twice > 0) contradictions.push(`${this.#twice} messages had a second verdict`)
    return { rows, contradictions }
  }
}

function contradictionsIn(name: string, { messages, once, never, more }: Row): string[] {
  const found: string[] = []
  if (name === 'no verdict') found.push(`${messages} messages have no verdict`)
  if (name === 'accepted' && never > 0) found.push(`${never} messages are accepted and were not taken`)
  if ((name === 'rejected' || name === 'not-sent') && once > 0)
    found.push(`${once} messages are ${name} and were taken`)
  if (more > 0) found.push(`${more} messages with the verdict ${name} were taken more than once`)
  return found
}
