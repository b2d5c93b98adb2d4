/** Lets calls have their turns in the order in which they were made; those that can share one run together. */
export class Turns {
  readonly #waiting: { readonly shared: boolean; start(): void }[] = []
  #running = 0
  #exclusive = false

  /** Runs alone, when everything before it is over; rejects with the signal's reason when it fires before that. */
  alone<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#enter(false, run, signal)
  }

  /** Runs beside others that share, when every call before it that wants to be alone is over. */
  together<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#enter(true, run, signal)
  }

  async #enter<T>(shared: boolean, run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted()
    if (this.#waiting.length === 0 && this.#admits(shared)) this.#begin(shared)
    else await this.#turn(shared, signal)
    try {
      return await run()
    } finally {
      this.#running--
      this.#next()
    }
  }

  /** Resolves when a call has its turn, which has begun then. */
  #turn(shared: boolean, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const place = this.#waiting.indexOf(waiting)
        if (place >= 0) this.#waiting.splice(place, 1)
        reject(signal?.reason)
        this.#next()
      }
      const start = (): void => {
        signal?.removeEventListener('abort', onAbort)
        this.#begin(shared)
        resolve()
      }
      const waiting = { shared, start }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(waiting)
    })
  }

  #admits(shared: boolean): boolean {
    return this.#running === 0 || (shared && !this.#exclusive)
  }

  #begin(shared: boolean): void {
    this.#running++
    this.#exclusive = !shared
  }

  #next(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#admits(next.shared); next = this.#waiting[0]) {
      this.#waiting.shift()
      next.start()
    }
  }
}
