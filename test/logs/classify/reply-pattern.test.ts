import fc from 'fast-check'
import { expect, test } from 'vitest'
import { replyPattern } from '../../../src/logs/classify/reply-pattern.ts'

test.each([
  ['550 5.1.1 (ann@a.example) no such user', '550 5.1.1 (<address>) no such user'],
  ['550 5.1.1 <ann@a.example>: no such user', '550 5.1.1 <address>: no such user'],
  ['550 5.1.1 ann@a.example... User unknown', '550 5.1.1 <address>... User unknown'],
  [
    '550-5.1.1 The mailbox 550-5.1.1 is not known. 550 5.1.1 Look again',
    '550-5.1.1 The mailbox is not known. Look again',
  ],
  ['5.1.1 The mailbox\n5.1.1 is not known', '5.1.1 The mailbox is not known'],
  ['554 [192.0.2.1] and [2001:db8::19] are listed', '554 [<ip>] and [<ip>] are listed'],
  ['421 mx1.a.example too busy', '421 <host> too busy'],
  ['250 2.0.0 Ok: queued as 9C1F2A03', '250 2.0.0 Ok: queued as <id>'],
  ['250 2.0.0 OK 1709532309 z2si1584129pfn.61 - gsmtp', '250 2.0.0 OK <number> <id> - gsmtp'],
  ['450 4.7.1 Greylisted for 300 seconds', '450 4.7.1 Greylisted for <number> seconds'],
  ['450 4.7.1 Greylisted for 9 minutes', '450 4.7.1 Greylisted for <number> minutes'],
  ['552 5.3.4 Message size 35882577 exceeds 26214400', '552 5.3.4 Message size <number> exceeds <number>'],
  ['550 see https://a.example/q?ip=192.0.2.1 for more', '550 see <link> for more'],
  ['550 at 2026-03-04T07:05:09.123Z by mx', '550 at <date> by mx'],
  ['550 on Wed, 4 Mar 2026 07:05:09 +0100 by mx', '550 on <date> by mx'],
  ['550 5.7.1 refused (S3140) [TSS04]', '550 5.7.1 refused (S3140) [TSS04]'],
  ['554 IP=192.0.2.1 id=7f3a9c2e', '554 IP=<ip> id=<id>'],
  ['552 1234567 bytes', '552 <number> bytes'],
  ['550 ann@a.example: www.a.example says 12', '550 <address>: <link> says 12'],
  ['550 5.7.511 refused', '550 5.7.511 refused'],
  ['550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'],
])('masks %j', (text, pattern) => {
  expect(replyPattern(text)).toBe(pattern)
})

test('does not grow what has no end', () => {
  expect(replyPattern('x '.repeat(100_000)).length).toBeLessThan(1_100)
})

test('makes the same of a pattern again', () => {
  const pieces = fc.array(
    fc.constantFrom('550', '5.1.1', 'ann@a.example', 'mx.a.example', '7f3a9c2e', '(x)', 'user', '192.0.2.1', '1234'),
  )
  fc.assert(
    fc.property(pieces, (words) => {
      const pattern = replyPattern(`550 ${words.join(' ')}`)
      expect(replyPattern(pattern)).toBe(pattern)
    }),
  )
})

test('makes one line of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(replyPattern(text)).not.toMatch(/[\r\n]/)
    }),
  )
})
