/** Reads a log without Observables and counts what is in it; run by itself, it prints the counts and what they cost. */
import { fileChunks } from '../../src/adapters/node/logs/file-chunks.ts'
import { logParser, WholeLines } from '../../src/logs/parser.ts'
import { report } from './report.ts'
import { type Counts, Tally } from './tally.ts'

/** Counts what is in a log. */
export async function countLog(file: string): Promise<Counts> {
  const parse = logParser('auto', { year: 2025, events: false })
  const whole = new WholeLines()
  const tally = new Tally()
  for await (const chunk of fileChunks(file, { reuse: true })) {
    for (const text of whole.push(chunk)) tally.add(parse([text]))
  }
  tally.add(parse([whole.end()]))
  return tally.counts(parse.counters)
}

const [, script, file] = process.argv
if (script === import.meta.filename && file !== undefined) await report(countLog(file))
