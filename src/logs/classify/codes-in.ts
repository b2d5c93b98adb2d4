import { enhancedStatus } from '../../protocol/enhanced-status.ts'
import type { EnhancedStatus, StatusClass } from '../../protocol/status.ts'

/** The codes that a text tells. */
export interface Codes {
  readonly code: number | undefined
  readonly status: EnhancedStatus | undefined
}

// A reply at the beginning, behind the type of a diagnostic. Positive ones are looked for nowhere else: in the middle of
// a text such digits are something else.
const leading = /^(?:smtp;)?\s{0,8}([245]\d\d)(?=[- ]|$)/i

// A negative reply behind what introduces it, or three digits that an enhanced code follows.
const replied =
  /(?:^|[:;<>|'"]\s{0,8}|\b(?:said|was|is|returned|response|reply|error|rcpt to|with|code|\)|\]) {1,2}|\n\s{0,8})([45]\d\d)(?=[- :.,;)>]|$)|(?<![\d.])([45]\d\d)[- ]{1,3}['"(#[]{0,2}(?=[245]\.\d{1,3}\.\d)/i

const enhanced = /(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d]|\.\d)/

/** Finds the reply code and the enhanced code of a text that may have words in front, as in a bounce. */
export function codesIn(text: string): Codes {
  const start = text.length > 4_096 ? text.slice(0, 4_096) : text
  const found = leading.exec(start) ?? replied.exec(start)
  const code = found?.[1] ?? found?.[2]
  const behind = found === null ? start : start.slice(found.index + found[0].length)
  return { code: code === undefined ? undefined : Number(code), status: statusIn(behind) ?? statusIn(start) }
}

/** Finds the first enhanced code of a text. */
export function statusIn(text: string): EnhancedStatus | undefined {
  const [, first, subject, detail] = enhanced.exec(text) ?? []
  if (first === undefined) return undefined
  return enhancedStatus({ class: Number(first) as StatusClass, subject: Number(subject), detail: Number(detail) })
}
