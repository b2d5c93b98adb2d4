import { explain } from '../failure.ts'
import { Counting } from './counting.ts'
import type { Filter } from './filter.ts'
import type { Parsing } from './options.ts'
import type { Counted, Piece } from './pieces.ts'
import { logOf, Unreadable } from './source.ts'

/** A file to be counted, or a piece of it. Plain data, for other threads. */
export interface Task {
  readonly path: string
  readonly written: number | undefined
  readonly parsing: Parsing
  readonly filter: Filter
  /** Undefined for the whole. */
  readonly piece: Piece | undefined
}

/** What is told of a task: how far it has come, and what was counted in the end, or up to where it could not go on. */
export type Told =
  | { readonly kind: 'progress'; readonly bytes: number }
  | ({ readonly kind: 'counted'; readonly unreadable: Failed | undefined } & Counted)
  | Failed

interface Failed {
  readonly kind: 'failed'
  readonly exitCode: number
  readonly message: string
}

// Octets in front of a piece that tell what came in shortly before: the mail of some minutes.
const memory = 4_000_000

/** Does a task and tells of it; when `signal` is aborted what there is by then. Resolves whatever goes wrong. */
export async function countTask(task: Task, signal: AbortSignal, tell: (told: Told) => void): Promise<void> {
  const { path, written, parsing, filter, piece } = task
  try {
    const counting = new Counting(parsing, filter, written)
    if (piece !== undefined && piece.from > 0) {
      await counting.foresee(logOf(path, { signal }, { from: Math.max(0, piece.from - memory), to: piece.from }))
    }
    const reading = { signal, onRead: inSteps(tell) }
    const log = logOf(path, reading, piece)
    const unreadable = await counting.run(log).catch((error: unknown) => {
      if (!(error instanceof Unreadable)) throw error
      return failed(error)
    })
    tell({ kind: 'counted', unreadable: unreadable ?? undefined, ...counting.counted })
  } catch (error) {
    tell(failed(error))
  }
}

function failed(error: unknown): Failed {
  const { text: message, exitCode } = explain(error)
  return { kind: 'failed', exitCode, message }
}

/** Tells how far reading has come, at steps that a bar can show: a message takes its time. */
function inSteps(tell: (told: Told) => void): (bytes: number) => void {
  let toldBytes = 0
  return (bytes) => {
    if (bytes < toldBytes + 1_000_000) return
    toldBytes = bytes
    tell({ kind: 'progress', bytes })
  }
}
