/** The octets that end a line and begin a special one, and a way to skip text eight octets at a time. */

export const CR = 13
export const LF = 10
export const DOT = 46

/** No octets at all. */
export const nothing: Uint8Array = new Uint8Array(0)

/** Returns a view on the same memory, which reads four octets at once wherever they are. */
export function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
}

/** Tells whether the eight octets at `at` are all at or above a space, so that no line ends in them. */
export function isText(view: DataView, at: number): boolean {
  const a = view.getInt32(at, true)
  const b = view.getInt32(at + 4, true)
  // An octet below 0x20 borrows when 0x20 is taken away, and its own top bit was not set.
  return ((((a - 0x20202020) & ~a) | ((b - 0x20202020) & ~b)) & 0x80808080) === 0
}

const CRLF = 0x0d0a

/**
 * Tells whether a line of `width` octets, all of them text in ASCII, stands at `at` with its CRLF. Lines are often as
 * long as the one before: to expect that costs half as much as to look for their end. Short ones are not worth it.
 */
export function isLineOf(width: number, view: DataView, at: number): boolean {
  const end = at + width
  if (width < 16 || end + 2 > view.byteLength || view.getUint16(end) !== CRLF) return false
  const last = end - 16
  let bits = noAsciiText(view, last)
  for (let each = at; each < last; each += 16) bits |= noAsciiText(view, each)
  return (bits & 0x80808080) === 0
}

/** Sets a top bit when one of the sixteen octets at `at` is beyond ASCII, or below a space. */
function noAsciiText(view: DataView, at: number): number {
  const a = view.getInt32(at, true)
  const b = view.getInt32(at + 4, true)
  const c = view.getInt32(at + 8, true)
  const d = view.getInt32(at + 12, true)
  return a | b | c | d | (a - 0x20202020) | (b - 0x20202020) | (c - 0x20202020) | (d - 0x20202020)
}

/** Puts two pieces into one. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

const encoder = new TextEncoder()

/** Puts text, as UTF-8, and octets behind it into one piece, which may be a part of a larger buffer. */
export function encodedBefore(text: string, octets: Uint8Array): Uint8Array {
  const both = room(text.length + octets.length)
  const { read, written } = encoder.encodeInto(text, both)
  // Characters beyond ASCII take more than one octet: then there is too little room.
  if (read < text.length || written > read) return joined(encoder.encode(text), octets)
  both.set(octets, written)
  return both
}

const slabSize = 64 * 1024
let slab = new Uint8Array(0)
let taken = 0

/** Makes room for octets that are written once. Small pieces are parts of a larger one: to allocate each takes longer. */
function room(length: number): Uint8Array {
  if (length > slabSize / 8) return new Uint8Array(length)
  if (taken + length > slab.length) {
    slab = new Uint8Array(slabSize)
    taken = 0
  }
  taken += length
  return slab.subarray(taken - length, taken)
}
