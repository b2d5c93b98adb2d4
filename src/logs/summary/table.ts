import { detached } from '../detached.ts'

/** A row that can be written down and added up again, on another thread or another machine. */
export interface Row<State> {
  /** What decides which rows are kept. */
  readonly weight: number
  /** Adds what {@link Row.state} of another row gave. */
  absorb(state: State): void
  /** Gives plain data. */
  state(): State
}

/** A table as plain data. */
export interface TableState<State> {
  readonly rows: readonly (readonly [key: string, State])[]
  /** What was counted in rows that are not kept. */
  readonly other: State
  /** How many rows were dropped; one that comes back and is dropped again counts twice. */
  readonly dropped: number
}

// No name that means anything is longer.
const longestKey = 1_024

/**
 * Rows by key, of which the heaviest are kept. There may be twice as many as the table is to hold; then the lighter half
 * makes room and is added to `other`, so that sums stay exact.
 */
export class Table<State, R extends Row<State>> {
  readonly #rows = new Map<string, R>()
  readonly #capacity: number
  readonly #make: () => R
  /** The sum of what was dropped; undefined where nothing was. */
  #other: R | undefined
  #dropped = 0

  constructor(capacity: number, make: () => R) {
    this.#capacity = capacity
    this.#make = make
  }

  /** Gives the row of a key, a new one if there is none. */
  row(name: string): R {
    const key = name.length > longestKey ? name.slice(0, longestKey) : name
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    if (this.#rows.size >= 2 * this.#capacity) this.#dropLight()
    const row = this.#make()
    // Else a name of a few letters would hold on to the piece of the log that it was found in.
    this.#rows.set(detached(key), row)
    return row
  }

  absorb({ rows, other, dropped }: TableState<State>): void {
    for (const [key, state] of rows) this.row(key).absorb(state)
    this.#summed().absorb(other)
    this.#dropped += dropped
  }

  /** Gives plain data, heavy rows first. */
  state(): TableState<State> {
    const rows = this.#sorted().map(([key, row]) => [key, row.state()] as const)
    return { rows, other: (this.#other ?? this.#make()).state(), dropped: this.#dropped }
  }

  #dropLight(): void {
    const other = this.#summed()
    for (const [key, row] of this.#sorted().slice(this.#capacity)) {
      other.absorb(row.state())
      this.#rows.delete(key)
      this.#dropped++
    }
  }

  #summed(): R {
    this.#other ??= this.#make()
    return this.#other
  }

  #sorted(): (readonly [string, R])[] {
    const rows = Array.from(this.#rows, ([key, row]) => ({ key, row, weight: row.weight }))
    rows.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1))
    return rows.map(({ key, row }) => [key, row] as const)
  }
}
