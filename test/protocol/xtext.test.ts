import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { match } from '../../src/grammar/command.ts'
import { decodeXtext, encodeUtf8Address, encodeXtext } from '../../src/protocol/xtext.ts'
import { hostileText } from '../helpers/arbitraries.ts'

describe('encodeXtext', () => {
  it.each([
    ['', ''],
    ['ann@mx.example', 'ann@mx.example'],
    ['!"#$%&\'()*,-./09:;<>?@AZ[\\]^_`az{|}~', '!"#$%&\'()*,-./09:;<>?@AZ[\\]^_`az{|}~'],
    ['a+b=c', 'a+2Bb+3Dc'],
    ['two words\t', 'two+20words+09'],
    ['\r\nQUIT\0\x7f', '+0D+0AQUIT+00+7F'],
    ['jörg €\u{1f4e7}', 'j+C3+B6rg+20+E2+82+AC+F0+9F+93+A7'],
    ['+2B', '+2B2B'],
  ])('%j is written %j', (text, xtext) => {
    expect(encodeXtext(text)).toBe(xtext)
    expect(decodeXtext(xtext)).toBe(text)
  })

  it.each(['\ud800', 'a\udc00b', 7, undefined])('refuses %j', (text) => {
    expect(() => encodeXtext(text as string)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', argument: 'text' }),
    )
  })
})

describe('decodeXtext', () => {
  it.each(['+', '+2', '+2b', '+GG', 'a b', 'a=b', 'ä', 'a\r\n', '+2B+'])('refuses %j', (text) => {
    expect(() => decodeXtext(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })

  it('reads octets that may be written as they are, and marks those that are no UTF-8', () => {
    expect(decodeXtext('+41+42')).toBe('AB')
    expect(decodeXtext('+C3x+FF')).toBe('\ufffdx\ufffd')
    expect(decodeXtext('+EF+BB+BFa')).toBe('\ufeffa')
  })
})

describe('encodeUtf8Address', () => {
  it.each([
    ['jörg@mx.example', 'j\\x{F6}rg@mx.example', 'jörg@mx.example'],
    ['a+b=c\\d"e f"@x', 'a\\x{2B}b\\x{3D}c\\x{5C}d"e\\x{20}f"@x', 'a\\x{2B}b\\x{3D}c\\x{5C}d"e\\x{20}f"@x'],
    ['例\u{1f4e7}@x', '\\x{4F8B}\\x{1F4E7}@x', '例\u{1f4e7}@x'],
    ['\x7f\x80', '\\x{7F}\\x{80}', '\\x{7F}\x80'],
  ])('%j', (address, xtext, unitext) => {
    expect(encodeUtf8Address(address, 'xtext')).toBe(xtext)
    expect(encodeUtf8Address(address, 'unitext')).toBe(unitext)
  })

  it.each(['a\0', 'a\r\nb', '\ud800'])('refuses %j', (address) => {
    expect(() => encodeUtf8Address(address, 'xtext')).toThrow(/^address: /)
  })
})

describe('for any text', () => {
  const text = fc.oneof(hostileText, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-composite' }))

  it('decode(encode(x)) = x, and what is written is xtext without = or line ends', () => {
    fc.assert(
      fc.property(text, (given) => {
        fc.pre(!/\p{Surrogate}/u.test(given))
        const written = encodeXtext(given)
        expect(decodeXtext(written)).toBe(given)
        expect(match(written, 'Xtext')).toBe(written)
        expect(written === '' || match(written, 'EsmtpValue') === written).toBe(true)
      }),
    )
  })

  it('an address of type utf-8 can be read again, and is one value', () => {
    const read = (written: string): string =>
      written.replace(/\\x\{([0-9A-F]{2,6})\}/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    const printableText = text.map((given) => given.replace(/[\p{Cc}\p{Surrogate}]/gu, ''))
    fc.assert(
      fc.property(printableText, fc.constantFrom('xtext' as const, 'unitext' as const), (given, form) => {
        const written = encodeUtf8Address(given, form)
        expect(read(written)).toBe(given)
        expect(written === '' || match(written, 'EsmtpValue') === written).toBe(true)
        if (form === 'xtext') expect(written).toMatch(/^[!-~]*$/)
      }),
    )
  })
})
