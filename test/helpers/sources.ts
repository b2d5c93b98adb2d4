// Sources of messages that behave as none should.

/** A source, and what became of it. */
export interface Source extends AsyncIterableIterator<string> {
  /** Whether whoever read it has said that no more is wanted. */
  readonly returned: boolean
}

/** Gives one piece at once and each of the others a second later; `undefined` never comes. */
export function slowly(first: string, ...others: readonly (string | undefined)[]): Source {
  const pieces = [first, ...others]
  let at = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let returned = false
  const source: Source = {
    get returned() {
      return returned
    },
    next() {
      const place = at++
      const piece = pieces[place]
      if (place >= pieces.length) return Promise.resolve({ done: true, value: undefined })
      return new Promise((resolve) => {
        if (piece === undefined) return
        const give = (): void => resolve({ done: false, value: piece })
        if (place === 0) give()
        else timer = setTimeout(give, 1_000)
      })
    },
    async return() {
      clearTimeout(timer)
      returned = true
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => source,
  }
  return source
}
