import { detached } from '../detached.ts'
import type { Disposition } from '../record.ts'
import { Delays, type DelaysState } from './delays.ts'
import { addOutcomes, countIn, noOutcomes, type Outcomes, sumOf } from './outcomes.ts'
import { type Row, Table, type TableState } from './table.ts'

/** What rows of outcomes have in common. */
class Counted {
  readonly key: string
  readonly outcomes: Outcomes = noOutcomes()

  constructor(key: string) {
    this.key = key
  }

  get weight(): number {
    return sumOf(this.outcomes)
  }

  count({ outcomes }: Counted): void {
    addOutcomes(this.outcomes, outcomes)
  }
}

/** Counts outcomes under one key. */
export class OutcomeRow extends Counted implements Row<Outcomes, OutcomeRow> {
  absorb(state: Outcomes): void {
    addOutcomes(this.outcomes, state)
  }

  state(): Outcomes {
    return { ...this.outcomes }
  }
}

/** Outcomes by key. */
export type OutcomeTable = Table<Outcomes, OutcomeRow>

/** Makes a table of outcomes. */
export function outcomeTable(capacity: number): OutcomeTable {
  return new Table(capacity, (key) => new OutcomeRow(detached(key)))
}

/** Counts, and keeps the first texts of what is counted. */
export class SampleRow implements Row<SampleState, SampleRow> {
  readonly key: string
  weight = 0
  #samples: readonly string[] = []
  readonly #kept: number

  constructor(key: string, kept: number) {
    this.key = key
    this.#kept = kept
  }

  count({ weight }: SampleRow): void {
    this.weight += weight
  }

  absorb({ count, samples }: SampleState): void {
    this.weight += count
    this.#samples = [...this.#samples, ...samples].slice(0, this.#kept)
  }

  state(): SampleState {
    return { count: this.weight, samples: this.#samples }
  }
}

/** A {@link SampleRow} as plain data. */
export interface SampleState {
  readonly count: number
  readonly samples: readonly string[]
}

/** Characters of a text of others that are kept. */
export const sampleLength = 1_000

/** Replies of one pattern. */
export class ReplyRow extends Counted implements Row<ReplyState, ReplyRow> {
  #about: ReplyAbout | undefined
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  add(disposition: Disposition, time: number | undefined, about: () => ReplyAbout): void {
    countIn(this.outcomes, disposition)
    this.#about ??= about()
    if (time !== undefined) this.#reach(time, time)
  }

  absorb({ outcomes, about, first, last }: ReplyState): void {
    addOutcomes(this.outcomes, outcomes)
    this.#about ??= about
    if (first !== undefined && last !== undefined) this.#reach(first, last)
  }

  state(): ReplyState {
    const [first, last] = this.#first <= this.#last ? [this.#first, this.#last] : []
    return { outcomes: { ...this.outcomes }, about: this.#about, first, last }
  }

  #reach(first: number, last: number): void {
    this.#first = Math.min(this.#first, first)
    this.#last = Math.max(this.#last, last)
  }
}

/** What the first reply of a pattern said. */
export interface ReplyAbout {
  readonly sample: string
  readonly category: string
  readonly code: number | undefined
  readonly enhanced: string | undefined
}

/** A {@link ReplyRow} as plain data. */
export interface ReplyState {
  readonly outcomes: Outcomes
  /** Undefined for the sum of patterns that are not kept. */
  readonly about: ReplyAbout | undefined
  /** Milliseconds since 1970. */
  readonly first: number | undefined
  readonly last: number | undefined
}

/** Everything about one domain of recipients. */
export class DomainRow extends Counted implements Row<DomainState, DomainRow> {
  readonly delays: Delays = new Delays()
  /** The keys of these tables are those of rows of larger tables. */
  readonly categories: OutcomeTable = detailTable()
  readonly relays: OutcomeTable = detailTable()
  readonly replies: OutcomeTable = detailTable()

  absorb({ outcomes, delays, categories, relays, replies }: DomainState): void {
    addOutcomes(this.outcomes, outcomes)
    this.delays.absorb(delays)
    this.categories.absorb(categories)
    this.relays.absorb(relays)
    this.replies.absorb(replies)
  }

  state(): DomainState {
    return {
      outcomes: { ...this.outcomes },
      delays: this.delays.state(),
      categories: this.categories.state(),
      relays: this.relays.state(),
      replies: this.replies.state(),
    }
  }
}

// Rows of a table inside a row.
const detail = 10

function detailTable(): OutcomeTable {
  return new Table(detail, makeRow)
}

function makeRow(key: string): OutcomeRow {
  return new OutcomeRow(key)
}

/** A {@link DomainRow} as plain data. */
export interface DomainState {
  readonly outcomes: Outcomes
  readonly delays: DelaysState
  readonly categories: TableState<Outcomes>
  readonly relays: TableState<Outcomes>
  /** By the pattern of the reply; delivered ones are left out. */
  readonly replies: TableState<Outcomes>
}
