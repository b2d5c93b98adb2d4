import type { Evidence, VerdictCategory } from '../verdict.ts'
import { verdictCategories } from './categories.ts'
import { byStatus } from './codes.ts'
import type { Confidence } from './rule.ts'
import type { Facts, RuleSet } from './rule-set.ts'

/** A category with what it rests on. */
export interface Finding<C extends string> {
  readonly category: C
  readonly confidence: Confidence
  readonly evidence: Evidence
}

/** Asks rules. */
export function byRule<C extends string>(
  rules: RuleSet<C>,
  facts: Facts,
  kind: Evidence['kind'],
): Finding<C> | undefined {
  const hit = rules(facts)
  if (hit === undefined) return undefined
  const { name, category, confidence = 'high' } = hit.rule
  const evidence = Object.freeze({ kind, rule: name, span: hit.span })
  return { category, confidence: confidence === 'high' && disagrees(category, facts) ? 'medium' : confidence, evidence }
}

/** Whether the words speak of the recipient and the enhanced code of something else, or the other way round. */
function disagrees(category: string, { status }: Facts): boolean {
  const guess = status === undefined ? undefined : byStatus(status)
  if (guess === undefined || guess[1] === 'low') return false
  return isAboutRecipient(guess[0]) !== isAboutRecipient(category)
}

function isAboutRecipient(category: string): boolean {
  return (
    Object.hasOwn(verdictCategories, category) && verdictCategories[category as VerdictCategory].party === 'recipient'
  )
}
