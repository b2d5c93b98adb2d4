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

  #enter<T>(shared: boolean, run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const place = this.#waiting.indexOf(turn)
        if (place >= 0) this.#waiting.splice(place, 1)
        reject(signal?.reason)
        this.#next()
      }
      const start = (): void => {
        signal?.removeEventListener('abort', onAbort)
        this.#running++
        this.#exclusive = !shared
        run()
          .then(resolve, reject)
          .finally(() => {
            this.#running--
            this.#next()
          })
      }
      const turn = { shared, start }
      if (signal?.aborted) return reject(signal.reason)
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(turn)
      this.#next()
    })
  }

  #next(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#running > 0 && (this.#exclusive || !next.shared)) return
      this.#waiting.shift()
      next.start()
    }
  }
}
