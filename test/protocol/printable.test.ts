import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits, printable } from '../../src/protocol/index.ts'

describe('printable', () => {
  it.each([
    ['', ''],
    ['Grüße, 例え \u{1f4e7}', 'Grüße, 例え \u{1f4e7}'],
    ['one\ntwo\r\nthree', 'one / two / three'],
    ['\x1b[31mred\x1b[0m', '?[31mred?[0m'],
    ['\x1b]0;title\x07', '?]0;title?'],
    ['back\b\b\b\rover', 'back????over'],
    ['tab\tnul\0del\x7f', 'tab?nul?del?'],
    ['c1 \x80\x9b31m\x85', 'c1 ??31m?'],
    ['\u2028\u2029', '??'],
    ['\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c', '????????????'],
    ['\ufeff', '?'],
  ])('%j', (text, expected) => {
    expect(printable(text)).toBe(expected)
  })

  it.each([
    ['abcd', 4, 'abcd'],
    ['abcde', 4, 'abcd…'],
    ['ab\ncd', 3, 'ab / …'],
    ['a', 0, '…'],
  ])('%j cut to %d', (text, cap, expected) => {
    expect(printable(text, cap)).toBe(expected)
  })

  it('cuts to what errors show', () => {
    expect(printable('x'.repeat(100_000))).toBe(`${'x'.repeat(limits.serverText)}…`)
  })

  it('any text comes out on one line without a control character, and stays so', () => {
    const unit = fc.constantFrom('a', ' ', '\r', '\n', '\t', '\x1b', '\x7f', '\x9b', '\u2028', '\u202e', '\ufeff', '…')
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit })), (text) => {
        const shown = printable(text)
        expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
        expect(printable(shown)).toBe(shown)
      }),
    )
  })
})
