import { Session } from 'node:inspector'

/**
 * Counts which blocks of `src` run, by the engine itself: nothing is instrumented, so what is tried is what ships.
 */
export class Coverage {
  readonly #session = new Session()

  constructor() {
    this.#session.connect()
    this.#post('Profiler.enable')
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Returns how often each block has run since the last call. */
  take(): Map<string, number> {
    const blocks = new Map<string, number>()
    const { result } = this.#post<{ result: readonly Script[] }>('Profiler.takePreciseCoverage')
    for (const { scriptId, url, functions } of result) {
      if (!ours.test(url)) continue
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) blocks.set(`${scriptId}:${startOffset}-${endOffset}`, count)
        }
      }
    }
    return blocks
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

const ours = /\/src\/(?!index\.ts)/

/**
 * What one input has reached: blocks together with the magnitude of their counts, since a loop that turns eight times is
 * another than one that turns once.
 */
export function featuresOf(blocks: ReadonlyMap<string, number>): Set<string> {
  return new Set(Array.from(blocks, ([block, count]) => `${block}:${magnitude(count)}`))
}

/** 1, 2, 3, 4–7, 8–15, 16–31, 32–127, 128 and more. */
function magnitude(count: number): number {
  if (count < 4) return count
  if (count < 32) return 2 + Math.floor(Math.log2(count))
  return count < 128 ? 7 : 8
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
