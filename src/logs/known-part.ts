import type { Codes, TextCodes } from '../grammar/codes.ts'

/** A part of a text, kept to be looked for. */
export class KnownPart {
  readonly length: number
  readonly #codes: Codes
  readonly #view: DataView | undefined

  constructor({ codes }: TextCodes, from: number, to: number) {
    this.length = to - from
    this.#codes = codes.slice(from, to)
    this.#view = codes instanceof Uint8Array ? new DataView(this.#codes.buffer) : undefined
  }

  /** Tells whether it stands at a place of the text, in front of another. */
  standsAt({ codes, view }: TextCodes, at: number, to: number): boolean {
    if (at + this.length > to) return false
    const known = this.#view
    const last = this.length - 4
    if (known === undefined || view === undefined || last < 0) {
      for (let index = 0; index < this.length; index++) {
        if (this.#codes[index] !== codes[at + index]) return false
      }
      return true
    }
    for (let index = 0; index < last; index += 4) {
      if (known.getUint32(index, true) !== view.getUint32(at + index, true)) return false
    }
    return known.getUint32(last, true) === view.getUint32(at + last, true)
  }
}
