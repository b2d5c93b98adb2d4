/** Remembers names for a while: at least the last `size` different ones, at most twice as many. */
export class Recent {
  readonly #size: number
  #young = new Set<string>()
  #old: ReadonlySet<string> = new Set()

  constructor(size: number) {
    this.#size = size
  }

  add(name: string): void {
    if (this.#young.size >= this.#size && !this.#young.has(name)) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(name)
  }

  has(name: string): boolean {
    return this.#young.has(name) || this.#old.has(name)
  }
}
