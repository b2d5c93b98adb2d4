import { DDSketch } from '@datadog/sketches-js'

/** Delays as plain data. */
export interface DelaysState {
  /** How many delays are near which value, in seconds. */
  readonly bins: readonly (readonly [seconds: number, count: number])[]
  readonly sum: number
  readonly min: number
  readonly max: number
}

const relativeAccuracy = 0.01
// Between a millisecond and a year lie 1 200 bins: whatever a log says, a sketch has no more of them.
const shortest = 0.001
const longest = 366 * 24 * 3600

/**
 * Durations in seconds, kept as a sketch of bounded size whose quantiles are within 1 %. Sketches that are added up give
 * the same as one that saw everything.
 */
export class Delays {
  readonly #sketch = new DDSketch({ relativeAccuracy })

  add(seconds: number): void {
    this.#sketch.accept(seconds >= shortest ? Math.min(seconds, longest) : 0)
  }

  get count(): number {
    return this.#sketch.count
  }

  /** Gives the value below which the part `share` of all lies, from 0 to 1; undefined when nothing was counted. */
  quantile(share: number): number | undefined {
    const { count, min, max } = this.#sketch
    return count === 0 ? undefined : Math.min(max, Math.max(min, this.#sketch.getValueAtQuantile(share)))
  }

  get mean(): number | undefined {
    const { count, sum } = this.#sketch
    return count === 0 ? undefined : sum / count
  }

  get max(): number | undefined {
    return this.#sketch.count === 0 ? undefined : this.#sketch.max
  }

  /** Counts how many are at most each of the bounds, and above the one before; the last count is of those above all. */
  histogram(bounds: readonly number[]): number[] {
    const counts = new Array<number>(bounds.length + 1).fill(0)
    for (const [seconds, count] of this.state().bins) {
      const at = bounds.findIndex((bound) => seconds <= bound)
      const index = at < 0 ? bounds.length : at
      counts[index] = (counts[index] ?? 0) + count
    }
    return counts
  }

  absorb({ bins, sum, min, max }: DelaysState): void {
    if (bins.length === 0) return
    const before = { sum: this.#sketch.sum, min: this.#sketch.min, max: this.#sketch.max }
    for (const [seconds, count] of bins) this.#sketch.accept(seconds, count)
    // A bin stands for all values near it: what they add up to is known better.
    this.#sketch.sum = before.sum + sum
    this.#sketch.min = Math.min(before.min, min)
    this.#sketch.max = Math.max(before.max, max)
  }

  state(): DelaysState {
    const { store, mapping, zeroCount, sum, min, max } = this.#sketch
    const zeros: [number, number][] = zeroCount > 0 ? [[0, zeroCount]] : []
    const others = store.bins.flatMap((count, at): [number, number][] =>
      count > 0 ? [[mapping.value(at + store.offset), count]] : [],
    )
    return { bins: [...zeros, ...others], sum, min, max }
  }
}
