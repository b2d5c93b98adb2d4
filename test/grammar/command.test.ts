import { describe, expect, it } from 'vitest'
import { match, parse, type Results } from '../../src/grammar/command.ts'

const path = {
  kind: 'mailbox',
  mailbox: { localPart: 'ann', domain: { kind: 'domain', name: 'mx.example' } },
  route: [],
}

describe('Command', () => {
  it.each<[string, object]>([
    ['EHLO mx.example', { verb: 'EHLO', domain: 'mx.example' }],
    ['ehlo [192.0.2.1]', { verb: 'EHLO', domain: '[192.0.2.1]' }],
    ['HELO [IPv6:::1]', { verb: 'HELO', domain: '[IPv6:::1]' }],
    ['lhlo b\u00fccher.example', { verb: 'LHLO', domain: 'b\u00fccher.example' }],
    ['MAIL FROM:<>', { verb: 'MAIL', path: { kind: 'null' }, params: [] }],
    ['mail from:<ann@mx.example>', { verb: 'MAIL', path, params: [] }],
    [
      'MAIL FROM:<ann@mx.example> size=1 SMTPUTF8',
      {
        verb: 'MAIL',
        path,
        params: [
          { keyword: 'SIZE', value: '1' },
          { keyword: 'SMTPUTF8', value: null },
        ],
      },
    ],
    ['RCPT TO:<ann@mx.example> NOTIFY=NEVER', { verb: 'RCPT', path, params: [{ keyword: 'NOTIFY', value: 'NEVER' }] }],
    ['rcpt to:<postmaster>', { verb: 'RCPT', path: { kind: 'postmaster' }, params: [] }],
    ['DATA', { verb: 'DATA' }],
    ['rset', { verb: 'RSET' }],
    ['Quit', { verb: 'QUIT' }],
    ['StartTLS', { verb: 'STARTTLS' }],
    ['NOOP', { verb: 'NOOP', argument: null }],
    ['NOOP a', { verb: 'NOOP', argument: 'a' }],
    ['HELP "a b"', { verb: 'HELP', argument: '"a b"' }],
    ['VRFY ann', { verb: 'VRFY', argument: 'ann' }],
    ['VRFY <ann@mx.example>', { verb: 'VRFY', argument: '<ann@mx.example>' }],
    ['EXPN ann@mx.example', { verb: 'EXPN', argument: 'ann@mx.example' }],
    ['AUTH PLAIN', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: null }],
    ['auth PLAIN =', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: '=' }],
    ['AUTH SCRAM-SHA-256 YWJj', { verb: 'AUTH', mechanism: 'SCRAM-SHA-256', initialResponse: 'YWJj' }],
    ['BDAT 0 LAST', { verb: 'BDAT', size: 0, last: true }],
    ['bdat 86400 last', { verb: 'BDAT', size: 86_400, last: true }],
    ['BDAT 999999999999999', { verb: 'BDAT', size: 999_999_999_999_999, last: false }],
  ])('reads %j', (text, node) => {
    expect(parse(text, 'Command')).toStrictEqual(node)
  })

  it.each([
    '',
    ' DATA',
    'DATA ',
    'DATA now',
    'DATA\r\n',
    'DATAS',
    'EHLO',
    'EHLO ',
    'EHLO a b',
    'EHLO a_b',
    'MAIL FROM: <ann@mx.example>',
    'MAIL  FROM:<ann@mx.example>',
    'MAIL FROM <ann@mx.example>',
    'MAIL FROM:ann@mx.example',
    'MAIL FROM:<Postmaster>',
    'MAIL FROM:<ann@mx.example>SIZE=1',
    'MAIL FROM:<ann@mx.example>  SIZE=1',
    'MAIL FROM:<ann@mx.example> SIZE=',
    'MAIL FROM:<ann@mx.example> SIZE=1=2',
    'MAIL FROM:<ann@mx.example> -SIZE',
    'MAIL FROM:<ann@mx.example>\nRSET',
    'RCPT TO:<>',
    'RCPT TO:<ann@mx.example> ',
    'NOOP ',
    'NOOP a b',
    'VRFY',
    'VRFY ann b',
    'AUTH',
    'AUTH plain',
    'AUTH PLAIN ',
    'AUTH PLAIN YWJ',
    'AUTH PLAIN YWJj YWJj',
    'AUTH A23456789012345678901',
    'BDAT',
    'BDAT -1',
    'BDAT 1.5',
    'BDAT 1LAST',
    'BDAT 1 LAST ',
    'BDAT 1000000000000000',
    'XCLIENT a',
  ])('refuses %j', (text) => refuse('Command', text))
})

