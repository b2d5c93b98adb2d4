import type { DomainNode, MailboxNode, PathNode } from '../grammar/ast.ts'
import { accepts, match, parse } from '../grammar/path.ts'
import { requireObject, requireText } from './arguments.ts'
import { argumentError } from './errors.ts'
import { asciiDomain } from './idn.ts'
import { limits } from './limits.ts'
import { printable } from './printable.ts'

const encoder = new TextEncoder()

/** A `Mailbox` (RFC 5321 section 4.1.2, RFC 6531 section 3.3); quotes and quoted pairs of the local part are undone. */
export type Mailbox = MailboxNode
/** The right side of a {@link Mailbox}: a domain or an address literal. */
export type MailboxDomain = DomainNode
/** A `Reverse-path` or `Forward-path`: a mailbox, `<>` or `<Postmaster>`. */
export type Path = PathNode

/**
 * Parses a mailbox such as `ann@mx.example`, `"a b"@[192.0.2.1]` or `jörg@bücher.example`.
 *
 * An envelope address has no display name, comment or folding: those belong to header fields.
 *
 * @throws SmtpError `invalid-argument`, with the position in its `cause`.
 * @example
 * parseMailbox('"ann b"@mx.example').localPart // 'ann b'
 */
export function parseMailbox(text: string): Mailbox {
  requireText('mailbox', text)
  try {
    return parse(text, 'Mailbox')
  } catch (cause) {
    throw argumentError('mailbox', `not a mailbox: ${printable(text, 128)}`, { cause })
  }
}

/**
 * Parses a path in its angle brackets, with the obsolete source route that RFC 5321 appendix C still wants understood.
 *
 * @throws SmtpError `invalid-argument`, with the position in its `cause`.
 * @example
 * parsePath('<@relay.example:ann@mx.example>') // { kind: 'mailbox', mailbox: …, route: ['relay.example'] }
 * parsePath('<>') // { kind: 'null' }
 */
export function parsePath(text: string): Path {
  requireText('path', text)
  const reverse = match(text, 'ReversePath')
  if (reverse !== undefined) return reverse
  try {
    return parse(text, 'ForwardPath')
  } catch (cause) {
    throw argumentError('path', `not a path: ${printable(text, 128)}`, { cause })
  }
}

/** Writes a mailbox, quoting the local part where it is no `Dot-string`; `parseMailbox` undoes it. */
export function formatMailbox(mailbox: Mailbox): string {
  const { localPart, domain } = requireObject('mailbox', mailbox)
  return `${formatLocalPart(localPart)}@${formatDomain(domain)}`
}

/** Writes a path with its angle brackets and without source route; RFC 5321 section 4.1.1.3 asks clients to drop it. */
export function formatPath(path: Path): string {
  requireObject('path', path)
  if (path.kind === 'null') return '<>'
  return path.kind === 'postmaster' ? '<Postmaster>' : `<${formatMailbox(path.mailbox)}>`
}

/** Tells whether a mailbox or path needs SMTPUTF8: it is not ASCII, and A-labels do not make it so (RFC 6531 3.2). */
export function needsUtf8(text: string): boolean {
  return !isAscii(text) && !isAscii(asciiAddress(text))
}

/**
 * Writes a mailbox without U-labels where that makes it ASCII: every server takes it then. Anything else comes back as
 * it is.
 */
export function asciiAddress(address: string): string {
  if (isAscii(address)) return address
  const node = match(address, 'Mailbox')
  if (node?.domain.kind !== 'domain' || !isAscii(node.localPart)) return address
  const { name } = node.domain
  return `${address.slice(0, -name.length)}${asciiDomain(name) ?? name}`
}

/** Tells whether text has no character above 127. */
export function isAscii(text: string): boolean {
  return !beyondAscii.test(text)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const beyondAscii = /[^\u0000-\u007f]/

/**
 * Checks a sender or recipient that a caller gave and puts it into brackets.
 *
 * @throws SmtpError `invalid-argument` that names `argument`.
 */
export function pathOf(address: string, argument: 'from' | 'to' | 'orcpt'): string {
  const path = `<${address}>`
  if (isPlainMailbox(address)) return path
  // Most of the others are mailboxes too: then nothing need be cut out. From JavaScript anything may come.
  if (typeof address !== 'string' || !accepts(address, 'Mailbox')) checkNoMailbox(path, argument)
  // A character takes at most three octets: most paths need not be counted.
  if (path.length * 3 > limits.path && encoder.encode(path).length > limits.path) {
    throw unusable(argument, `longer than ${limits.path - 2} octets`, path)
  }
  return path
}

/**
 * Tells whether an address is a mailbox of the usual kind: a `Dot-string` at a `Domain`, all in ASCII, and no longer than
 * a path may be. What is not may be a mailbox all the same: the grammar knows.
 */
export function isPlainMailbox(address: string): boolean {
  if (typeof address !== 'string' || address.length > limits.path - 2) return false
  const place = address.length % asked.length
  if (asked[place] === address) return true
  if (!plainMailbox.test(address)) return false
  asked[place] = address
  return true
}

// The last that were asked for, each in a place by its length: who sends is asked for several times with every message.
const asked: (string | undefined)[] = Array.from({ length: 8 })

// In one expression, since a mailing asks a thousand times: the grammar takes five times as long.
const plainMailbox =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[\dA-Za-z]+(?:-+[\dA-Za-z]+)*(?:\.[\dA-Za-z]+(?:-+[\dA-Za-z]+)*)*$/

/** Lets pass what is a path without a mailbox, and says of anything else why it is none. */
function checkNoMailbox(path: string, argument: 'from' | 'to' | 'orcpt'): void {
  const node = match(path, argument === 'from' ? 'ReversePath' : 'ForwardPath')
  if (node === undefined) throw unusable(argument, 'not a mailbox', path)
  if (node.kind === 'mailbox') throw unusable(argument, 'a source route', path)
}

function unusable(argument: 'from' | 'to' | 'orcpt', why: string, path: string): Error {
  const phase = argument === 'from' ? 'mail' : 'rcpt'
  return argumentError(argument, `${why}: ${printable(path.slice(1, -1), 128)}`, { phase })
}

function formatLocalPart(localPart: string): string {
  const plain = match(`${localPart}@a`, 'Mailbox')
  return plain?.localPart === localPart ? localPart : `"${localPart.replace(/["\\]/g, '\\$&')}"`
}

function formatDomain(domain: MailboxDomain): string {
  switch (domain.kind) {
    case 'domain':
      return domain.name
    case 'ipv4':
      return `[${domain.address}]`
    case 'ipv6':
      return `[IPv6:${domain.address}]`
    case 'general':
      return `[${domain.tag}:${domain.content}]`
  }
}
