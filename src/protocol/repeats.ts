import { viewOf } from './octets.ts'

/** Counts repetitions in one chunk, four octets at a time: a server says the same to a thousand recipients. */
export class Repeats {
  readonly #octets: DataView

  constructor(chunk: Uint8Array) {
    this.#octets = viewOf(chunk)
  }

  /** Counts how often the octets from `from` up to `to` come again right behind themselves. */
  count(from: number, to: number): number {
    const octets = this.#octets
    const length = to - from
    const last = octets.byteLength - 4
    let at = to
    while (at <= last && octets.getInt32(at, true) === octets.getInt32(at - length, true)) at += 4
    while (at < octets.byteLength && octets.getUint8(at) === octets.getUint8(at - length)) at++
    return Math.floor((at - to) / length)
  }
}
