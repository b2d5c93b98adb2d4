/** Counts one file, on a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import type { SummaryState } from '../../logs/summary/index.ts'
import { counting } from './counting.ts'
import type { Filter } from './filter.ts'
import type { Parsing } from './options.ts'
import { logOf } from './source.ts'

/** What a thread is to do. */
export interface Task {
  readonly file: string
  readonly parsing: Parsing
  readonly filter: Filter
}

/** What a thread tells: how far it has come, and what it has counted in the end. */
export type Told =
  | { readonly kind: 'progress'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'counted'; readonly file: string; readonly state: SummaryState }
  | { readonly kind: 'failed'; readonly file: string; readonly message: string }

const { file, parsing, filter } = workerData as Task
const stop = new AbortController()
const port = parentPort

if (port !== null) {
  port.once('message', () => stop.abort())
  // Listening must not keep the thread alive.
  port.unref()
  try {
    const { summary, run } = counting(parsing, filter)
    const onRead = (bytes: number): void => tell({ kind: 'progress', file, bytes })
    await run(logOf(file, { onRead, signal: stop.signal }))
    tell({ kind: 'counted', file, state: summary.state() })
  } catch (error) {
    tell({ kind: 'failed', file, message: error instanceof Error ? error.message : String(error) })
  }
}

function tell(told: Told): void {
  port?.postMessage(told)
}
