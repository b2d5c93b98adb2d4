import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodedBefore } from '../../src/protocol/octets.ts'

it('puts any text and any octets into one piece', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.uint8Array({ maxLength: 40 }), (text, octets) => {
      expect(encodedBefore(text, octets)).toEqual(Uint8Array.from([...new TextEncoder().encode(text), ...octets]))
    }),
    { numRuns: 2_000 },
  )
})
