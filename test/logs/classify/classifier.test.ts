import { expect, test } from 'vitest'
import { verdictCategories } from '../../../src/logs/classify/categories.ts'
import { classifier } from '../../../src/logs/classify/classify.ts'
import { explainVerdict } from '../../../src/logs/classify/explain.ts'
import { compilePhrase } from '../../../src/logs/classify/phrase.ts'
import type { Rule } from '../../../src/logs/classify/rule.ts'

const moon: Rule = {
  name: 'full-moon',
  category: 'greylisted',
  phrases: ['full moon'],
  why: 'Our partner takes mail on other nights alone.',
  example: '451 Not during a full moon',
}

test('asks rules of one’s own first', () => {
  const judge = classifier({ rules: [{ ...moon, phrases: ['user unknown'] }] })
  expect(judge('550 User unknown').category).toBe('greylisted')
  expect(judge('550 No such user').category).toBe('unknown-recipient')
})

test('asks providers of one’s own before those that are built in', () => {
  const judge = classifier({ providers: [{ name: 'ours', hosts: ['google.com'], marks: ['hoot'], rules: [moon] }] })
  expect(judge('550 full moon p=NoSuchUser', { relay: 'mx.google.com' }).category).toBe('greylisted')
  expect(judge('550 full moon').category).not.toBe('greylisted')
  expect(judge('550 hoot: full moon').evidence).toMatchObject({ kind: 'provider-rule', rule: 'full-moon' })
})

test('takes categories of one’s own, and explains them', () => {
  const categories = {
    'moon-phase': {
      severity: 'soft',
      party: 'receiver',
      action: 'retry',
      summary: 'The moon is full.',
      advice: 'Wait a night.',
    },
  } as const
  const judge = classifier({ categories, rules: [{ ...moon, category: 'moon-phase' }] })
  const verdict = judge('451 full moon')
  expect(verdict).toMatchObject({ category: 'moon-phase', severity: 'soft', party: 'receiver' })
  expect(explainVerdict(verdict, categories)).toEqual({
    summary: 'The moon is full.',
    outlook: 'This is temporary: the same may work later.',
    advice: 'Wait a night.',
  })
  expect(() => explainVerdict({ ...verdict, category: 'toString' as 'other' })).toThrow(/no category toString/)
})

test('takes patterns, which see addresses and links', () => {
  const judge = classifier({ rules: [{ ...moon, phrases: [/<moon@/] }] })
  expect(judge('451 <moon@a.example>').evidence).toMatchObject({ rule: 'full-moon', span: [4, 10] })
})

test('limits a rule to texts without a code', () => {
  const judge = classifier({ rules: [{ ...moon, code: [4, 'none'] }] })
  const is = (text: string): boolean => judge(text).evidence.rule === 'full-moon'
  expect(['full moon', '451 full moon', '4.7.9 full moon'].map(is)).toEqual([true, true, true])
  expect(['550 full moon', '5.7.1 full moon'].map(is)).toEqual([false, false])
})

test('limits a rule to codes and steps', () => {
  const judge = classifier({ rules: [{ ...moon, code: [4, 550], status: ['4.7', '5.7.1'], stage: ['rcpt'] }] })
  const is = (text: string, stage?: 'rcpt' | 'data'): boolean => judge(text, { stage }).evidence.rule === 'full-moon'
  expect(is('451 4.7.9 full moon')).toBe(true)
  expect(is('550 5.7.1 full moon', 'rcpt')).toBe(true)
  expect(is('550 5.7.1 full moon', 'data')).toBe(false)
  expect(is('551 5.7.1 full moon')).toBe(false)
  expect(is('451 4.70.1 full moon')).toBe(false)
  expect(is('451 full moon')).toBe(false)
})

