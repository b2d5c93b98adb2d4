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
  return short
    .replace(furtherLine, ' ')
    .replace(varying, (found, ...groups) =>
      mask(found, groups[groups.length - 1] as Record<string, string | undefined>),
    )
    .replace(/\s{1,400}/g, ' ')
    .trim()
}

// What begins the lines behind the first: `\n5.1.1 `, or ` 550-5.1.1 ` where a log has joined them.
const furtherLine =
  /(?:\r?\n|(?<!\\)\\+n)(?:[245]\d\d[- ])?(?:[245]\.\d{1,3}\.\d{1,3}(?=\s|$))?|(?<=\s)[245]\d\d[- ][245]\.\d{1,3}\.\d{1,3}(?= )|(?<=\s)[245]\d\d-(?=\S)/g

const label = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})'

/** Every alternative is bounded, so that the time is linear in the text; the first that fits a place counts. */
const varying = new RegExp(
  [
    '(?<keep>^\\s{0,9}[2-5]\\d\\d(?=[- ]|$)|(?<![\\w.])#?[245]\\.\\d{1,3}\\.\\d{1,3}(?![\\w]|\\.\\d))',
    '(?<link>(?<!\\w)(?:https?|mailto|ftp):[^\\s<>"\']{1,1000}|(?<![\\w.])www\\.[^\\s<>"\']{1,1000})',
    '(?<address><?(?<![^\\s<>()\\[\\],;:"\'=])[^\\s<>()\\[\\],;:"\'@=]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){0,10}>?)',
    '(?<ip>(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w]|\\.\\d)|(?<![\\w:])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,7}(?![\\w:])|(?<![\\w:])(?:[0-9A-Fa-f]{1,4}:){1,7}:(?![\\w:]))',
    '(?<date>(?<!\\w)\\d{4}-\\d\\d-\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d)?(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?)?(?!\\w)|(?<!\\w)(?:[A-Z][a-z]{2}, )?\\d{1,2} [A-Z][a-z]{2} \\d{4}(?: \\d\\d:\\d\\d(?::\\d\\d)?(?: [+-]\\d{4})?)?(?!\\w)|(?<![\\w:])\\d{1,2}:\\d\\d(?::\\d\\d)?(?![\\w:]))',
    `(?<host>(?<![\\w.-])(?:${label}\\.){1,10}[a-z]{2,18}(?![\\w-]|\\.\\w))`,
    '(?<id>(?<!\\w)(?=[0-9A-Fa-f]{0,63}[0-9])(?=[0-9A-Fa-f]{0,63}[A-Fa-f])[0-9A-Fa-f]{6,64}(?!\\w)|(?<!\\w)(?=[A-Za-z.+=_-]{0,63}\\d[A-Za-z.+=_-]{0,63}\\d)(?=[^A-Za-z\\s]{0,63}[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9.+=_-]{7,126})[A-Za-z0-9=](?!\\w))',
    '(?<number>(?<![\\w.])\\d{3,}(?!\\w)|(?<![\\w.])\\d{1,9}(?= ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hours?|days?|bytes|[kKMG]i?B)(?!\\w)))',
  ].join('|'),
  'g',
)

function mask(found: string, groups: Readonly<Record<string, string | undefined>>): string {
  if (groups['keep'] !== undefined) return found
  const name = Object.keys(groups).find((key) => groups[key] !== undefined)
  return `<${name}>`
}
