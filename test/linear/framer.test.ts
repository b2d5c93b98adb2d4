/** Octets are looked at once, however they are cut: characters searched and octets decoded are counted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { limits, ReplyFramer } from '../../src/protocol/index.ts'
import { utf8 } from '../helpers/chunks.ts'

let steps = 0

beforeEach(() => {
  const { indexOf } = String.prototype
  const { lastIndexOf } = Uint8Array.prototype
  const { decode } = TextDecoder.prototype
  vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, text, from = 0) {
    const found = indexOf.call(this, text, from)
    steps += (found < 0 ? this.length : found) - from
    return found
  })
  vi.spyOn(Uint8Array.prototype, 'lastIndexOf').mockImplementation(function (this: Uint8Array, octet) {
    const found = lastIndexOf.call(this, octet)
    steps += this.length - Math.max(found, 0)
    return found
  })
  vi.spyOn(TextDecoder.prototype, 'decode').mockImplementation(function (this: TextDecoder, octets) {
    steps += octets?.byteLength ?? 0
    return decode.call(this, octets)
  })
})

afterEach(() => {
  vi.restoreAllMocks()
})

const wide = { limits: { ...limits, replyLine: 1 << 20, reply: 1 << 20 } }

describe.each([1, 3, 1_000])('in chunks of %i', (size) => {
  it.each([
    ['many replies', (times: number) => '250 ok\r\n'.repeat(times)],
    ['a reply of many lines', (times: number) => `${'250-a\r\n'.repeat(times)}250 b\r\n`],
    ['a long line', (times: number) => `250 ${'a'.repeat(8 * times)}\r\n`],
    ['a line that never ends', (times: number) => `250 ${'a'.repeat(8 * times)}`],
    ['lines that never end', (times: number) => '250-a\r\n'.repeat(times)],
  ])('%s', (_, text) => {
    const [few = 0, many = 0] = [1_000, 8_000].map((times) => work(utf8(text(times))))
    expect(few).toBeGreaterThan(0)
    expect(many).toBeLessThanOrEqual(9 * few)
  })

  function work(octets: Uint8Array): number {
    steps = 0
    const framer = new ReplyFramer(wide)
    for (let from = 0; from < octets.length; from += size) framer.push(octets.subarray(from, from + size), () => {})
    framer.end()
    return steps
  }
})
