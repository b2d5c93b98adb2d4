import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Codes, textCodes } from '../../src/grammar/codes.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'binary-ascii', maxLength: 3000, size: 'max' }),
  fc.string({ unit: 'grapheme', maxLength: 3000, size: 'max' }),
)

const codesOf = (text: string): Codes => textCodes(text).codes

describe('textCodes', () => {
  it('has the char code of every place of a text', () => {
    fc.assert(fc.property(text, (text) => void expect(read(text)).toBe(text)))
  })

  it('has those of one text after the other, whatever their lengths', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        for (const text of [...texts, ...texts]) expect(read(text)).toBe(text)
      }),
    )
  })

  it.each([
    ['nothing', ''],
    ['a character of one octet and another of two', 'aä'],
    ['Latin-1', '\xff\x80'],
    ['halves of characters', 'a\ud83d'],
    ['whole characters', '\u{1f4e7}'],
    ['as many octets as the array has, of fewer characters', '\u4e00'.repeat(341)],
    ['more than that', '\u4e00'.repeat(1024)],
    ['what is just short', 'a'.repeat(1024)],
    ['what is just long', 'a'.repeat(1025)],
    ['what is long and not ASCII', `${'a'.repeat(5000)}\u20ac`],
  ])('reads %s', (_, text) => {
    expect(read(text)).toBe(text)
    expect(codesOf(text)[text.length]).toBe(0)
  })

  it('reads a long text once, also when short ones come in between', () => {
    const long = 'a'.repeat(5000)
    const codes = codesOf(long)
    codes[0] = 98
    codesOf('short')
    expect(codesOf(long)[0]).toBe(98)
    codesOf('b'.repeat(5000))
    expect(codesOf(long)[0]).toBe(97)
  })
})

function read(text: string): string {
  return Array.from({ length: text.length }, (_, at) => String.fromCharCode(codesOf(text)[at] ?? 0)).join('')
}
