/** Counts one file, on a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import type { SummaryState } from '../../logs/summary/index.ts'
import { explain } from '../failure.ts'
import { counting } from './counting.ts'
import type { Filter } from './filter.ts'
import type { Parsing } from './options.ts'
import { logOf, Unreadable } from './source.ts'

/** What a thread is to do. */
export interface Task {
  readonly path: string
  readonly written: number | undefined
  readonly parsing: Parsing
  readonly filter: Filter
}

/** What a thread tells: how far it has come, and what it has counted in the end, or up to where it could not go on. */
export type Told =
  | { readonly kind: 'progress'; readonly path: string; readonly bytes: number }
  | {
      readonly kind: 'counted'
      readonly path: string
      readonly state: SummaryState
      readonly unreadable: Failed | undefined
    }
  | Failed

interface Failed {
  readonly kind: 'failed'
  readonly exitCode: number
  readonly message: string
}

const { path, written, parsing, filter } = workerData as Task
const stop = new AbortController()
const port = parentPort

if (port !== null) {
  port.once('message', () => stop.abort())
  // Listening must not keep the thread alive.
  port.unref()
  try {
    const { summary, run } = counting(parsing, filter, written)
    const onRead = (bytes: number): void => tell({ kind: 'progress', path, bytes })
    const unreadable = await run(logOf(path, { onRead, signal: stop.signal })).catch((error: unknown) => {
      if (!(error instanceof Unreadable)) throw error
      return failed(error)
    })
    tell({ kind: 'counted', path, state: summary.state(), unreadable: unreadable ?? undefined })
  } catch (error) {
    tell(failed(error))
  }
}

function failed(error: unknown): Failed {
  const { text: message, exitCode } = explain(error)
  return { kind: 'failed', exitCode, message }
}

function tell(told: Told): void {
  port?.postMessage(told)
}
