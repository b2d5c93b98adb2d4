import { expect, test } from 'vitest'
import { classify } from '../../../src/logs/classify/classify.ts'
import { providers } from '../../../src/logs/classify/providers.ts'
import { textRules } from '../../../src/logs/classify/rules.ts'

const ofProviders = providers.flatMap(({ rules, hosts }) => rules.map((rule) => ({ rule, host: hosts[0] })))

test.each(textRules.map((rule) => [rule.name, rule] as const))('%s is the first to fit its example', (name, rule) => {
  expect(classify(rule.example)).toMatchObject({ category: rule.category, evidence: { kind: 'text-rule', rule: name } })
})

test.each(ofProviders.map(({ rule, host }) => [rule.name, rule, host] as const))(
  '%s is the first to fit its example',
  (name, rule, host) => {
    const expected = { category: rule.category, evidence: { kind: 'provider-rule', rule: name } }
    expect(classify(rule.example, { relay: `mx1.${host}` })).toMatchObject(expected)
  },
)

test.each(ofProviders.map(({ rule }) => [rule.name, rule] as const))('%s is found without a relay', (name, rule) => {
  expect(classify(rule.example).evidence).toMatchObject({ kind: 'provider-rule', rule: name })
})

test.each([...textRules, ...ofProviders.map(({ rule }) => rule)].map((rule) => [rule.name, rule] as const))(
  '%s is written for readers',
  (name, { why, example }) => {
    expect(name).toMatch(/^[a-z][a-z\d]*(-[a-z\d]+)*$/)
    expect(why).toMatch(/^[A-Z].*\.$/)
    expect(example.length).toBeGreaterThan(8)
  },
)