describe('the pieces', () => {
  it.each<[keyof Results, string]>([
    ['EhloDomain', 'mx.example'],
    ['EhloDomain', '[192.0.2.1]'],
    ['EsmtpKeyword', '8BITMIME'],
    ['EsmtpKeyword', 'a-'],
    ['EsmtpValue', '!<>~'],
    ['EsmtpValue', '\u00e4\u{1f4e7}'],
    ['String', 'ann'],
    ['String', 'ann.b'],
    ['String', '"ann b"'],
    ['String', '"ann b"@mx.example'],
    ['String', '<@a:ann@mx.example>'],
    ['SaslMech', 'PLAIN'],
    ['SaslMech', 'A-_9'],
    ['SaslMech', 'A2345678901234567890'],
    ['InitialResponse', '='],
    ['InitialResponse', 'YQ=='],
    ['Base64', 'YQ=='],
    ['Base64', 'YWI='],
    ['Base64', 'YWJj'],
    ['Base64', '++//YWI='],
  ])('%s takes %j as it is', (rule, text) => {
    expect(parse(text, rule)).toBe(text)
  })

  it.each<[keyof Results, string]>([
    ['EhloDomain', ''],
    ['EhloDomain', 'mx.example '],
    ['EsmtpKeyword', ''],
    ['EsmtpKeyword', '-a'],
    ['EsmtpKeyword', 'a_b'],
    ['EsmtpKeyword', 'a=b'],
    ['EsmtpKeyword', '\u00e4'],
    ['EsmtpValue', ''],
    ['EsmtpValue', 'a=b'],
    ['EsmtpValue', 'a b'],
    ['EsmtpValue', 'a\r\nb'],
    ['EsmtpValue', '\x7f'],
    ['EsmtpValue', '\ud800'],
    ['EsmtpValue', 'a\udc00'],
    ['EsmtpParam', 'a='],
    ['EsmtpParam', '=a'],
    ['String', ''],
    ['String', 'a b'],
    ['String', '"a'],
    ['String', 'ann@'],
    ['String', '<>'],
    ['SaslMech', ''],
    ['SaslMech', 'plain'],
    ['SaslMech', 'A23456789012345678901'],
    ['InitialResponse', ''],
    ['InitialResponse', '=='],
    ['Base64', ''],
    ['Base64', '='],
    ['Base64', 'Y'],
    ['Base64', 'YQ'],
    ['Base64', 'YQ='],
    ['Base64', 'YWI'],
    ['Base64', 'YWJjY'],
    ['Base64', 'YQ==YQ=='],
    ['Base64', 'YQ==\n'],
    ['Base64', 'YW-_'],
    ['Base64', '=YWJ'],
  ])('%s refuses %j', refuse)

  it('reads a parameter', () => {
    expect(parse('size=1', 'EsmtpParam')).toStrictEqual({ keyword: 'SIZE', value: '1' })
    expect(parse('Smtputf8', 'EsmtpParam')).toStrictEqual({ keyword: 'SMTPUTF8', value: null })
  })
})

it.each<[keyof Results, string, string]>([
  ['Command', 'MAIL FROM:ann', 'Expected "<" or "<>" but "a" found.'],
  ['Command', 'DATA ', 'Expected end of input but " " found.'],
  ['Command', 'BDAT x', 'Expected chunk size but "x" found.'],
  ['Command', 'AUTH plain', 'Expected SASL mechanism but "p" found.'],
  ['EsmtpParam', 'SIZE=', 'Expected parameter value but end of input found.'],
  ['Base64', 'YQ=', 'Expected "==" or base64 character but "=" found.'],
])('says what %s misses in %j', (rule, text, message) => {
  expect(() => parse(text, rule)).toThrow(message)
})

function refuse(rule: keyof Results, text: string): void {
  expect(match(text, rule)).toBeUndefined()
  expect(() => parse(text, rule)).toThrow(/^Expected /)
}
