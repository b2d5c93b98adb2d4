import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Category,
  formatReply,
  isSmtpError,
  limits,
  parseGreeting,
  parseReplies,
  parseReply,
  type Reply,
  type Severity,
} from '../../src/protocol/index.ts'
import { replyLikeOctets, replyParts } from '../helpers/arbitraries.ts'
import { latin1, utf8 } from '../helpers/chunks.ts'

function caught(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('parseReply', () => {
  it.each<[string, Partial<Reply>]>([
    ['250 Ok\r\n', { code: 250, lines: ['Ok'], text: 'Ok', enhanced: undefined }],
    ['250 Ok', { code: 250, lines: ['Ok'] }],
    ['250', { code: 250, lines: [''], text: '' }],
    ['250-a\r\n250-\r\n250 c\r\n', { code: 250, lines: ['a', '', 'c'], text: 'a\n\nc' }],
    ['250-a\r\n250 b', { lines: ['a', 'b'] }],
    ['354 End data with <CR><LF>.<CR><LF>\r\n', { code: 354, text: 'End data with <CR><LF>.<CR><LF>' }],
    ['550 5.1.1 Grüße\r\n', { code: 550, text: '5.1.1 Grüße' }],
  ])('%j', (text, expected) => {
    expect(parseReply(text)).toMatchObject(expected)
  })

  it.each<[number, Severity, Category]>([
    [200, 'completion', 'syntax'],
    [211, 'completion', 'information'],
    [220, 'completion', 'connections'],
    [235, 'completion', 'unspecified'],
    [249, 'completion', 'unspecified'],
    [250, 'completion', 'mail-system'],
    [354, 'intermediate', 'mail-system'],
    [334, 'intermediate', 'unspecified'],
    [421, 'transient', 'connections'],
    [450, 'transient', 'mail-system'],
    [500, 'permanent', 'syntax'],
    [559, 'permanent', 'mail-system'],
  ])('%d is %s, %s', (code, severity, category) => {
    expect(parseReply(`${code} x`)).toMatchObject({ code, severity, category })
  })

  it.each<[string, object | undefined]>([
    ['550 5.1.1 no', { code: '5.1.1', class: 5, subject: 1, detail: 1 }],
    ['450 4.7.1', { code: '4.7.1' }],
    ['550-5.7.1 a\r\n550 5.7.1 b', { code: '5.7.1' }],
    ['550-a\r\n550 5.7.1 b', undefined],
    ['550 5.1 no', undefined],
    ['550 no 5.1.1', undefined],
  ])('the enhanced status code of %j', (text, enhanced) => {
    const reply = parseReply(text)
    if (enhanced === undefined) expect(reply.enhanced).toBeUndefined()
    else expect(reply.enhanced).toMatchObject(enhanced)
  })

  it.each([
    '',
    '\r\n',
    'ok',
    '25 a',
    '199 a',
    '250a',
    '250 a\n',
    '250 a\r\n250 b\r\n',
    '250-a',
    '250-a\r\n550 b',
    '250 \0',
  ])('refuses %j', (text) => {
    const error = caught(() => parseReply(text))
    expect(error).toMatchObject({ code: 'malformed-reply', cause: { name: 'GrammarFailure' } })
  })

  it('gives what nobody can change', () => {
    const reply = parseReply('250-a\r\n250 b')
    expect(reply).toSatisfy(Object.isFrozen)
  })

  it('shows a broken reply so that a terminal is safe, and not all of it', () => {
    const error = caught(() => parseReply(`250 \x1b[2J${'x'.repeat(5_000)}`))
    expect(String(error)).toMatch(/^SmtpError: not an SMTP reply: 250 \?\[2Jx+…$/)
    expect(String(error).length).toBeLessThan(200)
  })
})

describe('parseReplies', () => {
  it.each<[string | Uint8Array, number[]]>([
    ['', []],
    ['220 mx.example\r\n250-mx.example\r\n250 SIZE\r\n', [220, 250]],
    [utf8('220 Grüße\r\n221 bye\r\n'), [220, 221]],
  ])('%j', (input, codes) => {
    expect(parseReplies(input).map(({ code }) => code)).toEqual(codes)
  })

  it.each([
    ['the last line has no end', '220 a\r\n250 b'],
    ['a reply has no last line', '220 a\r\n250-b\r\n'],
    ['different codes in one reply', '250-a\r\n550 b\r\n'],
    ['a bare line feed', '220 a\n'],
    ['a control character', '220 a\0\r\n'],
    ['a lone carriage return', '220 a\rb\r\n'],
  ])('refuses: %s', (_, text) => {
    expect(() => parseReplies(text)).toThrow(expect.objectContaining({ code: 'malformed-reply' }))
  })

  it('takes what is named', () => {
    const quirks = { bareLf: true, controls: true }
    expect(parseReplies('220 a\0b\n250 c\r\r\n', { quirks }).map(({ text }) => text)).toEqual(['a\ufffdb', 'c\ufffd'])
  })

  it('keeps to the limits it is given', () => {
    const options = { limits: { ...limits, replyLine: 10 } }
    expect(parseReplies('250 abcd\r\n', options)).toHaveLength(1)
    expect(() => parseReplies('250 abcde\r\n', options)).toThrow(expect.objectContaining({ code: 'reply-too-large' }))
  })

  it('octets that are no UTF-8 are no reason to refuse a reply', () => {
    expect(parseReplies(latin1('550 Gr\xfc\xdfe\r\n'))[0]?.text).toBe('Gr\ufffd\ufffde')
  })
})

describe('formatReply', () => {
  it.each<[Pick<Reply, 'code' | 'lines'>, string]>([
    [{ code: 250, lines: ['Ok'] }, '250 Ok\r\n'],
    [{ code: 250, lines: [''] }, '250\r\n'],
    [{ code: 250, lines: [' '] }, '250  \r\n'],
    [{ code: 250, lines: ['a', '', 'c', ''] }, '250-a\r\n250-\r\n250-c\r\n250\r\n'],
    [{ code: 250, lines: ['-a', '250 b'] }, '250--a\r\n250 250 b\r\n'],
  ])('%j', (reply, text) => {
    expect(formatReply(reply)).toBe(text)
  })

  it.each<Pick<Reply, 'code' | 'lines'>>([
    { code: 250, lines: [] },
    { code: 250, lines: ['a\r\n250 b'] },
    { code: 250, lines: ['a\r\n250-b', 'c'] },
    { code: 250, lines: ['a\nb'] },
    { code: 250, lines: ['a\r'] },
    { code: 250, lines: ['\0'] },
    { code: 199, lines: ['a'] },
    { code: 600, lines: ['a'] },
    { code: 25, lines: ['a'] },
    { code: 2500, lines: ['a'] },
    { code: 250.5, lines: ['a'] },
    { code: Number.NaN, lines: ['a'] },
  ])('refuses %j', (reply) => {
    expect(() => formatReply(reply)).toThrow(expect.objectContaining({ code: 'malformed-reply' }))
  })
})

describe('parseGreeting', () => {
  it.each<[string, string | undefined, string]>([
    ['220 mx.example ESMTP Postfix', 'mx.example', 'ESMTP Postfix'],
    ['220 mx.example', 'mx.example', ''],
    ['220 [192.0.2.1] hi', '[192.0.2.1]', 'hi'],
    ['220 bücher.example hi', 'bücher.example', 'hi'],
    ['220-mx.example one\r\n220-two\r\n220 three', 'mx.example', 'one\ntwo\nthree'],
    ['220 *** not a domain', undefined, '*** not a domain'],
    ['220', undefined, ''],
    ['220-\r\n220 late.example', undefined, '\nlate.example'],
    ['554 mx.example no service', undefined, 'mx.example no service'],
  ])('%j', (text, domain, rest) => {
    expect(parseGreeting(parseReply(text))).toEqual({ domain, text: rest })
  })
})

describe('for any replies', () => {
  it('parse(format(x)) = x', () => {
    fc.assert(
      fc.property(replyParts, (parts) => {
        const reply = parseReply(formatReply(parts))
        expect(reply).toMatchObject(parts)
        expect(parseReply(formatReply(reply))).toEqual(reply)
      }),
    )
  })

  it('any list comes out as it went in', () => {
    fc.assert(
      fc.property(fc.array(replyParts), (list) => {
        expect(parseReplies(list.map(formatReply).join(''))).toMatchObject(list)
      }),
    )
  })

  it('what formatReply takes never has another number of lines on the wire', () => {
    const line = fc.array(fc.constantFrom('\r', '\n', '\0', 'a', '250 ', '250-', ' ')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        let text: string
        try {
          text = formatReply({ code: 250, lines })
        } catch (error) {
          expect(isSmtpError(error, 'malformed-reply')).toBe(true)
          return
        }
        expect(text.split(/\r\n|\r|\n/)).toHaveLength(lines.length + 1)
        expect(parseReplies(text)).toMatchObject([{ code: 250, lines }])
      }),
      { numRuns: 500 },
    )
  })

  it('any bytes are replies or a typed error', () => {
    fc.assert(
      fc.property(replyLikeOctets, (octets) => {
        try {
          for (const reply of parseReplies(octets)) {
            expect(reply.code).toBeGreaterThanOrEqual(200)
            expect(reply.code).toBeLessThan(560)
            expect(reply.text).toBe(reply.lines.join('\n'))
            expect(reply.text).not.toMatch(/\p{Cc}(?<![\t\n\x80-\x9f])/u)
          }
        } catch (error) {
          if (!isSmtpError(error)) throw error
          expect(error.code).toBe('malformed-reply')
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('any text is a reply or a typed error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `250 ${text}`),
        ),
        (text) => {
          try {
            expect(parseReply(text).lines.length).toBeGreaterThan(0)
          } catch (error) {
            if (!isSmtpError(error)) throw error
            expect(error.code).toBe('malformed-reply')
          }
        },
      ),
    )
  })
})
