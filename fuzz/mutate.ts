import { joined } from '../src/protocol/octets.ts'
import { pick, type Random } from '../test/grammar/random.ts'
import { latin1 } from '../test/helpers/chunks.ts'

/** Octets in the longest input. */
const longest = 2048

/** Changes an input in one to eight places, with the words of its target and pieces of other inputs. */
export function mutate(
  random: Random,
  input: Uint8Array,
  others: readonly Uint8Array[],
  words: readonly string[],
): Uint8Array {
  let octets = input
  for (let changes = 1 << random(4); changes > 0; changes--) octets = changed(random, octets, others, words)
  return octets.subarray(0, longest)
}

function changed(
  random: Random,
  input: Uint8Array,
  others: readonly Uint8Array[],
  words: readonly string[],
): Uint8Array {
  const at = random(input.length + 1)
  const to = Math.min(input.length, at + 1 + random(1 << random(6)))
  switch (random(9)) {
    case 0:
      return spliced(input, at, to, empty)
    case 1:
      return spliced(input, at, at, latin1(pick(random, words)))
    case 2:
      return spliced(input, at, to, latin1(pick(random, words)))
    case 3:
      return spliced(input, at, at, Uint8Array.of(random(256)))
    case 4:
      return spliced(input, at, Math.min(input.length, at + 1), Uint8Array.of(random(256)))
    case 5: {
      const flipped = (input[at] ?? 0) ^ (1 << random(8))
      return spliced(input, at, Math.min(input.length, at + 1), Uint8Array.of(flipped))
    }
    case 6:
      return spliced(input, at, at, repeated(input.subarray(at, to), 1 + random(1 << random(8))))
    case 7: {
      const other = pick(random, others)
      const from = random(other.length + 1)
      return spliced(input, at, at, other.subarray(from, from + random(other.length + 1)))
    }
    default: {
      const other = pick(random, others)
      return joined(input.subarray(0, at), other.subarray(random(other.length + 1)))
    }
  }
}

const empty = new Uint8Array(0)

function spliced(input: Uint8Array, from: number, to: number, piece: Uint8Array): Uint8Array {
  return joined(joined(input.subarray(0, from), piece), input.subarray(to))
}

function repeated(piece: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(Math.min(longest, piece.length * times))
  for (let at = 0; at < all.length; at++) all[at] = piece[at % piece.length] as number
  return all
}
