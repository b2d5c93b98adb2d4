import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SmtpError } from '../../src/protocol/errors.ts'
import { BodyDecoder, BodyEncoder } from '../../src/protocol/transparency.ts'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const text = (octets: Uint8Array) => String.fromCharCode(...octets)
const join = (chunks: readonly Uint8Array[]) => Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))

function encode(chunks: readonly Uint8Array[], stuff = true): string {
  const encoder = new BodyEncoder({ stuff })
  return text(join([...chunks.map((chunk) => encoder.push(chunk)), encoder.end()]))
}

function decode(chunks: readonly Uint8Array[]): { body: string; ended: boolean; rest: string } {
  const decoder = new BodyDecoder()
  const body: Uint8Array[] = []
  for (const [index, chunk] of chunks.entries()) {
    body.push(decoder.push(chunk))
    if (decoder.ended) {
      return { body: text(join(body)), ended: true, rest: text(join([decoder.rest, ...chunks.slice(index + 1)])) }
    }
  }
  return { body: text(join(body)), ended: false, rest: text(decoder.rest) }
}

/** What the encoder has to do, by regular expressions on the whole message. */
function model(message: string, stuff: boolean): string {
  const lines = message.replace(/\r\n|\r|\n/g, '\r\n')
  const whole = lines === '' || lines.endsWith('\r\n') ? lines : `${lines}\r\n`
  return stuff ? `${whole.replace(/(^|\r\n)\./g, '$1..')}.\r\n` : whole
}

function segmented(octets: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts.map((cut) => cut % (octets.length + 1)), octets.length].sort((a, b) => a - b)
  return ends.map((end, index) => octets.subarray(ends[index - 1] ?? 0, end))
}

// Dense in what matters, with text long enough for the steps of eight octets.
const message = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('\r', '\n', '\r\n', '.', '\r\n.\r\n') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('\t', '\0', 'x', '\x0e', '\x1f', '\x7f', '\x80', '\x8a', '\x8d', '\xff'),
      },
      {
        weight: 1,
        arbitrary: fc.string({ unit: fc.constantFrom('a', '.', ' ', '\xe9'), minLength: 1, maxLength: 30 }),
      },
    ),
    { maxLength: 40 },
  )
  .map((parts) => bytes(parts.join('')))
const cuts = fc.array(fc.nat(), { maxLength: 12 })

