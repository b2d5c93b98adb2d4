/** Settings of {@link lines} and {@link WholeLines}. */
export interface LinesOptions {
  /** Octets of one line; what is longer is cut off there. 65,536 by default. */
  readonly lineLength?: number
}

const LF = 10
const nothing = new Uint8Array(0)
// Texts that are longer than 128 KiB are put where making and forgetting them takes ten times as long.
const pieceLength = 65_536

/**
 * Cuts chunks of bytes into texts of whole lines, whatever the segmentation; a line that has no end yet waits for it.
 *
 * A text is decoded as UTF-8 where it is UTF-8, and each line that is not as Latin-1, so no octet is lost. For those who
 * read without Observables; `parseLog()` and `lines()` do the same.
 *
 * @example
 * const whole = new WholeLines()
 * whole.push(new TextEncoder().encode('one\ntwo\nthr')) // ['one\ntwo\n']
 * whole.end() // 'thr'
 */
export class WholeLines {
  readonly #lineLength: number
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })
  /** Bytes of a line whose end has not come yet: `#rest` up to `#length`. */
  #rest: Uint8Array = nothing
  #length = 0

  constructor({ lineLength = 65_536 }: LinesOptions = {}) {
    this.#lineLength = lineLength
  }

  /**
   * Takes a chunk, which may be overwritten afterwards, and returns the lines that are whole now, in texts of one or
   * many; the last line end of a text may be left out.
   */
  push(chunk: Uint8Array): string[] {
    const texts: string[] = []
    const end = chunk.lastIndexOf(LF) + 1
    let from = 0
    if (end > 0 && this.#length > 0) {
      from = chunk.indexOf(LF) + 1
      this.#keep(chunk.subarray(0, from - 1))
      // A text of its own: what is put together from two is slow to read.
      texts.push(this.#decode(this.#take()))
    }
    while (from < end) {
      const to = end - from <= pieceLength ? end : chunk.indexOf(LF, from + pieceLength) + 1
      texts.push(this.#decode(chunk.subarray(from, to)))
      from = to
    }
    if (end < chunk.length) this.#keep(chunk.subarray(end))
    return texts
  }

  /** Returns the last line, whose end never came; empty where there is none. */
  end(): string {
    return this.#decode(this.#take())
  }

  /** Decodes whole lines: all at once where they are UTF-8, else each by itself. */
  #decode(bytes: Uint8Array): string {
    const text = this.#decoder.decode(bytes)
    if (!text.includes('\ufffd')) return text
    const lines: string[] = []
    for (let from = 0; from < bytes.length; ) {
      const next = bytes.indexOf(LF, from)
      const to = next < 0 ? bytes.length : next + 1
      lines.push(this.#decodeLine(bytes.subarray(from, to)))
      from = to
    }
    return lines.join('')
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

/** Makes one character of each octet. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
