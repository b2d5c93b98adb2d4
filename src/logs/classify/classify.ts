/** Says what a reply means: the functions that the package offers, and what they take and give. */
import type { Reply } from '../../protocol/reply.ts'
import type { Disposition, Host, Reason, Stage } from '../record.ts'
import type { Action, Evidence, Party, VerdictCategory, VerdictSeverity } from '../verdict.ts'
import { type CategoryEntry, verdictCategories } from './categories.ts'
import { type Categories, judgeOf } from './judge.ts'
import { providers } from './providers.ts'
import { remembered } from './remembered.ts'
import type { Confidence, Provider, Rule } from './rule.ts'
import { textRules } from './rules.ts'

/** What a reply means for the message. */
export interface Verdict<C extends string = VerdictCategory> {
  /** What became of the message, by the log or else by the reply; undefined where neither tells. */
  readonly disposition: Disposition | undefined
  /** Whether it is over. */
  readonly severity: VerdictSeverity
  readonly category: C
  /** Whose matter it is. */
  readonly party: Party
  readonly action: Action
  /** What all this rests on. */
  readonly evidence: Evidence
  readonly confidence: Confidence
}

/** What is known of a reply beside its text. Everything is optional, and makes the verdict better. */
export interface VerdictContext {
  /** The server that replied, or its name: it decides which provider's rules are asked. */
  readonly relay?: Host | string | undefined
  /** The domain of the recipient: it stands in for `relay` where that is not known. */
  readonly domain?: string | undefined
  readonly stage?: Stage | undefined
  /** Why there is no reply. */
  readonly reason?: Reason | undefined
  /** The enhanced code that the log or the report gives; counts where the reply has none. */
  readonly dsn?: string | undefined
  readonly disposition?: Disposition | undefined
}

/** Judges replies; see {@link classify}. */
export type Classify<C extends string = VerdictCategory> = (
  subject: Pick<Reply, 'code' | 'enhanced' | 'text'> | string | undefined,
  context?: VerdictContext,
) => Verdict<C>

/** What {@link classifier} is told. */
export interface ClassifierOptions<C extends string = never> {
  /** Categories of one's own, which `rules` and `providers` may name. */
  readonly categories?: Readonly<Record<C, CategoryEntry>>
  /** Rules that are asked before those that are built in. */
  readonly rules?: readonly Rule<NoInfer<C> | VerdictCategory>[]
  /** Rules for the servers of one provider; they are asked before all others. */
  readonly providers?: readonly Provider<NoInfer<C> | VerdictCategory>[]
  /** How many verdicts are remembered; 10,000 unless given. */
  readonly remember?: number
}

/**
 * Makes a function that judges replies by rules of one's own as well.
 *
 * @throws RangeError that names the rule: a name used twice, an unknown category, a phrase that is none.
 * @example
 * const judge = classifier({
 *   rules: [{
 *     name: 'full-moon',
 *     category: 'greylisted',
 *     phrases: ['full moon'],
 *     why: 'Our partner takes mail on other nights alone.',
 *     example: '451 Not during a full moon',
 *   }],
 * })
 * judge('451 Sorry, full moon tonight').category // 'greylisted'
 */
export function classifier<C extends string = never>(
  options: ClassifierOptions<C> = {},
): Classify<C | VerdictCategory> {
  const judge = judgeOf<C | VerdictCategory>(
    { ...verdictCategories, ...options.categories } as Categories<C | VerdictCategory>,
    [...(options.providers ?? []), ...providers],
    [...(options.rules ?? []), ...textRules],
  )
  return remembered(judge, options.remember ?? 10_000)
}

let shared: Classify | undefined

/**
 * Says what a reply means: whether it is over, whose matter it is, and what to do.
 *
 * Takes a reply, a text that has one in it, such as a diagnostic of a bounce, or a text without codes. It never throws:
 * what no rule knows is `other`. Verdicts are frozen, and remembered by text.
 *
 * @example
 * classify('550 5.1.1 No such user').category // 'unknown-recipient'
 * classify('452 4.2.2 Over quota', { stage: 'rcpt' }).severity // 'soft'
 */
export function classify(
  subject: Pick<Reply, 'code' | 'enhanced' | 'text'> | string | undefined,
  context?: VerdictContext,
): Verdict {
  shared ??= classifier()
  return shared(subject, context)
}
