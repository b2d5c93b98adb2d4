/** rxsmtp beside other SMTP clients, in one run: `npm run bench:clients -- --help`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { build } from './build.ts'
import { Child } from './child.ts'
import { contest } from './contest.ts'
import { coresOf, machine } from './machine.ts'
import { type BenchOptions, readOptions, usage } from './options.ts'
import { page, type Result } from './page.ts'
import { Runners } from './runners.ts'
import type { SinkService } from './sink-process.ts'
import { first, inColumns, rowOf, second, summaryCells, workloadCells } from './table.ts'

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) return console.log(usage)
  const cores = coresOf()
  console.log(machine())
  if (cores.client === undefined) console.log('processes are not bound to cores: figures will be less steady')
  const results = await measureAll(options)
  summarise(results, options)
  if (options.full) {
    mkdirSync('docs', { recursive: true })
    writeFileSync('docs/benchmarks.md', page(results, options.runs, options.seconds, cores.client !== undefined))
    console.log('\ndocs/benchmarks.md is written')
  }
  // A client that is not installed has not failed.
  const scores = results.flatMap((result) => result.scores)
  if (scores.some(({ description, failure }) => failure && !description.reason)) process.exitCode = 1
}

/** Goes through the workloads and shows each when it is done. */
async function measureAll(options: BenchOptions): Promise<Result[]> {
  const built = build()
  // An interrupted bench tidies up as well.
  process.once('exit', built.remove)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  const cores = coresOf()
  const runners = new Runners(built.runner, cores.client, options)
  const sink = new Child<SinkService>(built.sink, { core: options.quick ? undefined : cores.sink })
  const results: Result[] = []
  try {
    for (const workload of options.workloads) {
      const scores = await contest(workload, sink, runners, options)
      const result = { workload, scores, rows: scores.map(rowOf) }
      results.push(result)
      show(result)
    }
  } finally {
    await Promise.all([runners.stop(), sink.stop()])
  }
  return results
}

function show({ workload, scores, rows }: Result): void {
  console.log(`\n${workload.id}  ${workload.title}\n`)
  console.log(inColumns(workloadCells(rows)))
  for (const { description, failure } of scores) {
    if (failure === undefined) continue
    console.log(`  ${description.name} ${description.reason === undefined ? 'failed' : 'is left out'}: ${failure}`)
  }
}

function summarise(results: readonly Result[], { quick, runs, seconds }: BenchOptions): void {
  const byId = new Map(results.map(({ workload, rows }) => [workload.id, rows]))
  const summaries = [
    summaryCells(byId, first, 'rate'),
    summaryCells(byId, second, 'rate'),
    summaryCells(byId, first, 'cpu'),
  ]
  // Without the one that others are compared with there is nothing to say.
  const telling = summaries.filter(([, ...body]) => body.some(([, ...ratios]) => ratios.some((each) => each !== '-')))
  for (const cells of telling) console.log(`\n${inColumns(cells)}`)
  const how = quick ? 'a few messages each: these figures mean nothing' : `medians of ${runs} runs of ${seconds} s`
  console.log(`\nEvery message was counted by the server; ${how}. Where a rate has >, the server limits it.`)
}

await main()
