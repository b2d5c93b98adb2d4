import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accepts } from '../../src/grammar/path.ts'
import {
  formatMailbox,
  formatPath,
  isSmtpError,
  limits,
  type MailboxDomain,
  type Path,
  parseMailbox,
  parsePath,
} from '../../src/protocol/index.ts'
import { isPlainMailbox, needsUtf8, pathOf } from '../../src/protocol/path.ts'
import { address, hostileText, mailbox, path } from '../helpers/arbitraries.ts'

const mx: MailboxDomain = { kind: 'domain', name: 'mx.example' }

describe('parseMailbox and formatMailbox', () => {
  it.each<[string, string, MailboxDomain, string?]>([
    // written, local part, domain, and how it is written again where that differs
    ['ann@mx.example', 'ann', mx],
    ['Ann.B+tag@mx.example', 'Ann.B+tag', mx],
    ['"ann b"@mx.example', 'ann b', mx],
    ['"ann"@mx.example', 'ann', mx, 'ann@mx.example'],
    ['"a\\nn"@mx.example', 'ann', mx, 'ann@mx.example'],
    ['"a\\"\\\\b"@mx.example', 'a"\\b', mx],
    ['"a@b"@mx.example', 'a@b', mx],
    ['""@mx.example', '', mx],
    ['"a..b"@mx.example', 'a..b', mx],
    ['".a"@mx.example', '.a', mx],
    ['"<a>"@mx.example', '<a>', mx],
    ['jörg@bücher.example', 'jörg', { kind: 'domain', name: 'bücher.example' }],
    ['a@[192.0.2.1]', 'a', { kind: 'ipv4', address: '192.0.2.1' }],
    ['a@[IPv6:2001:db8::1]', 'a', { kind: 'ipv6', address: '2001:db8::1' }],
    ['a@[x-tag:any,thing!]', 'a', { kind: 'general', tag: 'x-tag', content: 'any,thing!' }],
    ['a@localhost', 'a', { kind: 'domain', name: 'localhost' }],
  ])('%s', (text, localPart, domain, again = text) => {
    expect(parseMailbox(text)).toEqual({ localPart, domain })
    expect(formatMailbox({ localPart, domain })).toBe(again)
    expect(parseMailbox(again)).toEqual({ localPart, domain })
  })

  it.each([
    '',
    'ann',
    '@mx.example',
    'ann@',
    'ann@@mx.example',
    'a b@mx.example',
    'a..b@mx.example',
    '.a@mx.example',
    'a.@mx.example',
    '"a@mx.example',
    'a"b"@mx.example',
    'a@mx..example',
    'a@-mx.example',
    'a@mx-.example',
    'a@mx_1.example',
    'a@mx.example.',
    'a@[192.0.2.256]',
    'a@[192.0.2]',
    'a@[IPv6:1::2::3]',
    'a@192.0.2.1]',
    '<ann@mx.example>',
    'Ann <ann@mx.example>',
    'ann@mx.example (comment)',
    'ann@mx.example\r\n',
    'ann\r\n@mx.example',
    '"a\r\nb"@mx.example',
    '"a\0"@mx.example',
    'ann@mx.example\nRCPT TO:<b@c>',
  ])('%j is no mailbox', (text) => {
    expect(() => parseMailbox(text)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        argument: 'mailbox',
        cause: expect.objectContaining({ name: 'GrammarFailure' }),
      }),
    )
  })

  it('shows the caller where it stops', () => {
    expect(() => parseMailbox('ann@mx..example')).toThrow(
      expect.objectContaining({
        message: 'mailbox: not a mailbox: ann@mx..example',
        cause: expect.objectContaining({
          location: expect.objectContaining({ start: expect.objectContaining({ offset: 7 }) }),
        }),
      }),
    )
  })
})

describe('parsePath and formatPath', () => {
  const ann = { localPart: 'ann', domain: mx }
  it.each<[string, Path, string]>([
    ['<>', { kind: 'null' }, '<>'],
    ['<Postmaster>', { kind: 'postmaster' }, '<Postmaster>'],
    ['<postMASTER>', { kind: 'postmaster' }, '<Postmaster>'],
    ['<ann@mx.example>', { kind: 'mailbox', mailbox: ann, route: [] }, '<ann@mx.example>'],
    [
      '<@relay.example:ann@mx.example>',
      { kind: 'mailbox', mailbox: ann, route: ['relay.example'] },
      '<ann@mx.example>',
    ],
    ['<@a,@b.c:ann@mx.example>', { kind: 'mailbox', mailbox: ann, route: ['a', 'b.c'] }, '<ann@mx.example>'],
  ])('%s', (text, node, again) => {
    expect(parsePath(text)).toEqual(node)
    expect(formatPath(node)).toBe(again)
  })

  it.each([
    '',
    'ann@mx.example',
    '<ann@mx.example',
    'ann@mx.example>',
    '<<>>',
    '< >',
    '<ann>',
    '<a@b> SIZE=1',
    '<a@b>\r\n',
  ])('%j is no path', (text) => {
    expect(() => parsePath(text)).toThrow(expect.objectContaining({ code: 'invalid-argument', argument: 'path' }))
  })
})

