import { keysOf } from './keys.ts'

/** What is simply counted. */
export interface Counts {
  /** Lines that were not empty, where the parser is known. */
  lines: number
  /** Records. */
  records: number
  /** Lines that were not understood. */
  unparsed: number
  /** Messages that entered the queue. */
  messages: number
  /** Messages that left the queue. */
  removed: number
  /** Octets of the messages whose size the log tells. */
  octets: number
  /** Recipients handed to a filter or a server whose lines are in the same log: they count there, and not here. */
  handedOn: number
  /** Refusals of this server to its clients; in the outcomes they are `rejected`. */
  refusals: number
  /** Milliseconds since 1970. */
  first: number | undefined
  last: number | undefined
}

/** Gives counts of nothing. */
export function noCounts(): Counts {
  return {
    lines: 0,
    records: 0,
    unparsed: 0,
    messages: 0,
    removed: 0,
    octets: 0,
    handedOn: 0,
    refusals: 0,
    first: undefined,
    last: undefined,
  }
}

/** Adds what was counted elsewhere. */
export function addCounts(into: Counts, { first, last, ...counts }: Counts): void {
  for (const name of keysOf(counts)) into[name] += counts[name]
  if (first !== undefined && !(into.first !== undefined && into.first <= first)) into.first = first
  if (last !== undefined && !(into.last !== undefined && into.last >= last)) into.last = last
}
