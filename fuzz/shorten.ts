import { joined } from '../src/protocol/octets.ts'

// Enough to halve an input many times, and little beside what finding it has cost.
const mostTries = 48

/** Takes pieces out of an input as long as it stays as good, the largest first. */
export async function shortened(
  input: Uint8Array,
  isAsGood: (candidate: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let short = input
  let tries = 0
  for (let size = short.length >> 1; size > 0 && tries < mostTries; size >>= 1) {
    for (let at = 0; at < short.length && tries < mostTries; tries++) {
      const candidate = joined(short.subarray(0, at), short.subarray(at + size))
      if (await isAsGood(candidate)) short = candidate
      else at += size
    }
  }
  return short
}
