import { Memo } from '../memo.ts'
import { byRule, type Finding } from './finding.ts'
import type { Provider } from './rule.ts'
import { type Facts, type RuleSet, ruleSet } from './rule-set.ts'
import { wordFinder } from './word-finder.ts'

/** Asks the rules of the provider that the server belongs to. */
export type ProviderRules<C extends string> = (facts: Facts, host: string | undefined) => Finding<C> | undefined

/** Makes the rules of providers ready. A server is recognised by its name, or else by what only its replies say. */
export function providerRules<C extends string>(providers: readonly Provider<C>[]): ProviderRules<C> {
  const sets = providers.map(({ rules }) => ruleSet(rules, { sees: 'unbroken' }))
  const byHost = hostLookup(providers, sets)
  const byMarks = markLookup(providers, sets)
  return (facts, host) => {
    const found = host === undefined ? [] : byHost(host)
    for (const set of found.length > 0 ? found : byMarks(facts.unbroken)) {
      const finding = byRule(set, facts, 'provider-rule')
      if (finding !== undefined) return finding
    }
    return undefined
  }
}

function hostLookup<C extends string>(
  providers: readonly Provider<C>[],
  sets: readonly RuleSet<C>[],
): (name: string) => readonly RuleSet<C>[] {
  const byEnding = new Map<string, RuleSet<C>[]>()
  for (const [index, { hosts }] of providers.entries()) {
    const set = sets[index]
    for (const host of set === undefined ? [] : hosts) {
      const ending = host.toLowerCase()
      byEnding.set(ending, [...(byEnding.get(ending) ?? []), ...(set === undefined ? [] : [set])])
    }
  }
  const known = new Memo<readonly RuleSet<C>[]>(2_000)
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const labels = name.toLowerCase().replace(/\.$/, '').split('.').slice(-10)
    const found = labels.flatMap((_, from) => byEnding.get(labels.slice(from).join('.')) ?? [])
    known.set(name, found)
    return found
  }
}

function markLookup<C extends string>(
  providers: readonly Provider<C>[],
  sets: readonly RuleSet<C>[],
): (text: string) => readonly RuleSet<C>[] {
  const marks = providers.flatMap(({ marks = [] }, index) => marks.map((mark) => ({ mark, index })))
  const find = wordFinder(marks.map(({ mark }) => mark))
  const none: readonly RuleSet<C>[] = []
  const found: number[] = []
  return (text) => {
    const count = find(text, found)
    if (count === 0) return none
    const places = found.slice(0, count).map((at) => marks[at]?.index ?? 0)
    return [...new Set(places)].sort((a, b) => a - b).flatMap((index) => sets[index] ?? [])
  }
}
