import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { noCapabilities, parseCapabilities } from '../../src/protocol/capabilities.ts'
import { type AuthExtension, extensions, type SizeExtension } from '../../src/protocol/extensions.ts'
import { limits } from '../../src/protocol/limits.ts'
import { formatReply, parseReply } from '../../src/protocol/reply.ts'

const offered = (...lines: string[]) => parseCapabilities({ lines: ['mx.example', ...lines] })
const keywords = (...lines: string[]) => Object.fromEntries(offered(...lines).keywords)

describe('parseCapabilities', () => {
  it('reads the reply of a submission server', () => {
    const capabilities = parseCapabilities({
      lines: [
        'mail.example at your service, [192.0.2.7]',
        'PIPELINING',
        'SIZE 52428800',
        'STARTTLS',
        'AUTH PLAIN LOGIN SCRAM-SHA-256',
        'AUTH=PLAIN LOGIN',
        'ENHANCEDSTATUSCODES',
        '8BITMIME',
        'X-OWN thing=1 other',
      ],
    })
    expect(capabilities.domain).toBe('mail.example')
    expect(capabilities.greet).toBe('at your service, [192.0.2.7]')
    expect([...capabilities.keywords]).toEqual([
      ['PIPELINING', []],
      ['SIZE', ['52428800']],
      ['STARTTLS', []],
      ['AUTH', ['PLAIN', 'LOGIN', 'SCRAM-SHA-256']],
      ['ENHANCEDSTATUSCODES', []],
      ['8BITMIME', []],
      ['X-OWN', ['thing=1', 'other']],
    ])
    expect(capabilities.malformed).toEqual([])
    expect(capabilities.get('SIZE')).toEqual({ limit: 52_428_800 })
    expect(capabilities.get('AUTH')).toEqual({ mechanisms: ['PLAIN', 'LOGIN', 'SCRAM-SHA-256'] })
    expect(capabilities.get('8BITMIME')).toBe(true)
    expect(capabilities.get('DSN')).toBeUndefined()
    expect(capabilities.has('dsn')).toBe(false)
    expect(capabilities.has('x-own')).toBe(true)
    expect(capabilities).toSatisfy(Object.isFrozen)
  })

  it.each([
    // first line                  domain            greet
    ['mx.example', 'mx.example', ''],
    ['mx.example Hello', 'mx.example', 'Hello'],
    ['mx.example  Hello  you ', 'mx.example', ' Hello  you '],
    ['[192.0.2.1]', '[192.0.2.1]', ''],
    ['[IPv6:2001:db8::1] hi', '[IPv6:2001:db8::1]', 'hi'],
    ['', '', ''],
    ['PIPELINING', 'PIPELINING', ''],
  ])('never takes a keyword from the first line %j', (line, domain, greet) => {
    const capabilities = parseCapabilities({ lines: [line] })
    expect(capabilities).toMatchObject({ domain, greet })
    expect(capabilities.keywords.size).toBe(0)
  })

  it('takes an empty reply', () => {
    expect(parseCapabilities({ lines: [] })).toMatchObject({ domain: '', greet: '', malformed: [] })
  })

  it.each([
    [['size 10'], { SIZE: ['10'] }],
    [['Auth plain'], { AUTH: ['plain'] }],
    [['AUTH=PLAIN LOGIN'], { AUTH: ['PLAIN', 'LOGIN'] }],
    [['AUTH LOGIN', 'AUTH=PLAIN LOGIN'], { AUTH: ['LOGIN', 'PLAIN'] }],
    [['DSN', 'DSN'], { DSN: [] }],
    [['LIMITS RCPTMAX=5', 'limits MAILMAX=2'], { LIMITS: ['RCPTMAX=5', 'MAILMAX=2'] }],
  ])('%j gives %j', (lines, expected) => {
    expect(keywords(...lines)).toEqual(expected)
  })

  it.each([
    ['PIPELINING ', { PIPELINING: [] }],
    [' PIPELINING', { PIPELINING: [] }],
    ['PIPELINING\t', { PIPELINING: [] }],
    ['SIZE  10', { SIZE: ['10'] }],
    ['SIZE\t10', { SIZE: ['10'] }],
    ['AUTH  PLAIN   LOGIN ', { AUTH: ['PLAIN', 'LOGIN'] }],
  ])('tidies blanks: %j', (line, expected) => {
    expect(offered(line)).toMatchObject({ malformed: [] })
    expect(keywords(line)).toEqual(expected)
  })

  it.each(['', ' ', '-PIPELINING', 'KEY_WORD', '__proto__', 'SIZE:10', 'Grüße', 'SIZE 1\u00a00', 'SIZE \u0001'])(
    'keeps %j as malformed',
    (line) => {
      const capabilities = offered(line, 'DSN')
      expect(capabilities.malformed).toEqual([line])
      expect([...capabilities.keywords.keys()]).toEqual(['DSN'])
    },
  )

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'])(
    '%s is a keyword like any other',
    (name) => {
      expect(offered().has(name)).toBe(false)
      const capabilities = offered(`${name} x`)
      expect([...capabilities.keywords]).toEqual([[name.toUpperCase(), ['x']]])
      expect(capabilities.has(name)).toBe(true)
      for (const key of [name, name.toUpperCase(), '__proto__']) expect(capabilities.get(key as 'DSN')).toBeUndefined()
    },
  )

  it('keeps a bounded number of keywords and malformed lines, the first ones', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `X${index}`)
    expect([...offered(...many).keywords.keys()]).toEqual(many.slice(0, limits.capabilities))
    expect(offered(...many.map((name) => `?${name}`)).malformed).toHaveLength(limits.capabilities)
    const few = parseCapabilities({ lines: ['mx', 'A', 'B 1', 'C', 'B 2', '?', '!', '-'] }, 2)
    expect([...few.keywords]).toEqual([
      ['A', []],
      ['B', ['1', '2']],
    ])
    expect(few.malformed).toEqual(['?', '!'])
  })

  it('reads what was written: keywords in upper case, parameters as they are', () => {
    const keyword = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,12}$/)
    const params = fc.uniqueArray(fc.stringMatching(/^[!-~]{1,12}$/), { maxLength: 4 })
    const distinct = fc.uniqueArray(fc.tuple(keyword, params), {
      selector: ([name]) => name.toUpperCase(),
      maxLength: 12,
    })
    fc.assert(
      fc.property(
        fc.constantFrom('mx.example', '[192.0.2.1]'),
        fc.stringMatching(/^[ -~]{0,20}$/),
        distinct,
        (...given) => {
          const [domain, greet, offers] = given
          const lines = [`${domain} ${greet}`, ...offers.map(([name, words]) => [name, ...words].join(' '))]
          const reply = parseReply(formatReply({ code: 250, lines }))
          const capabilities = parseCapabilities(reply)
          expect([capabilities.domain, capabilities.greet, capabilities.malformed]).toEqual([domain, greet, []])
          expect([...capabilities.keywords]).toEqual(offers.map(([name, words]) => [name.toUpperCase(), words]))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('never throws, and keeps every line in one place or the other', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc
        .tuple(
          fc.constantFrom(...Object.keys(extensions), '__proto__', 'constructor', 'x'),
          fc.constantFrom(' ', '  ', '=', '\t', ''),
          fc.string({
            unit: fc.constantFrom('0', '9', '=', '-', '.', ',', 'a', 'Z', ':', '/', ' ', 'é'),
            maxLength: 30,
          }),
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const capabilities = offered(...lines)
        expect(capabilities.keywords.size + capabilities.malformed.length).toBeLessThanOrEqual(lines.length)
        for (const keyword of Object.keys(extensions) as (keyof typeof extensions)[]) {
          expect(capabilities.get(keyword) !== undefined).toBe(capabilities.has(keyword))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('what the parameters mean', () => {
  it.each([
    // SIZE, RFC 1870
    ['SIZE', 'SIZE', { limit: undefined }],
    ['SIZE 0', 'SIZE', { limit: undefined }],
    ['SIZE 1000', 'SIZE', { limit: 1000 }],
    ['SIZE 1000 extra', 'SIZE', { limit: 1000 }],
    ['SIZE 00010', 'SIZE', { limit: 10 }],
    ['SIZE 9007199254740991', 'SIZE', { limit: 9_007_199_254_740_991 }],
    ['SIZE 9007199254740993', 'SIZE', { limit: undefined }],
    ['SIZE 99999999999999999999', 'SIZE', { limit: undefined }],
    ['SIZE 1e9', 'SIZE', { limit: undefined }],
    ['SIZE -1', 'SIZE', { limit: undefined }],
    ['SIZE 0x10', 'SIZE', { limit: undefined }],
    ['SIZE NaN', 'SIZE', { limit: undefined }],
    // AUTH, RFC 4954
    ['AUTH', 'AUTH', { mechanisms: [] }],
    ['AUTH plain Login', 'AUTH', { mechanisms: ['PLAIN', 'LOGIN'] }],
    ['AUTH PLAIN plain', 'AUTH', { mechanisms: ['PLAIN'] }],
    ['AUTH SCRAM-SHA-1-PLUS __PROTO__ A!B', 'AUTH', { mechanisms: ['SCRAM-SHA-1-PLUS', '__PROTO__'] }],
    [`AUTH ${'A'.repeat(21)} ${'B'.repeat(20)}`, 'AUTH', { mechanisms: ['B'.repeat(20)] }],
    // LIMITS, RFC 9422
    ['LIMITS', 'LIMITS', {}],
    ['LIMITS MAILMAX=5 RCPTMAX=100 RCPTDOMAINMAX=1', 'LIMITS', { mailmax: 5, rcptmax: 100, rcptdomainmax: 1 }],
    ['LIMITS rcptmax=999999 OTHER=1', 'LIMITS', { rcptmax: 999_999 }],
    ['LIMITS RCPTMAX=0 MAILMAX=-1 RCPTDOMAINMAX=NaN', 'LIMITS', {}],
    ['LIMITS RCPTMAX=1000000 MAILMAX= RCPTDOMAINMAX', 'LIMITS', {}],
    ['LIMITS RCPTMAX=1=2 MAILMAX=1e3', 'LIMITS', {}],
    ['LIMITS RCPTMAX=9 RCPTMAX=3 RCPTMAX=0', 'LIMITS', { rcptmax: 3 }],
    // DELIVERBY, RFC 2852
    ['DELIVERBY', 'DELIVERBY', { minimum: undefined }],
    ['DELIVERBY 240', 'DELIVERBY', { minimum: 240 }],
    ['DELIVERBY 240,later', 'DELIVERBY', { minimum: 240 }],
    ['DELIVERBY ,later', 'DELIVERBY', { minimum: undefined }],
    ['DELIVERBY 1234567890', 'DELIVERBY', { minimum: undefined }],
    // FUTURERELEASE, RFC 4865
    ['FUTURERELEASE', 'FUTURERELEASE', { maxInterval: undefined, maxDateTime: undefined }],
    [
      'FUTURERELEASE 604800 2030-01-31T00:00:00Z',
      'FUTURERELEASE',
      { maxInterval: 604_800, maxDateTime: '2030-01-31T00:00:00Z' },
    ],
    ['FUTURERELEASE soon tomorrow', 'FUTURERELEASE', { maxInterval: undefined, maxDateTime: undefined }],
    // MT-PRIORITY, RFC 6710
    ['MT-PRIORITY', 'MT-PRIORITY', { profile: undefined }],
    ['MT-PRIORITY mixer', 'MT-PRIORITY', { profile: 'MIXER' }],
    // BURL, RFC 4468
    ['BURL imap imap://imap.example', 'BURL', { uris: ['imap', 'imap://imap.example'] }],
    // NO-SOLICITING, RFC 3865
    ['NO-SOLICITING', 'NO-SOLICITING', { classes: [] }],
    [
      'NO-SOLICITING net.example:ADV,org.example:ADV:ADLT',
      'NO-SOLICITING',
      { classes: ['net.example:ADV', 'org.example:ADV:ADLT'] },
    ],
    // XCLIENT and XFORWARD, Postfix
    ['XCLIENT NAME addr', 'XCLIENT', { attributes: ['NAME', 'ADDR'] }],
    ['XFORWARD NAME ADDR PROTO', 'XFORWARD', { attributes: ['NAME', 'ADDR', 'PROTO'] }],
  ] as const)('%s', (line, keyword, expected) => {
    expect(offered(line).malformed).toEqual([])
    expect(offered(line).get(keyword)).toStrictEqual(expected)
  })

  it('every other known keyword is just there', () => {
    const plain = [
      'SEND SOML SAML VRFY EXPN HELP TURN 8BITMIME VERB ONEX CHUNKING BINARYMIME CHECKPOINT PIPELINING DSN ETRN',
      'ENHANCEDSTATUSCODES STARTTLS MTRK SUBMITTER ATRN UTF8SMTP SMTPUTF8 CONPERM CONNEG RRVS REQUIRETLS',
    ].flatMap((line) => line.split(' ') as (keyof typeof extensions)[])
    for (const keyword of plain) expect(offered(keyword).get(keyword), keyword).toBe(true)
    const rich = ['SIZE', 'AUTH', 'LIMITS', 'DELIVERBY', 'FUTURERELEASE', 'MT-PRIORITY', 'BURL', 'NO-SOLICITING']
    expect(Object.keys(extensions).sort()).toEqual([...plain, ...rich, 'XCLIENT', 'XFORWARD'].sort())
  })

  it('is typed by keyword', () => {
    expectTypeOf(offered().get('SIZE')).toEqualTypeOf<SizeExtension | undefined>()
    expectTypeOf(offered().get('AUTH')).toEqualTypeOf<AuthExtension | undefined>()
    expectTypeOf(offered().get('PIPELINING')).toEqualTypeOf<true | undefined>()
    // @ts-expect-error: a keyword that nobody knows has no meaning; its parameters are in `keywords`.
    expect(offered('X-OWN 1').get('X-OWN')).toBeUndefined()
  })
})

describe('noCapabilities', () => {
  it('offers nothing', () => {
    const capabilities = noCapabilities('mx.example')
    expect(capabilities).toMatchObject({ domain: 'mx.example', greet: '', malformed: [] })
    expect(capabilities.keywords.size).toBe(0)
    expect(capabilities.get('SIZE')).toBeUndefined()
    expect(noCapabilities().domain).toBe('')
  })
})
