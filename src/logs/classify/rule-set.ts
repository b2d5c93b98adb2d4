import type { EnhancedStatus } from '../../protocol/status.ts'
import type { Stage } from '../record.ts'
import { compilePhrase } from './phrase.ts'
import type { Rule } from './rule.ts'
import { wordFinder } from './word-finder.ts'

/** What is known about a reply, beside its words. */
export interface Facts {
  /** As the server wrote it. */
  readonly text: string
  /** The text with blanks for what is no words; see `wordsOf`. */
  readonly words: string
  readonly code: number | undefined
  readonly status: EnhancedStatus | undefined
  readonly stage: Stage | undefined
}

/** A rule that fits, and where in the text. */
export interface Hit<C extends string> {
  readonly rule: Rule<C>
  readonly span: readonly [number, number] | undefined
}

/** Finds the first rule that fits. */
export type RuleSet<C extends string> = (facts: Facts) => Hit<C> | undefined

/** One phrase of a rule; a rule without phrases has one without a pattern. */
interface Entry<C extends string> {
  readonly rule: Rule<C>
  readonly pattern: RegExp | undefined
  /** Whether it sees the text in place of the words. */
  readonly onText: boolean
}

/**
 * Makes rules ready: whatever their number, one pass over the words finds the few phrases that may occur, and only
 * those are tried.
 *
 * @throws RangeError that names the rule with a wrong phrase.
 */
export function ruleSet<C extends string>(rules: readonly Rule<C>[], options: { onText?: boolean } = {}): RuleSet<C> {
  const entries: Entry<C>[] = []
  const words: string[] = []
  const entryOf: number[] = []
  const always: number[] = []
  for (const rule of rules) {
    for (const phrase of rule.phrases ?? [undefined]) {
      const { pattern, literals } = readyOf(rule, phrase)
      for (const literal of literals) {
        words.push(literal)
        entryOf.push(entries.length)
      }
      if (literals.length === 0) always.push(entries.length)
      entries.push({ rule, pattern, onText: options.onText === true || phrase instanceof RegExp })
    }
  }
  const find = wordFinder(words)
  const findIn: Find =
    options.onText === true ? ({ text }, found) => find(text, found) : ({ words }, found) => find(words, found)
  return firstOf(entries, always, entryOf, findIn)
}

type Find = (facts: Facts, found: (index: number) => void) => void

function firstOf<C extends string>(
  entries: readonly Entry<C>[],
  always: readonly number[],
  entryOf: readonly number[],
  find: Find,
): RuleSet<C> {
  // Written anew by each search, which nothing can interrupt.
  let candidates: number[] = []
  const note = (index: number): void => {
    candidates.push(entryOf[index] ?? 0)
  }
  return (facts) => {
    candidates = always.slice()
    find(facts, note)
    if (candidates.length > 1) candidates.sort((a, b) => a - b)
    let before = -1
    for (const index of candidates) {
      const entry = entries[index]
      if (index === before || entry === undefined) continue
      before = index
      const hit = fits(entry.rule, facts) ? hitOf(entry, facts) : undefined
      if (hit !== undefined) return hit
    }
    return undefined
  }
}

function hitOf<C extends string>({ rule, pattern, onText }: Entry<C>, facts: Facts): Hit<C> | undefined {
  if (pattern === undefined) return { rule, span: undefined }
  const match = pattern.exec(onText ? facts.text : facts.words)
  return match === null ? undefined : { rule, span: [match.index, match.index + match[0].length] }
}

function fits<C extends string>({ code, status, stage }: Rule<C>, facts: Facts): boolean {
  return (
    (code === undefined || fitsCode(code, facts)) &&
    (status === undefined || fitsStatus(status, facts.status)) &&
    (stage === undefined || facts.stage === undefined || stage.includes(facts.stage))
  )
}

/** Without a reply code the class of the enhanced code counts. */
function fitsCode(codes: readonly number[], { code, status }: Facts): boolean {
  const digit = code === undefined ? status?.class : Math.trunc(code / 100)
  return codes.some((wanted) => wanted === code || wanted === digit)
}

function fitsStatus(wanted: readonly string[], status: EnhancedStatus | undefined): boolean {
  return status !== undefined && wanted.some((code) => code === status.code || status.code.startsWith(`${code}.`))
}

function readyOf(
  rule: Rule<string>,
  phrase: string | RegExp | undefined,
): { pattern: RegExp | undefined; literals: readonly string[] } {
  if (typeof phrase !== 'string') return { pattern: phrase, literals: [] }
  try {
    return compilePhrase(phrase)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`rule ${rule.name}: the phrase "${phrase}" ${error.message}`)
  }
}
