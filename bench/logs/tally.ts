/** The counts that are compared with the truth about a made-up log. */
import { detached } from '../../src/logs/detached.ts'
import type { LogCounters, LogRecord } from '../../src/logs/parser.ts'
import type { Truth } from './generate.ts'

/** The counts of one log, without its size. */
export type Counts = Omit<Truth, 'octets'>

/** Counts on their way. */
export class Tally {
  #messages = 0
  #rejects = 0
  #removed = 0
  readonly #status = new Map<string | number, Counter>()
  readonly #code = new Map<string | number, Counter>()
  readonly #enhanced = new Map<string | number, Counter>()
  readonly #domain = new Map<string | number, Counter>()
  readonly #rejectCode = new Map<string | number, Counter>()

  add(records: readonly LogRecord[]): void {
    for (const record of records) this.#add(record)
  }

  #add(record: LogRecord): void {
    switch (record.kind) {
      case 'delivery': {
        const { recipient, reply } = record
        count(this.#status, record.status)
        count(this.#code, reply?.code ?? 'none')
        count(this.#enhanced, reply?.enhanced?.code ?? 'none')
        count(this.#domain, recipient.slice(recipient.indexOf('@') + 1))
        return
      }
      case 'message':
        if (record.messageId !== undefined) this.#messages++
        return
      case 'reject':
        this.#rejects++
        count(this.#rejectCode, record.reply?.code ?? 'none')
        return
      case 'removed':
        this.#removed++
    }
  }

  counts({ lines }: LogCounters): Counts {
    return {
      lines,
      messages: this.#messages,
      rejects: this.#rejects,
      removed: this.#removed,
      status: plain(this.#status),
      code: plain(this.#code),
      enhanced: plain(this.#enhanced),
      domain: plain(this.#domain),
      rejectCode: plain(this.#rejectCode),
    }
  }
}

/** A number that is counted up where it is. */
interface Counter {
  count: number
}

function count(counts: Map<string | number, Counter>, key: string | number): void {
  const known = counts.get(key)
  // What is cut out of a chunk keeps it in memory.
  if (known === undefined) counts.set(typeof key === 'string' ? detached(key) : key, { count: 1 })
  else known.count++
}

function plain(counts: ReadonlyMap<string | number, Counter>): Record<string, number> {
  return Object.fromEntries([...counts].map(([key, { count }]) => [key, count]))
}
