import { match } from '../grammar/logs/reply.ts'
import { enhancedStatus } from '../protocol/enhanced-status.ts'
import { ParsedReply } from '../protocol/parsed-reply.ts'
import type { EnhancedStatus } from '../protocol/status.ts'
import { detached } from './detached.ts'
import type { LoggedReply } from './record.ts'

/**
 * What joins the lines of a reply in a log: line ends (`wire`), the characters `\n` or a slash (`escaped`), or a blank
 * (`flattened`).
 */
export type ReplyForm = 'wire' | 'escaped' | 'flattened'

const BLANK = 32
const HYPHEN = 45

const rules = { wire: 'Wire', escaped: 'Escaped', flattened: 'Flattened' } as const

/**
 * Parses a reply out of a log; undefined where the text begins with no reply code.
 *
 * More is taken than on the wire, for a log cannot be asked to say it again: codes from 200 to 599, a text without the
 * blank in front, an enhanced status code in brackets or behind a number sign. A reply whose last line is missing is
 * `partial`, and so is one that the caller knows to be `cut`.
 *
 * @example
 * parseLoggedReply('550-5.1.1 No such 550 5.1.1 user', 'flattened')?.lines // ['5.1.1 No such', '5.1.1 user']
 */
export function parseLoggedReply(text: string, form: ReplyForm, cut: boolean = false): LoggedReply | undefined {
  return loggedReplyAt(text, 0, text.length, form, cut)
}

/** Parses a reply where it stands, which is faster than to cut it out. */
export function loggedReplyAt(
  text: string,
  from: number,
  to: number,
  form: ReplyForm,
  cut: boolean,
): LoggedReply | undefined {
  const node = match(text, rules[form], from, to)
  if (node === undefined) return undefined
  const { code, lines, whole } = node
  const length = lines[0]?.length ?? 0
  const separator = text.charCodeAt(from + 3)
  const at = from + (separator === BLANK || separator === HYPHEN ? 4 : 3)
  const status = match(text, 'FirstStatus', at, at + length)
  return new ParsedLoggedReply(code, lines, status === undefined ? undefined : enhancedStatus(status), cut || !whole)
}

/** Copies a reply that is kept for long. */
export function detachedReply({ code, lines, enhanced, partial }: LoggedReply): LoggedReply {
  return new ParsedLoggedReply(code, lines.map(detached), enhanced, partial)
}

class ParsedLoggedReply extends ParsedReply implements LoggedReply {
  declare readonly partial: boolean

  constructor(code: number, lines: readonly string[], enhanced: EnhancedStatus | undefined, partial: boolean) {
    super(code, lines, enhanced)
    this.partial = partial
  }
}
