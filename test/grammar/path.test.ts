import { describe, expect, it } from 'vitest'
import type { DomainNode } from '../../src/grammar/ast.ts'
import { match, parse, type Results } from '../../src/grammar/path.ts'

const mx: DomainNode = { kind: 'domain', name: 'mx.example' }
const ann = { localPart: 'ann', domain: mx }

describe('ReversePath and ForwardPath', () => {
  it.each<['ReversePath' | 'ForwardPath', string, object | undefined]>([
    ['ReversePath', '<>', { kind: 'null' }],
    ['ForwardPath', '<>', undefined],
    ['ForwardPath', '<Postmaster>', { kind: 'postmaster' }],
    ['ForwardPath', '<POSTMASTER>', { kind: 'postmaster' }],
    ['ReversePath', '<Postmaster>', undefined],
    [
      'ForwardPath',
      '<Postmaster@mx.example>',
      { kind: 'mailbox', mailbox: { localPart: 'Postmaster', domain: mx }, route: [] },
    ],
    ['ReversePath', '<ann@mx.example>', { kind: 'mailbox', mailbox: ann, route: [] }],
    ['ForwardPath', '<@a:ann@mx.example>', { kind: 'mailbox', mailbox: ann, route: ['a'] }],
    ['ForwardPath', '<@a,@b.c:ann@mx.example>', { kind: 'mailbox', mailbox: ann, route: ['a', 'b.c'] }],
    ['ForwardPath', '<@a,b:ann@mx.example>', undefined],
    ['ForwardPath', '<@a,:ann@mx.example>', undefined],
    ['ForwardPath', '<@[192.0.2.1]:ann@mx.example>', undefined],
    ['ForwardPath', '<@a ann@mx.example>', undefined],
    ['ForwardPath', '<:ann@mx.example>', undefined],
    ['ForwardPath', 'ann@mx.example', undefined],
    ['ForwardPath', '<ann@mx.example', undefined],
    ['ForwardPath', '< ann@mx.example>', undefined],
    ['ForwardPath', '<ann@mx.example>>', undefined],
    ['ForwardPath', '<ann@mx.example>\r\nDATA', undefined],
    ['ForwardPath', 'Ann <ann@mx.example>', undefined],
    ['ForwardPath', '<ann@mx.example (Ann)>', undefined],
  ])('%s reads %j', (rule, text, node) => {
    check(rule, text, node)
  })
})

describe('Mailbox', () => {
  it.each<[string, string | undefined]>([
    ['ann', 'ann'],
    ['ann.b', 'ann.b'],
    ["!#$%&'*+-/=?^_`{|}~", "!#$%&'*+-/=?^_`{|}~"],
    ['j\u00f6rg', 'j\u00f6rg'],
    ['\u4f8b\u3048.\u{1f4e7}', '\u4f8b\u3048.\u{1f4e7}'],
    ['"ann"', 'ann'],
    ['""', ''],
    ['"ann b"', 'ann b'],
    ['"a\\@b"', 'a@b'],
    ['"\\""', '"'],
    ['"\\\\"', '\\'],
    ['"\\\\\\""', '\\"'],
    ['"a@b"', 'a@b'],
    ['"a..b."', 'a..b.'],
    ['"\u00f6 \u{1f4e7}"', '\u00f6 \u{1f4e7}'],
    ['', undefined],
    ['.', undefined],
    ['.ann', undefined],
    ['ann.', undefined],
    ['ann..b', undefined],
    ['ann b', undefined],
    ['a,b', undefined],
    ['a:b', undefined],
    ['a;b', undefined],
    ['a<b', undefined],
    ['a>b', undefined],
    ['a\\b', undefined],
    ['a(b)', undefined],
    ['a@b', undefined],
    ['a"b"', undefined],
    ['"a"b', undefined],
    ['"a".b', undefined],
    ['"a', undefined],
    ['"a\\"', undefined],
    ['"a\\\u00f6"', undefined],
    ['"a\tb"', undefined],
    ['"a\\\tb"', undefined],
    ['"a\rb"', undefined],
    ['"a\nb"', undefined],
    ['"a\0b"', undefined],
    ['a\0', undefined],
    ['a\x7f', undefined],
    ['\ud800', undefined],
    ['\udc00', undefined],
    ['"\ud800"', undefined],
    ['"\udc00\ud800"', undefined],
  ])('reads the local part %j as %j', (text, localPart) => {
    check('Mailbox', `${text}@mx.example`, localPart === undefined ? undefined : { localPart, domain: mx })
  })

  it.each<[string, DomainNode | undefined]>([
    ['mx.example', mx],
    ['[192.0.2.1]', { kind: 'ipv4', address: '192.0.2.1' }],
    ['[IPv6:::1]', { kind: 'ipv6', address: '::1' }],
    ['[x-tag:a]', { kind: 'general', tag: 'x-tag', content: 'a' }],
    ['', undefined],
    ['mx example', undefined],
    ['[192.0.2.1', undefined],
    ['192.0.2.1', { kind: 'domain', name: '192.0.2.1' }],
  ])('reads the domain %j as %j', (text, domain) => {
    check('Mailbox', `ann@${text}`, domain && { localPart: 'ann', domain })
  })
})

