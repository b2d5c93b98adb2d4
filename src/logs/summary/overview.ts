import type { Counts } from './counts.ts'
import { Delays, type DelaysState } from './delays.ts'
import { addOutcomes, noOutcomes, type Outcomes } from './outcomes.ts'
import type { DomainState, ReplyAbout, ReplyState, SampleState } from './rows.ts'
import type { DelayName, SummaryState, TableName } from './summary.ts'
import type { TableState } from './table.ts'
import type { TimelineState } from './timeline.ts'

/** A summary to be looked at: sorted, with figures worked out, and no longer than asked for. Plain data. */
export interface Overview extends Readonly<Record<TableName, Ranking<Ranked>>> {
  readonly counts: Readonly<Counts>
  /** Of all recipients; one that is deferred twice counts twice. */
  readonly outcomes: Readonly<Outcomes>
  readonly domains: Ranking<RankedDomain>
  /** What was said when mail was not delivered, most frequent first. */
  readonly replies: Ranking<RankedReply>
  /** What this server said when it refused. */
  readonly ownReplies: Ranking<RankedReply>
  readonly delays: Readonly<Record<DelayName, DelayFigures>>
  readonly timeline: TimelineFigures
  /** Lines that were not understood, by program. */
  readonly unparsed: readonly {
    readonly program: string
    readonly count: number
    readonly samples: readonly string[]
  }[]
}

/** The heaviest rows of a table and what is left. */
export interface Ranking<Row> {
  readonly rows: readonly Row[]
  /** All that is not in `rows`. */
  readonly other: Readonly<Outcomes>
  /** How many rows `other` stands for, at least. */
  readonly others: number
}

/** One row of a {@link Ranking}. An empty `key` stands for what the log does not tell. */
export interface Ranked {
  readonly key: string
  readonly outcomes: Readonly<Outcomes>
}

/** A domain of recipients. */
export interface RankedDomain extends Ranked {
  readonly delays: DelayFigures
  readonly categories: readonly Ranked[]
  readonly relays: readonly Ranked[]
  /** Patterns of the replies by which mail was not delivered. */
  readonly replies: readonly Ranked[]
}

/** A group of replies; its `key` is the pattern. */
export interface RankedReply extends Ranked, Partial<ReplyAbout> {
  /** Milliseconds since 1970. */
  readonly first: number | undefined
  readonly last: number | undefined
}

/** How long delivered mail took, in seconds. */
export interface DelayFigures {
  readonly count: number
  readonly mean: number | undefined
  readonly median: number | undefined
  readonly p90: number | undefined
  readonly p95: number | undefined
  readonly p99: number | undefined
  readonly max: number | undefined
  /** Counts between the {@link delayBounds}. */
  readonly histogram: readonly number[]
}

/** Upper bounds of a {@link DelayFigures.histogram}, in seconds; the last count is of what is above. */
export const delayBounds: readonly number[] = [0.1, 0.3, 1, 3, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400]

/** What happened when. */
export interface TimelineFigures {
  /** Milliseconds that a point covers. */
  readonly width: number
  readonly points: readonly TimelinePoint[]
}

/** One stretch of time. */
export interface TimelinePoint extends Outcomes {
  /** Its begin, in milliseconds since 1970. */
  readonly time: number
  /** Messages in the queue at its end, as far as the log tells; undefined when it tells of no message that left. */
  readonly queue: number | undefined
}

/**
 * Works out the figures of a summary, with at most `top` rows in each table.
 *
 * @example
 * overview(new Summary().state()).outcomes.delivered // 0
 */
