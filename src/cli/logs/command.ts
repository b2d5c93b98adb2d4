import { exitCodes, tellFailure } from '../failure.ts'
import { countAll } from './count-all.ts'
import { help } from './help.ts'
import { interrupts } from './interrupt.ts'
import { type LogsOptions, logsOptions } from './options.ts'
import { type Progress, progressOf } from './progress.ts'
import type { TakeRecords } from './scan.ts'
import { show } from './show.ts'
import { lookAt, type Unreadable } from './source.ts'
import { type Part, readInOrder, type TimelineReading, timelineOf } from './timeline.ts'

/** Does what `rxsmtp logs` is asked for and gives the exit code. */
export async function logs(args: readonly string[]): Promise<number> {
  const options = logsOptions(args, Date.now())
  if (options === undefined) {
    process.stdout.write(help)
    return exitCodes.ok
  }
  const files = await lookAt(options.files)
  const stop = interrupts()
  if (options.follow) {
    const { followLog } = await import('./follow.ts')
    return followLog(options, files[0]?.size ?? 0, stop)
  }
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const progress = await progressOf(total, options.progress && !showsRows(options))
  const unreadable: Unreadable[] = []
  let exitCode: number
  try {
    const parts = await timelineOf(files, options.parsing, stop)
    const onUnreadable = (error: Unreadable): void => void unreadable.push(error)
    exitCode = await once(options, parts, { signal: stop, onRead: reading(progress), onUnreadable }, progress)
  } finally {
    progress.stop()
  }
  for (const error of unreadable) tellFailure(error)
  return exitCode === exitCodes.interrupted ? exitCode : (unreadable[0]?.exitCode ?? exitCode)
}

/** Looks at what is there. Most of the time to start goes into loading: what is not asked for is not loaded. */
async function once(
  options: LogsOptions,
  parts: readonly Part[],
  reading: TimelineReading,
  progress: Progress,
): Promise<number> {
  const { output, trace: subject } = options
  const read = (take: TakeRecords): Promise<void> => readInOrder(parts, reading, take)
  const stop = reading.signal
  if (subject !== undefined) {
    const { trace } = await import('./trace/trace.ts')
    return trace(subject, options, stop, read)
  }
  if (output.kind === 'ndjson' || output.kind === 'csv' || output.kind === 'parquet') {
    const { writeRows } = await import('./rows/write-rows.ts')
    await writeRows(options, read)
  } else {
    const state = await countAll(parts, options, reading)
    progress.stop()
    if (options.serve) {
      const { serve } = await import('./page.ts')
      await serve(() => state, options, stop)
    } else await show(state, options)
  }
  return stop.aborted && !options.serve ? exitCodes.interrupted : exitCodes.ok
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
