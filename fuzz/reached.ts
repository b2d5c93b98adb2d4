import type { Counts } from './coverage.ts'

/** A place in a function, and a magnitude of its count that was not seen there before. */
export interface News {
  readonly name: string
  readonly at: number
  readonly magnitude: number
}

/**
 * What was reached so far: for each character of each function a bit for each magnitude of its count, since a loop that
 * turns eight times is another than one that turns once.
 */
export class Reached {
  readonly #seen = new Map<string, Uint16Array>()
  #size = 0

  /** How many characters have run. */
  get size(): number {
    return this.#size
  }

  /** Tells whether something has run that never did before, whatever its count. */
  isNew(functions: readonly Counts[]): boolean {
    return functions.some(({ name, counts }) => {
      const seen = this.#seen.get(name)
      return counts.some((count, at) => count > 0 && (seen?.[at] ?? 0) === 0)
    })
  }

  /** Finds what one input has reached first. */
  newsIn(functions: readonly Counts[]): News[] {
    const news: News[] = []
    for (const { name, counts } of functions) {
      const seen = this.#seen.get(name)
      for (const [at, count] of counts.entries()) {
        // A block is all alike: its first character stands for it.
        if (count === 0 || counts[at - 1] === count) continue
        const magnitude = magnitudeOf(count)
        if (((seen?.[at] ?? 0) & (1 << magnitude)) === 0) news.push({ name, at, magnitude })
      }
    }
    return news
  }

  add(functions: readonly Counts[]): void {
    for (const { name, counts } of functions) {
      const seen = this.#seen.get(name) ?? new Uint16Array(counts.length)
      this.#seen.set(name, seen)
      for (const [at, count] of counts.entries()) {
        if (count === 0) continue
        const before = seen[at] ?? 0
        if (before === 0) this.#size++
        seen[at] = before | (1 << magnitudeOf(count))
      }
    }
  }
}

/** Tells whether an input reaches all that was news. */
export function reaches(functions: readonly Counts[], news: readonly News[]): boolean {
  const byName = new Map(functions.map(({ name, counts }) => [name, counts]))
  return news.every(({ name, at, magnitude }) => magnitudeOf(byName.get(name)?.[at] ?? 0) === magnitude)
}

/** 0, 1, 2, 3, 4–7, 8–15, 16–31, 32–127, 128 and more. */
function magnitudeOf(count: number): number {
  if (count < 4) return count
  if (count < 32) return 2 + Math.floor(Math.log2(count))
  return count < 128 ? 7 : 8
}
