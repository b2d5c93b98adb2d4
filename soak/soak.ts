import { Child } from '../bench/child.ts'
import { Books, type Row } from './books.ts'
import type { FarEnd, FarLedger } from './far-end.ts'
import { heapInUse } from './heap.ts'
import { sendAll } from './sender.ts'
import { ways } from './ways.ts'

/** How much to send. */
export interface SoakOptions {
  readonly messages: number
  readonly connections: number
  readonly seed: number
  /** Is told how many messages have a verdict, every so often. */
  onProgress?(told: number): void
}

/** What came of it. */
export interface SoakReport {
  readonly rows: ReadonlyMap<string, Row>
  readonly codes: ReadonlyMap<string, number>
  readonly far: FarLedger
  readonly seconds: number
  /** Octets of the heap in use after a tenth of the messages, and at the end. */
  readonly heap: readonly [number, number]
  /** Everything that must not be; empty when all is well. */
  readonly contradictions: readonly string[]
}

// What the runtime itself keeps for later comes and goes by as much.
const heapTolerance = 8 << 20

/** Sends messages through faults, then compares what clients were told with what the sink has taken. */
export async function soak({ messages, connections, seed, onProgress }: SoakOptions): Promise<SoakReport> {
  const farEnd = new Child<FarEnd>(new URL('far-end.ts', import.meta.url).pathname, {
    nodeArguments: ['--import', 'tsx'],
  })
  const before = resources()
  try {
    const port = await farEnd.call('start', { messages, seed })
    const books = new Books(messages)
    const start = performance.now()
    let sent = 0
    let heapAtStart: Promise<number> | undefined
    const work = {
      port,
      seed,
      next: () => (sent < messages ? sent++ : undefined),
      tell: (...verdict: Parameters<Books['note']>) => {
        books.note(...verdict)
        if (books.told === Math.ceil(messages / 10)) heapAtStart = heapInUse()
        if (books.told % 10_000 === 0) onProgress?.(books.told)
      },
    }
    const senders = Array.from({ length: connections }, (_, index) => {
      const way = ways[index % ways.length]
      return way === undefined ? undefined : sendAll(way, work)
    })
    await Promise.all(senders)
    const seconds = (performance.now() - start) / 1000
    const far = await farEnd.call('ledger', null)
    const heap = [(await heapAtStart) ?? 0, await heapInUse()] as const
    const { rows, contradictions } = books.compare(far)
    const all = [...contradictions, ...leftovers(before)]
    if (heap[1] - heap[0] > heapTolerance) all.push(`the heap grew from ${heap[0]} to ${heap[1]} octets`)
    return { rows, codes: books.codes, far, seconds, heap, contradictions: all }
  } finally {
    await farEnd.stop()
  }
}

function leftovers(before: ReadonlyMap<string, number>): string[] {
  return [...resources()]
    .filter(([kind, count]) => count > (before.get(kind) ?? 0))
    .map(([kind, count]) => `${count} ${kind} are left`)
}

/** Counts the sockets and timers that keep the process running. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind === 'Timeout' || kind.startsWith('TCP')) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}
