import { classifyRecord } from '../../logs/index.ts'
import { Summary } from '../../logs/summary/index.ts'
import { type Filter, passes } from './filter.ts'
import type { Parsing } from './options.ts'
import { type Log, parserOf, scan } from './scan.ts'

/** A summary and what fills it. */
export interface Counting {
  readonly summary: Summary
  /** Counts what a log says, up to its end. */
  run(log: Log): Promise<void>
}

/** Makes a summary of what passes the filter, for a log that was `written` to the last time then. */
export function counting(parsing: Parsing, filter: Filter, written?: number): Counting {
  const parser = parserOf(parsing, written)
  const summary = new Summary({ parser })
  const counts = passes(filter, (record) => classifyRecord(record).category)
  return {
    summary,
    run: (log) =>
      scan(log, parser, (records) => {
        for (const record of records) if (counts(record)) summary.add(record)
      }),
  }
}