test.each<[string, Partial<Rule>, RegExp]>([
  ['a name twice', { name: 'virus' }, /^rule virus: there is another one of this name$/],
  ['an unknown category', { category: 'moon' as 'other' }, /^rule full-moon: no category moon$/],
  ['a pattern that remembers', { phrases: [/moon/g] }, /^rule full-moon: the pattern \/moon\/g has a flag g or y$/],
  ['nothing to go by', { phrases: [] }, /^rule full-moon: has neither phrases nor codes$/],
  ['a phrase of short words', { phrases: ['(a|b) c'] }, /the phrase "\(a\|b\) c" has no word of three letters/],
  ['an open bracket', { phrases: ['(moon'] }, /has a bracket that is not closed: \(/],
  ['a bracket that closes nothing', { phrases: ['moon)'] }, /closes a bracket that is not open/],
  ['a bar outside', { phrases: ['moon|sun'] }, /has a \| outside of brackets/],
  ['an option at the end', { phrases: ['full [moon]'] }, /has no blank behind its \]/],
  ['brackets within', { phrases: ['full ((moon|sun)|x)'] }, /has brackets within brackets/],
  ['blanks in a row', { phrases: ['full  moon'] }, /has a blank too much/],
  ['a comma', { phrases: ['full, moon'] }, /writes , where a blank stands for it/],
])('refuses a rule with %s', (_, change, message) => {
  expect(() => classifier({ rules: [{ ...moon, ...change }] })).toThrow(RangeError)
  expect(() => classifier({ rules: [{ ...moon, ...change }] })).toThrow(message)
})

test.each<[string, readonly string[], readonly string[]]>([
  ['full moon', ['Full  moon', 'full\nmoon', '"full" (moon)', 'full: moon.'], ['fullmoon', 'full moons', 'awful moon']],
  ['full (moon|sun)', ['full moon', 'full sun'], ['full star']],
  ['full [red|big] moon', ['full moon', 'full red moon', 'full big moon'], ['full old moon']],
  ['full ... moon', ['full moon', 'full and red moon'], [`full ${'x '.repeat(40)}moon`, 'full redmoon']],
  ['moon*', ['moon', 'moonlight'], ['amoon']],
  ['black-list', ['blacklist', 'black-list', 'black list'], ['black  list']],
  ["can't see", ["can't see", 'can’t see', 'cant see', 'can t see'], ['can see']],
  ['moon #', ['moon 12'], ['moon x']],
  ['満月', ['今夜は満月です'], ['満 月']],
  ['boîte pleine', ['boîte pleine', 'BOÎTE PLEINE', 'boite pleine', 'BOITE PLEINE'], ['boxte pleine', 'boite pleines']],
  ['für müßige', ['für müßige', 'fuer muessige', 'fur mussige', 'FÜR MÜSSIGE'], ['fr müßige']],
  ['pełna', ['pełna', 'Pelna'], ['pesna']],
  ['чёрный', ['чёрный', 'Черный'], ['чорный']],
  ['full moon', ['full moon'], ['füll moon']],
])('%s fits', (phrase, fitting, others) => {
  const { pattern } = compilePhrase(phrase)
  for (const text of fitting) expect(text).toMatch(pattern)
  for (const text of others) expect(text).not.toMatch(pattern)
})

test('finds words with accents and without', () => {
  const judge = classifier({ rules: [{ ...moon, phrases: ['lune pleinière', 'księżyc', 'hügel'] }] })
  for (const text of ['lune pleinière', 'LUNE PLEINIERE', 'księżyc', 'ksiezyc', 'Hügel', 'huegel'])
    expect(judge(`451 ${text}`).evidence.rule).toBe('full-moon')
  expect(judge('451 lüne pleinière').evidence.rule).not.toBe('full-moon')
})

test.each(Object.entries(verdictCategories))('%s is written for readers', (_, { summary, advice }) => {
  expect(summary).toMatch(/^[A-Z].*\.$/)
  expect(advice).toMatch(/^[A-Z].*\.$/)
})

test('advises to wait before an address is given up', () => {
  const judge = classifier()
  expect(explainVerdict(judge('550 5.1.1 No such user'))).toEqual({
    summary: 'There is no mailbox of this name at this domain.',
    outlook: 'This is final for this address.',
    advice: 'Check the part before the @ for typing errors, and take the address off your lists if it is gone.',
  })
  expect(explainVerdict(judge('450 4.1.1 No such user')).advice).toMatch(/^Try again later; if it keeps failing, check/)
  expect(explainVerdict(judge('550', { stage: 'rcpt' })).outlook).toMatch(/The reply itself does not say so/)
})
