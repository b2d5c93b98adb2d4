import { Observable } from 'rxjs'
import { type LogSource, type ReadLogOptions, readChunks } from './read-chunks.ts'

/**
 * Reads a log from its beginning to its end, packed by gzip, Zstandard or xz or not at all, which its first octets tell.
 *
 * Each subscription reads anew; a subscriber that works within `next` is never given more than it has asked for. What is
 * unpacked is handed on piece by piece, whatever it grows to. Completes at the end. Errors with a
 * {@link LogReadError} where an archive cannot be read to its end, after what could be, or with the error of the
 * operating system. Unsubscribing closes the file, or destroys the stream.
 *
 * @throws RangeError where `from` or `to` is no place in a file.
 * @example
 * const records$ = readLog('/var/log/mail.log.1.gz').pipe(lines(), parseLog('auto'))
 */
export function readLog(source: LogSource, options: ReadLogOptions = {}): Observable<Uint8Array> {
  checkPlace('from', options.from)
  checkPlace('to', options.to)
  return new Observable((subscriber) => {
    const left = new AbortController()
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal])
    readChunks(source, (chunk) => subscriber.next(chunk), { ...options, signal }).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    )
    return () => left.abort()
  })
}

function checkPlace(name: string, place: number | undefined): void {
  if (place === undefined || (Number.isSafeInteger(place) && place >= 0)) return
  throw new RangeError(`${name} is ${place}; it has to be a whole number, from 0 on`)
}
