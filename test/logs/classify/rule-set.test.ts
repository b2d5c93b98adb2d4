import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codesIn } from '../../../src/logs/classify/codes-in.ts'
import { compilePhrase } from '../../../src/logs/classify/phrase.ts'
import { type Needs, prefilter } from '../../../src/logs/classify/prefilter.ts'
import { providers } from '../../../src/logs/classify/providers.ts'
import type { Rule } from '../../../src/logs/classify/rule.ts'
import { type Facts, type Hit, ruleSet } from '../../../src/logs/classify/rule-set.ts'
import { textRules } from '../../../src/logs/classify/rules.ts'
import { formsOf } from '../../../src/logs/classify/text.ts'
import { wordFinder } from '../../../src/logs/classify/word-finder.ts'
import { answers } from './answers.ts'

const ofProviders = providers.flatMap(({ rules }) => rules)
const phrases = [...textRules, ...ofProviders].flatMap((rule) =>
  (rule.phrases ?? []).filter((phrase) => typeof phrase === 'string'),
)
const texts = [...Object.values(answers).flat(), ...[...textRules, ...ofProviders].map(({ example }) => example)]

/** Tries every phrase of every rule, one after the other: what a rule set is to say. */
function simple<C extends string>(
  rules: readonly Rule<C>[],
  sees: 'words' | 'unbroken',
): (facts: Facts) => Hit<C> | undefined {
  const entries = rules.flatMap((rule) =>
    (rule.phrases?.length ? rule.phrases : [undefined]).map((phrase) =>
      typeof phrase === 'string'
        ? { rule, pattern: compilePhrase(phrase).pattern, sees }
        : { rule, pattern: phrase, sees: 'text' as const },
    ),
  )
  return (facts) => {
    for (const { rule, pattern, sees } of entries) {
      const { code, status, stage } = rule
      const digit = Math.trunc((facts.code ?? (facts.status?.class ?? 0) * 100) / 100) || 'none'
      if (code !== undefined && !code.some((each) => each === facts.code || each === digit)) continue
      if (status !== undefined && !status.some((each) => `${facts.status?.code}.`.startsWith(`${each}.`))) continue
      if (stage !== undefined && facts.stage !== undefined && !stage.includes(facts.stage)) continue
      if (pattern === undefined) return { rule, span: undefined }
      const match = pattern.exec(facts[sees])
      if (match !== null) return { rule, span: [match.index, match.index + match[0].length] }
    }
    return undefined
  }
}

function factsOf(text: string): Facts {
  return { ...formsOf(text), ...codesIn(text), stage: undefined }
}

/** Lists all candidates, where a rule set takes the first that fits. */
function allOf(needs: readonly Needs[]): (text: string) => number[] {
  const candidates = prefilter(needs)
  return (text) => {
    candidates.search(text)
    const places: number[] = []
    for (let place = candidates.next(); place >= 0; place = candidates.next()) places.push(place)
    return places
  }
}

/** Texts that rules nearly fit, or fit twice: pieces of others, in any order, in capitals, with other blanks. */
const mixed = fc
  .array(
    fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.integer({ min: 1, max: 8 }), fc.constantFrom('as is', 'capitals')),
    { minLength: 1, maxLength: 5 },
  )
  .chain((parts) => {
    const pieces = parts.map(([text, at, count, style]) => {
      const words = text.split(' ')
      const from = at % words.length
      const piece = words.slice(from, from + count).join(' ')
      return style === 'capitals' ? piece.toUpperCase() : piece
    })
    return fc
      .array(fc.constantFrom(' ', '  ', ', ', ': ', '\r\n', ' (', '\u00a0', '\ufeff'), { minLength: 1 })
      .map((blanks) => pieces.map((piece, at) => piece + (blanks[at % blanks.length] ?? ' ')).join(''))
  })

const runs = { numRuns: 2_000 }

describe('rules for every server', () => {
  const fast = ruleSet(textRules)
  const slow = simple(textRules, 'words')

  test.each(texts.map((text) => [text]))('%s', (text) => {
    expect(fast(factsOf(text))).toEqual(slow(factsOf(text)))
  })

  test('say the same as every phrase tried in turn', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        expect(fast(factsOf(text))).toEqual(slow(factsOf(text)))
      }),
      runs,
    )
  })
})

test('rules of providers say the same as every phrase tried in turn', () => {
  const sets = providers.map(({ rules }) => [ruleSet(rules, { sees: 'unbroken' }), simple(rules, 'unbroken')] as const)
  fc.assert(
    fc.property(mixed, (text) => {
      const facts = factsOf(text)
      for (const [fast, slow] of sets) expect(fast(facts)).toEqual(slow(facts))
    }),
    { numRuns: 500 },
  )
})

test('whatever a phrase fits has what the phrase needs', () => {
  const compiled = phrases.map((phrase) => ({ phrase, ...compilePhrase(phrase) }))
  const candidatesIn = allOf(compiled.map(({ needs }) => needs))
  const facts = texts.filter((_, at) => at % 10 === 0).map(factsOf)
  for (const { words, unbroken } of facts)
    for (const text of new Set([words, unbroken])) {
      const candidates = new Set(candidatesIn(text))
      for (const [place, { phrase, pattern }] of compiled.entries())
        if (!candidates.has(place)) expect(pattern.test(text), `${phrase} in ${text}`).toBe(false)
    }
})

test('candidates come in order, each once, and those without needs always', () => {
  const candidatesIn = allOf([[['ab'], ['cd', 'ce']], [], [['ce', 'ab']], [['abc']], [['cd'], ['ab'], ['ef']]])
  expect(candidatesIn('')).toEqual([1])
  expect(candidatesIn('ce ab ab')).toEqual([0, 1, 2])
  expect(candidatesIn('abcd')).toEqual([0, 1, 2, 3])
  expect(candidatesIn('ef ab')).toEqual([1, 2])
  expect(candidatesIn('EF CD AB')).toEqual([0, 1, 2, 4])
})

test('finds what `includes` finds', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', 'д', '箱'), minLength: 1, maxLength: 6 })
  const word = letters.map((text) => text.trim().replace(/ +/g, ' ')).filter((text) => text !== '')
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 12 }), letters, letters, letters, (words, ...parts) => {
      const text = parts.join('')
      const places: number[] = []
      const count = wordFinder(words)(text.toUpperCase(), places)
      const found = new Set(places.slice(0, count))
      const single = text.replace(/ +/g, ' ')
      expect([...found].sort((a, b) => a - b)).toEqual(words.flatMap((each, at) => (single.includes(each) ? [at] : [])))
    }),
    runs,
  )
})
