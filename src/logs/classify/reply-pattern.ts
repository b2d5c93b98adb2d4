import { limits } from '../../protocol/limits.ts'

/**
 * Masks what differs from one reply to the next, so that equal reasons are equal texts: addresses, hosts, links, dates,
 * ids and long numbers. The reply code and enhanced codes stay; the codes in front of further lines go.
 *
 * @example
 * replyPattern('550 5.1.1 <ann@a.example>: unknown, see https://a.example/7f3 [192.0.2.1]')
 * // '550 5.1.1 <address>: unknown, see <link> [<ip>]'
 */
export function replyPattern(text: string): string {
  const short = text.length > limits.serverText ? `${text.slice(0, limits.serverText)}…` : text
  const line = severalLines.test(short) ? short.replace(furtherLine, ' ') : short
  const linked = line.includes(':') ? line.replace(date, '<date>').replace(link, '<link>') : line
  return linked
    .replace(addressInBrackets, '<address>')
    .replace(word, masked)
    .replace(/\s{1,400}/g, ' ')
    .trim()
}

const severalLines = /[\r\n]|\\n|^\s{0,9}\d\d\d-/

// What begins the lines behind the first: `\n5.1.1 `, or ` 550-5.1.1 ` where a log has joined them.
const furtherLine =
  /(?:\r?\n|\r|\\{1,9}n)(?:[245]\d\d[- ])?(?:[245]\.\d{1,3}\.\d{1,3}(?=\s|$))?|(?<=\s)[245]\d\d[- ][245]\.\d{1,3}\.\d{1,3}(?= )|(?<=\s)[245]\d\d-(?=\S)/g

const addressInBrackets = /<[^\s<>]{1,300}@[^\s<>]{1,300}>/g

// `Wed, 4 Mar 2026 07:05:09 +0100`, `2026-03-04 07:05:09`: dates that have blanks.
const date =
  /(?<!\w)(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4}(?: \d\d:\d\d(?::\d\d)?(?: [+-]\d{4})?)?(?!\w)|(?<!\w)\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?!\w)/g

const link = /(?<!\w)(?:https?|ftp|mailto):[^\s<>"']{1,1000}/gi

// Words end at blanks, brackets, quotes, commas and the like; what ends a sentence is no part of them.
const word = /[^\s<>()[\]{}"'`,;|=]+/g

function masked(found: string, at: number, text: string): string {
  // Most words have letters only.
  if (/^[A-Za-z]*$/.test(found)) return found
  const core = found.replace(ending, '')
  const kind = kindOf(core, at, text)
  return kind === undefined ? found : `<${kind}>${found.slice(core.length)}`
}

const ending = /(?<![.:!?…])[.:!?…]+$/

/** What a word is, if it is not one of the reason's own; every pattern sees one word alone. */
function kindOf(found: string, at: number, text: string): string | undefined {
  if (isCode(found, at, text)) return undefined
  if (found.includes('@')) return 'address'
  if (page.test(found)) return 'link'
  if (!/\d/.test(found)) return host.test(found) ? 'host' : undefined
  if (number.test(found))
    return found.length > 2 || unit.test(text.slice(at + found.length, at + found.length + 9)) ? 'number' : undefined
  if (ip.test(found)) return 'ip'
  if (time.test(found)) return 'date'
  if (host.test(found)) return 'host'
  if (id.test(found) && /[A-Za-z]/.test(found)) return 'id'
  return /^\d{3,}[A-Za-z]{1,3}$/.test(found) ? 'number' : undefined
}

function isCode(found: string, at: number, text: string): boolean {
  return (
    /^#?[245]\.\d{1,3}\.\d{1,3}$/.test(found) || (/^[2-5]\d\d(?:-.*)?$/.test(found) && text.slice(0, at).trim() === '')
  )
}

const page = /^www\.|^\/\/\w/i
const number = /^\d+$/
const unit = /^ (?:s|secs?|seconds?|m|mins?|minutes?|h|hours?|days?|bytes|[kKMG]i?B)(?!\w)/
const ip = /^(?:IPv6:)?(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|(?=[\s\S]*::|(?:[^:]*:){7})[0-9A-Fa-f:.]+)$/
const time = /^\d{4}-\d\d-\d\d(?:T.*)?$|^\d{1,2}:\d\d(?::\d\d)?$/
const host = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_-]*)\.)+[a-z]{2,18}$/
// Eight characters or more with two digits, or six that are hexadecimal.
const id = /^(?=.*\d.*\d)(?=.{9})[A-Za-z0-9.+=_/:-]+$|^(?=.*[A-Fa-f])[0-9A-Fa-f]{6,}$/
