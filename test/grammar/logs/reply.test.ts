import { describe, expect, it } from 'vitest'
import { match } from '../../../src/grammar/logs/reply.ts'

const joins: readonly ['Wire' | 'Escaped' | 'Flattened', string][] = [
  ['Wire', '\r\n'],
  ['Wire', '\n'],
  ['Escaped', '\\n'],
  ['Escaped', '\\\\n'],
  ['Escaped', '/'],
  ['Flattened', ' '],
]

describe.each(joins)('%s with %j', (rule, join) => {
  it.each<[string, number, readonly string[], boolean]>([
    ['250', 250, [''], true],
    ['250 Ok', 250, ['Ok'], true],
    ['250ok', 250, ['ok'], true],
    ['599  two', 599, [' two'], true],
    ['550-a|550 b', 550, ['a', 'b'], true],
    ['550-a|550-|550-c d|550', 550, ['a', '', 'c d', ''], true],
    ['550-a', 550, ['a'], false],
    ['550-', 550, [''], false],
    ['550-a|550-b', 550, ['a', 'b'], false],
    ['550 a|550 b', 550, ['a|550 b'], true],
    ['550-a|551 b|550 c', 550, ['a|551 b', 'c'], true],
    ['550-a|550b|550 c', 550, ['a|550b', 'c'], true],
    ['550-a|5501 b|550 c', 550, ['a|5501 b', 'c'], true],
    ['550-a|b|550 c|550 d', 550, ['a|b', 'c|550 d'], true],
  ])('reads %j', (text, code, lines, whole) => {
    const joined = (piece: string): string => piece.replaceAll('|', join)
    expect(match(joined(text), rule)).toStrictEqual({ code, lines: lines.map(joined), whole })
  })

  it.each(['', '25', '199 a', '600 a', '2500', 'a', ' 250'])('refuses %j', (text) => {
    expect(match(text, rule)).toBeUndefined()
  })
})

describe('FirstStatus', () => {
  it.each([
    ['5.1.1', 5, 1, 1],
    ['5.1.1 a', 5, 1, 1],
    ['4.7.650: a', 4, 7, 650],
    [' 5.1.10', 5, 1, 10],
    ['5.1.1. a', 5, 1, 1],
    ['#5.1.1 a', 5, 1, 1],
    ['[5.1.1] a', 5, 1, 1],
    ['(#5.1.1)', 5, 1, 1],
    ['sorry, no mailbox here (#5.1.1)', 5, 1, 1],
  ])('finds the code in %j', (text, severity, subject, detail) => {
    expect(match(text, 'FirstStatus')).toStrictEqual({ class: severity, subject, detail })
  })

  it.each(['', 'a', '5.1', '5.1.1.1', '5.1.1a', '3.1.1', '5.1000.1', 'a 5.1.1', '(5.1.1)'])(
    'finds none in %j',
    (text) => {
      expect(match(text, 'FirstStatus')).toBeUndefined()
    },
  )
})
