/** Soaks the client in faults: `npm run soak -- --help`. */
import { parseArgs } from 'node:util'
import { type SoakReport, soak } from './soak.ts'
import { ways } from './ways.ts'

const usage = `Sends messages through a proxy that cuts, delays, truncates and resets, and compares
what clients were told with what the sink has taken: npm run soak -- [options]

  --messages 200000
  --connections 20    in turn: ${ways.map(({ name }) => name).join(', ')}
  --seed 1            what happens to which message and connection
  --help`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string', default: '200000' },
      connections: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(usage)
  const [messages, connections, seed] = [values.messages, values.connections, values.seed].map(whole)
  if (messages === undefined || connections === undefined || seed === undefined) return
  const report = await soak({
    messages,
    connections,
    seed,
    onProgress: (told) => console.log(`${told} of ${messages}`),
  })
  print(report)
  if (report.contradictions.length > 0) process.exitCode = 1
}

function whole(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${text} is not a whole number above 0`)
  return value
}

function print({ rows, codes, far, seconds, heap, contradictions }: SoakReport): void {
  console.log(line('verdict', 'messages', 'taken once', 'not taken', 'more'))
  for (const [name, { messages, once, never, more }] of rows) console.log(line(name, messages, once, never, more))
  console.log(`codes: ${[...codes].map(([code, count]) => `${code} ${count}`).join(', ')}`)
  const endings = Object.entries(far.endings).map(([ending, count]) => `${ending} ${count}`)
  console.log(`connections: ${far.connections}, of which ended by ${endings.join(', ')}`)
  const [before, after] = heap.map((octets) => `${(octets / 2 ** 20).toFixed(1)} MB`)
  console.log(`heap: ${before} after a tenth, ${after} at the end; ${seconds.toFixed(0)} s`)
  for (const contradiction of contradictions) console.error(`contradiction: ${contradiction}`)
}

function line(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(12) + cells.map((cell) => String(cell).padStart(12)).join('')
}

await main()
