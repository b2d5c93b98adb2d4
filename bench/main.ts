/** rxsmtp beside other SMTP clients, and its parser beside others, in one run: `npm run bench -- --help`. */
import { writeFileSync } from 'node:fs'
import { type Build, build } from './build.ts'
import { Child } from './child.ts'
import { contest } from './contest.ts'
import { goalCells, parsingCells } from './goals.ts'
import { coresOf, machine } from './machine.ts'
import { type BenchOptions, readOptions, usage } from './options.ts'
import { page, type Result } from './page.ts'
import type { Parsing, ParsingService } from './parsing-process.ts'
import { Runners } from './runners.ts'
import type { SinkService } from './sink-process.ts'
import { type Streaming, stream } from './streaming.ts'
import { first, inColumns, rowOf, second, summaryCells, workloadCells } from './table.ts'

const cores = coresOf()

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) return console.log(usage)
  console.log(machine())
  if (cores.client === undefined) console.log('processes are not bound to cores: figures will be less steady')
  const built = build()
  // An interrupted bench tidies up as well.
  process.once('exit', built.remove)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  const sink = new Child<SinkService>(built.file('sink-process'), { core: options.quick ? undefined : cores.sink })
  try {
    const parsing = options.whole ? await measureParsing(built, options) : undefined
    const results = await measureClients(built, sink, options)
    summarise(results, options)
    const streaming = options.whole ? await measureStream(built, sink, options) : undefined
    if (options.full && parsing !== undefined && streaming !== undefined) {
      const { runs, seconds } = options
      const bound = cores.client !== undefined
      writeFileSync('docs/benchmarks.md', page({ parsing, results, streaming, runs, seconds, bound }))
      console.log('\ndocs/benchmarks.md is written')
    }
    // A client that is not installed has not failed.
    const scores = results.flatMap((result) => result.scores)
    if (scores.some(({ description, failure }) => failure && !description.reason)) process.exitCode = 1
  } finally {
    await sink.stop()
  }
}

async function measureParsing(built: Build, { quick }: BenchOptions): Promise<Parsing> {
  const child = new Child<ParsingService>(built.file('parsing-process'), { core: cores.client })
  try {
    const parsing = await child.call('measure', quick ? 1 : 101)
    console.log(`\nReplies, ${parsing.replies} in ${parsing.lines} lines\n\n${inColumns(parsingCells(parsing))}`)
    return parsing
  } finally {
    await child.stop()
  }
}

/** Goes through the workloads and shows each when it is done. */
async function measureClients(built: Build, sink: Child<SinkService>, options: BenchOptions): Promise<Result[]> {
  const runners = new Runners(built.file('runner'), cores.client, options)
  const results: Result[] = []
  try {
    for (const workload of options.workloads) {
      const scores = await contest(workload, sink, runners, options)
      const result = { workload, scores, rows: scores.map(rowOf) }
      results.push(result)
      show(result)
    }
  } finally {
    await runners.stop()
  }
  return results
}

async function measureStream(built: Build, sink: Child<SinkService>, { quick }: BenchOptions): Promise<Streaming[]> {
  const streaming = await stream(built.file('streaming-process'), sink, quick ? 2 : 1024)
  for (const { way, mebi, rate, memory } of streaming) {
    console.log(`\n${mebi} MiB from a stream by ${way}: ${rate.toFixed(0)} MiB/s, peak ${(memory / 1e6).toFixed(0)} MB`)
  }
  return streaming
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
    goalCells(byId),
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