describe('pathOf', () => {
  it.each([
    ['from', '', '<>'],
    ['from', 'ann@mx.example', '<ann@mx.example>'],
    ['to', 'Postmaster', '<Postmaster>'],
    ['to', '"ann b"@mx.example', '<"ann b"@mx.example>'],
  ] as const)('%s %j', (argument, address, expected) => {
    expect(pathOf(address, argument)).toBe(expected)
  })

  it.each([
    ['from', 'Postmaster', 'not a mailbox'],
    ['to', '', 'not a mailbox'],
    ['to', '<ann@mx.example>', 'not a mailbox'],
    ['to', 'a@b>\r\nRCPT TO:<c@d', 'not a mailbox'],
    ['to', 'a@b> NOTIFY=NEVER X=<c@d', 'not a mailbox'],
    ['from', '@relay.example:ann@mx.example', 'a source route'],
    ['from', undefined, 'not a mailbox: undefined'],
  ] as const)('%s %j: %s', (argument, address, why) => {
    expect(() => pathOf(address as string, argument)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        argument,
        phase: argument === 'from' ? 'mail' : 'rcpt',
        message: expect.stringContaining(why),
      }),
    )
  })

  it('takes 254 octets, however few characters they are, and no more', () => {
    const domain = '@mx.example'
    const longest = `${'a'.repeat(limits.path - 2 - domain.length)}${domain}`
    expect(pathOf(longest, 'to')).toHaveLength(256)
    for (const address of [`a${longest}`, `${'€'.repeat(82)}${domain}`]) {
      expect(() => pathOf(address, 'to')).toThrow(/to: longer than 254 octets/)
    }
  })
})

describe('isPlainMailbox', () => {
  it.each([
    ['ann@mx.example', true],
    ["A.b!#$%&'*+-/=?^_`{|}~9@a1--b.0", true],
    ['ann@localhost', true],
    ['ann@mx.example\n', false],
    ['ann@mx_1.example', false],
    ['ann@mx-.example', false],
    ['ann@-mx.example', false],
    ['ann@mx.example.', false],
    ['ann@mx..example', false],
    ['.ann@mx.example', false],
    ['ann.@mx.example', false],
    ['a..b@mx.example', false],
    ['ann@', false],
    ['@mx.example', false],
    ['', false],
    // The grammar takes these.
    ['"ann"@mx.example', false],
    ['ann@[192.0.2.1]', false],
    ['jörg@mx.example', false],
  ])('%j: %j', (text, expected) => {
    expect(isPlainMailbox(text)).toBe(expected)
  })

  it('is no text', () => {
    for (const other of [undefined, null, 17, ['ann@mx.example'], { toString: () => 'ann@mx.example' }]) {
      expect(isPlainMailbox(other as string)).toBe(false)
    }
  })

  it('says of any text what the grammar says, but for quotes, literals and what is not ASCII', () => {
    const dense = fc.string({ unit: fc.constantFrom(...'aZ09.-@_"[]\\>\r\n é'), maxLength: 12 })
    const near = fc
      .tuple(address, fc.nat(), fc.constantFrom('', '.', '-', '@', '_', ' ', '\n', 'é'))
      .map(([text, place, more]) => {
        const at = place % (text.length + 1)
        return text.slice(0, at) + more + text.slice(at)
      })
    fc.assert(
      fc.property(fc.oneof(dense, near, mailbox.map(formatMailbox)), (text) => {
        const usual = /^[ -~]*$/.test(text) && !/["[]/.test(text) && text.length <= limits.path - 2
        expect(isPlainMailbox(text)).toBe(usual && accepts(text, 'Mailbox'))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('needsUtf8', () => {
  it.each([
    ['', false],
    ['ann@mx.example', false],
    ['\x7f', false],
    ['\x80', true],
    ['jörg@mx.example', true],
    // A-labels make it ASCII.
    ['ann@bücher.example', false],
    ['jörg@bücher.example', true],
  ])('%j: %j', (text, expected) => {
    expect(needsUtf8(text)).toBe(expected)
  })
})

describe('for any addresses', () => {
  it('parse(format(x)) = x for mailboxes', () => {
    fc.assert(
      fc.property(mailbox, (box) => {
        expect(parseMailbox(formatMailbox(box))).toEqual(box)
      }),
    )
  })

  it('parse(format(x)) = x for paths', () => {
    fc.assert(
      fc.property(path, (node) => {
        expect(parsePath(formatPath(node))).toEqual(node)
      }),
    )
  })

  it('what is put into brackets is one path and nothing else, or a typed error', () => {
    fc.assert(
      fc.property(
        fc.oneof(hostileText, mailbox.map(formatMailbox)),
        fc.constantFrom('from', 'to'),
        (text, argument) => {
          let written: string
          try {
            written = pathOf(text, argument)
          } catch (error) {
            if (!isSmtpError(error, 'invalid-argument')) throw error
            expect(error.argument).toBe(argument)
            expect(error.message).not.toMatch(/[\r\n\0]/u)
            return
          }
          expect(written).toBe(`<${text}>`)
          expect(written).not.toMatch(/[\r\n\0]/u)
          expect(parsePath(written).kind).toBe(text === '' ? 'null' : 'mailbox')
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
