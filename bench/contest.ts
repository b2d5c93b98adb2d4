/**
 * The measuring: for each workload every client in a process of its own on one core, the sink on another, and runs
 * taken in turns, so that whatever else the machine does hits all alike.
 */
import { newAuthority } from '../examples/demo/certificates.ts'
import type { Child } from './child.ts'
import type { Figures } from './client.ts'
import type { BenchOptions } from './options.ts'
import type { Description, Order, RunnerService } from './runner.ts'
import type { Runners } from './runners.ts'
import type { Ports, SinkService } from './sink-process.ts'
import { difference } from './verify.ts'
import type { Workload } from './workloads.ts'

/** One run. */
export interface Run extends Figures {
  /** Milliseconds of processor time of the sink. */
  readonly sinkCpu: number
}

/** What became of one client with one workload. */
export interface Score {
  readonly description: Description
  readonly workload: Workload
  /** Messages in each run. */
  count: number
  readonly runs: Run[]
  /** Why there are no figures to rely on. */
  failure?: string
}

/** Measures one workload with every client that can do it. */
export async function contest(
  workload: Workload,
  sink: Child<SinkService>,
  runners: Runners,
  options: BenchOptions,
): Promise<Score[]> {
  const { ca, ports } = await startSink(sink, workload)
  const all = options.entrants.map(async (entrant) => {
    const child = runners.of(entrant)
    const prepared = await prepare(child, { entrant, workload, host: '127.0.0.1', ca, ports })
    return new Lane(sink, child, { ...prepared, workload, count: workload.first, runs: [] })
  })
  const lanes = (await Promise.all(all)).filter(({ score }) => score.description.workloads.includes(workload.id))
  for (const lane of lanes) await lane.warmUp(options)
  for (let run = 0; run < options.runs; run++) {
    // Each run begins with someone else.
    for (let turn = 0; turn < lanes.length; turn++) await lanes[(run + turn) % lanes.length]?.measure()
  }
  await runners.workloadDone()
  return lanes.map(({ score }) => score)
}

async function startSink(
  sink: Child<SinkService>,
  workload: Workload,
): Promise<{ ca: string | undefined; ports: Ports }> {
  const { delay, tls } = workload
  if (!tls) return { ca: undefined, ports: await sink.call('start', { delay }) }
  const authority = await newAuthority('bench authority')
  return { ca: authority.certificate, ports: await sink.call('start', { delay, tls: await authority.issue() }) }
}

/** A client that cannot even be loaded has failed; the others go on. */
async function prepare(child: Child<RunnerService>, order: Order): Promise<Pick<Score, 'description' | 'failure'>> {
  try {
    const description = await child.call('prepare', order)
    return { description, ...(description.reason && { failure: description.reason }) }
  } catch (error) {
    const description = { name: order.entrant, what: '', workloads: order.workload.id, octets: 0, bodyOctets: 0 }
    return { description, failure: messageOf(error) }
  }
}

// Milliseconds.
const warmUp = 800

/** One client on its way through the runs. */
class Lane {
  readonly score: Score
  /** Messages a millisecond in the last run of the warm-up. */
  #rate = 0
  readonly #sink: Child<SinkService>
  readonly #client: Child<RunnerService>

  constructor(sink: Child<SinkService>, client: Child<RunnerService>, score: Score) {
    this.#sink = sink
    this.#client = client
    this.score = score
  }

  /** Sends more and more until all is compiled that will be, and so finds how many messages a run needs. */
  async warmUp({ seconds, quick }: BenchOptions): Promise<void> {
    if (quick) return
    const { score } = this
    // Compiling follows what has run: processor time counts, unless it is hardly used.
    for (let cpu = 0, elapsed = 0; cpu < warmUp && elapsed < 5 * warmUp; ) {
      const figures = await this.#run()
      if (figures === undefined) return
      cpu += figures.cpu
      elapsed += figures.elapsed
      this.#rate = score.count / figures.elapsed
      score.count = Math.ceil(Math.min(2 * score.count, this.#rate * warmUp))
    }
    score.count = Math.max(1, Math.round(this.#rate * seconds * 1000))
  }

  async measure(): Promise<void> {
    const figures = await this.#run()
    if (figures !== undefined) this.score.runs.push(figures)
  }

  /** Sends, and compares what was sent with what was received. */
  async #run(): Promise<Run | undefined> {
    const { score } = this
    if (score.failure !== undefined) return undefined
    try {
      await this.#sink.call('reset', null)
      const figures = await this.#client.call('run', score.count)
      const received = await this.#sink.call('settled', null)
      const problem = difference(score.description, score.workload, score.count, received)
      if (problem === undefined) return { ...figures, sinkCpu: received.cpu }
      score.failure = problem
    } catch (error) {
      score.failure = messageOf(error)
    }
    // What it still holds open would be in the way of the others.
    await this.#client.stop()
    return undefined
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
