/**
 * Judges a reply. The first of these that has an answer decides: the reason of a log without a reply, the rules of the
 * provider, the rules for every server, the enhanced code, the reply code at its step.
 */
import type { Evidence, VerdictCategory } from '../verdict.ts'
import type { CategoryEntry } from './categories.ts'
import type { Classify, Verdict, VerdictContext } from './classify.ts'
import { byReplyCode, byStatus, type Guess, reasons, vagueReasons } from './codes.ts'
import { codesIn, statusIn } from './codes-in.ts'
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
  const { unbroken, words } = formsOf(text)
  // Written out: spreading the forms would take as long as finding them.
  return { text, unbroken, words, code, status: own ?? (dsn === undefined ? status : statusIn(dsn)), stage }
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