describe('BodyEncoder: known answers at every split point', () => {
  it.each([
    // message            on the wire
    ['', '.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['a\n', 'a\r\n.\r\n'],
    ['a\r', 'a\r\n.\r\n'],
    ['\r', '\r\n.\r\n'],
    ['\n', '\r\n.\r\n'],
    ['\r\n', '\r\n.\r\n'],
    ['\n\r', '\r\n\r\n.\r\n'],
    ['\r\r\n', '\r\n\r\n.\r\n'],
    ['\r\n\r', '\r\n\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['..', '...\r\n.\r\n'],
    ['.a\r\n', '..a\r\n.\r\n'],
    ['a.b\r\n', 'a.b\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['a\n.\nQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\n.\r\nQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\n.\rQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\r.\rQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\r.\nQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\r.\r\nQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\r\n.\rQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\r\n.\nQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\r\n.\r\nQUIT\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    ['a\r\r.\r\rQUIT\n', 'a\r\n\r\n..\r\n\r\nQUIT\r\n.\r\n'],
    ['a\n\r.\n\rQUIT\n', 'a\r\n\r\n..\r\n\r\nQUIT\r\n.\r\n'],
    ['a\r\n\0.\r\n', 'a\r\n\0.\r\n.\r\n'],
    ['\x8d\x8a.\x8d\x8a', '\x8d\x8a.\x8d\x8a\r\n.\r\n'],
    ['\t.\x0b\x0c.\n', '\t.\x0b\x0c.\r\n.\r\n'],
    ['eight..8\r\n.eight.8\r\n', 'eight..8\r\n..eight.8\r\n.\r\n'],
    ['12345678\n12345678.2345678\n', '12345678\r\n12345678.2345678\r\n.\r\n'],
  ])('%j becomes %j', (plain, wire) => {
    const octets = bytes(plain)
    expect(encode([octets])).toBe(wire)
    expect(encode(Array.from(octets, (octet) => Uint8Array.of(octet)))).toBe(wire)
    for (let a = 0; a <= octets.length; a++) {
      for (let b = a; b <= octets.length; b++) {
        expect(encode([octets.subarray(0, a), octets.subarray(a, b), octets.subarray(b)])).toBe(wire)
      }
    }
  })

  it.each([
    ['', ''],
    ['.', '.\r\n'],
    ['.\r\n', '.\r\n'],
    ['a\r', 'a\r\n'],
    ['a\n.\rb', 'a\r\n.\r\nb\r\n'],
  ])('without stuffing %j becomes %j', (plain, wire) => {
    for (let cut = 0; cut <= plain.length; cut++) {
      expect(encode([bytes(plain.slice(0, cut)), bytes(plain.slice(cut))], false)).toBe(wire)
    }
  })
})

describe('BodyEncoder: properties', () => {
  it('gives what the model gives, whatever the segmentation', () => {
    fc.assert(
      fc.property(message, cuts, fc.boolean(), (octets, at, stuff) => {
        expect(encode(segmented(octets, at), stuff)).toBe(model(text(octets), stuff))
      }),
      { numRuns: 5_000 },
    )
  })

  it('puts no bare CR or LF on the wire, and the end of data only at the end', () => {
    fc.assert(
      fc.property(message, cuts, (octets, at) => {
        const wire = encode(segmented(octets, at))
        expect(wire).not.toMatch(/\r(?!\n)|(?<!\r)\n/)
        expect(`\r\n${wire}`.indexOf('\r\n.\r\n')).toBe(wire.length - 3)
      }),
      { numRuns: 2_000 },
    )
  })

  it('leaves its input alone', () => {
    fc.assert(
      fc.property(message, (octets) => {
        const before = text(octets)
        encode([octets])
        expect(text(octets)).toBe(before)
      }),
    )
  })
})

describe('BodyEncoder: chunks', () => {
  it('returns a chunk that needs no change itself', () => {
    const encoder = new BodyEncoder()
    const line = bytes('a clean line of text\r\nwith another one\r')
    expect(encoder.push(line)).toBe(line)
    const lineFeed = bytes('\n')
    expect(encoder.push(lineFeed)).toBe(lineFeed)
  })

  it('reads a chunk inside a larger buffer and at odd offsets', () => {
    const buffer = bytes('\n.\nodd offset of a longer text\n.\n.\n')
    for (let from = 3; from < 12; from++) {
      const part = buffer.subarray(from, -3)
      expect(encode([part])).toBe(model(text(part), true))
    }
  })

  it('begins anew behind the end', () => {
    const encoder = new BodyEncoder()
    for (let message = 0; message < 2; message++) {
      expect(text(encoder.push(bytes('.a')))).toBe('..a')
      expect(text(encoder.end())).toBe('\r\n.\r\n')
    }
  })

  it.each(['\n', '\r', '.\r\n', '\r.', '\n.', '.', '\t', '\0', 'x\n'])(
    'a long run of %j grows at most twofold',
    (unit) => {
      const octets = bytes(unit.repeat(20_000))
      const encoder = new BodyEncoder()
      const wire = encoder.push(octets)
      expect(wire.length).toBeLessThanOrEqual(2 * octets.length + 1)
      expect(wire).toEqual(bytes(model(unit.repeat(20_000), true)).subarray(0, wire.length))
    },
  )
})

describe('BodyDecoder: known answers at every split point', () => {
  it.each([
    // on the wire             body               ended   rest
    ['.\r\n', '', true, ''],
    ['\r\n.\r\n', '\r\n', true, ''],
    ['a\r\n.\r\n', 'a\r\n', true, ''],
    ['a\r\n.\r\nQUIT\r\n', 'a\r\n', true, 'QUIT\r\n'],
    ['a\r\n.\r\n.\r\n', 'a\r\n', true, '.\r\n'],
    ['..\r\n.\r\n', '.\r\n', true, ''],
    ['...a\r\n.\r\n', '..a\r\n', true, ''],
    ['.a\r\n.\r\n', 'a\r\n', true, ''],
    ['a.\r\n.\r\n', 'a.\r\n', true, ''],
    ['a\r\n.b\r\n.\r\n', 'a\r\nb\r\n', true, ''],
    ['a\r\n\r.\r\n.\r\n', 'a\r\n\r.\r\n', true, ''],
    ['a\r\r\n.\r\n', 'a\r\r\n', true, ''],
    ['a\r\n.\r\r\n.\r\n', 'a\r\n\r\r\n', true, ''],
    ['a\r\n.\rb\r\n.\r\n', 'a\r\n\rb\r\n', true, ''],
    // what only a careless receiver takes for the end
    ['a\n.\nb\r\n.\r\n', 'a\n.\nb\r\n', true, ''],
    ['a\n.\r\nb\r\n.\r\n', 'a\n.\r\nb\r\n', true, ''],
    ['a\r.\rb\r\n.\r\n', 'a\r.\rb\r\n', true, ''],
    ['a\r\n.\nb\r\n.\r\n', 'a\r\n\nb\r\n', true, ''],
    ['a\r.\r\nb\r\n.\r\n', 'a\r.\r\nb\r\n', true, ''],
    // no end yet
    ['', '', false, ''],
    ['.', '', false, ''],
    ['a', 'a', false, ''],
    ['a\r\n', 'a\r\n', false, ''],
    ['a\r\n.', 'a\r\n', false, ''],
    ['a\r\n.\r', 'a\r\n', false, ''],
    ['\n.\r\n', '\n.\r\n', false, ''],
  ])('%j is %j, ended %s, rest %j', (wire, body, ended, rest) => {
    const octets = bytes(wire)
    for (let a = 0; a <= octets.length; a++) {
      for (let b = a; b <= octets.length; b++) {
        const chunks = [octets.subarray(0, a), octets.subarray(a, b), octets.subarray(b)]
        expect(decode(chunks)).toEqual({ body, ended, rest })
      }
    }
    expect(decode(Array.from(octets, (octet) => Uint8Array.of(octet)))).toEqual({ body, ended, rest })
  })

  it('refuses octets behind the end', () => {
    const decoder = new BodyDecoder()
    decoder.push(bytes('.\r\n'))
    expect(() => decoder.push(bytes('a'))).toThrow(SmtpError)
  })

  it.each([bytes, Buffer.from])('leaves the chunk alone, a Buffer as well', (chunkOf) => {
    const chunk = chunkOf('..a\r\n.b\r\n.\r\nQUIT')
    new BodyDecoder().push(chunk)
    expect(text(chunk)).toBe('..a\r\n.b\r\n.\r\nQUIT')
  })
})

describe('BodyDecoder and BodyEncoder', () => {
  it('the one takes back what the other did, whatever both segmentations', () => {
    fc.assert(
      fc.property(message, cuts, cuts, fc.constantFrom('', 'QUIT\r\n', '.\r\n'), (octets, here, there, rest) => {
        const wire = bytes(encode(segmented(octets, here)) + rest)
        expect(decode(segmented(wire, there))).toEqual({ body: model(text(octets), false), ended: true, rest })
      }),
      { numRuns: 5_000 },
    )
  })
})
