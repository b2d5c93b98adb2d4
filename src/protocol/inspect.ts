import { CR, DOT, isLineOf, isText, LF, viewOf } from './octets.ts'

/** What a message asks of the server that is to take it, and of us on the way. */
export interface BodyTraits {
  /** Has octets above 127: needs 8BITMIME (RFC 6152). */
  readonly eightBit: boolean
  /** Has NUL octets: needs BINARYMIME (RFC 3030), or an encoding. */
  readonly nul: boolean
  /** Octets in the longest line without its line end; RFC 5321 section 4.5.3.1.6 promises room for 998. */
  readonly longestLine: number
  /** Whether CRLF ends every line, the last one too, and CR and LF are nowhere else. */
  readonly canonical: boolean
  /** Whether a line begins with a dot, which DATA has to double. */
  readonly dots: boolean
}

/**
 * Finds out in one pass what a message asks of the server that is to take it. CR, LF and CRLF each end a line.
 *
 * @example
 * inspectBody(new TextEncoder().encode('Subject: hi\r\n\r\n'))
 * // { eightBit: false, nul: false, longestLine: 11, canonical: true, dots: false }
 */
export function inspectBody(message: Uint8Array): BodyTraits {
  const view = viewOf(message)
  const length = message.length
  let seen = 0
  let nul = false
  let canonical = true
  let dots = false
  let longestLine = 0
  let line = 0
  // Octets in the last line, where the one before had as many: encoded attachments have lines of one length.
  let alike = 0
  let width = 0
  let at = 0
  while (at < length) {
    if (at === line) {
      if (view.getUint8(at) === DOT) dots = true
      if (alike > 0 && (seen & beyondAscii) === 0 && isLineOf(alike, view, at)) {
        at += alike + 2
        line = at
        continue
      }
    }
    for (; at + 8 <= length && isText(view, at); at += 8) seen |= view.getInt32(at, true) | view.getInt32(at + 4, true)
    if (at === length) break
    // What is no text is near: one octet at a time, but not for long.
    let octet = 0
    for (const stop = Math.min(at + 8, length); at < stop; at++) {
      octet = view.getUint8(at)
      seen |= octet
      if (octet <= CR) break
    }
    if (octet > CR) continue
    at++
    if (octet === 0) nul = true
    if (octet !== CR && octet !== LF) continue
    alike = at - 1 - line === width ? width : 0
    width = at - 1 - line
    if (width > longestLine) longestLine = width
    if (octet === CR && at < length && view.getUint8(at) === LF) at++
    else canonical = false
    line = at
  }
  return {
    eightBit: (seen & beyondAscii) !== 0,
    nul,
    longestLine: Math.max(longestLine, length - line),
    canonical: canonical && line === length,
    dots,
  }
}

// The top bits of four octets.
const beyondAscii = 0x80808080
