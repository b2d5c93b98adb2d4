import { detached } from './detached.ts'

/** Remembers what was made of texts that come again and again; a bounded number of them. */
export class Memo<T> {
  readonly #make: (text: string) => T
  readonly #known = new Map<string, T>()
  readonly #size: number

  constructor(make: (text: string) => T, size: number = 1_000) {
    this.#make = make
    this.#size = size
  }

  get(text: string): T {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const own = detached(text)
    const made = this.#make(own)
    // Forgetting everything is cheap, and what comes again is soon known again.
    if (this.#known.size >= this.#size) this.#known.clear()
    this.#known.set(own, made)
    return made
  }
}
