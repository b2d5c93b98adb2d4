/** Character classes as comparisons of char codes: what the generated parsers spend their time on. */
import type peggy from 'peggy'
import { refuse } from './refuse.ts'

/** First and last code of a run of characters. */
type Range = readonly [first: number, last: number]

/** A class as JavaScript: conditions on the name `$c`, which holds a char code. */
export interface CharTest {
  readonly condition: string
  /** The same, for codes below 128 and for those above. */
  readonly ascii: string
  readonly beyond: string
  /** Condition on the name `$cp`, a code point of two char codes; undefined where the class has none. */
  readonly astral: string | undefined
  /** How many comparisons the condition takes at most. */
  readonly comparisons: number
  /** The class as a regular expression writes it, where runs of it are long: it takes in more than half of ASCII. */
  readonly pattern: string | undefined
  /** The one character that the class leaves out, where there is no other. */
  readonly excluded: string | undefined
}

const lastUnit = 0xffff
const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff

/** Translates one class. */
export function charTest(node: peggy.ast.CharacterClass): CharTest {
  const all = rangesOf(node)
  if (node.unicode && node.inverted) refuse('an inverted class with the flag u', node.location)
  if (node.unicode && within(all, firstSurrogate, lastSurrogate).length > 0) {
    refuse('surrogates in a class with the flag u', node.location)
  }
  const units = node.inverted ? complement(all) : within(all, 0, lastUnit)
  const astral = within(all, lastUnit + 1, Number.POSITIVE_INFINITY)
  const condition = shorter(units)
  return {
    condition,
    ascii: shorter(within(units, 0, 127)),
    beyond: shorter([[0, 127], ...within(units, 128, lastUnit)]),
    astral: astral.length === 0 ? undefined : astral.map((range) => inside('$cp', range)).join(' || '),
    comparisons: condition.split('$c').length - 1,
    pattern: node.unicode || size(within(units, 0, 127)) <= 64 ? undefined : pattern(units),
    excluded: node.unicode ? undefined : onlyOne(complement(units)),
  }
}

/** Lists the runs of a class in order, with both cases of letters where it ignores case. */
function rangesOf(node: peggy.ast.CharacterClass): Range[] {
  const ranges = node.parts.map((part): Range => {
    if (typeof part === 'string') return [codePoint(part), codePoint(part)]
    if (Array.isArray(part)) return [codePoint(part[0] ?? ''), codePoint(part[1] ?? '')]
    return refuse('a property escape in a class', node.location)
  })
  if (!node.ignoreCase) return merged(ranges)
  if (ranges.some(([, last]) => last > 0x7f)) refuse('case folding beyond ASCII', node.location)
  return merged(ranges.flatMap((range) => [range, ...otherCase(range)]))
}

/** Returns the letters of a run in their other case. */
function otherCase([first, last]: Range): Range[] {
  const cut = (from: number, to: number, shift: number): Range[] => {
    const start = Math.max(first, from)
    const end = Math.min(last, to)
    return start > end ? [] : [[start + shift, end + shift]]
  }
  return [...cut(0x41, 0x5a, 0x20), ...cut(0x61, 0x7a, -0x20)]
}

/** Sorts runs and joins those that touch. */
function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = []
  for (const range of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = result.at(-1)
    if (previous === undefined || range[0] > previous[1] + 1) result.push(range)
    else result[result.length - 1] = [previous[0], Math.max(previous[1], range[1])]
  }
  return result
}

/** Returns what of the char codes the runs leave out. */
function complement(ranges: readonly Range[]): Range[] {
  const starts = [0, ...ranges.map(([, last]) => last + 1)]
  const ends = [...ranges.map(([first]) => first - 1), lastUnit]
  return starts.map((start, index): Range => [start, ends[index] ?? lastUnit]).filter(([first, last]) => first <= last)
}

/** Returns what of the runs lies between two codes. */
function within(ranges: readonly Range[], from: number, to: number): Range[] {
  return ranges
    .map(([first, last]): Range => [Math.max(first, from), Math.min(last, to)])
    .filter(([first, last]) => first <= last)
}

/** Says it by what is in the class or by what is not, whichever takes fewer comparisons. */
function shorter(ranges: readonly Range[]): string {
  // The run with the most of ASCII first: most characters are decided by it.
  const runs = [...ranges].sort((a, b) => asciiIn(b) - asciiIn(a)).map((range) => inside('$c', range))
  const gaps = complement(merged(ranges)).map((range) => outside('$c', range))
  if (runs.length === 0 || gaps.length === 0) return String(gaps.length === 0)
  return runs.length <= gaps.length ? runs.join(' || ') : gaps.join(' && ')
}

function onlyOne([range, ...more]: readonly Range[]): string | undefined {
  return range === undefined || range[0] !== range[1] || more.length > 0 ? undefined : String.fromCharCode(range[0])
}

function pattern(ranges: readonly Range[]): string {
  return `[${ranges.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('')}]`
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}

function size(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}

function asciiIn([first, last]: Range): number {
  return Math.min(last, 127) - first
}

function inside(name: string, [first, last]: Range): string {
  if (first === last) return `${name} === ${first}`
  if (first === 0) return `${name} <= ${last}`
  if (last === lastUnit || last === 0x10ffff) return `${name} >= ${first}`
  return `(${name} >= ${first} && ${name} <= ${last})`
}

function outside(name: string, [first, last]: Range): string {
  if (first === last) return `${name} !== ${first}`
  if (first === 0) return `${name} > ${last}`
  if (last === lastUnit) return `${name} < ${first}`
  return `(${name} < ${first} || ${name} > ${last})`
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0
}
