import { defer, filter, map, type OperatorFunction } from 'rxjs'
import { type LogParser, type LogParserOptions, logParser } from './log-parser.ts'
import type { LogFormat, LogRecord } from './record.ts'

/**
 * Turns lines into records: one array for each array of lines that has any. Completes and errors with the source.
 *
 * Given a format each subscription has a parser of its own; given a parser, its `counters` tell what has come by.
 *
 * @example
 * import { of } from 'rxjs'
 * const line = 'Mar  4 07:05:09 mx1 postfix/qmgr[9]: 4F2A1C0D9E: removed'
 * of([line]).pipe(parseLog('auto')).subscribe((records) => console.log(records.length))
 */
export function parseLog(
  format: LogFormat | 'auto' | LogParser = 'auto',
  options: LogParserOptions = {},
): OperatorFunction<readonly string[], readonly LogRecord[]> {
  return (source) =>
    defer(() => {
      const parse = typeof format === 'function' ? format : logParser(format, options)
      return source.pipe(
        map((lines) => parse(lines)),
        filter((records) => records.length > 0),
      )
    })
}
