import { limits } from './limits.ts'

// C0, DEL, C1, line and paragraph separators, and the bidirectional controls: all of them can rewrite a terminal or a log line.
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/**
 * Makes text of a server safe to print on one line: line breaks become ` / `, every other control
 * character (C0, C1, bidirectional) becomes `?`, and more than `cap` characters are cut off with `…`.
 *
 * @example
 * printable('no\u001b[31m such\nuser') // 'no?[31m such / user'
 */
export function printable(text: string, cap: number = limits.serverText): string {
  const short = text.length > cap ? `${text.slice(0, cap)}…` : text
  return short.replace(/\r?\n/g, ' / ').replace(unprintable, '?')
}
