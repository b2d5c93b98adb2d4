/** A row that can be written down and added up again, on another thread or another machine. */
export interface Row<State, Self> {
  /** No part of a larger text: else a name of a few letters would hold on to the piece of the log that it was found in. */
  readonly key: string
  /** What decides which rows are kept. */
  readonly weight: number
  /** Adds what {@link Row.state} of another row gave. */
  absorb(state: State): void
  /** Counts what a row has counted that is dropped, and leaves out whatever else it tells. */
  count(dropped: Self): void
  /** Gives plain data. */
  state(): State
}

/** A table as plain data. */
export interface TableState<State> {
  readonly rows: readonly (readonly [key: string, State])[]
  /** What was counted in rows that are not kept, without what else they told. */
  readonly other: State
  /** How many rows were dropped; one that comes back and is dropped again counts twice. */
  readonly dropped: number
}

// No name that means anything is longer.
const longestKey = 1_024
// Rows that are found as fast by looking at each: most tables inside a row have no more.
const few = 8

/**
 * Rows by key, of which the heaviest are kept. There may be twice as many as the table is to hold; then the lighter half
 * makes room and is added to `other`, so that sums stay exact.
 */
export class Table<State, R extends Row<State, R>> {
  #rows: R[] = []
  /** By key; undefined as long as there are few. */
  #index: Map<string, R> | undefined
  readonly #capacity: number
  readonly #make: (key: string) => R
  /** The sum of what was dropped; undefined where nothing was. */
  #other: R | undefined
  #dropped = 0

  constructor(capacity: number, make: (key: string) => R) {
    this.#capacity = capacity
    this.#make = make
  }

  /** Gives the row of a key, a new one if there is none. */
  row(name: string): R {
    const key = name.length > longestKey ? name.slice(0, longestKey) : name
    return this.#find(key) ?? this.#add(key)
  }

  absorb({ rows, other, dropped }: TableState<State>): void {
    for (const [key, state] of rows) this.row(key).absorb(state)
    this.#summed().absorb(other)
    this.#dropped += dropped
  }

  /** Gives plain data, heavy rows first. */
  state(): TableState<State> {
    const rows = this.#rows.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
    return {
      rows: rows.map((row) => [row.key, row.state()] as const),
      other: (this.#other ?? this.#make('')).state(),
      dropped: this.#dropped,
    }
  }

  #find(key: string): R | undefined {
    if (this.#index !== undefined) return this.#index.get(key)
    for (const row of this.#rows) if (row.key === key) return row
    return undefined
  }

  #add(key: string): R {
    if (this.#rows.length >= 2 * this.#capacity) this.#dropLight()
    const row = this.#make(key)
    this.#rows.push(row)
    if (this.#index !== undefined) this.#index.set(row.key, row)
    else if (this.#rows.length > few) this.#index = new Map(this.#rows.map((each) => [each.key, each]))
    return row
  }

  #dropLight(): void {
    const other = this.#summed()
    const last = lastOf(this.#rows, this.#capacity)
    const kept: R[] = []
    for (const row of this.#rows) {
      if (last !== undefined && !isBefore(last, row)) kept.push(row)
      else {
        other.count(row)
        this.#index?.delete(row.key)
      }
    }
    this.#dropped += this.#rows.length - kept.length
    this.#rows = kept
  }

  #summed(): R {
    this.#other ??= this.#make('')
    return this.#other
  }
}

/** Finds which row would be the last of so many if they were sorted, which would take several times as long. */
function lastOf<R extends Weighed>(rows: readonly R[], count: number): R | undefined {
  // By chance, so that no log can choose the worst.
  const some = rows[Math.floor(Math.random() * rows.length)]
  if (some === undefined) return undefined
  const heavier = rows.filter((row) => isBefore(row, some))
  if (count <= heavier.length) return lastOf(heavier, count)
  if (count === heavier.length + 1) return some
  const lighter = rows.filter((row) => isBefore(some, row))
  return lastOf(lighter, count - heavier.length - 1)
}

type Weighed = Pick<Row<unknown, unknown>, 'key' | 'weight'>

/** Tells which of two rows comes first: the heavier one, and by name where they weigh the same. */
function isBefore(a: Weighed, b: Weighed): boolean {
  const heavier = a.weight - b.weight
  return heavier === 0 ? a.key < b.key : heavier > 0
}
