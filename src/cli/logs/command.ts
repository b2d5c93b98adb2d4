import { Summary } from '../../logs/summary/index.ts'
import { exitCodes, Failure } from '../failure.ts'
import { counting } from './counting.ts'
import { followLog } from './follow.ts'
import { help } from './help.ts'
import { interrupts } from './interrupt.ts'
import { type LogsOptions, logsOptions } from './options.ts'
import { type Progress, progressOf } from './progress.ts'
import { writeRows } from './rows/write-rows.ts'
import { serve, show } from './show.ts'
import { logOf, sizesOf } from './source.ts'
import { trace } from './trace.ts'
import { countOnThreads } from './workers.ts'

/** Does what `rxsmtp logs` is asked for and gives the exit code. */
export async function logs(args: readonly string[]): Promise<number> {
  const options = logsOptions(args, Date.now())
  if (options === undefined) {
    process.stdout.write(help)
    return exitCodes.ok
  }
  const sizes = await sizesOf(options.files)
  const stop = interrupts()
  if (options.follow) return followLog(options, sizes[0] ?? 0, stop)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const progress = await progressOf(total, options.progress && !showsRows(options))
  try {
    return await once(options, stop, progress)
  } finally {
    progress.stop()
  }
}

/** Looks at what is there. */
async function once(options: LogsOptions, stop: AbortSignal, progress: Progress): Promise<number> {
  const { output, files, trace: subject } = options
  const read = reading(progress)
  if (subject !== undefined) return trace(subject, options, stop, read)
  if (output.kind === 'ndjson' || output.kind === 'csv' || output.kind === 'parquet') {
    await writeRows(
      files.map((file) => logOf(file, { onRead: (bytes) => read(file, bytes), signal: stop })),
      options,
      stop,
    )
  } else {
    const summary = await countAll(options, stop, read)
    progress.stop()
    if (options.serve) await serve(summary, options, stop)
    else await show(summary, options)
  }
  return stop.aborted && !options.serve ? exitCodes.interrupted : exitCodes.ok
}

/** Counts every file, several at a time, and standard input. */
async function countAll(
  { files, parsing, filter, workers }: LogsOptions,
  stop: AbortSignal,
  read: (file: string, bytes: number) => void,
): Promise<Summary> {
  const sum = new Summary()
  const tasks = files.filter((file) => file !== '-').map((file) => ({ file, parsing, filter }))
  await countOnThreads(tasks, workers, stop).forEach((told) => {
    if (told.kind === 'failed') throw new Failure(exitCodes.io, `${told.file}: ${told.message}`)
    if (told.kind === 'progress') read(told.file, told.bytes)
    else sum.absorb(told.state)
  })
  if (files.includes('-')) {
    const { summary, run } = counting(parsing, filter)
    await run(logOf('-', { signal: stop }))
    sum.absorb(summary.state())
  }
  return sum
}

/** Adds up how far the files have been read. */
function reading(progress: Progress): (file: string, bytes: number) => void {
  const done = new Map<string, number>()
  return (file, bytes) => {
    done.set(file, bytes)
    progress.read([...done.values()].reduce((sum, value) => sum + value, 0))
  }
}

/** Rows on a terminal and a bar on the same terminal would overwrite each other. */
function showsRows({ output: { kind, file } }: LogsOptions): boolean {
  return (kind === 'ndjson' || kind === 'csv') && file === undefined && process.stdout.isTTY
}
