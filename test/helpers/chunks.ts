// Where the network cuts a stream of bytes is nobody's choice: the ways to cut that tests go through.

/** Returns the octets of a text, in UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Returns one octet for each character, for octets that are no UTF-8. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Cuts octets at some places, which may stand in any order and more than once: then a piece is empty. */
export function cutAt(octets: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places].sort((a, b) => a - b)
  return [...ends, octets.length].map((end, index) => octets.slice(ends[index - 1] ?? 0, end))
}

/** Cuts octets into one piece for each. */
export function octetByOctet(octets: Uint8Array): Uint8Array[] {
  return Array.from(octets, (octet) => Uint8Array.of(octet))
}

/** Lists every way to cut octets in two, one by one, and not at all. */
export function everyCut(octets: Uint8Array): Uint8Array[][] {
  const halves = Array.from({ length: octets.length + 1 }, (_, at) => cutAt(octets, [at]))
  return [[octets], octetByOctet(octets), ...halves]
}
