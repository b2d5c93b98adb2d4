import { damaged } from './transform.ts'

/** A part of a frame, in order. */
export interface FramePart {
  readonly bytes: Uint8Array
  /** Whether the frame ends behind it. */
  readonly ends: boolean
}

/** The number that frames begin with, as octets. */
export const frameMagic: Uint8Array = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)

type State = 'magic' | 'descriptor' | 'header' | 'block' | 'content' | 'checksum' | 'skipped-size' | 'skipped'

const collected: ReadonlySet<State> = new Set(['magic', 'descriptor', 'block', 'skipped-size'])
const dictionaryIdSizes = [0, 1, 2, 4]
const contentSizeSizes = [0, 2, 4, 8]

/**
 * Cuts Zstandard data into frames (RFC 8878, section 3.1) by the sizes that stand in them, without unpacking. The number
 * at the beginning of each frame is left out, and so are frames that are to be skipped.
 */
export class ZstdFrames {
  #state: State = 'magic'
  /** Octets until it is known what comes next. */
  #left = 4
  /** What has been collected of them. */
  #value = 0
  #collected = 0
  #isLast = false
  #hasChecksum = false

  /** Whether data may end here. */
  get isBetween(): boolean {
    return this.#state === 'magic' && this.#collected === 0
  }

  *cut(bytes: Uint8Array): Generator<FramePart> {
    let from = 0
    for (let at = 0; at < bytes.length; ) {
      const to = Math.min(at + this.#left, bytes.length)
      if (collected.has(this.#state)) for (let index = at; index < to; index++) this.#collect(bytes[index] ?? 0)
      this.#left -= to - at
      at = to
      const isWithin = this.#isWithin
      let ends = false
      while (this.#left === 0 && !ends) ends = this.#advance()
      if (isWithin && ends) yield { bytes: bytes.subarray(from, at), ends }
      if (ends || !isWithin) from = at
    }
    if (from < bytes.length && this.#isWithin) yield { bytes: bytes.subarray(from), ends: false }
  }

  get #isWithin(): boolean {
    return this.#state !== 'magic' && this.#state !== 'skipped-size' && this.#state !== 'skipped'
  }

  #collect(octet: number): void {
    this.#value += octet * 2 ** (8 * this.#collected++)
  }

  /** Goes on to what comes next; tells whether a frame has ended. */
  #advance(): boolean {
    const value = this.#value
    switch (this.#state) {
      case 'magic':
        if (value === 0xfd2fb528) return this.#expect('descriptor', 1)
        if (value - (value % 16) === 0x184d2a50) return this.#expect('skipped-size', 4)
        throw damaged(new Error('something else stands where a frame should begin'))
      case 'descriptor':
        return this.#expect('header', this.#describe(value))
      case 'header':
        return this.#expect('block', 3)
      case 'block': {
        const [kind, size] = [(value >> 1) & 3, value >> 3]
        if (kind === 3) throw damaged(new Error('a block of a kind that does not exist'))
        this.#isLast = (value & 1) === 1
        // A run is one octet, and its length.
        return this.#expect('content', kind === 1 ? 1 : size)
      }
      case 'content':
        if (!this.#isLast) return this.#expect('block', 3)
        return this.#hasChecksum ? this.#expect('checksum', 4) : this.#end()
      case 'skipped-size':
        return this.#expect('skipped', value)
      case 'checksum':
      case 'skipped':
        return this.#end()
    }
  }

  /** Gives the length of the rest of a header. */
  #describe(descriptor: number): number {
    const isSingleSegment = (descriptor & 0x20) !== 0
    this.#hasChecksum = (descriptor & 4) !== 0
    const contentSize = contentSizeSizes[descriptor >> 6] || (isSingleSegment ? 1 : 0)
    return (isSingleSegment ? 0 : 1) + (dictionaryIdSizes[descriptor & 3] ?? 0) + contentSize
  }

  #expect(state: State, octets: number): false {
    this.#state = state
    this.#left = octets
    this.#value = 0
    this.#collected = 0
    return false
  }

  #end(): true {
    this.#expect('magic', 4)
    return true
  }
}
