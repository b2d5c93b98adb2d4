/** What XCLIENT and XFORWARD say of a client, for a proxy that speaks in its name. */
import { match } from '../grammar/path.ts'
import type { Capabilities } from './capabilities.ts'
import { formatCommand } from './command.ts'
import { argumentError, SmtpError } from './errors.ts'
import { printable } from './printable.ts'

/**
 * Attributes of a client by name, upper or lower case: those that the server announces, of which Postfix has `NAME`,
 * `ADDR`, `PORT`, `PROTO`, `HELO`; with XCLIENT `LOGIN`, `DESTADDR`, `DESTPORT`; with XFORWARD `IDENT`, `SOURCE`.
 * An address is written without brackets or prefix. `null` tells that the value is not known.
 */
export type ClientAttributes = Readonly<Record<string, string | number | null | undefined>>

/** The value of an attribute that is not known. */
export const unavailable = '[UNAVAILABLE]'

/**
 * Writes attributes as values by name, in upper case, for the server that will read them.
 *
 * @throws SmtpError `not-offered` when the server does not announce the command or the attribute; `invalid-argument`.
 */
export function attributeValues(
  verb: 'XCLIENT' | 'XFORWARD',
  capabilities: Capabilities,
  attributes: ClientAttributes,
): Readonly<Record<string, string>> {
  const announced = capabilities.get(verb)?.attributes
  if (announced === undefined) throw notOffered(verb, verb)
  const values = new Map<string, string>()
  for (const [given, value] of Object.entries(attributes ?? {})) {
    if (value === undefined) continue
    const name = given.toUpperCase()
    const text = textOf(name, value)
    if (values.has(name)) throw unusable(name, 'given twice')
    if (!announced.includes(name)) throw notOffered(verb, `${verb} ${printable(name, 64)}`)
    values.set(name, text)
  }
  const known = Object.fromEntries(values)
  // None at all, and names that are none.
  formatCommand({ verb, attributes: known })
  return known
}

/** Cuts attributes into parts whose commands are no longer than a server of Postfix's takes: 512 octets. */
export function inParts(
  verb: 'XCLIENT' | 'XFORWARD',
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>>[] {
  const parts: Record<string, string>[] = []
  let part: Record<string, string> = {}
  for (const [name, value] of Object.entries(attributes)) {
    const longer = { ...part, [name]: value }
    if (formatCommand({ verb, attributes: longer }).length > longestLine) {
      if (Object.keys(part).length === 0) throw unusable(name, 'too long for one command')
      parts.push(part)
      part = { [name]: value }
    } else part = longer
  }
  return [...parts, part]
}

// 512 octets with the line end, RFC 5321 section 4.5.3.1.4.
const longestLine = 510

function textOf(name: string, value: string | number | null): string {
  if (value === null) return unavailable
  // From JavaScript anything may come.
  if (typeof value !== 'string' && !Number.isInteger(value)) throw unusable(name, 'neither text nor an integer')
  const text = String(value)
  if (text === '' || text.length > 255) throw unusable(name, 'empty or longer than 255 characters')
  if (name.endsWith('ADDR') && !text.startsWith('[')) return addressOf(name, text)
  if (name.endsWith('PORT') && !text.startsWith('[')) return portOf(name, text)
  return text
}

function addressOf(name: string, text: string): string {
  if (match(`[${text}]`, 'AddressLiteral')?.kind === 'ipv4') return text
  if (match(`[IPv6:${text}]`, 'AddressLiteral') !== undefined) return `IPV6:${text}`
  throw unusable(name, `not an IP address: ${printable(text, 64)}`)
}

function portOf(name: string, text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text
  throw unusable(name, `not a port: ${printable(text, 64)}`)
}

function unusable(name: string, why: string): Error {
  return argumentError(`attributes.${printable(name, 64)}`, why, { phase: 'command' })
}

function notOffered(extension: string, what: string): Error {
  return new SmtpError('not-offered', `the server does not offer ${what}`, { phase: 'command', extension })
}
