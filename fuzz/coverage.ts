import { Session } from 'node:inspector'

/** How often each character of one function has run. */
export interface Counts {
  /** Tells the function from all others. */
  readonly name: string
  readonly counts: Uint32Array
}

/**
 * Counts which blocks of `src` run, by the engine itself: nothing is instrumented, so what is tried is what ships.
 */
export class Coverage {
  readonly #session = new Session()
  readonly #files: RegExp

  /** @param files the files that count, by their addresses. */
  constructor(files: RegExp = /\/src\/(?!index\.ts)/) {
    this.#files = files
    this.#session.connect()
    this.#post('Profiler.enable')
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Returns what ran since the last call. */
  take(): Counts[] {
    const { result } = this.#post<{ result: readonly Script[] }>('Profiler.takePreciseCoverage')
    return result
      .filter(({ url }) => this.#files.test(url))
      .flatMap(({ scriptId, functions }) => functions.map(({ ranges }) => painted(scriptId, ranges)))
  }

  stop(): void {
    this.#post('Profiler.stopPreciseCoverage')
    this.#session.disconnect()
  }

  /** Asks the engine, which answers before `post` returns. */
  #post<T>(method: string, params: object = {}): T {
    let answer: T | undefined
    let failure: Error | null = null
    this.#session.post(method, params, (error, result) => {
      failure = error
      answer = result as T
    })
    if (failure !== null) throw failure
    return answer as T
  }
}

/** A block is told only where its count is another than that of the block around it. */
function painted(scriptId: string, ranges: readonly Range[]): Counts {
  const { startOffset: from = 0, endOffset: to = 0 } = ranges[0] ?? {}
  const counts = new Uint32Array(to - from)
  for (const { startOffset, endOffset, count } of ranges) counts.fill(count, startOffset - from, endOffset - from)
  return { name: `${scriptId}:${from}`, counts }
}

interface Script {
  readonly scriptId: string
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly Range[] }[]
}

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}
