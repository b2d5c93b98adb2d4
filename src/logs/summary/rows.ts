import type { Disposition } from '../record.ts'
import { Delays, type DelaysState } from './delays.ts'
import { addOutcomes, noOutcomes, type Outcomes, sumOf } from './outcomes.ts'
import { type Row, Table, type TableState } from './table.ts'

/** Counts outcomes under one key. */
export class OutcomeRow implements Row<Outcomes> {
  readonly outcomes: Outcomes = noOutcomes()

  get weight(): number {
    return sumOf(this.outcomes)
  }

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
  return new Table(capacity, () => new OutcomeRow())
}

/** Counts, and keeps the first texts of what is counted. */
export class SampleRow implements Row<SampleState> {
  weight = 0
  #samples: readonly string[] = []
  readonly #kept: number

  constructor(kept: number) {
    this.#kept = kept
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
export class ReplyRow implements Row<ReplyState> {
  readonly outcomes: Outcomes = noOutcomes()
  #about: ReplyAbout | undefined
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  get weight(): number {
    return sumOf(this.outcomes)
  }

  add(disposition: Disposition, time: number | undefined, about: () => ReplyAbout): void {
    this.outcomes[disposition]++
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
export class DomainRow implements Row<DomainState> {
  readonly outcomes: Outcomes = noOutcomes()
  readonly delays: Delays = new Delays()
  readonly categories: OutcomeTable = outcomeTable(detail)
  readonly relays: OutcomeTable = outcomeTable(detail)
  readonly replies: OutcomeTable = outcomeTable(detail)

  get weight(): number {
    return sumOf(this.outcomes)
  }

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

/** A {@link DomainRow} as plain data. */
export interface DomainState {
  readonly outcomes: Outcomes
  readonly delays: DelaysState
  readonly categories: TableState<Outcomes>
  readonly relays: TableState<Outcomes>
  /** By the pattern of the reply; delivered ones are left out. */
  readonly replies: TableState<Outcomes>
}
