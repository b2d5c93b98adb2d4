/**
 * Reads a made-up log by all that is there for it, and prints as JSON what is alive, in octets, each time that as many
 * megabytes have been read as an argument says; run with `--expose-gc`.
 */
import { connect, from, merge, tap } from 'rxjs'
import { generateLog } from '../../../bench/logs/generate.ts'
import { deliveries, type LoggedMessage, parseLog } from '../../../src/logs/index.ts'
import { type Overview, summarize } from '../../../src/logs/summary/index.ts'

const collect = globalThis.gc
if (collect === undefined) throw new Error('run with --expose-gc')

const marks = process.argv.slice(2).map((megabytes) => Number(megabytes) * 1_000_000)
const alive: number[] = []
const told = { messages: 0, delivered: 0 }

const read$ = from(chunks()).pipe(
  parseLog('auto', { year: 2026 }),
  connect((records$) => merge(records$.pipe(deliveries(), tap(count)), records$.pipe(summarize(), tap(note)))),
)
read$.subscribe()
console.log(JSON.stringify({ alive, ...told }))

function count(messages: readonly LoggedMessage[]): void {
  told.messages += messages.length
}

function note({ outcomes }: Overview): void {
  told.delivered = outcomes.delivered
}

/** Gives the log in chunks, and looks at the memory between two of them. */
function* chunks(): Generator<Uint8Array> {
  let octets = 0
  const size = marks.at(-1) ?? 0
  for (const text of generateLog({ size: size + 1_000_000, tls: true, longIds: true, times: 'rfc3164' })) {
    const mark = marks[alive.length]
    if (mark !== undefined && octets >= mark) {
      collect?.()
      const { heapUsed, external } = process.memoryUsage()
      alive.push(heapUsed + external)
    }
    yield new TextEncoder().encode(text)
    octets += text.length
  }
}
