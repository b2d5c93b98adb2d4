import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { checkHostPort, parseAddress } from '../../src/client/address.ts'
import { isSmtpError } from '../../src/index.ts'

describe('host:port', () => {
  it.each([
    ['mx.example:25', 'mx.example', 25],
    ['mx.example:smtp', 'mx.example', 25],
    ['mx.example:submission', 'mx.example', 587],
    ['mx.example:submissions', 'mx.example', 465],
    ['localhost:65535', 'localhost', 65_535],
    ['192.0.2.1:25', '192.0.2.1', 25],
    ['[192.0.2.1]:25', '192.0.2.1', 25],
    ['[2001:db8::1]:submission', '2001:db8::1', 587],
    ['[::1]:2525', '::1', 2525],
    ['[::ffff:127.0.0.1]:1', '::ffff:127.0.0.1', 1],
    ['bücher.example:25', 'bücher.example', 25],
    ['mx.example:00025', 'mx.example', 25],
    ['mx.example:lmtp', 'mx.example', 24],
    ['/run/lmtp', '/run/lmtp', 0],
    ['/run/with:colon', '/run/with:colon', 0],
    [`/${'x'.repeat(102)}`, `/${'x'.repeat(102)}`, 0],
  ])('%s', (address, host, port) => {
    expect(parseAddress(address)).toEqual({ host, port })
  })

  it.each([
    '',
    ':',
    ':25',
    'mx.example',
    'mx.example:',
    'mx.example:0',
    'mx.example:65536',
    'mx.example:-1',
    'mx.example:+25',
    'mx.example:2 5',
    'mx.example:25 ',
    'mx.example:1e3',
    'mx.example:0x19',
    'mx.example:SMTP',
    'mx.example:http',
    'mx.example:25:25',
    'mx..example:25',
    'mx.example.:25\r\n',
    'mx_example!:25',
    'mx example:25',
    '::1:25',
    '[::1]',
    '[::1]25',
    '[::1:25',
    '[]:25',
    '[1::2::3]:25',
    '[[::1]]:25',
    '[fe80::1%eth0]:25',
    'ann@mx.example:25',
    'smtp://mx.example:25',
    'mx.example:constructor',
    'mx.example:__proto__',
    `/${'x'.repeat(103)}`,
    `/${'ü'.repeat(52)}`,
    '/run/\0lmtp',
  ])('not %j', (address) => {
    expect(() => parseAddress(address)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', argument: 'addr', phase: 'connect', delivery: 'not-sent' }),
    )
  })
})

const groups = (most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: most })
    .map((list) => list.map((n) => n.toString(16)).join(':'))

// RFC 5321 section 4.1.3: a double colon stands for two groups at least.
const ipv6 = fc.tuple(groups(3), groups(3)).map(([left, right]) => `${left}::${right}`)

test('what is written is read again', () => {
  const port = fc.integer({ min: 1, max: 65_535 })
  const host = fc.oneof(fc.domain(), fc.ipV4())
  fc.assert(
    fc.property(host, port, (name, number) => {
      expect(parseAddress(`${name}:${number}`)).toEqual({ host: name, port: number })
    }),
  )
  fc.assert(
    fc.property(ipv6, port, (name, number) => {
      expect(parseAddress(`[${name}]:${number}`)).toEqual({ host: name, port: number })
    }),
  )
})

test('any text is an address or a typed error', () => {
  const pieces = fc.constantFrom('[', ']', ':', '::', '.', 'a', '1', '25', 'smtp', '\r\n', 'é', ' ')
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(text, (address) => {
      try {
        const { host, port } = parseAddress(address)
        expect(checkHostPort({ host, port })).toEqual({ host, port })
        if (!host.startsWith('/')) expect(host).not.toMatch(/[\s[\]]/)
      } catch (error) {
        expect(isSmtpError(error, 'invalid-argument')).toBe(true)
      }
    }),
  )
})

it.each([
  [{ host: 'mx.example', port: 25 }, undefined],
  [{ host: '2001:db8::1', port: 25 }, undefined],
  [{ host: '/run/lmtp', port: 0 }, undefined],
  [{ host: '', port: 25 }, 'host'],
  [{ host: '/run/\0', port: 0 }, 'host'],
  [{ host: '[::1]', port: 25 }, 'host'],
  [{ host: 'a b', port: 25 }, 'host'],
  [{ host: 'mx.example', port: 0 }, 'port'],
  [{ host: 'mx.example', port: Number.NaN }, 'port'],
  [{ host: 'mx.example', port: 1.5 }, 'port'],
])('%o: the argument that is wrong is %s', (address, argument) => {
  if (argument === undefined) expect(checkHostPort(address)).toEqual(address)
  else expect(() => checkHostPort(address)).toThrow(expect.objectContaining({ code: 'invalid-argument', argument }))
})
