import { concatMap, lastValueFrom, type Observable } from 'rxjs'
import { type LogParser, type LogRecord, logParser, parseLog } from '../../logs/index.ts'
import type { Parsing } from './options.ts'

/** A log to be read; `ready` is awaited before more of it is. */
export type Log = (ready: () => Promise<void>) => Observable<Uint8Array>

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
 * before.
 */
export async function scan(log: Log, parser: LogParser, take: TakeRecords): Promise<void> {
  let taken = Promise.resolve()
  const takeNext = (records: readonly LogRecord[]): Promise<void> => {
    taken = Promise.resolve(take(records))
    return taken
  }
  // What goes wrong ends the whole; whoever reads has only to know that it is over.
  const ready = (): Promise<void> => taken.catch(() => {})
  await lastValueFrom(log(ready).pipe(parseLog(parser), concatMap(takeNext)), { defaultValue: undefined })
}
