/**
 * Understands bounces that have no fields: those of qmail (QSBMF), Exim, old Sendmail, Postfix, Exchange and many others.
 * All of them name a recipient on a line of its own and say why below or beside it, up to the next recipient.
 */
import type { Classify } from '../classify/classify.ts'
import { codesIn } from '../classify/codes-in.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import type { LoggedReply } from '../record.ts'
import type { BouncedRecipient } from './bounce.ts'
import { returnedBelow } from './signs.ts'

/** A notice in two parts. */
export interface Notice {
  /** What is said about the failure. */
  readonly explanation: string
  /** What stands below it of the message. */
  readonly returned: string
}

/** Characters that are looked at: what is longer is a message, not an explanation. */
const cap = 65_536

/** Recipients of one notice that are looked at. */
const most = 1_000

/** Parts the explanation from the message that is returned. */
export function partsOf(text: string): Notice {
  const start = text.slice(0, cap)
  const border = returnedBelow.exec(start)
  if (border === null) return { explanation: start, returned: '' }
  // A field is part of the header already; a line of dashes is not.
  const isField = /^[ >]{0,4}[\w-]+:/.test(border[0])
  const from = isField ? border.index : start.indexOf('\n', border.index) + 1 || start.length
  return { explanation: start.slice(0, border.index), returned: start.slice(from) }
}

/** Reads the recipients of a notice; `known` are those that its header names. */
export function readNotice(explanation: string, known: readonly string[], classify: Classify): BouncedRecipient[] {
  const sections = sectionsOf(explanation, known)
  const common = lastReply(explanation)
  return sections.map(({ address, text }) => {
    const reply = lastReply(text) ?? (sections.length === 1 ? common : undefined)
    return recipientOf(address, text, reply, classify)
  })
}

interface Section {
  readonly address: string | undefined
  readonly text: string
}

function sectionsOf(explanation: string, known: readonly string[]): Section[] {
  const lines = explanation.split(/\r?\n/)
  const names = new Set(known.map((address) => address.toLowerCase()))
  const sections = new Map<string, { address: string; lines: string[] }>()
  let section: { address: string; lines: string[] } | undefined
  for (const line of lines) {
    const address = recipientAt(line, names)
    if (address !== undefined && (sections.size < most || sections.has(address.toLowerCase()))) {
      section = sections.get(address.toLowerCase()) ?? { address, lines: [] }
      sections.set(address.toLowerCase(), section)
    }
    section?.lines.push(line)
  }
  if (sections.size > 0)
    return [...sections.values()].map(({ address, lines }) => ({ address, text: lines.join('\n').trim() }))
  const text = explanation.trim()
  return known.length > 0 ? known.map((address) => ({ address, text })) : [{ address: undefined, text }]
}

// An address that is all there is on a line, or has a colon or a blank behind it: `<a@b>:`, `  a@b`, `'a@b' on …`,
// `Name (a@b)`.
const alone =
  /^[ \t]{0,16}(?:[*-] )?[<'"(]{0,2}([^\s<>()"',;:@]{1,64}@[A-Za-z0-9.-]{1,255})[>'")]{0,2}(?: ?\([^()]{0,200}\))?[ \t]*(:.{0,4000}|on \d.{0,200}|)$/
const named =
  /^[ \t]{0,16}[^<>()@:]{1,80}[<(]([^\s<>()"',;:@]{1,64}@[A-Za-z0-9.-]{1,255})[>)](?:[ \t]*<mailto:[^<>]{1,400}>)?[ \t]*$/
const labelled =
  /^[ \t]{0,16}(?:(?:to|recipient|rcpt|user|failed recipient|final-recipient|address|email)[ \t]{0,4}:[ \t]{0,8}|rcpt to:)[<'"]?([^\s<>()"',;:@]{1,64}@[A-Za-z0-9.-]{1,255})/i

function recipientAt(line: string, names: ReadonlySet<string>): string | undefined {
  if (!line.includes('@') || line.length > 4_500) return undefined
  const [, address] = alone.exec(line) ?? named.exec(line) ?? labelled.exec(line) ?? []
  if (address === undefined) return undefined
  const clean = address.replace(/(?<!\.)\.+$/, '')
  // Where the header names the recipients, no other address begins a section.
  return names.size === 0 || names.has(clean.toLowerCase()) ? clean : undefined
}

function recipientOf(
  address: string | undefined,
  text: string,
  reply: LoggedReply | undefined,
  classify: Classify,
): BouncedRecipient {
  const diagnostic = withoutAddress(text, address)
  const { status, code } = codesIn(diagnostic)
  const digit = Math.trunc((reply?.code ?? code ?? 0) / 100) || status?.class
  const isDelay =
    digit === undefined ? /delay|still (?:trying|being)|warning|will (?:retry|continue)/i.test(text) : false
  const byWords = classify(diagnostic, isDelay ? { disposition: 'deferred' } : undefined)
  const verdict = byWords.category === 'other' && reply !== undefined ? classify(reply) : byWords
  return {
    address,
    originalAddress: undefined,
    action: isDelay || digit === 4 ? 'delayed' : 'failed',
    status: reply?.enhanced ?? status,
    remoteMta: hostIn(diagnostic),
    diagnosticType: reply === undefined ? undefined : 'smtp',
    diagnostic,
    reply,
    lastAttempt: undefined,
    willRetryUntil: undefined,
    verdict,
    fields: new Map(),
  }
}

/** The first line names the recipient; what it says beside that counts. */
function withoutAddress(text: string, address: string | undefined): string {
  if (address === undefined) return text
  const [first = '', ...more] = text.split('\n')
  const rest = first.includes(address)
    ? first.slice(first.indexOf(address) + address.length).replace(/^[>'")\s:]+/, '')
    : first
  return [rest, ...more.map((line) => line.trim())].filter((line) => line !== '').join('\n')
}

// What may stand in front of a reply in a notice, and a reply.
const replied =
  /(?:^[ \t]{0,16}|said: ?|said:\n ?|returned:? '?|response(?: was)?:? ?|reason: ?|<<< ?|>>> ?|#|smtp; ?|was:\n? ?|host [^\n]{1,255}: ?|DATA\n|: ?|'|")(?=([245]\d\d)[- ](?!\d\d\d\d))/gim

/** Finds the last text in a notice that looks like a reply: what is quoted last is what decided. */
export function lastReply(text: string): LoggedReply | undefined {
  let found: LoggedReply | undefined
  let end = 0
  for (const match of text.matchAll(replied)) {
    const from = match.index + match[0].length
    // The lines of one reply are one.
    if (from < end) continue
    const part = paragraphAt(text, from)
    const reply = parseLoggedReply(part.replace(/(?<!\s)\s*\n\s*(?:<<< ?)?/g, ' '), 'flattened')
    if (reply === undefined) continue
    found = reply
    end = from + part.length
  }
  return found
}

/** A reply goes on to the end of its paragraph, or to what a server adds to it. */
function paragraphAt(text: string, from: number): string {
  const rest = text.slice(from, from + 4_000)
  const [paragraph = ''] = rest.split(
    /\n[ \t]{0,99}\r?\n|\n[^\n]{0,10}(?:giving up on|>>> |i'm not going to try)|\n[ \t]{0,99}<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?:?[ \t]{0,99}\r?\n/i,
    1,
  )
  return paragraph.replace(/ ?\(in reply to [^()]{1,60}\)\s*$/i, '').trimEnd()
}

function hostIn(text: string): string | undefined {
  const [, host] =
    /(?:host|server|mta|talking to|from|by|connect to|with) \[?([A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){1,10})/i.exec(
      text,
    ) ?? []
  return host
}
