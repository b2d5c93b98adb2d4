import { Summary, type SummaryState } from '../../logs/summary/summary.ts'
import { Failure } from '../failure.ts'
import type { Task } from './count-task.ts'
import { Counting } from './counting.ts'
import type { LogsOptions } from './options.ts'
import { type Counted, fitTogether, piecesOf, usualSize } from './pieces.ts'
import { logOf, Unreadable } from './source.ts'
import type { Part, TimelineReading } from './timeline.ts'
import { countAtOnce } from './workers.ts'

/**
 * Counts every log, several at a time and large ones in pieces, and standard input. Throws where nothing at all could be
 * read.
 */
export async function countAll(
  parts: readonly Part[],
  options: LogsOptions,
  { onUnreadable, ...reading }: TimelineReading,
  pieceSize: number = usualSize,
): Promise<SummaryState> {
  const unreadable: Unreadable[] = []
  const note = (error: Unreadable): void => {
    unreadable.push(error)
    onUnreadable(error)
  }
  const files = parts.filter(({ file }) => file.path !== '-')
  const counted = await countFiles(files, options, { ...reading, onUnreadable: note }, pieceSize)
  const input = parts.find(({ file }) => file.path === '-')
  if (input !== undefined) {
    const counting = new Counting(input.parsing, options.filter)
    await counting.run(logOf('-', { signal: reading.signal })).catch((error: unknown) => {
      if (!(error instanceof Unreadable)) throw error
      note(error)
    })
    counted.push(counting.counted)
  }
  const sum = sumOf(counted)
  const [error] = unreadable
  if (error !== undefined && sum.counts.lines === 0) throw error
  return sum
}

/** Adds up in the order of the logs, whichever was counted first: samples are the first ones. */
function sumOf(counted: readonly Counted[]): SummaryState {
  const [first, ...others] = counted
  if (first !== undefined && others.length === 0) return first.state
  const sum = new Summary()
  for (const { state } of counted) sum.absorb(state)
  return sum.state()
}

async function countFiles(
  files: readonly Part[],
  { filter, workers }: LogsOptions,
  reading: TimelineReading,
  pieceSize: number,
): Promise<Counted[]> {
  const plans = await Promise.all(
    files.map(async (part): Promise<Task[]> => {
      const { path, written } = part.file
      const whole: Task = { path, written, parsing: part.parsing, filter, piece: undefined }
      const pieces = await piecesOf(part, pieceSize)
      if (pieces.length < 2) return [whole]
      return pieces.map((piece) => ({ ...whole, piece, parsing: { ...part.parsing, year: piece.year } }))
    }),
  )
  const counted = await countTasks(plans.flat(), workers, reading)
  const piecesOfPlan = (plan: readonly Task[]): Counted[] => plan.flatMap((task) => counted.get(task) ?? [])
  // That a log cannot be cut is found out when its lines have been read: then it is counted again, in one go.
  const uncut = new Map<readonly Task[], Task>()
  for (const plan of reading.signal.aborted ? [] : plans) {
    const [first] = plan
    if (first !== undefined && plan.length > 1 && !fitTogether(piecesOfPlan(plan)))
      uncut.set(plan, { ...first, piece: undefined })
  }
  const again = await countTasks([...uncut.values()], workers, reading)
  return plans.flatMap((plan) => {
    const task = uncut.get(plan)
    return task === undefined ? piecesOfPlan(plan) : (again.get(task) ?? [])
  })
}

async function countTasks(
  tasks: readonly Task[],
  workers: number | undefined,
  { signal, onRead, onUnreadable }: TimelineReading,
): Promise<ReadonlyMap<Task, Counted>> {
  const counted = new Map<Task, Counted>()
  await countAtOnce(tasks, workers, signal, (task, told) => {
    if (told.kind === 'failed') throw new Failure(told.exitCode, told.message)
    if (told.kind === 'progress') onRead(`${task.path} ${task.piece?.from ?? 0}`, told.bytes)
    else {
      if (told.unreadable !== undefined) onUnreadable(new Unreadable(told.unreadable.exitCode, told.unreadable.message))
      counted.set(task, told)
    }
  })
  return counted
}
