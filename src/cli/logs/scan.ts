import { Subject } from 'rxjs'
import { type LogParser, type LogRecord, lines, logParser, parseLog } from '../../logs/index.ts'
import type { Parsing } from './options.ts'

/** Makes a parser as the arguments ask for it. */
export function parserOf({ format, year, offset }: Parsing): LogParser {
  return logParser(format, { offset, ...(year === undefined ? {} : { year }) })
}

/**
 * Reads records out of chunks of bytes and hands them on, one array for each chunk. The next chunk is asked for when
 * `take` is done.
 */
export async function scan(
  chunks: AsyncIterable<Uint8Array>,
  parser: LogParser,
  take: (records: readonly LogRecord[]) => Promise<void> | void,
): Promise<void> {
  const bytes = new Subject<Uint8Array>()
  let found: (readonly LogRecord[])[] = []
  bytes.pipe(lines(), parseLog(parser)).subscribe((records) => found.push(records))
  const drain = async (): Promise<void> => {
    const batches = found
    found = []
    for (const records of batches) await take(records)
  }
  for await (const chunk of chunks) {
    bytes.next(chunk)
    await drain()
  }
  bytes.complete()
  await drain()
}
