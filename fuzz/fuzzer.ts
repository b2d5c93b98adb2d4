import { pick, type Random } from '../test/grammar/random.ts'
import type { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'
import { Reached, reaches } from './reached.ts'
import { shortened } from './shorten.ts'
import type { Target } from './target.ts'

/** An input that a target has no answer to. */
export interface Finding {
  readonly input: Uint8Array
  readonly error: unknown
}

/** What came of fuzzing one target. */
export interface Report {
  readonly executions: number
  /** Every input that reaches something which those before it do not. */
  readonly corpus: readonly Uint8Array[]
  /** Characters of the source that the inputs given at the start have reached, and all. */
  readonly before: number
  readonly reached: number
  readonly finding: Finding | undefined
}

/**
 * Tries inputs until `enough` says so or one is a finding: those given first, then changes of whatever has reached
 * something new.
 */
export async function fuzz(
  target: Target,
  seeds: readonly Uint8Array[],
  coverage: Coverage,
  random: Random,
  enough: (executions: number) => boolean,
): Promise<Report> {
  const runner = new Runner(target, coverage)
  const onRejection = (error: unknown): void => runner.blame(error)
  process.on('unhandledRejection', onRejection)
  try {
    for (const seed of seeds) await runner.plant(seed)
    const before = runner.reached.size
    if (runner.corpus.length === 0) runner.corpus.push(new Uint8Array(0))
    const next = (): Uint8Array => mutate(random, pick(random, runner.corpus), runner.corpus, target.words)
    while (runner.finding === undefined && !enough(runner.executions)) {
      // Counts are seen in single inputs only, so that now and then some are looked at one by one.
      for (let singles = random(4) > 0 ? 0 : 4; singles > 0; singles--) await runner.consider(next())
      await runner.tryMany(next)
    }
    const { executions, corpus, reached, finding } = runner
    return { executions, corpus, before, reached: reached.size, finding }
  } finally {
    process.off('unhandledRejection', onRejection)
  }
}

// Asking the engine costs some milliseconds: as long as that, inputs are run without asking.
const batchTime = 10
const largestBatch = 512

/** Runs a target and remembers what it has reached. */
class Runner {
  readonly corpus: Uint8Array[] = []
  readonly reached = new Reached()
  executions = 0
  finding: Finding | undefined
  readonly #target: Target
  readonly #coverage: Coverage
  #last = new Uint8Array(0)

  constructor(target: Target, coverage: Coverage) {
    this.#target = target
    this.#coverage = coverage
    // Whatever ran before is not the target's.
    coverage.take()
  }

  /** Runs many inputs, and finds those among them that reach a new block. */
  async tryMany(next: () => Uint8Array): Promise<void> {
    const start = performance.now()
    const batch: Uint8Array[] = []
    while (batch.length < largestBatch && performance.now() - start < batchTime) {
      const input = next()
      batch.push(input)
      await this.#run(input)
    }
    if (this.reached.isNew(this.#coverage.take())) await this.#search(batch)
  }

  /** Adds an input to the corpus when it has reached something new, as short as it can be without losing that. */
  async consider(input: Uint8Array): Promise<void> {
    await this.#run(input)
    const news = this.reached.newsIn(this.#coverage.take())
    if (news.length === 0 || this.finding !== undefined) return
    const short = await shortened(input, async (candidate) => {
      await this.#run(candidate)
      return reaches(this.#coverage.take(), news)
    })
    await this.plant(short)
  }

  /** Adds an input to the corpus as it is. */
  async plant(input: Uint8Array): Promise<void> {
    await this.#run(input)
    this.reached.add(this.#coverage.take())
    this.corpus.push(input)
  }

  /** Takes note of a promise that nobody looks after. */
  blame(error: unknown): void {
    this.finding ??= { input: this.#last, error }
  }

  /** Halves a batch until the inputs are found that make the difference. */
  async #search(batch: readonly Uint8Array[]): Promise<void> {
    const [first] = batch
    if (first === undefined || this.finding !== undefined) return
    if (batch.length === 1) return this.consider(first)
    const middle = batch.length >> 1
    for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
      for (const input of half) await this.#run(input)
      if (this.reached.isNew(this.#coverage.take())) await this.#search(half)
    }
  }

  async #run(input: Uint8Array): Promise<void> {
    if (this.finding !== undefined) return
    this.executions++
    this.#last = new Uint8Array(input)
    try {
      await this.#target.run(input)
    } catch (error) {
      this.blame(error)
    }
  }
}