export function overview(state: SummaryState, { top = 20 }: { readonly top?: number } = {}): Overview {
  const { counts, outcomes, tables, domains, replies, ownReplies, delays, timeline, unparsed } = state
  const rank = (table: TableState<Outcomes>): Ranking<Ranked> => ranking(table, top, same, ranked)
  return {
    counts,
    outcomes,
    relays: rank(tables.relays),
    categories: rank(tables.categories),
    codes: rank(tables.codes),
    enhanced: rank(tables.enhanced),
    tls: rank(tables.tls),
    clients: rank(tables.clients),
    refusals: rank(tables.refusals),
    domains: ranking(domains, top, (row) => row.outcomes, rankedDomain),
    replies: ranking(replies, top, (row) => row.outcomes, rankedReply),
    ownReplies: ranking(ownReplies, top, (row) => row.outcomes, rankedReply),
    delays: {
      total: delayFigures(delays.total),
      beforeQueue: delayFigures(delays.beforeQueue),
      inQueue: delayFigures(delays.inQueue),
      connecting: delayFigures(delays.connecting),
      transmitting: delayFigures(delays.transmitting),
    },
    timeline: timelineFigures(timeline, counts),
    unparsed: unparsed.rows.slice(0, top).map(([program, row]) => unparsedRow(program, row)),
  }
}

function ranking<State, Row>(
  { rows, other, dropped }: TableState<State>,
  top: number,
  outcomesOf: (state: State) => Readonly<Outcomes>,
  make: (entry: readonly [string, State]) => Row,
): Ranking<Row> {
  const rest = noOutcomes()
  for (const [, state] of rows.slice(top)) addOutcomes(rest, outcomesOf(state))
  addOutcomes(rest, outcomesOf(other))
  return { rows: rows.slice(0, top).map(make), other: rest, others: Math.max(0, rows.length - top) + dropped }
}

function same<T>(value: T): T {
  return value
}

function ranked([key, outcomes]: readonly [string, Outcomes]): Ranked {
  return { key, outcomes }
}

function rankedDomain([key, state]: readonly [string, DomainState]): RankedDomain {
  return {
    key,
    outcomes: state.outcomes,
    delays: delayFigures(state.delays),
    categories: state.categories.rows.map(ranked),
    relays: state.relays.rows.map(ranked),
    replies: state.replies.rows.map(ranked),
  }
}

function rankedReply([key, { outcomes, about, first, last }]: readonly [string, ReplyState]): RankedReply {
  return { key, outcomes, ...about, first, last }
}

function delayFigures(state: DelaysState): DelayFigures {
  const delays = new Delays()
  delays.absorb(state)
  return {
    count: delays.count,
    mean: delays.mean,
    median: delays.quantile(0.5),
    p90: delays.quantile(0.9),
    p95: delays.quantile(0.95),
    p99: delays.quantile(0.99),
    max: delays.max,
    histogram: delays.histogram(delayBounds),
  }
}

// A log that mixes years has gaps that nobody wants to see drawn point by point.
const longestLine = 2_000

function timelineFigures({ width, buckets }: TimelineState, { removed }: Counts): TimelineFigures {
  const [firstIndex = 0] = buckets[0] ?? []
  const [lastIndex = -1] = buckets.at(-1) ?? []
  const known = new Map(buckets)
  const span = lastIndex - firstIndex + 1
  const indexes = span <= longestLine ? Array.from({ length: span }, (_, at) => firstIndex + at) : [...known.keys()]
  const changes = indexes.map((index) => (known.get(index)?.arrived ?? 0) - (known.get(index)?.left ?? 0))
  const waiting = queueFrom(changes)
  const points = indexes.map((index, at): TimelinePoint => {
    const outcomes = known.get(index)?.outcomes ?? noOutcomes()
    return { time: index * width, ...outcomes, queue: removed === 0 ? undefined : waiting[at] }
  })
  return { width, points }
}

/** Adds up arrivals and departures. A log begins with a queue that is not empty: as long as it has to be. */
function queueFrom(changes: readonly number[]): number[] {
  let sum = 0
  const sums = changes.map((change) => {
    sum += change
    return sum
  })
  const lowest = sums.reduce((low, value) => Math.min(low, value), 0)
  return sums.map((value) => value - lowest)
}

function unparsedRow(program: string, { count, samples }: SampleState): Overview['unparsed'][number] {
  return { program, count, samples }
}
