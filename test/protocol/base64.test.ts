import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64 } from '../../src/protocol/base64.ts'
import { utf8 } from '../helpers/chunks.ts'

describe('RFC 4648 section 10', () => {
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
    ['Grüße', 'R3LDvMOfZQ=='],
  ])('%j is %j', (text, encoded) => {
    expect(toBase64(utf8(text))).toBe(encoded)
    expect(fromBase64(encoded)).toEqual(utf8(text))
  })
})

it.each([
  ' ',
  'Zg',
  'Zg=',
  'Zg===',
  'Zg==\n',
  ' Zg==',
  'Z g==',
  'Zm9v=',
  'Zm9vY',
  '====',
  '=',
  'Zm-_',
  'Zg==Zg==',
  'Zé==',
  // Bits behind the last octet.
  'Zh==',
  'Zm9=',
])('%j is not base64', (text) => {
  expect(fromBase64(text)).toBeUndefined()
})

it('any octets come back, in the form that others write too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      expect(toBase64(octets)).toBe(Buffer.from(octets).toString('base64'))
      expect(fromBase64(toBase64(octets))).toEqual(octets)
    }),
  )
})

it('a megabyte is no trouble', () => {
  const octets = new Uint8Array(1 << 20).fill(251)
  expect(Buffer.compare(fromBase64(toBase64(octets)) ?? new Uint8Array(), octets)).toBe(0)
})

it('any text is octets or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.base64String(), fc.string({ unit: fc.constantFrom(...'AZaz09+/= ') })), (text) => {
      const octets = fromBase64(text)
      if (octets !== undefined) expect(octets.length).toBe(Buffer.from(text, 'base64').length)
    }),
  )
})
