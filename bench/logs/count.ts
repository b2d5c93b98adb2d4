/** Reads a log and counts what the truth about a made-up one counts; run by itself, it prints the counts and what they cost. */
import { lastValueFrom, tap } from 'rxjs'
import { readLog } from '../../src/adapters/node/logs/index.ts'
import { detached } from '../../src/logs/detached.ts'
import { type LogRecord, logParser, parseLog } from '../../src/logs/index.ts'
import type { Truth } from './generate.ts'

/** The counts of one log, without its size. */
export type Counts = Omit<Truth, 'octets'>

/** Counts what is in a log. */
export async function countLog(file: string): Promise<Counts> {
  const parser = logParser('auto', { year: 2025, events: false })
  const counts: Counting = {
    messages: 0,
    rejects: 0,
    removed: 0,
    status: new Map(),
    code: new Map(),
    enhanced: new Map(),
    domain: new Map(),
    rejectCode: new Map(),
  }
  const counting = readLog(file, { reuse: true }).pipe(
    parseLog(parser),
    tap((records) => {
      for (const record of records) add(counts, record)
    }),
  )
  await lastValueFrom(counting, { defaultValue: [] })
  const { messages, rejects, removed } = counts
  const plain = (map: ReadonlyMap<string | number, Counter>): Record<string, number> =>
    Object.fromEntries([...map].map(([key, { count }]) => [key, count]))
  return {
    lines: parser.counters.lines,
    messages,
    rejects,
    removed,
    status: plain(counts.status),
    code: plain(counts.code),
    enhanced: plain(counts.enhanced),
    domain: plain(counts.domain),
    rejectCode: plain(counts.rejectCode),
  }
}

/** Counts on their way. */
interface Counting {
  messages: number
  rejects: number
  removed: number
  readonly status: Map<string | number, Counter>
  readonly code: Map<string | number, Counter>
  readonly enhanced: Map<string | number, Counter>
  readonly domain: Map<string | number, Counter>
  readonly rejectCode: Map<string | number, Counter>
}

/** A number that is counted up where it is. */
interface Counter {
  count: number
}

function add(counts: Counting, record: LogRecord): void {
  switch (record.kind) {
    case 'delivery': {
      const { recipient, reply } = record
      count(counts.status, record.status)
      count(counts.code, reply?.code ?? 'none')
      count(counts.enhanced, reply?.enhanced?.code ?? 'none')
      count(counts.domain, recipient.slice(recipient.indexOf('@') + 1))
      return
    }
    case 'message':
      if (record.messageId !== undefined) counts.messages++
      return
    case 'reject':
      counts.rejects++
      count(counts.rejectCode, record.reply?.code ?? 'none')
      return
    case 'removed':
      counts.removed++
  }
}

function count(counts: Map<string | number, Counter>, key: string | number): void {
  const known = counts.get(key)
  // What is cut out of a chunk keeps it in memory.
  if (known === undefined) counts.set(typeof key === 'string' ? detached(key) : key, { count: 1 })
  else known.count++
}

async function main(file: string): Promise<void> {
  const counts = await countLog(file)
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ counts, seconds: (user + system) / 1e6, memory: process.resourceUsage().maxRSS * 1024 }))
}

const [, script, file] = process.argv
if (script === import.meta.filename && file !== undefined) await main(file)