describe('Domain', () => {
  const good = [
    'a',
    'A9',
    '9a',
    'a-b',
    'a--b',
    'xn--bcher-kva.example',
    'a.b.c',
    'b\u00fccher',
    '\u{1f4e7}.example',
    'a-\u00fc',
  ]
  it.each(good)('reads %j', (text) => check('Domain', text, text))

  const bad = [
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '-a',
    'a-',
    'a.-b',
    'a-.b',
    'a_b',
    'a b',
    'a\u0000',
    'a/b',
    '*',
    '\ud800',
    '\udfff',
    'a@b',
  ]
  it.each(bad)('refuses %j', (text) => check('Domain', text, undefined))
})

describe('AddressLiteral', () => {
  it.each(['0.0.0.0', '255.255.255.255', '1.02.003.249', '192.0.2.1'])('reads the IPv4 address %s', (address) => {
    check('AddressLiteral', `[${address}]`, { kind: 'ipv4', address })
  })

  it.each([
    '256.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '1..2.3',
    '1.2.3.0004',
    '1.2.3.299',
    '1.2.3.4 ',
    'a.b.c.d',
    '-1.2.3.4',
  ])('refuses [%s]', (address) => check('AddressLiteral', `[${address}]`, undefined))

  it.each([
    '2001:db8:1:2:3:4:5:6',
    'FFFF:ffff:0:00:000:0000:1:a',
    '::',
    '::1',
    '1::',
    '1::2',
    '1:2:3:4:5:6::',
    '::1:2:3:4:5:6',
    '1:2:3::4:5:6',
    '1:2:3:4:5:6:192.0.2.1',
    '::192.0.2.1',
    '::ffff:192.0.2.1',
    '1::192.0.2.1',
    '1:2:3:4::192.0.2.1',
    '1:2::3:4:192.0.2.1',
    '::1:2:3:4:192.0.2.1',
  ])('reads the IPv6 address %s', (address) => {
    check('AddressLiteral', `[IPv6:${address}]`, { kind: 'ipv6', address })
    check('AddressLiteral', `[ipv6:${address}]`, { kind: 'ipv6', address })
  })

  it.each([
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::',
    '::1:2:3:4:5:6:7',
    '1:2:3:4::5:6:7',
    '1::2::3',
    '12345::',
    'g::',
    '1:2:3:4:5:6:7:192.0.2.1',
    '1:2:3:4:5:192.0.2.1',
    '1:2:3:4:5::192.0.2.1',
    '1:2:3::4:5:192.0.2.1',
    '::192.0.2.256',
    '::192.0.2',
    '192.0.2.1',
    '192.0.2.1::',
    '::1%eth0',
    '::1/64',
    ' ::1',
  ])('refuses [IPv6:%s]', (address) => check('AddressLiteral', `[IPv6:${address}]`, undefined))

  it.each<[string, string, string]>([
    ['[tag:content]', 'tag', 'content'],
    ['[-9a-b:!Z^~]', '-9a-b', '!Z^~'],
    ['[IPv66:a]', 'IPv66', 'a'],
    ['[a:IPv6:b]', 'a', 'IPv6:b'],
  ])('reads %s', (text, tag, content) => check('AddressLiteral', text, { kind: 'general', tag, content }))

  it.each([
    '[tag:]',
    '[:a]',
    '[tag-:a]',
    '[t_g:a]',
    '[tag:a b]',
    '[tag:a[b]',
    '[tag:a\\b]',
    '[tag:a]b]',
    '[tag:\u00fc]',
    '[tag]',
    '[]',
    'tag:a',
  ])('refuses %s', (text) => check('AddressLiteral', text, undefined))
})

it.each<[keyof Results, string, number, string]>([
  ['Mailbox', 'ann', 3, 'Expected ".", "@", or atom character but end of input found.'],
  ['Mailbox', '"ann', 4, 'Expected "\\"", "\\\\", or quoted character but end of input found.'],
  ['Mailbox', 'ann@', 4, 'Expected "[" or letter or digit but end of input found.'],
  ['Mailbox', 'ann@[1.2.3.300]', 11, 'Expected number from 0 to 255 but "3" found.'],
  ['ReversePath', '<ann@a', 6, 'Expected "-", ".", ">", or letter or digit but end of input found.'],
  ['ForwardPath', '<@a>', 3, 'Expected ",", "-", ".", ":", or letter or digit but ">" found.'],
  ['Domain', 'a\u{1f4e7}_', 3, 'Expected "-", ".", end of input, or letter or digit but "_" found.'],
])('says what %s misses in %j at offset %d', (rule, text, offset, message) => {
  expect(() => parse(text, rule)).toThrow(
    expect.objectContaining({
      message,
      location: expect.objectContaining({ start: { offset, line: 1, column: offset + 1 } }),
    }),
  )
})

function check(rule: keyof Results, text: string, node: unknown): void {
  expect(match(text, rule)).toStrictEqual(node)
  if (node === undefined) expect(() => parse(text, rule)).toThrow(/^Expected /)
  else expect(parse(text, rule)).toStrictEqual(node)
}
