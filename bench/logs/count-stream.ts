/** Does the same as count.ts by operators. */
import { lastValueFrom, tap } from 'rxjs'
import { readLog } from '../../src/adapters/node/logs/index.ts'
import { logParser, parseLog } from '../../src/logs/index.ts'
import { report } from './report.ts'
import { type Counts, Tally } from './tally.ts'

/** Counts what is in a log. */
export async function countStream(file: string): Promise<Counts> {
  const parser = logParser('auto', { year: 2025, events: false })
  const tally = new Tally()
  const counting = readLog(file, { reuse: true }).pipe(
    parseLog(parser),
    tap((records) => tally.add(records)),
  )
  await lastValueFrom(counting, { defaultValue: [] })
  return tally.counts(parser.counters)
}

const [, script, file] = process.argv
if (script === import.meta.filename && file !== undefined) await report(countStream(file))
