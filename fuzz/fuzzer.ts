import { pick, type Random } from '../test/grammar/random.ts'
import type { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'
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
  /** Blocks with the magnitude of their counts that the inputs given at the start have reached, and all. */
  readonly before: number
  readonly features: number
  readonly finding: Finding | undefined
}

// Asking the engine costs as much as some hundred short inputs: a batch is looked at as a whole.
const batchSize = 32

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
  for (const seed of seeds) await runner.consider(seed)
  const before = runner.features.size
  if (runner.corpus.length === 0) runner.corpus.push(new Uint8Array(0))
  while (runner.finding === undefined && !enough(runner.executions)) {
    const batch = Array.from({ length: batchSize }, () =>
      mutate(random, pick(random, runner.corpus), runner.corpus, target.words),
    )
    if (await runner.isNews(batch)) for (const input of batch) await runner.consider(input)
  }
  const { executions, corpus, features, finding } = runner
  return { executions, corpus, before, features: features.size, finding }
}

/** Runs a target and remembers what it has reached. */
class Runner {
  readonly corpus: Uint8Array[] = []
  readonly features = new Set<string>()
  executions = 0
  finding: Finding | undefined
  readonly #target: Target
  readonly #coverage: Coverage

  constructor(target: Target, coverage: Coverage) {
    this.#target = target
    this.#coverage = coverage
  }

  /** Tells whether a batch has reached something new, whichever of its inputs it was. */
  async isNews(batch: readonly Uint8Array[]): Promise<boolean> {
    this.#coverage.take()
    for (const input of batch) await this.#run(input)
    return this.#newIn(this.#coverage.take()).length > 0
  }

  /** Adds an input to the corpus when it has reached something new, as short as it can be without losing that. */
  async consider(input: Uint8Array): Promise<void> {
    const news = this.#newIn(await this.#reached(input))
    if (news.length === 0 || this.finding !== undefined) return
    const short = await shortened(input, async (candidate) => {
      const reached = await this.#reached(candidate)
      return news.every((feature) => reached.has(feature))
    })
    for (const feature of await this.#reached(short)) this.features.add(feature)
    this.corpus.push(short)
  }

  async #reached(input: Uint8Array): Promise<Set<string>> {
    this.#coverage.take()
    await this.#run(input)
    return this.#coverage.take()
  }

  #newIn(features: ReadonlySet<string>): string[] {
    return [...features].filter((feature) => !this.features.has(feature))
  }

  async #run(input: Uint8Array): Promise<void> {
    if (this.finding !== undefined) return
    this.executions++
    try {
      await this.#target.run(input)
    } catch (error) {
      this.finding = { input, error }
    }
  }
}
