import { classifyRecord } from '../../logs/index.ts'
import { Summary } from '../../logs/summary/index.ts'
import { type Filter, passes } from './filter.ts'
import type { Parsing } from './options.ts'
import { parserOf, scan } from './scan.ts'

/** A summary and what fills it. */
export interface Counting {
  readonly summary: Summary
  /** Counts what the bytes say, up to their end. */
  run(chunks: AsyncIterable<Uint8Array>): Promise<void>
}

/** Makes a summary of what passes the filter. */
export function counting(parsing: Parsing, filter: Filter): Counting {
  const parser = parserOf(parsing)
  const summary = new Summary({ parser })
  const counts = passes(filter, (record) => classifyRecord(record).category)
  return {
    summary,
    run: (chunks) =>
      scan(chunks, parser, (records) => {
        for (const record of records) if (counts(record)) summary.add(record)
      }),
  }
}
