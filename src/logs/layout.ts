import type { TextCodes } from '../grammar/codes.ts'
import { KnownPart } from './known-part.ts'

const ZERO = 48
const NINE = 57
const BLANK = 32
const COLON = 58

/** Where the head of a line stands in its text. */
export interface Extent {
  readonly from: number
  /** Where the digits of the time of day begin, and what is behind them. */
  readonly begin: number
  readonly behind: number
  readonly to: number
}

/**
 * How the head of one line was laid out. The next line's is the same more often than not, but for the digits of the time
 * of day: then there is no need to ask the grammar again.
 */
export class Layout {
  /** What stands in front of the time of day, and behind it. */
  #front: KnownPart | undefined
  #rest: KnownPart | undefined
  /** Characters of the time of day, and what stands in front of its fraction. */
  #digits = 0
  #point = 0

  /** Where the head of the line ends that was read last, and its milliseconds since midnight. */
  at = 0
  clock = 0

  learn(text: TextCodes, { from, begin, behind, to }: Extent): void {
    this.#front = new KnownPart(text, from, begin)
    this.#rest = new KnownPart(text, behind, to)
    this.#digits = behind - begin
    this.#point = text.codes[begin + 8] ?? 0
  }

  /** Tells whether a line begins the same way, and reads its time of day. */
  read(text: TextCodes, from: number, to: number): boolean {
    const front = this.#front
    const behind = this.#rest
    if (front === undefined || behind === undefined) return false
    const { codes } = text
    const begin = from + front.length
    const rest = begin + this.#digits
    const at = rest + behind.length
    // Blanks at the end of a head are all taken, so one more makes it another head.
    if (at >= to || codes[at] === BLANK) return false
    if (!front.standsAt(text, from, begin) || !behind.standsAt(text, rest, at)) return false
    if (codes[begin + 2] !== COLON || codes[begin + 5] !== COLON) return false
    const hours = numberAt(codes, begin)
    const minutes = numberAt(codes, begin + 3)
    const seconds = numberAt(codes, begin + 6)
    if (hours < 0 || minutes < 0 || seconds < 0) return false
    let milliseconds = 0
    if (this.#digits > 8) {
      if (codes[begin + 8] !== this.#point) return false
      let places = 0
      for (let index = begin + 9; index < rest; index++) {
        const digit = codes[index] ?? 0
        if (digit < ZERO || digit > NINE) return false
        if (places++ < 3) milliseconds = 10 * milliseconds + digit - ZERO
      }
      for (; places < 3; places++) milliseconds *= 10
    }
    this.at = at
    this.clock = (hours * 3_600 + minutes * 60 + seconds) * 1_000 + milliseconds
    return true
  }
}

/** Two digits as a number; -1 where they are none. */
function numberAt(codes: TextCodes['codes'], at: number): number {
  const tens = codes[at] ?? 0
  const ones = codes[at + 1] ?? 0
  if (tens < ZERO || tens > NINE || ones < ZERO || ones > NINE) return -1
  return 10 * tens + ones - 11 * ZERO
}
