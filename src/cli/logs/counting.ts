import { classifyRecord } from '../../logs/classify-record.ts'
import { type LogFormat, type LogRecord, logParser } from '../../logs/parser.ts'
import { Summary } from '../../logs/summary/summary.ts'
import { type Filter, passes } from './filter.ts'
import type { Parsing } from './options.ts'
import type { Counted } from './pieces.ts'
import { type Log, parserOf, scan } from './scan.ts'

/** Counts what passes the filter, of a log that was `written` to the last time then. */
export class Counting {
  readonly #parsing: Parsing
  readonly #parser: ReturnType<typeof parserOf>
  readonly #summary: Summary
  readonly #formats = new Set<LogFormat>()
  readonly #counts: (record: LogRecord) => boolean

  constructor(parsing: Parsing, filter: Filter, written?: number) {
    this.#parsing = parsing
    this.#parser = parserOf(parsing, written)
    this.#summary = new Summary({ parser: this.#parser })
    this.#counts = passes(filter, (record) => classifyRecord(record).category)
  }

  /** What was counted so far. */
  get counted(): Counted {
    return { state: this.#summary.state(), formats: [...this.#formats] }
  }

  /** Takes note of what comes in front of the log and counts elsewhere. */
  foresee(log: Log): Promise<void> {
    return scan(log, logParser(this.#parsing.format), (records) => {
      for (const record of records) this.#summary.foresee(record)
    })
  }

  /** Counts what a log says, up to its end. */
  run(log: Log): Promise<void> {
    return scan(log, this.#parser, (records) => {
      for (const record of records) {
        this.#formats.add(record.format)
        if (this.#counts(record)) this.#summary.add(record)
      }
    })
  }
}
