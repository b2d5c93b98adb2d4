import { describe, expect, it } from 'vitest'
import type { HeadNode, StampNode } from '../../../src/grammar/logs/ast.ts'
import { match } from '../../../src/grammar/logs/head.ts'

const seven = 7 * 3_600_000 + 5 * 60_000 + 9_000

type Dated = Omit<Exclude<StampNode, { epoch: number }>, 'date' | 'digits'>
type Head = Omit<HeadNode, 'stamp' | 'pri'> & { readonly stamp: Dated | { readonly epoch: number } | null }

function date(year: number | null, month: number, day: number, clock: number, zone: number | null): Dated {
  return { year, month, day, clock, zone }
}

/** A head and the rest of the line behind it. */
function head(
  stamp: Head['stamp'],
  host: string | null,
  rest: string,
  program?: string,
  pid?: string,
): readonly [Head, string] {
  return [{ stamp, host, program: program ?? null, pid: pid ?? null, length: 0 }, rest]
}

describe('Head', () => {
  it.each<[string, readonly [Head, string]]>([
    ['Mar  4 07:05:09 mx1 a', head(date(null, 2, 4, seven, null), 'mx1', 'a')],
    ['Mar 04 07:05:09 mx1 a', head(date(null, 2, 4, seven, null), 'mx1', 'a')],
    ['Mar 4 07:05:09 mx1 a', head(date(null, 2, 4, seven, null), 'mx1', 'a')],
    ['<22>Dec 31 07:05:09 a/b c', head(date(null, 11, 31, seven, null), 'a/b', 'c')],
    ['Mar  4 2024 07:05:09 mx1 a', head(date(2024, 2, 4, seven, null), 'mx1', 'a')],
    ['2026-03-04T07:05:09Z mx1 a', head(date(2026, 2, 4, seven, 0), 'mx1', 'a')],
    ['2026-03-04T07:05:09+0130 mx1 a', head(date(2026, 2, 4, seven, 90), 'mx1', 'a')],
    ['2026-03-04T07:05:09.123456-01:30 mx1 a', head(date(2026, 2, 4, seven + 123, -90), 'mx1', 'a')],
    ['2026-03-04T07:05:09.5 mx1 a', head(date(2026, 2, 4, seven + 500, null), 'mx1', 'a')],
    ['<22>1 2026-03-04T07:05:09Z mx1 a 8 - - b', head(date(2026, 2, 4, seven, 0), 'mx1', 'b', 'a', '8')],
    ['<22>1 - mx1 a - - [x@1 y="]\\""][z] b', head(null, 'mx1', 'b', 'a', '-')],
    ['2026-03-04 07:05:09 a', head(date(2026, 2, 4, seven, null), null, 'a')],
    ['2026-03-04 07:05:09.123 +0100 a', head(date(2026, 2, 4, seven + 123, 60), null, 'a')],
    ['@4000000065e5a3d50c1a2b3c a', head({ epoch: 1_709_548_491_203 }, null, 'a')],
    ['1709532309.1234 a', head({ epoch: 1_709_532_309_123 }, null, 'a')],
  ])('reads %j', (text, [node, rest]) => {
    const { stamp = null, pri = 0, ...others } = match(text, 'Head') ?? {}
    const { stamp: expected, ...otherwise } = node
    expect(others).toStrictEqual({ ...otherwise, length: text.length - rest.length })
    if (stamp === null || 'epoch' in stamp) return expect(stamp).toStrictEqual(expected)
    const { date, digits, ...parts } = stamp
    expect(parts).toStrictEqual(expected)
    // RFC 5424 has a version in between.
    if (node.program === null) expect(text.slice(pri + date).slice(0, digits)).toMatch(/^07:05:09(?:\.\d+)?$/)
  })

  it.each([
    '',
    'a',
    'Mar 4',
    'Foo  4 07:05:09 mx1 a',
    'arM  4 07:05:09 mx1 a',
    '2026-03-04',
    'Mar  4 7:05:09 mx1 a',
    '@40 a',
  ])('refuses %j', (text) => {
    expect(match(text, 'Head')).toBeUndefined()
  })
})

describe('Tag', () => {
  it.each<[string, string, number | null, string]>([
    ['postfix/smtp[812]: a', 'postfix/smtp', 812, 'a'],
    ['sm-mta: a', 'sm-mta', null, 'a'],
    ['a:', 'a', null, ''],
    ['smtpd[5]: [ID 197553 mail.info] a', 'smtpd', 5, 'a'],
  ])('reads %j', (text, program, pid, rest) => {
    expect(match(text, 'Tag')).toStrictEqual({ name: program.length, pid, length: text.length - rest.length })
  })

  it.each(['', 'a b: c', 'a[b]: c', 'a[1: c', '[1]: c', 'last message repeated 3 times'])('refuses %j', (text) => {
    expect(match(text, 'Tag')).toBeUndefined()
  })
})
