import { describe, expect, it } from 'vitest'
import { match, parse } from '../../src/grammar/ehlo.ts'

describe('EhloLine', () => {
  it.each([
    ['PIPELINING', 'PIPELINING', []],
    ['pipelining', 'PIPELINING', []],
    ['8bitmime', '8BITMIME', []],
    ['SIZE 1000', 'SIZE', ['1000']],
    ['AUTH PLAIN LOGIN', 'AUTH', ['PLAIN', 'LOGIN']],
    ['AUTH', 'AUTH', []],
    ['AUTH=PLAIN LOGIN', 'AUTH', ['PLAIN', 'LOGIN']],
    ['auth=plain', 'AUTH', ['plain']],
    ['AUTH =PLAIN', 'AUTH', ['=PLAIN']],
    ['X-EXPS=NTLM', undefined, undefined],
    ['AUTH=', undefined, undefined],
    ['X- -a=b !~', 'X-', ['-a=b', '!~']],
    ['', undefined, undefined],
    [' SIZE', undefined, undefined],
    ['SIZE ', undefined, undefined],
    ['SIZE  1', undefined, undefined],
    ['SIZE\t1', undefined, undefined],
    ['-SIZE', undefined, undefined],
    ['X_A', undefined, undefined],
    ['SIZE 1\x7f', undefined, undefined],
    ['SIZE \u00e4', undefined, undefined],
  ])('reads %j as %j with %j', (text, keyword, params) => {
    expect(match(text, 'EhloLine')).toStrictEqual(keyword === undefined ? undefined : { keyword, params })
  })
})

describe('EhloOkRsp', () => {
  it.each([
    ['250 mx.example\r\n', { domain: 'mx.example', greet: '', lines: [] }],
    ['250 mx.example at your service\r\n', { domain: 'mx.example', greet: 'at your service', lines: [] }],
    [
      '250-[192.0.2.1] \r\n250 SIZE\r\n',
      { domain: '[192.0.2.1]', greet: '', lines: [{ keyword: 'SIZE', params: [] }] },
    ],
    [
      '250-mx.example hi\r\n250-AUTH=PLAIN LOGIN\r\n250 size 1\r\n',
      {
        domain: 'mx.example',
        greet: 'hi',
        lines: [
          { keyword: 'AUTH', params: ['PLAIN', 'LOGIN'] },
          { keyword: 'SIZE', params: ['1'] },
        ],
      },
    ],
  ])('reads %j', (text, node) => {
    expect(parse(text, 'EhloOkRsp')).toStrictEqual(node)
  })

  it.each<[string, string]>([
    ['250\r\n', 'Expected " " or "-" but "\\r" found.'],
    ['251 mx.example\r\n', 'Expected "250" but "2" found.'],
    ['250-mx.example\r\n', 'Expected "250 " or "250-" but end of input found.'],
    ['250-mx.example\r\n250\r\n', 'Expected "250 " or "250-" but "2" found.'],
    ['250-mx.example\r\n251 SIZE\r\n', 'Expected "250 " or "250-" but "2" found.'],
    ['250-mx.example\r\n250 \r\n', 'Expected "AUTH=" or EHLO keyword but "\\r" found.'],
    ['250-mx.example\r\n250 SIZE \r\n', 'Expected EHLO parameter but "\\r" found.'],
    ['250 mx.example\r\n250 SIZE\r\n', 'Expected end of input but "2" found.'],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text, 'EhloOkRsp')).toThrow(message)
    expect(match(text, 'EhloOkRsp')).toBeUndefined()
  })
})
