import { type Move, playWildly, type Setup } from '../../test/helpers/wild-server.ts'
import type { Target } from '../target.ts'

/**
 * Octets play server and caller against a whole client: two set the scene, and each of the others is one move, some with
 * arguments behind it. Every message must end in one verdict that the wire does not contradict, and nothing be left.
 */
export const session: Target = {
  name: 'session',
  // Submit, agree to all of it; the same with refusals, with text in the server's own words, and with an end.
  words: [
    '\x40\x00\x00\x01\x00\x01\x00\x01',
    '\x40\x09\x00\x01',
    '\x50\x05\x01',
    '\x60\x06250 \r\n',
    '\x70',
    '\x80',
    '\x90',
    '\xa0',
  ],
  run(octets) {
    const reader = new Reader(octets)
    const setup = setupOf(reader.next(), reader.next())
    const moves: Move[] = []
    while (!reader.isAtEnd && moves.length < 80) moves.push(moveOf(reader))
    return playWildly(setup, moves)
  },
}

class Reader {
  readonly #octets: Uint8Array
  #at = 0

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#octets.length
  }

  next(): number {
    return this.#octets[this.#at++] ?? 0
  }

  take(length: number): Uint8Array {
    this.#at += length
    return this.#octets.subarray(this.#at - length, this.#at)
  }
}

const offers = [[], ['PIPELINING'], ['PIPELINING', 'CHUNKING'], ['PIPELINING', 'CHUNKING', 'LIMITS RCPTMAX=1']]
const pipelinings = ['off', 'transaction', 'auto', 'auto'] as const

function setupOf(way: number, cut: number): Setup {
  return {
    offers: offers[way & 3] ?? [],
    pipelining: pipelinings[(way >> 2) & 3] ?? 'auto',
    inFlight: 1 + ((way >> 4) & 3),
    fromGreeting: way >= 0xf0,
    chunk: 1 + cut,
  }
}

const codes = [250, 354, 450, 550, 421, 251, 220, 452, 503, 552, 211, 334, 235, 500, 554, 252]
const sources = ['whole', 'stream', 'failing', 'large'] as const

function moveOf(reader: Reader): Move {
  const move = reader.next()
  switch (move >> 4) {
    case 4:
      return { kind: 'submit', recipients: 1 + (move & 1), source: sources[(move >> 1) & 3] ?? 'whole' }
    case 5:
      return { kind: 'answer', code: codes[move & 15] ?? 250 }
    case 6:
      return { kind: 'say', octets: reader.take(move & 15) }
    case 7:
      return { kind: 'end', broken: (move & 1) > 0 }
    case 8:
      return { kind: 'abort', message: move & 3 }
    case 9:
      return { kind: (['hold', 'release', 'break', 'noop'] as const)[move & 3] ?? 'hold' }
    case 10:
      return { kind: 'wait' }
    default:
      return { kind: (move & 1) > 0 ? 'pass' : 'agree' }
  }
}
