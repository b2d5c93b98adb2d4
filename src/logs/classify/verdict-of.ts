/** What follows from a category: whether it is over, and what to do. */
import type { Disposition } from '../record.ts'
import type { Action, VerdictSeverity } from '../verdict.ts'
import type { CategoryEntry } from './categories.ts'
import type { Verdict, VerdictContext } from './classify.ts'
import type { Codes } from './codes-in.ts'
import type { Finding } from './finding.ts'
import type { Confidence } from './rule.ts'

/** The first digit of what is known: 4 for later, 5 for never. */
export function digitOf({ code, status }: Codes, { disposition }: VerdictContext): number | undefined {
  if (code !== undefined) return Math.trunc(code / 100)
  if (status !== undefined) return status.class
  return disposition === undefined ? undefined : digits[disposition]
}

const digits: Readonly<Record<Disposition, number>> = { delivered: 2, deferred: 4, failed: 5, expired: 5, rejected: 5 }

const dispositions: Readonly<Record<number, Disposition>> = { 2: 'delivered', 4: 'deferred', 5: 'failed' }

export function verdictOf<C extends string>(
  { category, confidence, evidence }: Finding<C>,
  entry: CategoryEntry,
  digit: number | undefined,
  context: VerdictContext,
): Verdict<C> {
  const severity = severityOf(entry, digit)
  return Object.freeze({
    disposition: context.disposition ?? (digit === undefined ? undefined : dispositions[digit]),
    severity,
    category,
    party: entry.party,
    action: actionOf(entry, severity, confidence),
    evidence,
    confidence,
  })
}

function severityOf({ severity }: CategoryEntry, digit: number | undefined): VerdictSeverity {
  return digit === 4 && (severity === 'hard' || severity === 'undetermined') ? 'soft' : severity
}

/** What may work later is tried again; an address is given up only where it is certain that nothing else is meant. */
function actionOf(
  { severity: atWorst, action }: CategoryEntry,
  severity: VerdictSeverity,
  confidence: Confidence,
): Action {
  if (severity === 'soft' && atWorst !== 'soft') return 'retry'
  if (atWorst !== 'hard' || action !== 'suppress') return action
  return confidence === 'high' ? 'suppress' : 'review'
}
