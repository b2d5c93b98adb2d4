/**
 * Phrases, the notation of the rules: words as a reply has them, with a few marks for what varies.
 *
 * | mark | matches |
 * | --- | --- |
 * | a blank | blanks, line breaks, quotes, brackets, commas, colons, semicolons; addresses count as blanks too |
 * | `(a\|b)` | one of these |
 * | `[a\|b] ` | one of these or nothing |
 * | `...` | up to 60 characters of anything |
 * | `*` | the rest of a word |
 * | `-` | a hyphen, a blank or nothing |
 * | `'` | an apostrophe of any kind, a blank or nothing |
 * | `#` | digits |
 *
 * Upper and lower case are the same, and a letter with an accent fits the bare one as well, and ä, ö, ü and ß fit ae, oe,
 * ue and ss: many servers write no others.
 * A phrase begins and ends at the edges of words. Every mark matches a bounded piece or a set of characters that the next
 * mark cannot continue, so that the time is linear in the text.
 */
import { needsOf } from './needs.ts'

/** A phrase ready to search with. */
export interface Phrase {
  /** Made when it is asked for: of all phrases a program meets few. */
  readonly pattern: RegExp
  /** Of each list one text at least is in every text that the pattern matches, in lower case and with single blanks. */
  readonly needs: readonly (readonly string[])[]
}

/** The characters that a blank of a phrase stands for, inside a class of a pattern. */
export const blanks = '\\s_,:;"<>()\\[\\]{}\'\\u2018\\u2019\\u201c\\u201d\\u00ab\\u00bb\\u00a0'

/**
 * Reads a phrase.
 *
 * @throws RangeError that says what is wrong with it.
 */
export function compilePhrase(phrase: string): Phrase {
  const needs = needsOf(phrase)
  if (needs.length === 0) throw new RangeError('has no word of three letters that is always there')
  let pattern = isPlainlyRight(phrase) ? undefined : regexOf(phrase)
  return {
    needs,
    get pattern() {
      pattern ??= regexOf(phrase)
      return pattern
    },
  }
}

/** Knows at a glance what most phrases look like; whether the others are right shows when their pattern is made. */
function isPlainlyRight(phrase: string): boolean {
  return wellFormed.test(phrase) && !strayBlank.test(phrase) && !foreignTo.test(phrase)
}

const wellFormed = /^(?:[^()[\]|]|\([^()[\]]*\)|\[[^()[\]]*\] )+$/

const strayBlank = /^\s|\s$|\s\s/

function regexOf(phrase: string): RegExp {
  const before = /^[\da-z([]/i.test(phrase) ? '(?<![\\da-z])' : ''
  const after = /[\da-z)]$/i.test(phrase) ? '(?![\\da-z])' : ''
  return new RegExp(before + patternOf(phrase) + after, 'i')
}

const piece = / \.\.\. |\.\.\.|\] ?|[ (|)[*\-'#]|[^ .(|)[\]*\-'#]+|\./g

// Blanks of a text that a phrase has no use for.
const foreignTo = /[\t\r\n_,:;"<>{}\u2018\u2019\u201c\u201d\u00ab\u00bb\u00a0]/

const marks: Readonly<Record<string, string>> = {
  ' ': `[${blanks}]{1,400}`,
  ' ... ': `[${blanks}][^]{0,60}?(?<=[${blanks}])`,
  '...': '[^]{0,60}?',
  '[': '(?:(?:',
  '] ': `)[${blanks}]{1,400})?`,
  '(': '(?:',
  '|': '|',
  ')': ')',
  '*': `[^.${blanks}]{0,30}`,
  '-': `[-${blanks}]?`,
  "'": "['\\u2019\\u00b4`?\\s]?",
  '#': '\\d{1,12}',
}

function patternOf(phrase: string): string {
  if (strayBlank.test(phrase)) throw new RangeError('has a blank too much')
  const open: string[] = []
  const foreign = foreignTo.exec(phrase)
  if (foreign !== null) throw new RangeError(`writes ${foreign[0]} where a blank stands for it`)
  const parts = (phrase.match(piece) ?? []).map((part) => {
    if (part === '(' || part === '[') {
      if (open.includes('(') || (part === '[' && open.length > 0)) throw new RangeError('has brackets within brackets')
      open.push(part)
    } else if (part === ']') throw new RangeError('has no blank behind its ]')
    else if (part === ')' || part === '] ') {
      if (open.pop() !== (part === ')' ? '(' : '[')) throw new RangeError(`closes a bracket that is not open: ${part}`)
    } else if (part === '|' && open.length === 0) throw new RangeError('has a | outside of brackets')
    return marks[part] ?? part.replace(/[.\\^$+?{}/]/g, '\\$&').replace(accented, bareOr)
  })
  if (open.length > 0) throw new RangeError(`has a bracket that is not closed: ${open.at(-1)}`)
  return parts.join('')
}

const accented = /[\u00c0-\u017f\u0451]/gi

function bareOr(letter: string): string {
  return digraphs[letter.toLowerCase()] ?? `[${letter}${bare(letter)}]`
}

const digraphs: Readonly<Record<string, string>> = { ä: '(?:ä|ae?)', ö: '(?:ö|oe?)', ü: '(?:ü|ue?)', ß: '(?:ß|ss)' }

/** Takes the accent off a letter of Latin script, and the dots off the Cyrillic \u0451. */
export function bare(letter: string): string {
  if (letter <= '\x7f') return letter
  const [base = letter] = strokes[letter] ?? letter.normalize('NFD')
  return /[a-z\u0435]/i.test(base) ? base : letter
}

/** Letters whose accent is a stroke, which Unicode does not take apart. */
const strokes: Readonly<Record<string, string>> = { \u0142: 'l', \u00f8: 'o', \u0111: 'd' }
