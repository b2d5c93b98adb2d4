interface Timer {
  readonly at: number
  readonly run: () => void
}

/** A clock in place of the runtime's, which moves only when it is told to, and shows what still waits for it. */
export class Clock {
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout }
  readonly #timers = new Map<number, Timer>()
  #now = 0
  #last = 0

  constructor() {
    const start = (run: () => void, ms = 0): number => {
      this.#timers.set(++this.#last, { at: this.#now + ms, run })
      return this.#last
    }
    Object.assign(globalThis, { setTimeout: start, clearTimeout: (id: number) => this.#timers.delete(id) })
  }

  /** How many timers run. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves on to the timer that is due next, if any. */
  next(): void {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at)
    if (first === undefined) return
    const [id, { at, run }] = first
    this.#timers.delete(id)
    this.#now = at
    run()
  }

  /** Gives the runtime its own clock back. */
  restore(): void {
    Object.assign(globalThis, this.#real)
  }
}
