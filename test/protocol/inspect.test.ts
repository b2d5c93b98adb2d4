import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspectBody, needs8bit } from '../../src/protocol/inspect.ts'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

describe('inspectBody', () => {
  it.each([
    ['', false, false, 0],
    ['abc', false, false, 3],
    ['abc\r\n', false, false, 3],
    ['a\nabcd\rab', false, false, 4],
    ['\r\r\n\n', false, false, 0],
    ['a\r\n\r\nabcdefghijklmnopq', false, false, 17],
    ['abcdefghijklmnopq\r\na', false, false, 17],
    ['a\0b', false, true, 3],
    ['\t\x7f', false, false, 2],
    ['12345678\x80', true, false, 9],
    ['\x80345678', true, false, 7],
    ['1234567\xff', true, false, 8],
    ['x'.repeat(998), false, false, 998],
    ['x'.repeat(999), false, false, 999],
  ])('%j', (message, eightBit, nul, longestLine) => {
    expect(inspectBody(bytes(message))).toEqual({ eightBit, nul, longestLine })
    expect(needs8bit(bytes(message))).toBe(eightBit)
  })

  it('agrees with a look at every octet, at any offset', () => {
    const octet = fc.oneof(
      fc.constantFrom(0, 9, 10, 13, 31, 32, 46, 127, 128, 138, 141),
      fc.integer({ min: 97, max: 122 }),
    )
    fc.assert(
      fc.property(fc.array(octet, { maxLength: 60 }), fc.nat({ max: 8 }), (octets, offset) => {
        const message = Uint8Array.from([...Array<number>(offset).fill(0), ...octets, 255]).subarray(offset, -1)
        const lines = String.fromCharCode(...octets).split(/\r\n|\r|\n/)
        expect(inspectBody(message)).toEqual({
          eightBit: octets.some((value) => value > 127),
          nul: octets.includes(0),
          longestLine: Math.max(...lines.map((line) => line.length)),
        })
      }),
      { numRuns: 5_000 },
    )
  })
})
