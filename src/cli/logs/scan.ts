import { type LogParser, type LogRecord, logParser, WholeLines } from '../../logs/parser.ts'
import type { Parsing } from './options.ts'

/** Reads a log and hands its chunks on, which may be overwritten afterwards. */
export type Log = (take: (chunk: Uint8Array) => void, flow: Flow) => Promise<void>

/** How a log is read. */
export interface Flow {
  /** Is awaited before more is read. */
  readonly ready: () => Promise<void>
  /** Ends reading as if the log ended there. */
  readonly signal: AbortSignal
}

/** Takes records; the promise is backpressure. */
export type TakeRecords = (records: readonly LogRecord[]) => Promise<void> | void

/**
 * Makes a parser as the arguments ask for it, for a log that was `written` to the last time then. What says nothing of a
 * message is counted alone.
 */
export function parserOf({ format, year, zone }: Parsing, written?: number): LogParser {
  return logParser(format, {
    zone,
    events: false,
    ...(year === undefined ? {} : { year }),
    ...(written === undefined ? {} : { now: Math.min(written, Date.now()) }),
  })
}

/**
 * Reads the records of a log and hands them on, one array after the other; the next when `take` is done with the one
 * before. Without rxjs, which takes as long to load as all the rest.
 */
export async function scan(log: Log, parser: LogParser, take: TakeRecords): Promise<void> {
  const failed = new AbortController()
  const whole = new WholeLines()
  let taken = Promise.resolve()
  const hand = (texts: readonly string[]): void => {
    const records = parser(texts)
    if (records.length === 0) return
    taken = taken.then(() => take(records))
    taken.catch(() => failed.abort())
  }
  // What goes wrong ends the whole; whoever reads has only to know that it is over.
  const ready = (): Promise<void> => taken.catch(() => {})
  try {
    await log((chunk) => hand(whole.push(chunk)), { ready, signal: failed.signal })
    hand([whole.end()])
  } finally {
    await taken
  }
}
