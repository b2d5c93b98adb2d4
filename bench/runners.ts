import { resolve } from 'node:path'
import { Child } from './child.ts'
import type { BenchOptions } from './options.ts'
import type { EntrantId } from './roster.ts'
import type { RunnerService } from './runner.ts'

/** The processes of the clients. */
export class Runners {
  readonly #file: string
  readonly #core: number | undefined
  readonly #nodeArguments: readonly string[]
  readonly #isShared: boolean
  readonly #children = new Map<EntrantId, Child<RunnerService>>()

  /** @param core the core that all of them share, one at a time. */
  constructor(file: string, core: number | undefined, { quick, profile }: BenchOptions) {
    this.#file = file
    // Nothing is measured in earnest: then two cores start faster than one.
    this.#core = quick ? undefined : core
    this.#nodeArguments = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`]
    this.#isShared = quick
  }

  /** Starts a process for a client, or finds the one that is there. */
  of(entrant: EntrantId): Child<RunnerService> {
    const known = this.#children.get(entrant)
    if (known !== undefined && !known.ended) return known
    const child = new Child<RunnerService>(this.#file, { core: this.#core, nodeArguments: this.#nodeArguments })
    this.#children.set(entrant, child)
    return child
  }

  /** Ends them, so that the next workload begins anew. */
  async workloadDone(): Promise<void> {
    if (!this.#isShared) await this.stop()
  }

  /** Ends them all. */
  async stop(): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.stop()))
    this.#children.clear()
  }
}
