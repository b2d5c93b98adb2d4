import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspectBody } from '../../src/protocol/inspect.ts'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

describe('inspectBody', () => {
  it.each([
    ['', { canonical: true }],
    ['abc', { longestLine: 3 }],
    ['abc\r\n', { longestLine: 3, canonical: true }],
    ['a\nabcd\rab', { longestLine: 4 }],
    ['a\r\nb\n', { longestLine: 1 }],
    ['\r\r\n\n', {}],
    ['\r\n\r', {}],
    ['a\r\n\r\nabcdefghijklmnopq', { longestLine: 17 }],
    ['abcdefghijklmnopq\r\na', { longestLine: 17 }],
    ['a\0b', { nul: true, longestLine: 3 }],
    ['\t\x7f', { longestLine: 2 }],
    ['12345678\x80', { eightBit: true, longestLine: 9 }],
    ['\x80345678', { eightBit: true, longestLine: 7 }],
    ['1234567\xff', { eightBit: true, longestLine: 8 }],
    ['.', { dots: true, longestLine: 1 }],
    ['a.\r\n..\r\n', { dots: true, longestLine: 2, canonical: true }],
    ['a\r.', { dots: true, longestLine: 1 }],
    ['a.b\n', { longestLine: 3 }],
    ['x'.repeat(998), { longestLine: 998 }],
    ['x'.repeat(999), { longestLine: 999 }],
  ])('%j', (message, traits) => {
    const none = { eightBit: false, nul: false, longestLine: 0, canonical: false, dots: false }
    expect(inspectBody(bytes(message))).toEqual({ ...none, ...traits })
  })

  const octet = fc.oneof(
    fc.constantFrom(0, 9, 10, 13, 31, 32, 46, 127, 128, 138, 141),
    fc.integer({ min: 97, max: 122 }),
  )

  /** Lines of one length, but for a few octets that are others. */
  const alike = fc
    .tuple(
      fc.integer({ min: 14, max: 50 }),
      fc.integer({ min: 2, max: 8 }),
      fc.array(fc.tuple(fc.nat(), octet), { maxLength: 3 }),
    )
    .map(([width, count, others]) => {
      const octets = Array.from({ length: count }, () => [...Array<number>(width).fill(97), 13, 10]).flat()
      for (const [place, other] of others) octets[place % octets.length] = other
      return octets
    })

  it.each([
    ['octets', fc.array(octet, { maxLength: 60 })],
    ['lines of one length', alike],
  ])('agrees with a look at every octet, at any offset, of any %s', (_, octetsOf) => {
    fc.assert(
      fc.property(octetsOf, fc.nat({ max: 8 }), (octets, offset) => {
        const message = Uint8Array.from([...Array<number>(offset).fill(0), ...octets, 255]).subarray(offset, -1)
        const text = String.fromCharCode(...octets)
        const lines = text.split(/\r\n|\r|\n/)
        expect(inspectBody(message)).toEqual({
          eightBit: octets.some((value) => value > 127),
          nul: octets.includes(0),
          longestLine: Math.max(...lines.map((line) => line.length)),
          canonical: /^([^\r\n]*\r\n)*$/.test(text),
          dots: lines.some((line) => line.startsWith('.')),
        })
      }),
      { numRuns: 5_000 },
    )
  })
})
