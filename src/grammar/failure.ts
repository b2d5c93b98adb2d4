/** A place in the text: line and column count from one, `offset` from zero. */
export interface Position {
  readonly offset: number
  readonly line: number
  readonly column: number
}

/** The character that could not be, or the empty range at the end of the text. */
export interface Location {
  readonly start: Position
  readonly end: Position
}

/**
 * Says where a text breaks a grammar's rules, in Peggy's words.
 *
 * @example
 * // Expected [0-5] but "9" found. (at offset 1)
 */
export class GrammarFailure extends SyntaxError {
  override readonly name = 'GrammarFailure'
  /** What could stand there, each in words, in alphabetical order. */
  readonly expected: readonly string[]
  /** What stands there; null at the end of the text. */
  readonly found: string | null
  /** Relative to the beginning of the part that was parsed. */
  readonly location: Location

  constructor(expected: readonly string[], found: string | null, location: Location) {
    const descriptions = [...new Set(expected)].sort()
    super(`Expected ${listed(descriptions)} but ${found ? `"${escaped(found)}"` : 'end of input'} found.`)
    this.expected = descriptions
    this.found = found
    this.location = location
  }
}

/** Describes what was missing at `at`, the furthest place that a parse of `text` from `from` up to `to` came to. */
export function missed(
  text: string,
  from: number,
  to: number,
  at: number,
  expected: readonly string[],
): GrammarFailure {
  const character = at < to ? text.slice(at, to).codePointAt(0) : undefined
  const found = character === undefined ? null : String.fromCodePoint(character)
  return new GrammarFailure(expected, found, locate(text, from, at, at < to ? at + 1 : at))
}

/** Describes what an action refused between two places. */
export function stopped(text: string, from: number, start: number, end: number, expected: string): GrammarFailure {
  return new GrammarFailure([expected], text.slice(start, end), locate(text, from, start, end))
}

function locate(text: string, from: number, start: number, end: number): Location {
  return { start: position(text, from, start), end: position(text, from, end) }
}

function position(text: string, from: number, at: number): Position {
  const before = text.slice(from, at)
  const offset = at - from
  return { offset, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

function listed(descriptions: readonly string[]): string {
  // Where nothing but lookaheads failed there is nothing to name.
  if (descriptions.length === 0) return 'something else'
  if (descriptions.length <= 2) return descriptions.join(' or ')
  return `${descriptions.slice(0, -1).join(', ')}, or ${descriptions.at(-1)}`
}

/** Writes a character so that a terminal shows it and does nothing else with it. */
function escaped(text: string): string {
  return text
    .replace(/[\\"]/g, '\\$&')
    .replace(/[\0\t\n\r]/g, (character) => shortEscapes[character] ?? character)
    .replace(/\p{Cc}/gu, (character) => `\\x${hex(character).padStart(2, '0')}`)
    .replace(/[\p{C}\p{Mn}\p{Mc}]/gu, (character) => `\\u{${hex(character)}}`)
}

const shortEscapes: Readonly<Record<string, string>> = { '\0': '\\0', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
}
