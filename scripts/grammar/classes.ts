/** Character classes as comparisons of char codes: what the generated parsers spend their time on. */
import type peggy from 'peggy'
import { refuse } from './refuse.ts'

/** First and last code of a run of characters. */
type Range = readonly [first: number, last: number]

/** A class as JavaScript: a condition on the name `$c`, which holds a char code. */
export interface CharTest {
  readonly condition: string
  /** Condition on the name `$cp`, a code point of two char codes; undefined where the class has none. */
  readonly astral: string | undefined
  /** How many comparisons the condition takes at most. */
  readonly comparisons: number
}

const lastUnit = 0xffff
const firstSurrogate = 0xd800
const lastSurrogate = 0xdfff

/** Translates one class. */
export function charTest(node: peggy.ast.CharacterClass): CharTest {
  const ranges = rangesOf(node)
  if (!node.unicode) return { ...shorter(node.inverted ? complement(ranges) : ranges), astral: undefined }
  if (node.inverted) refuse('an inverted class with the flag u', node.location)
  if (ranges.some(([first, last]) => first <= lastSurrogate && last >= firstSurrogate)) {
    refuse('surrogates in a class with the flag u', node.location)
  }
  const units = ranges.filter(([first]) => first <= lastUnit)
  const astral = ranges.filter(([, last]) => last > lastUnit)
  return {
    ...shorter(units.map(([first, last]): Range => [first, Math.min(last, lastUnit)])),
    astral: astral.length === 0 ? undefined : astral.map((range) => within('$cp', range)).join(' || '),
  }
}

/** Lists the runs of a class in order, with both cases of letters where it ignores case. */
function rangesOf(node: peggy.ast.CharacterClass): Range[] {
  const ranges = node.parts.map((part): Range => {
    if (typeof part === 'string') return [codePoint(part), codePoint(part)]
    if (Array.isArray(part)) return [codePoint(part[0]), codePoint(part[1])]
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

/** Says it by what is in the class or by what is not, whichever takes fewer comparisons. */
function shorter(ranges: readonly Range[]): { condition: string; comparisons: number } {
  // The widest run first: most characters are decided by it.
  const inside = [...ranges].sort((a, b) => b[1] - b[0] - (a[1] - a[0])).map((range) => within('$c', range))
  const outside = complement(ranges).map((range) => without('$c', range))
  const terms = inside.length <= outside.length ? inside : outside
  if (terms.length === 0) return { condition: String(terms === outside), comparisons: 0 }
  const comparisons = terms.join().split('$c').length - 1
  return { condition: terms.join(terms === inside ? ' || ' : ' && '), comparisons }
}

function within(name: string, [first, last]: Range): string {
  if (first === last) return `${name} === ${first}`
  if (first === 0) return `${name} <= ${last}`
  if (last === lastUnit || last === 0x10ffff) return `${name} >= ${first}`
  return `(${name} >= ${first} && ${name} <= ${last})`
}

function without(name: string, [first, last]: Range): string {
  if (first === last) return `${name} !== ${first}`
  if (first === 0) return `${name} > ${last}`
  if (last === lastUnit) return `${name} < ${first}`
  return `(${name} < ${first} || ${name} > ${last})`
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0
}
