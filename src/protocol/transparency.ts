/**
 * What happens to a message on its way through DATA or BDAT, and back (RFC 5321 sections 2.3.8 and 4.5.2).
 *
 * Everything the encoder does follows from two neighbouring octets, so the last octet is all it remembers between
 * two chunks. Lines are text first of all: text is skipped eight octets at a time.
 */
import { argumentError } from './errors.ts'
import { CR, DOT, isText, LF, nothing, viewOf } from './octets.ts'

/** Settings of a {@link BodyEncoder}. */
export interface BodyEncoderOptions {
  /** Doubles a dot that begins a line and ends with a line of one dot: `true` for DATA, `false` for BDAT. Default `true`. */
  readonly stuff?: boolean
}

/**
 * Turns a message into what may stand on the wire: CR, LF and CRLF all become CRLF, and a dot that begins
 * a line is doubled (RFC 5321 sections 2.3.8 and 4.5.2). No segmentation of the message changes the result.
 *
 * A chunk that needs no change is returned as it is, not copied: leave it alone until it is written.
 * Not for a BINARYMIME body, which BDAT carries unchanged (RFC 3030 section 3).
 *
 * @example
 * const encoder = new BodyEncoder()
 * encoder.push(new TextEncoder().encode('Subject: hi\n\n.')) // Subject: hi<CRLF><CRLF>..
 * encoder.end() // <CRLF>.<CRLF>
 */
export class BodyEncoder {
  readonly #stuff: boolean
  // The beginning of the message is the beginning of a line, as it is behind a line feed.
  #last = LF

  constructor(options: BodyEncoderOptions = {}) {
    this.#stuff = options.stuff ?? true
  }

  /** Takes the next octets of the message and returns the octets to write for them. */
  push(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return nothing
    const view = viewOf(chunk)
    const good = countUnchanged(view, this.#last, this.#stuff)
    const encoded = good === chunk.length ? chunk : rewrite(chunk, view, good, this.#last, this.#stuff)
    this.#last = view.getUint8(chunk.length - 1)
    return encoded
  }

  /** Returns what is still missing, a last line end and for DATA the line of one dot; the next message may follow. */
  end(): Uint8Array {
    const lineEnd = this.#last === LF ? [] : this.#last === CR ? [LF] : [CR, LF]
    this.#last = LF
    return Uint8Array.from(this.#stuff ? [...lineEnd, DOT, CR, LF] : lineEnd)
  }
}

/** Counts the octets from the beginning that are right as they are, given the octet before them. */
function countUnchanged(view: DataView, before: number, stuff: boolean): number {
  const length = view.byteLength
  let last = before
  let at = 0
  while (at < length) {
    const octet = view.getUint8(at)
    if (octet === LF ? last !== CR : last === CR || (octet === DOT && stuff && last === LF)) return at
    last = octet
    at++
    if (octet === CR || octet === LF) continue
    while (at + 8 <= length && isText(view, at)) at += 8
    while (at < length && view.getUint8(at) > CR) at++
  }
  return length
}

/** Copies a chunk whose first `good` octets stay as they are, and inserts what is missing behind them. */
function rewrite(chunk: Uint8Array, view: DataView, good: number, before: number, stuff: boolean): Uint8Array {
  const length = chunk.length
  // Every octet brings at most one more; a CR that ended the chunk before brings its line feed into this one.
  const encoded = new Uint8Array(good + 2 * (length - good) + 1)
  const target = viewOf(encoded)
  encoded.set(chunk.subarray(0, good))
  let last = good === 0 ? before : view.getUint8(good - 1)
  let at = good
  let to = good
  while (at < length) {
    const octet = view.getUint8(at++)
    if (octet === LF) {
      if (last !== CR) target.setUint8(to++, CR)
    } else {
      if (last === CR) target.setUint8(to++, LF)
      if (octet === DOT && stuff && (last === CR || last === LF)) target.setUint8(to++, DOT)
    }
    target.setUint8(to++, octet)
    last = octet
    if (octet === CR || octet === LF) continue
    for (; at + 8 <= length && isText(view, at); at += 8, to += 8) {
      target.setInt32(to, view.getInt32(at, true), true)
      target.setInt32(to + 4, view.getInt32(at + 4, true), true)
    }
  }
  return encoded.subarray(0, to)
}

// Where in a line the decoder is: in its text, behind a CR in it, at its start, behind a dot there, and behind `.` CR.
type Place = 'text' | 'cr' | 'start' | 'dot' | 'dot-cr'

/**
 * Takes back what {@link BodyEncoder} did for DATA, as the receiving side does (RFC 5321 section 4.5.2).
 *
 * Only CRLF, dot, CRLF ends the message; a bare CR or LF is part of a line and stays as it is.
 *
 * @example
 * const decoder = new BodyDecoder()
 * decoder.push(new TextEncoder().encode('..hidden\r\n.\r\nQUIT\r\n')) // .hidden<CRLF>
 * decoder.ended // true
 * decoder.rest  // QUIT<CRLF>
 */
export class BodyDecoder {
  #place: Place = 'start'
  #rest: Uint8Array | undefined

  /** Tells whether the end of the message was seen. */
  get ended(): boolean {
    return this.#rest !== undefined
  }

  /** The octets behind the end of the message: the commands that were pipelined. Empty before the end. */
  get rest(): Uint8Array {
    return this.#rest ?? nothing
  }

  /**
   * Takes the next octets from the wire and returns the octets of the message in them.
   *
   * @throws SmtpError `invalid-argument` when the message has ended before
   */
  push(chunk: Uint8Array): Uint8Array {
    if (this.ended) throw argumentError('chunk', 'the message has ended', { phase: 'body' })
    if (chunk.length === 0) return nothing
    // A CR behind a dot belongs to the message only when no LF follows: it waited for this chunk.
    const octets = this.#place === 'dot-cr' ? Uint8Array.from([CR, ...chunk]) : new Uint8Array(chunk)
    if (this.#place === 'dot-cr') this.#place = 'dot'
    return octets.subarray(0, this.#compact(octets))
  }

  /** Moves the octets of the message together, in place, and returns how many they are. */
  #compact(octets: Uint8Array): number {
    let to = 0
    let at = 0
    while (at < octets.length) {
      if (this.#place === 'text') {
        const cr = octets.indexOf(CR, at)
        const end = cr < 0 ? octets.length : cr + 1
        octets.copyWithin(to, at, end)
        to += end - at
        at = end
        this.#place = cr < 0 ? 'text' : 'cr'
        continue
      }
      const octet = octets[at++] as number
      if (this.#place === 'dot' && octet === CR && (at === octets.length || octets[at] === LF)) {
        if (at === octets.length) this.#place = 'dot-cr'
        else this.#rest = octets.subarray(at + 1)
        break
      }
      const place: Place = this.#place
      this.#place = next(place, octet)
      if (this.#place !== 'dot') octets[to++] = octet
    }
    return to
  }
}

/** Returns where the decoder is behind an octet that does not end the message. */
function next(place: Place, octet: number): Place {
  if (place === 'start' && octet === DOT) return 'dot'
  if (place === 'cr' && octet === LF) return 'start'
  return octet === CR ? 'cr' : 'text'
}
