import { describe, expect, it } from 'vitest'
import type { ReplyNode, StatusNode } from '../../src/grammar/ast.ts'
import { match, parse } from '../../src/grammar/reply.ts'

function reply(code: number, lines: readonly string[], status: StatusNode | null = null): ReplyNode {
  return { code, lines, status }
}

function status(severity: 2 | 4 | 5, subject: number, detail: number): StatusNode {
  return { class: severity, subject, detail }
}

describe('ReplyLine', () => {
  it.each<[string, ReplyNode]>([
    ['250 Ok\r\n', reply(250, ['Ok'])],
    ['250\r\n', reply(250, [''])],
    ['250 \r\n', reply(250, [''])],
    ['250  two blanks \r\n', reply(250, [' two blanks '])],
    ['200 a\r\n', reply(200, ['a'])],
    ['559 a\r\n', reply(559, ['a'])],
    ['354\r\n', reply(354, [''])],
    ['250-a\r\n250 b\r\n', reply(250, ['a', 'b'])],
    ['250-a\r\n250-\r\n250-c\r\n250\r\n', reply(250, ['a', '', 'c', ''])],
    ['250-\r\n250 \r\n', reply(250, ['', ''])],
    ['250 250-a\r\n', reply(250, ['250-a'])],
    ['250 \t~!"\\\r\n', reply(250, ['\t~!"\\'])],
    [
      '250 tsch\u00fc\u00df \u{1f4e7} \u0080\ufffd\ufeff\r\n',
      reply(250, ['tsch\u00fc\u00df \u{1f4e7} \u0080\ufffd\ufeff']),
    ],
  ])('reads %j', (text, node) => {
    expect(parse(text, 'ReplyLine')).toStrictEqual(node)
  })

  it.each<[string, StatusNode | null]>([
    ['2.0.0', status(2, 0, 0)],
    ['4.7.1 Greylisted', status(4, 7, 1)],
    ['5.999.10 far', status(5, 999, 10)],
    ['5.1.1  two blanks', status(5, 1, 1)],
    ['3.0.0 no such class', null],
    ['5.1 two numbers', null],
    ['5.1.1.1 four numbers', null],
    ['5.01.1 leading zero', null],
    ['5.1.00 leading zero', null],
    ['5.1000.1 four digits', null],
    ['5.1.1: a colon behind', null],
    ['5.1.1\tis no space', null],
    [' 5.1.1 not in front', null],
    ['#5.1.1 not in front', null],
  ])('takes the enhanced status code in %j for %j and leaves it in the text', (text, expected) => {
    expect(parse(`550 ${text}\r\n`, 'ReplyLine')).toStrictEqual(reply(550, [text], expected))
    expect(parse(`550-${text}\r\n550 x\r\n`, 'ReplyLine')).toStrictEqual(reply(550, [text, 'x'], expected))
  })

  it('takes the enhanced status code from the first line alone', () => {
    expect(parse('550-a\r\n550 5.1.1 b\r\n', 'ReplyLine').status).toBeNull()
  })

  it.each<[string, number, string]>([
    ['', 0, 'Expected reply code but end of input found.'],
    ['\r\n', 0, 'Expected reply code but "\\r" found.'],
    ['199 a\r\n', 0, 'Expected reply code but "1" found.'],
    ['260 a\r\n', 0, 'Expected reply code but "2" found.'],
    ['600 a\r\n', 0, 'Expected reply code but "6" found.'],
    ['25 a\r\n', 0, 'Expected reply code but "2" found.'],
    ['2500 a\r\n', 3, 'Expected " ", "-", or line end but "0" found.'],
    ['250Ok\r\n', 3, 'Expected " ", "-", or line end but "O" found.'],
    ['250\t\r\n', 3, 'Expected " ", "-", or line end but "\\t" found.'],
    ['250', 3, 'Expected " ", "-", or line end but end of input found.'],
    ['250 a', 5, 'Expected [\\t -~\\x80-\\u{FFFF}] or line end but end of input found.'],
    ['250 a\n', 5, 'Expected [\\t -~\\x80-\\u{FFFF}] or line end but "\\n" found.'],
    ['250 a\r', 5, 'Expected [\\t -~\\x80-\\u{FFFF}] or line end but "\\r" found.'],
    ['250 \0\r\n', 4, 'Expected [245], [\\t -~\\x80-\\u{FFFF}], or line end but "\\0" found.'],
    ['250 \x1b[2J\r\n', 4, 'Expected [245], [\\t -~\\x80-\\u{FFFF}], or line end but "\\x1B" found.'],
    ['250 a\x7f\r\n', 5, 'Expected [\\t -~\\x80-\\u{FFFF}] or line end but "\\x7F" found.'],
    ['250 a\r\n250 b\r\n', 7, 'Expected end of input but "2" found.'],
    ['250-a\r\n', 7, 'Expected reply code but end of input found.'],
    ['250-a\r\n250-b\r\n', 14, 'Expected reply code but end of input found.'],
    ['250-a\r\n250b\r\n', 10, 'Expected " ", "-", or line end but "b" found.'],
    ['250-a\r\n550 b\r\n', 7, 'Expected the code of the first line but "550" found.'],
    ['250-a\r\n251-b\r\n250 c\r\n', 7, 'Expected the code of the first line but "251" found.'],
    ['250-a\r\n\r\n250 c\r\n', 7, 'Expected reply code but "\\r" found.'],
  ])('refuses %j at offset %d', (text, offset, message) => {
    expect(match(text, 'ReplyLine')).toBeUndefined()
    expect(() => parse(text, 'ReplyLine')).toThrow(
      expect.objectContaining({
        message,
        location: expect.objectContaining({ start: expect.objectContaining({ offset }) }),
      }),
    )
  })

  it('reads one reply after the other out of one text', () => {
    const replies = ['250-a\r\n250 b\r\n', '354\r\n', '550 5.1.1 no\r\n']
    const text = replies.join('')
    let from = 0
    for (const each of replies) {
      expect(parse(text, 'ReplyLine', from, from + each.length)).toStrictEqual(parse(each, 'ReplyLine'))
      from += each.length
    }
  })

  it('looks at nothing behind the part that it is given', () => {
    expect(match('250 a\r\n', 'ReplyLine', 0, 6)).toBeUndefined()
    expect(match('250 a\r\n', 'ReplyLine', 0, 5)).toBeUndefined()
    expect(match('250-a\r\n250 b\r\n', 'ReplyLine', 0, 7)).toBeUndefined()
    expect(parse('250-a\r\n250 b\r\n', 'ReplyLine', 7)).toStrictEqual(reply(250, ['b']))
  })
})

