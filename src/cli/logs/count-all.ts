import { Summary, type SummaryState } from '../../logs/summary/index.ts'
import { Failure } from '../failure.ts'
import { counting } from './counting.ts'
import type { LogsOptions } from './options.ts'
import { logOf, Unreadable } from './source.ts'
import type { Part, TimelineReading } from './timeline.ts'
import { countOnThreads } from './workers.ts'

/** Counts every log, several at a time, and standard input. Throws where nothing at all could be read. */
export async function countAll(
  parts: readonly Part[],
  { filter, workers }: LogsOptions,
  { signal, onRead, onUnreadable }: TimelineReading,
): Promise<Summary> {
  const sum = new Summary()
  const unreadable: Unreadable[] = []
  const note = (error: Unreadable): void => {
    unreadable.push(error)
    onUnreadable(error)
  }
  const tasks = parts
    .filter(({ file }) => file.path !== '-')
    .map(({ file: { path, written }, parsing }) => ({ path, written, parsing, filter }))
  const states = new Map<string, SummaryState>()
  await countOnThreads(tasks, workers, signal).forEach((told) => {
    if (told.kind === 'failed') throw new Failure(told.exitCode, told.message)
    if (told.kind === 'progress') onRead(told.path, told.bytes)
    else {
      if (told.unreadable !== undefined) note(new Unreadable(told.unreadable.exitCode, told.unreadable.message))
      states.set(told.path, told.state)
    }
  })
  // In the order of the logs, whichever was counted first: samples are the first ones.
  for (const { path } of tasks) sum.absorb(states.get(path) ?? new Summary().state())
  const input = parts.find(({ file }) => file.path === '-')
  if (input !== undefined) {
    const { summary, run } = counting(input.parsing, filter)
    await run(logOf('-', { signal })).catch((error: unknown) => {
      if (!(error instanceof Unreadable)) throw error
      note(error)
    })
    sum.absorb(summary.state())
  }
  const [error] = unreadable
  if (error !== undefined && sum.state().counts.lines === 0) throw error
  return sum
}
