import { addOutcomes, noOutcomes, type Outcomes } from './outcomes.ts'

/** What happened within one stretch of time. */
export interface Bucket {
  readonly outcomes: Outcomes
  /** Messages that entered the queue. */
  arrived: number
  /** Messages that left it. */
  left: number
}

/** A time line as plain data. */
export interface TimelineState {
  /** Milliseconds that a bucket covers. */
  readonly width: number
  /** By time: the number of the bucket since 1970. */
  readonly buckets: readonly (readonly [index: number, Bucket])[]
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
// Each is a multiple of the one before, so that buckets can be joined.
const widths = [minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour, day, 7 * day, 28 * day]

/** Counts by time, in buckets that grow wider as more time has to be covered. */
export class Timeline {
  readonly #limit: number
  #width: number = minute
  #buckets = new Map<number, Bucket>()
  // Lines come in order, so that most go into the bucket of the one before.
  #latest = Number.NaN
  #bucket: Bucket = emptyBucket()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Gives the bucket of a time, in milliseconds since 1970. */
  at(time: number): Bucket {
    const index = Math.floor(time / this.#width)
    if (index === this.#latest) return this.#bucket
    const known = this.#buckets.get(index)
    if (known === undefined && this.#buckets.size >= this.#limit) {
      this.#widen()
      return this.at(time)
    }
    const bucket = known ?? emptyBucket()
    if (known === undefined) this.#buckets.set(index, bucket)
    this.#latest = index
    this.#bucket = bucket
    return bucket
  }

  absorb({ width, buckets }: TimelineState): void {
    while (this.#width < width) this.#widen()
    for (const [index, bucket] of buckets) addBucket(this.at(index * width), bucket)
  }

  state(): TimelineState {
    const buckets = [...this.#buckets].sort(([a], [b]) => a - b)
    return { width: this.#width, buckets: buckets.map(([index, bucket]) => [index, copyOf(bucket)] as const) }
  }

  /** Joins buckets into wider ones. */
  #widen(): void {
    const width = widths.find((wider) => wider > this.#width) ?? 10 * this.#width
    const factor = width / this.#width
    const joined = new Map<number, Bucket>()
    for (const [index, bucket] of this.#buckets) {
      const wide = Math.floor(index / factor)
      const into = joined.get(wide)
      if (into === undefined) joined.set(wide, bucket)
      else addBucket(into, bucket)
    }
    this.#width = width
    this.#buckets = joined
    this.#latest = Number.NaN
  }
}

function emptyBucket(): Bucket {
  return { outcomes: noOutcomes(), arrived: 0, left: 0 }
}

function copyOf({ outcomes, arrived, left }: Bucket): Bucket {
  return { outcomes: { ...outcomes }, arrived, left }
}

function addBucket(into: Bucket, from: Bucket): void {
  addOutcomes(into.outcomes, from.outcomes)
  into.arrived += from.arrived
  into.left += from.left
}
