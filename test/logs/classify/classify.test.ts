import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verdictCategories } from '../../../src/logs/classify/categories.ts'
import { classifier, classify, type VerdictContext } from '../../../src/logs/classify/classify.ts'
import { textRules } from '../../../src/logs/classify/rules.ts'
import type { Reason, Stage } from '../../../src/logs/record.ts'
import type { VerdictCategory } from '../../../src/logs/verdict.ts'
import { parseReply } from '../../../src/protocol/reply.ts'
import { answers } from './answers.ts'

const rows = Object.entries(answers).flatMap(([category, texts]) => texts.map((text) => [text, category] as const))

test('has hundreds of answers, and some for every category but those that only a log gives', () => {
  expect(rows.length).toBeGreaterThan(400)
  const without = Object.keys(verdictCategories).filter((category) => !Object.hasOwn(answers, category))
  expect(without).toEqual(['suppressed'])
})

test.each(rows)('%s: %s', (text, category) => {
  expect(classify(text).category).toBe(category)
})

test.each(rows.filter(([text]) => /^[245]\d\d /.test(text)))('%s: the same as a reply', (text, category) => {
  expect(classify(parseReply(text)).category).toBe(category)
})

describe('severity', () => {
  test.each([
    ['550 5.1.1 No such user', 'hard', 'suppress'],
    ['450 4.1.1 No such user', 'soft', 'retry'],
    ['552 5.2.2 Mailbox full', 'soft', 'retry'],
    ['550 5.7.1 You are greylisted', 'soft', 'retry'],
    ['554 5.7.1 blocked using bl.lists.example', 'block', 'delist'],
    ['451 4.7.1 blocked using bl.lists.example', 'block', 'delist'],
    ['550 5.4.6 routing loop', 'block', 'fix-configuration'],
    ['452 4.5.3 Too many recipients', 'soft', 'slow-down'],
    ['552 5.5.3 Too many recipients', 'soft', 'slow-down'],
    ['599 5.0.0 hm', 'undetermined', 'review'],
    ['450 4.0.0 hm', 'soft', 'retry'],
    ['250 2.0.0 ok', 'success', 'none'],
  ])('%s: %s, %s', (text, severity, action) => {
    expect(classify(text, { stage: 'mail' })).toMatchObject({ severity, action })
  })

  test('takes a bare 550 for a recipient, and does not give the address up for it', () => {
    const verdict = classify('550', { stage: 'rcpt' })
    expect(verdict).toMatchObject({ category: 'unknown-recipient', confidence: 'low', action: 'review' })
  })

  test('does not give an address up where words and code disagree', () => {
    expect(classify('550 5.7.26 no such user')).toMatchObject({ confidence: 'medium', action: 'review' })
  })

  const anyReply = fc.tuple(
    fc.integer({ min: 200, max: 599 }),
    fc.option(fc.constantFrom('4.2.2', '5.2.2', '5.1.1', '5.7.1', '4.7.1', '5.0.0')),
    fc.array(fc.constantFrom(...textRules.map(({ example }) => example.replace(/^\d{3}[ -]/, ''))), { maxLength: 2 }),
  )
  const isReply = ([code, status, texts]: readonly [number, string | null, readonly string[]]): string =>
    [code, ...(status === null ? [] : [status]), ...texts].join(' ')

  test('is hard for nothing but recipients, and never for full mailboxes and greylisting', () => {
    fc.assert(
      fc.property(anyReply, (parts) => {
        const { severity, party, category, action, confidence } = classify(isReply(parts))
        if (severity === 'hard') expect(party).toBe('recipient')
        if (category === 'mailbox-full' || category === 'greylisted') expect(severity).toBe('soft')
        if (action === 'suppress') expect(confidence === 'high' || category === 'complaint').toBe(true)
        if (parts[0] >= 400 && parts[0] < 500) expect(severity).not.toBe('hard')
      }),
    )
  })
})

