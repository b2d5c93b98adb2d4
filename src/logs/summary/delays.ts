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

// Of how many durations a sketch is made: most domains get less mail, and it takes room and time.
const few = 16
const { mapping } = new DDSketch({ relativeAccuracy })

/**
 * Durations in seconds, kept as a sketch of bounded size whose quantiles are within 1 %. Sketches that are added up give
 * the same as one that saw everything.
 */
export class Delays {
  /** The first ones as they are, as long as there is no sketch. */
  #first: number[] = []
  #sketch: DDSketch | undefined

  add(seconds: number): void {
    const duration = seconds >= shortest ? Math.min(seconds, longest) : 0
    if (this.#sketch === undefined && this.#first.length < few) this.#first.push(duration)
    else this.#sketched().accept(duration)
  }

  get count(): number {
    return this.#sketch?.count ?? this.#first.length
  }

  /** Gives the value below which the part `share` of all lies, from 0 to 1; undefined when nothing was counted. */
  quantile(share: number): number | undefined {
    if (this.count === 0) return undefined
    const sketch = this.#sketched()
    return Math.min(sketch.max, Math.max(sketch.min, sketch.getValueAtQuantile(share)))
  }

  get mean(): number | undefined {
    return this.count === 0 ? undefined : this.#sketched().sum / this.count
  }

  get max(): number | undefined {
    return this.count === 0 ? undefined : this.#sketched().max
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
    const sketch = this.#sketched()
    const before = { sum: sketch.sum, min: sketch.min, max: sketch.max }
    for (const [seconds, count] of bins) sketch.accept(seconds, count)
    // A bin stands for all values near it: what they add up to is known better.
    sketch.sum = before.sum + sum
    sketch.min = Math.min(before.min, min)
    sketch.max = Math.max(before.max, max)
  }

  state(): DelaysState {
    if (this.#sketch === undefined) return stateOf(this.#first)
    const { store, zeroCount, sum, min, max } = this.#sketch
    const zeros: [number, number][] = zeroCount > 0 ? [[0, zeroCount]] : []
    const others = store.bins.flatMap((count, at): [number, number][] =>
      count > 0 ? [[mapping.value(at + store.offset), count]] : [],
    )
    return { bins: [...zeros, ...others], sum, min, max }
  }

  #sketched(): DDSketch {
    if (this.#sketch !== undefined) return this.#sketch
    this.#sketch = new DDSketch({ relativeAccuracy })
    for (const duration of this.#first) this.#sketch.accept(duration)
    this.#first = []
    return this.#sketch
  }
}

/** Gives what a sketch of some durations would. */
function stateOf(durations: readonly number[]): DelaysState {
  const bins = new Map<number, number>()
  for (const duration of durations.toSorted((a, b) => a - b)) {
    const value = duration > mapping.minPossible ? mapping.value(mapping.key(duration)) : 0
    bins.set(value, (bins.get(value) ?? 0) + 1)
  }
  const sum = durations.reduce((all, duration) => all + duration, 0)
  return { bins: [...bins], sum, min: Math.min(...durations), max: Math.max(...durations) }
}