describe('Greeting', () => {
  it.each([
    ['220 mx.example ESMTP Postfix\r\n', 'mx.example', ['ESMTP Postfix']],
    ['220 mx.example\r\n', 'mx.example', ['']],
    ['220 mx.example \r\n', 'mx.example', ['']],
    ['220 [192.0.2.1] hi\r\n', '[192.0.2.1]', ['hi']],
    ['220 [IPv6:2001:db8::1] hi\r\n', '[IPv6:2001:db8::1]', ['hi']],
    ['220 b\u00fccher.example hi\r\n', 'b\u00fccher.example', ['hi']],
    ['220-mx.example one\r\n220-two\r\n220-\r\n220\r\n', 'mx.example', ['one', 'two', '', '']],
    ['220-mx.example\r\n220 two\r\n', 'mx.example', ['', 'two']],
  ])('reads %j', (text, domain, lines) => {
    expect(parse(text, 'Greeting')).toStrictEqual({ domain, lines })
  })

  it.each([
    '220\r\n',
    '220 \r\n',
    '220-mx.example\r\n',
    '220-mx.example\r\n221 a\r\n',
    '220-mx.example\r\n220a\r\n',
    '221 mx.example\r\n',
    '220 -mx.example\r\n',
    '220 mx_1.example\r\n',
    '220 mx.example, hi\r\n',
    '220 mx.example. hi\r\n',
    '220 [192.0.2.256] hi\r\n',
    '220 *** hi\r\n',
  ])('refuses %j', (text) => {
    expect(match(text, 'Greeting')).toBeUndefined()
    expect(() => parse(text, 'Greeting')).toThrow(/^Expected /)
  })
})