describe('what decides', () => {
  const cases: readonly [string, string | undefined, VerdictContext, VerdictCategory, string, string | undefined][] = [
    [
      'a reason without a reply',
      undefined,
      { reason: 'connection-refused' },
      'network',
      'log-reason',
      'connection-refused',
    ],
    ['a reason beside words', 'TLS is required', { reason: 'tls-required' }, 'tls', 'log-reason', 'tls-required'],
    [
      'words behind a vague reason',
      'No such user',
      { reason: 'suspended' },
      'unknown-recipient',
      'text-rule',
      'no-such-user',
    ],
    ['a vague reason at last', 'hm', { reason: 'suspended' }, 'network', 'log-reason', 'suspended'],
    [
      'the provider before the words',
      '550 5.4.1 Recipient address rejected: Access denied',
      { relay: 'a.mail.protection.outlook.com' },
      'unknown-recipient',
      'provider-rule',
      'microsoft-recipient',
    ],
    [
      'the words without it',
      '550 5.4.1 Recipient address rejected: Access denied',
      { relay: 'mx.a.example' },
      'policy',
      'text-rule',
      'policy',
    ],
    ['the words before the codes', '550 5.7.1 No such user', {}, 'unknown-recipient', 'text-rule', 'no-such-user'],
    ['the enhanced code', '550 5.2.1 hm', {}, 'inactive-mailbox', 'enhanced-code', '5.2.1'],
    ['an enhanced code that is not registered', '550 5.6.77 hm', {}, 'content-rejected', 'enhanced-code', '5.6.77'],
    ['the code of the log', '550 hm', { dsn: '5.1.6' }, 'recipient-moved', 'enhanced-code', '5.1.6'],
    ['the reply before the log', '550 5.2.2 hm', { dsn: '5.1.1' }, 'mailbox-full', 'enhanced-code', '5.2.2'],
    ['the reply code at its step', '554 hm', { stage: 'greeting' }, 'policy', 'reply-code', '554'],
    ['the same code elsewhere', '554 5.0.0 hm', { stage: 'end-of-data' }, 'content-rejected', 'reply-code', '554'],
    ['nothing', '599 hm', {}, 'other', 'none', undefined],
  ]
  test.each(cases)('%s', (_, text, context, category, kind, rule) => {
    expect(classify(text, context)).toMatchObject({ category, evidence: { kind, rule } })
  })

  test('a host as a record has it', () => {
    const relay = { name: 'MX1.Mail.Protection.OUTLOOK.com.', address: '192.0.2.1', port: 25 }
    expect(classify('550 5.1.10 x', { relay }).evidence.rule).toBe('microsoft-recipient-code')
  })

  test('the domain of the recipient, where no server is known', () => {
    expect(classify('550 5.1.10 x', { domain: 'hotmail.com' }).evidence.rule).toBe('microsoft-recipient-code')
    expect(classify('550 5.1.10 x', { domain: 'hotmail.com', relay: 'mx.a.example' }).category).toBe('bad-domain')
  })

  test('no part of a name that only ends alike', () => {
    expect(classify('550 5.1.10 x', { relay: 'mx.notoutlook.com' }).category).toBe('bad-domain')
  })

  test('the words that it shows', () => {
    const text = '550 5.1.1 <no-such-user@a.example>: Sorry, <ann@a.example> user unknown'
    const { span = [0, 0] } = classify(text).evidence
    expect(text.slice(...span)).toBe('user unknown')
  })

  test('no words of addresses, links, or the codes of further lines', () => {
    expect(classify('550 5.0.0 <greylisted@a.example> see https://a.example/spam/virus').category).toBe('other')
    expect(classify('550-5.7.1 Your host is on our 550-5.7.1 block list').category).toBe('ip-blocklisted')
    expect(classify(parseReply('550-5.7.1 Your host is on our\r\n550 5.7.1 block list')).category).toBe(
      'ip-blocklisted',
    )
  })

  test('what the log did', () => {
    expect(classify('550 5.1.1 No such user', { disposition: 'deferred' })).toMatchObject({
      disposition: 'deferred',
      severity: 'hard',
    })
    expect(classify('550 5.1.1 No such user').disposition).toBe('failed')
    expect(classify('hm', { disposition: 'delivered' }).category).toBe('delivered')
  })
})

const reasons: readonly Reason[] = ['connection-lost', 'dns-not-found', 'suspended', 'expired', 'other', 'suppressed']
const stages: readonly Stage[] = ['connect', 'greeting', 'hello', 'auth', 'mail', 'rcpt', 'data', 'end-of-data', 'quit']

test('judges any text, the same each time', () => {
  const context = fc.record<VerdictContext>(
    {
      relay: fc.option(fc.domain(), { nil: undefined }),
      stage: fc.constantFrom(...stages),
      reason: fc.constantFrom(undefined, ...reasons),
      dsn: fc.string(),
    },
    { requiredKeys: [] },
  )
  const fresh = classifier({ remember: 1 })
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), context, (text, about) => {
      const verdict = classify(text, about)
      expect(Object.hasOwn(verdictCategories, verdict.category)).toBe(true)
      expect(Object.isFrozen(verdict)).toBe(true)
      expect(classify(text, about)).toBe(verdict)
      expect(fresh(text, about)).toEqual(verdict)
      const [from, to] = verdict.evidence.span ?? [0, 0]
      expect(to).toBeGreaterThanOrEqual(from)
      expect(to).toBeLessThanOrEqual(text.length)
    }),
  )
})

test.each([
  ['blanks', ' '],
  ['a word', 'mailbox '],
  ['the beginnings of phrases', 'user recipient mailbox account the not does '],
  ['at signs', 'a@'],
  ['links', 'https://a.example/'],
  ['codes', '550-5.1.1 '],
  ['commas', ',,,,'],
])('comes to an end with many of %s', (_, piece) => {
  classify(`550 ${piece.repeat(100_000)}`)
  classify(piece.repeat(100_000), { relay: 'google.com' })
})

test('remembers no context that its caller changes later', () => {
  const context: { stage: Stage } = { stage: 'rcpt' }
  expect(classify('550', context).category).toBe('unknown-recipient')
  context.stage = 'greeting'
  expect(classify('550', context).category).toBe('policy')
})
