/**
 * Judges a reply. The first of these that has an answer decides: the reason of a log without a reply, the rules of the
 * provider, the rules for every server, the enhanced code, the reply code at its step.
 */
import type { Evidence, VerdictCategory } from '../verdict.ts'
import type { CategoryEntry } from './categories.ts'
import type { Classify, Verdict, VerdictContext } from './classify.ts'
import { byReplyCode, byStatus, type Guess, reasons, vagueReasons } from './codes.ts'
import { type Codes, codesIn, statusIn } from './codes-in.ts'
import { byRule, type Finding } from './finding.ts'
import { type ProviderRules, providerRules } from './provider-rules.ts'
import type { Provider, Rule } from './rule.ts'
import { type Facts, type RuleSet, ruleSet } from './rule-set.ts'
import { formsOf } from './text.ts'
import { digitOf, verdictOf } from './verdict-of.ts'

/** Judges anew, whatever has been asked before. */
export type Judge<C extends string> = (subject: Parameters<Classify>[0], context: VerdictContext) => Verdict<C>

/** The categories that rules may name. */
export type Categories<C extends string> = Readonly<Record<C, CategoryEntry>>

/**
 * Makes the rules ready.
 *
 * @throws RangeError that names the rule that is wrong.
 */
export function judgeOf<C extends string>(
  categories: Categories<C | VerdictCategory>,
  ofProviders: readonly Provider<C>[],
  rules: readonly Rule<C>[],
): Judge<C | VerdictCategory> {
  check(categories, [...ofProviders.flatMap((provider) => provider.rules), ...rules])
  const forProvider = providerRules(ofProviders)
  const forAll = ruleSet(rules)
  return (subject, context) => {
    const told = toldIn(subject, context)
    const finding = plainly(told, context) ?? inWords<C>(told, context, forProvider, forAll)
    return verdictOf(finding, categories[finding.category], digitOf(told, context), context)
  }
}

/** A reply without the forms that only rules ask for: often they are not asked. */
interface Told extends Codes {
  readonly text: string
}

function toldIn(subject: Parameters<Classify>[0], { dsn }: VerdictContext): Told {
  const text = typeof subject === 'string' ? subject : (subject?.text ?? '')
  const { code, status } =
    typeof subject === 'object' ? { code: subject.code, status: subject.enhanced ?? statusIn(text) } : codesIn(text)
  const own = status !== undefined && status.subject + status.detail > 0 ? status : undefined
  return { text, code, status: own ?? (dsn === undefined ? status : statusIn(dsn)) }
}

/** Judges what is plain without a word of the text. */
function plainly({ code }: Told, { reason, disposition }: VerdictContext): Finding<VerdictCategory> | undefined {
  if (code !== undefined && code < 400) return guessed(['delivered', 'high'], 'reply-code', String(code))
  if (code !== undefined) return undefined
  if (disposition === 'delivered') return guessed(['delivered', 'high'], 'none', undefined)
  return guessed(reason === undefined ? undefined : reasons[reason], 'log-reason', reason)
}

function inWords<C extends string>(
  { text, code, status }: Told,
  context: VerdictContext,
  forProvider: ProviderRules<C>,
  forAll: RuleSet<C>,
): Finding<C | VerdictCategory> {
  const { reason, stage } = context
  const { unbroken, words } = formsOf(text)
  // Written out: spreading the forms would take as long as finding them.
  const facts: Facts = { text, unbroken, words, code, status, stage }
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

/** Names the server that replied, as far as it is known. */
export function hostOf({ relay, domain }: VerdictContext): string | undefined {
  return (typeof relay === 'object' ? relay.name : relay) ?? domain
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
