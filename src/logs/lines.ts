import { Observable, type OperatorFunction } from 'rxjs'
import { type LinesOptions, WholeLines } from './whole-lines.ts'

const CR = 13

/**
 * Turns chunks of bytes into lines, whatever the segmentation: one array for each chunk that ends a line.
 *
 * Lines end at LF or CRLF; NULs in front of a line, which a crashed logger leaves behind, are left out. A line is decoded
 * as UTF-8 where it is UTF-8, and as Latin-1 where it is not, so no octet is lost. Completes with the source, after the
 * last line even if its end is missing.
 *
 * @example
 * import { of } from 'rxjs'
 * of(new TextEncoder().encode('one\ntwo\n')).pipe(lines()).subscribe((texts) => console.log(texts.length))
 */
export function lines(options: LinesOptions = {}): OperatorFunction<Uint8Array, readonly string[]> {
  return (source) =>
    new Observable((subscriber) => {
      const whole = new WholeLines(options)
      const { lineLength = 65_536 } = options
      return source.subscribe({
        next(chunk) {
          const found = linesOf(whole.push(chunk), lineLength)
          if (found.length > 0) subscriber.next(found)
        },
        error: (error) => subscriber.error(error),
        complete() {
          const found = linesOf([whole.end()], lineLength)
          if (found.length > 0) subscriber.next(found)
          subscriber.complete()
        },
      })
    })
}

/** Cuts texts into their lines. */
function linesOf(texts: readonly string[], lineLength: number): string[] {
  const found: string[] = []
  for (const text of texts) {
    for (let from = 0; from < text.length; ) {
      const next = text.indexOf('\n', from)
      let to = next < 0 ? text.length : next
      const after = to + 1
      if (to > from && text.charCodeAt(to - 1) === CR) to--
      while (from < to && text.charCodeAt(from) === 0) from++
      found.push(text.slice(from, Math.min(to, from + lineLength)))
      from = after
    }
  }
  return found
}
