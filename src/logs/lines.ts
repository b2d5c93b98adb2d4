import { Observable, type OperatorFunction } from 'rxjs'

/** Settings of {@link lines}. */
export interface LinesOptions {
  /** Octets of one line; what is longer is cut off there. 65,536 by default. */
  readonly lineLength?: number
}

const LF = 10
const CR = 13
const nothing = new Uint8Array(0)

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
          const found = linesOf(whole.end(), lineLength)
          if (found.length > 0) subscriber.next(found)
          subscriber.complete()
        },
      })
    })
}

/** Cuts bytes into texts of whole lines; a line that has no end yet waits for it. */
export class WholeLines {
  readonly #lineLength: number
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })
  /** Bytes of a line whose end has not come yet: `#rest` up to `#length`. */
  #rest: Uint8Array = nothing
  #length = 0

  constructor({ lineLength = 65_536 }: LinesOptions) {
    this.#lineLength = lineLength
  }

  /** Returns the lines that are whole now; none is an empty text. */
  push(chunk: Uint8Array): string {
    const end = chunk.lastIndexOf(LF) + 1
    if (end === 0) {
      this.#keep(chunk)
      return ''
    }
    const first = this.#length === 0 ? 0 : chunk.indexOf(LF) + 1
    let text = ''
    if (first > 0) {
      this.#keep(chunk.subarray(0, first - 1))
      text = `${this.#decode(this.#take())}\n`
    }
    if (first < end) text += this.#decode(chunk.subarray(first, end))
    if (end < chunk.length) this.#keep(chunk.subarray(end))
    return text
  }

  /** Returns the last line, whose end never came. */
  end(): string {
    return this.#decode(this.#take())
  }

  /** Decodes whole lines: all at once where they are nothing but ASCII, else each by itself. */
  #decode(bytes: Uint8Array): string {
    const text = this.#decoder.decode(bytes)
    if (text.length === bytes.length && !text.includes('\ufffd')) return text
    let lines = ''
    for (let from = 0; from < bytes.length; ) {
      const next = bytes.indexOf(LF, from)
      const to = next < 0 ? bytes.length : next + 1
      lines += this.#decodeLine(bytes.subarray(from, to))
      from = to
    }
    return lines
  }

  #decodeLine(bytes: Uint8Array): string {
    try {
      return this.#strictDecoder.decode(bytes)
    } catch {
      return latin1(bytes)
    }
  }

  /** Stores a part of a line, up to the length that a line may have. */
  #keep(bytes: Uint8Array): void {
    const part = bytes.subarray(0, this.#lineLength - this.#length)
    if (this.#length + part.length > this.#rest.length) {
      const larger = new Uint8Array(Math.max(2 * (this.#length + part.length), 1024))
      larger.set(this.#rest.subarray(0, this.#length))
      this.#rest = larger
    }
    this.#rest.set(part, this.#length)
    this.#length += part.length
  }

  #take(): Uint8Array {
    const bytes = this.#rest.subarray(0, this.#length)
    this.#length = 0
    return bytes
  }
}

/** Cuts a text into its lines. */
function linesOf(text: string, lineLength: number): string[] {
  const found: string[] = []
  for (let from = 0; from < text.length; ) {
    const next = text.indexOf('\n', from)
    let to = next < 0 ? text.length : next
    const after = to + 1
    if (to > from && text.charCodeAt(to - 1) === CR) to--
    while (from < to && text.charCodeAt(from) === 0) from++
    found.push(text.slice(from, Math.min(to, from + lineLength)))
    from = after
  }
  return found
}

/** Makes one character of each octet. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
