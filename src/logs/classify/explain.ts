import type { VerdictCategory } from '../verdict.ts'
import { type CategoryEntry, verdictCategories } from './categories.ts'
import type { Verdict } from './classify.ts'

/** A verdict in plain words. The sentences follow each other: summary, outlook, advice. */
export interface VerdictExplanation {
  /** What happened. */
  readonly summary: string
  /** Whether it may work later. */
  readonly outlook: string
  /** What to do. */
  readonly advice: string
}

/**
 * Explains a verdict to whoever runs the mail, in the manner of `describeStatus`.
 *
 * @throws RangeError for a category that is in neither table.
 * @example
 * explainVerdict(classify('552 5.2.2 Mailbox full')).summary // 'The mailbox of the recipient is full.'
 */
export function explainVerdict<C extends string = never>(
  { category, severity, confidence }: Verdict<C | VerdictCategory>,
  categories?: Readonly<Record<C, CategoryEntry>>,
): VerdictExplanation {
  const table: Readonly<Record<string, CategoryEntry>> = { ...verdictCategories, ...categories }
  const entry = Object.hasOwn(table, category) ? table[category] : undefined
  if (entry === undefined) throw new RangeError(`no category ${category}`)
  const unsure = confidence === 'low' && category !== 'other' ? ' The reply itself does not say so; its code does.' : ''
  return Object.freeze({
    summary: entry.summary,
    outlook: outlooks[severity] + unsure,
    advice: adviceOf(entry, severity),
  })
}

const outlooks: Readonly<Record<Verdict['severity'], string>> = {
  success: 'It is done.',
  soft: 'This is temporary: the same may work later.',
  hard: 'This is final for this address.',
  block: 'It stays so until something is changed.',
  undetermined: 'Whether it may work later is not told.',
}

/** An address that is refused for now is not given up yet. */
function adviceOf({ severity: atWorst, advice }: CategoryEntry, severity: Verdict['severity']): string {
  if (atWorst !== 'hard' || severity !== 'soft') return advice
  return `Try again later; if it keeps failing, ${advice.charAt(0).toLowerCase()}${advice.slice(1)}`
}
