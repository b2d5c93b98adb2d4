import { Observable, type OperatorFunction } from 'rxjs'
import { type LogParser, type LogParserOptions, logParser } from './log-parser.ts'
import type { LogFormat, LogRecord } from './record.ts'
import { WholeLines } from './whole-lines.ts'

/**
 * Turns lines into records: one array for each array of lines that has any. Completes and errors with the source.
 *
 * Chunks of bytes may come in place of arrays of lines, whatever the segmentation: they are read where they stand, which is
 * the fastest way. Given a format each subscription has a parser of its own; given a parser, its `counters` tell what has
 * come by.
 *
 * @example
 * import { of } from 'rxjs'
 * const line = 'Mar  4 07:05:09 mx1 postfix/qmgr[9]: 4F2A1C0D9E: removed'
 * of([line]).pipe(parseLog('auto')).subscribe((records) => console.log(records.length))
 */
export function parseLog(
  format: LogFormat | 'auto' | LogParser = 'auto',
  options: LogParserOptions = {},
): OperatorFunction<readonly string[] | Uint8Array, readonly LogRecord[]> {
  return (source) =>
    new Observable((subscriber) => {
      const parse = typeof format === 'function' ? format : logParser(format, options)
      const whole = new WholeLines()
      const emit = (lines: readonly string[]): void => {
        const records = parse(lines)
        if (records.length > 0) subscriber.next(records)
      }
      return source.subscribe({
        next: (input) => emit(input instanceof Uint8Array ? whole.push(input) : input),
        error: (error) => subscriber.error(error),
        complete() {
          emit([whole.end()])
          subscriber.complete()
        },
      })
    })
}
