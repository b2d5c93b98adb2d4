/**
 * The two ways to put any text into an ESMTP value: `xtext` (RFC 3461 section 4), which writes octets as `+2B`, and the
 * forms of RFC 6533 section 3 for addresses beyond ASCII, which write characters as `\x{2B}`.
 */
import { accepts } from '../grammar/command.ts'
import { argumentError, type SmtpPhase } from './errors.ts'
import { printable } from './printable.ts'

const toOctets = new TextEncoder()

/**
 * Writes text as `xtext`: what is beyond ASCII goes octet by octet, as UTF-8.
 *
 * @throws SmtpError `invalid-argument` for what is no text, or half a character.
 * @example
 * encodeXtext('a+b=c d') // 'a+2Bb+3Dc+20d'
 * @see RFC 3461 section 4
 */
export function encodeXtext(text: string): string {
  return xtextOf(text, 'text', 'command')
}

/** Does the work of {@link encodeXtext} for a text that `argument` gave. */
export function xtextOf(text: string, argument: string, phase: SmtpPhase): string {
  return wellFormed(text, argument, phase).replace(/[^!-*,-<>-~]+/g, (run) =>
    Array.from(toOctets.encode(run), (octet) => `+${octet.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

/**
 * Reads `xtext`; octets that are no UTF-8 come out as U+FFFD.
 *
 * @throws SmtpError `invalid-argument` for what is no `xtext`, such as a lower case `+2b`.
 * @example
 * decodeXtext('a+2Bb') // 'a+b'
 * @see RFC 3461 section 4
 */
export function decodeXtext(text: string): string {
  if (typeof text !== 'string' || !accepts(text, 'Xtext')) {
    throw argumentError('text', `not xtext: ${printable(String(text), 64)}`, { phase: 'command' })
  }
  return text.replace(/(?:\+[0-9A-F]{2})+/g, (run) => {
    const octets = run.slice(1).split('+')
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      Uint8Array.from(octets, (octet) => Number.parseInt(octet, 16)),
    )
  })
}

/**
 * Writes an address in one of the forms that the address type `utf-8` has: `utf-8-addr-xtext` is all ASCII,
 * `utf-8-addr-unitext` leaves what is beyond it as it is and needs SMTPUTF8.
 *
 * @throws SmtpError `invalid-argument` for half a character, and for control characters, which no address has.
 * @example
 * encodeUtf8Address('jörg+a@mx.example', 'xtext') // 'j\\x{F6}rg\\x{2B}a@mx.example'
 * encodeUtf8Address('jörg+a@mx.example', 'unitext') // 'jörg\\x{2B}a@mx.example'
 * @see RFC 6533 section 3
 */
export function encodeUtf8Address(address: string, form: 'xtext' | 'unitext'): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
  if (/[\u0000-\u001f]/.test(wellFormed(address, 'address', 'rcpt'))) {
    throw argumentError('address', 'has a control character', { phase: 'rcpt' })
  }
  // What an address of either form has as it is: QCHAR, and QUCHAR.
  const other = form === 'xtext' ? /[^!-*,-<>-[\]-~]/gu : /[^!-*,-<>-[\]-~\u{80}-\u{10ffff}]/gu
  return address.replace(other, (character) => {
    const hexpoint = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')
    return `\\x{${hexpoint}}`
  })
}

/** Returns a text that has an UTF-8 form. */
function wellFormed(text: string, argument: string, phase: SmtpPhase): string {
  // From JavaScript anything may come.
  if (typeof text === 'string' && !/\p{Surrogate}/u.test(text)) return text
  throw argumentError(printable(argument, 64), `not a text: ${printable(String(text), 64)}`, { phase })
}
