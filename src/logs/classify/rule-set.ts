import type { EnhancedStatus } from '../../protocol/status.ts'
import type { Stage } from '../record.ts'
import { compilePhrase } from './phrase.ts'
import { prefilter } from './prefilter.ts'
import type { Rule } from './rule.ts'
import type { Forms } from './text.ts'

/** What is known about a reply. */
export interface Facts extends Forms {
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

/** One phrase of a rule; a rule without phrases has one entry without a pattern. All of these have all fields. */
interface Entry<C extends string> {
  readonly rule: Rule<C>
  readonly code: Rule<C>['code']
  readonly status: Rule<C>['status']
  readonly stage: Rule<C>['stage']
  readonly pattern: RegExp | undefined
  /** See `Phrase`. */
  readonly needs: readonly (readonly string[])[]
  /** What it sees. */
  readonly sees: keyof Forms
}

/**
 * Makes rules ready: whatever their number, one pass over the words finds the few phrases that may occur, and only
 * those are tried. They see words alone, unless they are shown the text with its addresses and links.
 *
 * @throws RangeError that names the rule with a wrong phrase.
 */
export function ruleSet<C extends string>(
  rules: readonly Rule<C>[],
  { sees = 'words' }: { sees?: 'words' | 'unbroken' } = {},
): RuleSet<C> {
  const entries = rules.flatMap((rule) =>
    (rule.phrases?.length ? rule.phrases : [undefined]).map((phrase) => entryOf(rule, phrase, sees)),
  )
  const candidatesIn = prefilter(entries.map(({ needs }) => needs))
  return (facts) => {
    for (const index of candidatesIn(facts[sees])) {
      const entry = entries[index]
      const hit = entry !== undefined && fits(entry, facts) ? hitOf(entry, facts) : undefined
      if (hit !== undefined) return hit
    }
    return undefined
  }
}

function entryOf<C extends string>(rule: Rule<C>, phrase: string | RegExp | undefined, sees: keyof Forms): Entry<C> {
  const { code, status, stage } = rule
  if (typeof phrase !== 'string') return { rule, code, status, stage, pattern: phrase, needs: [], sees: 'text' }
  try {
    const { pattern, needs } = compilePhrase(phrase)
    return { rule, code, status, stage, pattern, needs, sees }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`rule ${rule.name}: the phrase "${phrase}" ${error.message}`)
  }
}

function hitOf<C extends string>({ rule, pattern, sees }: Entry<C>, facts: Facts): Hit<C> | undefined {
  if (pattern === undefined) return { rule, span: undefined }
  const match = pattern.exec(facts[sees])
  return match === null ? undefined : { rule, span: [match.index, match.index + match[0].length] }
}

function fits<C extends string>({ code, status, stage }: Entry<C>, facts: Facts): boolean {
  return (
    (code === undefined || fitsCode(code, facts)) &&
    (status === undefined || fitsStatus(status, facts.status)) &&
    (stage === undefined || facts.stage === undefined || stage.includes(facts.stage))
  )
}

/** Without a reply code the class of the enhanced code counts. */
function fitsCode(codes: NonNullable<Rule['code']>, { code, status }: Facts): boolean {
  const digit = code === undefined ? (status?.class ?? 'none') : Math.trunc(code / 100)
  return codes.some((wanted) => wanted === code || wanted === digit)
}

function fitsStatus(wanted: readonly string[], status: EnhancedStatus | undefined): boolean {
  return status !== undefined && wanted.some((code) => code === status.code || status.code.startsWith(`${code}.`))
}
