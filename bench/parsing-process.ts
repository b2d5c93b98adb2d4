/** Reply parsing in a process of its own: bytes to replies, beside parsers written by hand over the same mix. */
import { from } from 'rxjs'
import { replies } from '../src/stream/replies.ts'
import { byMailerLines, bySplit, keep } from './hand-written.ts'
import { replyMix } from './reply-mix.ts'
import { serve } from './serve.ts'

const count = 50_000
const { chunks, lines, octets } = replyMix(count)

/** Parses all chunks and counts the replies. */
type Parser = (chunks: readonly Uint8Array[]) => number

const parsers: Readonly<Record<string, Parser>> = {
  'rxsmtp, replies()': (all) => {
    let found = 0
    from(all)
      .pipe(replies())
      .subscribe((reply) => {
        keep(reply)
        found++
      })
    return found
  },
  'split and parseInt, by hand': bySplit,
  'line handling as mailers have it': byMailerLines,
}

/** What was parsed, and how fast. */
export interface Parsing {
  readonly replies: number
  readonly lines: number
  readonly octets: number
  /** Millions of replies a second by parser, median of all runs. */
  readonly rates: readonly (readonly [name: string, rate: number])[]
}

const service = {
  /** Runs every parser in turns. */
  measure: (runs: number): Parsing => {
    const names = Object.keys(parsers)
    const times = new Map(names.map((name) => [name, [] as number[]]))
    for (let run = 0; run < runs + warmUps; run++) {
      for (const name of names) {
        const time = timeOf(name)
        if (run >= warmUps) times.get(name)?.push(time)
      }
    }
    const rates = names.map((name) => [name, count / 1000 / median(times.get(name) ?? [])] as const)
    return { replies: count, lines, octets, rates }
  },
}

const warmUps = 20

/** Milliseconds for all replies; a parser that does not find them all is no parser. */
function timeOf(name: string): number {
  const start = performance.now()
  const found = parsers[name]?.(chunks)
  const time = performance.now() - start
  if (found !== count) throw new Error(`${name} found ${found} of ${count} replies`)
  return time
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** What the process serves. */
export type ParsingService = typeof service

serve(service)
