import type { EnhancedStatus } from '../../protocol/status.ts'
import type { Stage } from '../record.ts'
import { compilePhrase, type Phrase } from './phrase.ts'
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

/** One phrase of a rule; a rule without phrases has one entry without a phrase. All of these have all fields. */
interface Entry<C extends string> {
  readonly rule: Rule<C>
  readonly code: Rule<C>['code']
  readonly status: Rule<C>['status']
  readonly stage: Rule<C>['stage']
  readonly phrase: Phrase | undefined
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
  const candidates = prefilter(entries.map(({ phrase }) => phrase?.needs ?? []))
  return (facts) => {
    candidates.search(facts[sees])
    for (let place = candidates.next(); place >= 0; place = candidates.next()) {
      const entry = entries[place]
      const hit = entry !== undefined && fits(entry, facts) ? hitOf(entry, facts) : undefined
      if (hit !== undefined) return hit
    }
    return undefined
  }
}

function entryOf<C extends string>(rule: Rule<C>, phrase: string | RegExp | undefined, sees: keyof Forms): Entry<C> {
  const { code, status, stage } = rule
  if (phrase === undefined) return { rule, code, status, stage, phrase, sees }
  if (typeof phrase !== 'string')
    return { rule, code, status, stage, phrase: { pattern: phrase, needs: [] }, sees: 'text' }
  try {
    return { rule, code, status, stage, phrase: compilePhrase(phrase), sees }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`rule ${rule.name}: the phrase "${phrase}" ${error.message}`)
  }
}

function hitOf<C extends string>({ rule, phrase, sees }: Entry<C>, facts: Facts): Hit<C> | undefined {
  if (phrase === undefined) return { rule, span: undefined }
  const match = phrase.pattern.exec(facts[sees])
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
