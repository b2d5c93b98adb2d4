/**
 * Says what a reply means. The first of these that has an answer decides: the reason of a log without a reply, the
 * rules of the provider, the rules for every server, the enhanced code, the reply code at its step.
 */
import type { Reply } from '../../protocol/reply.ts'
import { detached } from '../detached.ts'
import type { Disposition, Host, Reason, Stage } from '../record.ts'
import type { Action, Evidence, Party, VerdictCategory, VerdictSeverity } from '../verdict.ts'
import { type CategoryEntry, verdictCategories } from './categories.ts'
import { byReplyCode, byStatus, type Guess, reasons, vagueReasons } from './codes.ts'
import { codesIn, statusIn } from './codes-in.ts'
import { byRule, type Finding } from './finding.ts'
import { Memo } from './memo.ts'
import { type ProviderRules, providerRules } from './provider-rules.ts'
import { providers } from './providers.ts'
import type { Confidence, Provider, Rule } from './rule.ts'
import { type Facts, type RuleSet, ruleSet } from './rule-set.ts'
import { textRules } from './rules.ts'
import { formsOf } from './text.ts'
import { digitOf, verdictOf } from './verdict-of.ts'

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
  const known = new Memo<Answer<C | VerdictCategory>[]>(options.remember ?? 10_000)
  return (subject, context = nothing) => {
    const text = typeof subject === 'object' ? subject.text : (subject ?? '')
    const [code, status] = typeof subject === 'object' ? [subject.code, subject.enhanced?.code] : []
    const host = hostOf(context)
    const answers = known.get(text)
    const answer = answers?.find(
      (each) => each.code === code && each.status === status && each.host === host && isSame(each.context, context),
    )
    if (answer !== undefined) return answer.verdict
    const verdict = judge(subject, context)
    if (text.length > longest) return verdict
    const others = answers?.slice(0, variants - 1) ?? []
    known.set(detached(text), [
      { code, status, host: host && detached(host), context: kept(context), verdict },
      ...others,
    ])
    return verdict
  }
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

type Categories<C extends string> = Readonly<Record<C, CategoryEntry>>

/** A verdict with what was asked. */
interface Answer<C extends string> {
  readonly code: number | undefined
  readonly status: string | undefined
  readonly host: string | undefined
  readonly context: VerdictContext
  readonly verdict: Verdict<C>
}

function hostOf({ relay, domain }: VerdictContext): string | undefined {
  return (typeof relay === 'object' ? relay.name : relay) ?? domain
}

function isSame(one: VerdictContext, other: VerdictContext): boolean {
  return (
    one === other ||
    (one.stage === other.stage &&
      one.reason === other.reason &&
      one.dsn === other.dsn &&
      one.disposition === other.disposition)
  )
}

const nothing: VerdictContext = Object.freeze({})

/** Characters of a text that is remembered: a whole letter does not come again. */
const longest = 2_048

/** Copies what {@link isSame} looks at. */
function kept({ stage, reason, dsn, disposition }: VerdictContext): VerdictContext {
  return { stage, reason, dsn: dsn && detached(dsn), disposition }
}

/** Verdicts that are remembered for one text: by different servers, or at different steps. */
const variants = 8

function judgeOf<C extends string>(
  categories: Categories<C | VerdictCategory>,
  ofProviders: readonly Provider<C>[],
  rules: readonly Rule<C>[],
): (subject: Parameters<Classify>[0], context: VerdictContext) => Verdict<C | VerdictCategory> {
  check(categories, [...ofProviders.flatMap((provider) => provider.rules), ...rules])
  const forProvider = providerRules(ofProviders)
  const forAll = ruleSet(rules)
  return (subject, context) => {
    const facts = factsOf(subject, context)
    const finding = find<C>(facts, context, forProvider, forAll)
    return verdictOf(finding, categories[finding.category], digitOf(facts, context), context)
  }
}

function factsOf(subject: Parameters<Classify>[0], { stage, dsn }: VerdictContext): Facts {
  const text = typeof subject === 'string' ? subject : (subject?.text ?? '')
  const { code, status } =
    typeof subject === 'object' ? { code: subject.code, status: subject.enhanced ?? statusIn(text) } : codesIn(text)
  const own = status !== undefined && status.subject + status.detail > 0 ? status : undefined
  return { ...formsOf(text), code, status: own ?? (dsn === undefined ? status : statusIn(dsn)), stage }
}

function find<C extends string>(
  facts: Facts,
  context: VerdictContext,
  forProvider: ProviderRules<C>,
  forAll: RuleSet<C>,
): Finding<C | VerdictCategory> {
  const { reason, disposition } = context
  const { code, status, stage } = facts
  if (code !== undefined && code < 400) return guessed(['delivered', 'high'], 'reply-code', String(code))
  if (code === undefined && disposition === 'delivered') return guessed(['delivered', 'high'], 'none', undefined)
  if (code === undefined && reason !== undefined) {
    const told = reasons[reason]
    if (told !== undefined) return guessed(told, 'log-reason', reason)
  }
  return (
    forProvider(facts, hostOf(context)) ??
    byRule(forAll, facts, 'text-rule') ??
    guessed(status === undefined ? undefined : byStatus(status), 'enhanced-code', status?.code) ??
    guessed(code === undefined ? undefined : byReplyCode(code, stage), 'reply-code', code?.toString()) ??
    guessed(reason === undefined ? undefined : vagueReasons[reason], 'log-reason', reason) ?? {
      category: 'other',
      confidence: 'low',
      evidence: Object.freeze({ kind: 'none', rule: undefined, span: undefined }),
    }
  )
}

function guessed(guess: Guess, kind: Evidence['kind'], rule: string | undefined): Finding<VerdictCategory>
function guessed(
  guess: Guess | undefined,
  kind: Evidence['kind'],
  rule: string | undefined,
): Finding<VerdictCategory> | undefined
function guessed(
  guess: Guess | undefined,
  kind: Evidence['kind'],
  rule: string | undefined,
): Finding<VerdictCategory> | undefined {
  if (guess === undefined) return undefined
  const [category, confidence] = guess
  return { category, confidence, evidence: Object.freeze({ kind, rule, span: undefined }) }
}

function check(categories: Readonly<Record<string, CategoryEntry>>, rules: readonly Rule<string>[]): void {
  const names = new Set<string>()
  for (const { name, category, phrases, status, code } of rules) {
    const refuse = (why: string): RangeError => new RangeError(`rule ${name}: ${why}`)
    if (names.has(name)) throw refuse('there is another one of this name')
    names.add(name)
    if (!Object.hasOwn(categories, category)) throw refuse(`no category ${category}`)
    if (!phrases?.length && !status?.length && !code?.length) throw refuse('has neither phrases nor codes')
    for (const phrase of phrases ?? []) {
      if (typeof phrase !== 'string' && /[gy]/.test(phrase.flags))
        throw refuse(`the pattern ${phrase} has a flag g or y`)
    }
  }
}
