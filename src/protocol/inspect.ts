import { CR, isText, LF, viewOf } from './octets.ts'

/** What a message asks of the server that is to take it. */
export interface BodyTraits {
  /** Has octets above 127: needs 8BITMIME (RFC 6152). */
  readonly eightBit: boolean
  /** Has NUL octets: needs BINARYMIME (RFC 3030), or an encoding. */
  readonly nul: boolean
  /** Octets in the longest line without its line end; RFC 5321 section 4.5.3.1.6 promises room for 998. */
  readonly longestLine: number
}

/**
 * Tells whether a message has octets above 127, and so needs 8BITMIME (RFC 6152). Stops at the first one.
 *
 * @example
 * needs8bit(new TextEncoder().encode('Grüße')) // true
 */
export function needs8bit(message: Uint8Array): boolean {
  const view = viewOf(message)
  const length = message.length
  let at = 0
  for (; at + 8 <= length; at += 8) {
    if (((view.getInt32(at, true) | view.getInt32(at + 4, true)) & 0x80808080) !== 0) return true
  }
  for (; at < length; at++) if (view.getUint8(at) > 127) return true
  return false
}

/**
 * Finds out what a message asks of the server that is to take it. CR, LF and CRLF each end a line.
 *
 * @example
 * inspectBody(new TextEncoder().encode('Subject: hi\r\n\r\n')) // { eightBit: false, nul: false, longestLine: 11 }
 */
export function inspectBody(message: Uint8Array): BodyTraits {
  const view = viewOf(message)
  const length = message.length
  let nul = false
  let longestLine = 0
  let line = 0
  let at = 0
  while (at < length) {
    while (at + 8 <= length && isText(view, at)) at += 8
    while (at < length && view.getUint8(at) > CR) at++
    if (at === length) break
    const octet = view.getUint8(at)
    if (octet === CR || octet === LF) {
      if (at - line > longestLine) longestLine = at - line
      // Only for speed: an empty line between CR and LF would not be the longest.
      if (octet === CR && at + 1 < length && view.getUint8(at + 1) === LF) at++
      line = at + 1
    } else if (octet === 0) nul = true
    at++
  }
  return { eightBit: needs8bit(message), nul, longestLine: Math.max(longestLine, length - line) }
}
