import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSmtpError, limits } from '../../src/protocol/index.ts'
import { formatReply } from '../../src/protocol/reply.ts'
import { type FramerOptions, ReplyFramer } from '../../src/protocol/reply-framer.ts'
import { replyLikeOctets, replyParts, segmentation } from '../helpers/arbitraries.ts'
import { cutAt, everyCut, latin1, octetByOctet, utf8 } from '../helpers/chunks.ts'

/** What a framer makes of some chunks: whole replies, then what is left over or what is wrong. */
interface Outcome {
  replies: string[]
  rest?: string
  code?: string
  message?: string
}

/** Frames the chunks, which comes to the same whether repetitions are counted or not. */
function frame(chunks: readonly Uint8Array[], options?: FramerOptions): Outcome {
  const outcome = frameOnce(chunks, options)
  const counts: number[] = []
  expect(frameOnce(chunks, options, counts)).toEqual(outcome)
  expect(counts.every((times) => times > 0)).toBe(true)
  return outcome
}

function frameOnce(chunks: readonly Uint8Array[], options?: FramerOptions, counts?: number[]): Outcome {
  const framer = new ReplyFramer(options)
  const replies: string[] = []
  const onRepeat = (times: number): void => {
    counts?.push(times)
    for (let left = times; left > 0; left--) replies.push(replies.at(-1) ?? '')
  }
  try {
    for (const chunk of chunks) {
      framer.push(chunk, (text, from, to) => replies.push(text.slice(from, to)), counts && onRepeat)
    }
  } catch (error) {
    if (!isSmtpError(error)) throw error
    return { replies, code: error.code, message: error.message }
  }
  return { replies, rest: framer.end() }
}

describe('whole replies, cut anywhere', () => {
  it.each<[string, string[], string]>([
    ['', [], ''],
    ['250 ok\r\n', ['250 ok\r\n'], ''],
    ['250\r\n', ['250\r\n'], ''],
    ['250 \r\n', ['250 \r\n'], ''],
    ['220 a\r\n250 b\r\n', ['220 a\r\n', '250 b\r\n'], ''],
    ['250-a\r\n250-b\r\n250 c\r\n', ['250-a\r\n250-b\r\n250 c\r\n'], ''],
    ['250-a\r\n250\r\n354 go\r\n', ['250-a\r\n250\r\n', '354 go\r\n'], ''],
    ['250-\r\n250 \r\n', ['250-\r\n250 \r\n'], ''],
    ['250-250 a\r\n250 250-b\r\n', ['250-250 a\r\n250 250-b\r\n'], ''],
    ['250 Grüße €\u{1f4e7}\r\n', ['250 Grüße €\u{1f4e7}\r\n'], ''],
    ['\ufeff', [], '\ufeff'],
    ['250 \ufeffno mark\r\n', ['250 \ufeffno mark\r\n'], ''],
    // Different codes are for the grammar to refuse: the reply still ends where it ends.
    ['250-a\r\n550 b\r\n220 c\r\n', ['250-a\r\n550 b\r\n', '220 c\r\n'], ''],
    // So are control characters and lone carriage returns.
    ['250 a\rb\0c\x1b\r\r\n250 d\r\n', ['250 a\rb\0c\x1b\r\r\n', '250 d\r\n'], ''],
    ['250\rx\r\n', ['250\rx\r\n'], ''],
    ['250 a\r\n250 b', ['250 a\r\n'], '250 b'],
    ['250 a\r\n250 b\r', ['250 a\r\n'], '250 b\r'],
    ['250-a\r\n250-b\r\n', [], '250-a\r\n250-b\r\n'],
    ['250-a\r\n25', [], '250-a\r\n25'],
  ])('%j', (text, replies, rest) => {
    for (const chunks of everyCut(utf8(text))) expect(frame(chunks)).toEqual({ replies, rest })
  })

  it('octets that are no UTF-8 read as U+FFFD, one for each broken sequence', () => {
    for (const chunks of everyCut(latin1('250 \xff \xe2\x82 \xc3\r\n250 \xf0\x9f\x93\r\n'))) {
      expect(frame(chunks)).toEqual({ replies: ['250 \ufffd \ufffd \ufffd\r\n', '250 \ufffd\r\n'], rest: '' })
    }
  })
})

describe('what is no reply, cut anywhere', () => {
  it.each<[string, string[], string]>([
    ['\r\n', [], 'no reply code): '],
    ['\n', [], 'a bare line feed): '],
    ['ok\r\n', [], 'no reply code): ok'],
    ['HTTP/1.1 400 Bad Request\r\n', [], 'no reply code): HTTP/1.1 400 Bad Request'],
    ['25 ok\r\n', [], 'no reply code): 25 ok'],
    ['25\r\n', [], 'no reply code): 25'],
    ['2500 ok\r\n', [], 'no reply code): 2500 ok'],
    ['250ok\r\n', [], 'no reply code): 250ok'],
    ['250\tok\r\n', [], 'no reply code): 250?ok'],
    [' 250 ok\r\n', [], 'no reply code):  250 ok'],
    ['199 ok\r\n', [], 'no reply code): 199 ok'],
    ['600 ok\r\n', [], 'no reply code): 600 ok'],
    ['260 ok\r\n', [], 'no reply code): 260 ok'],
    ['２５０ ok\r\n', [], 'no reply code): ２５０ ok'],
    ['250 a\n', [], 'a bare line feed): 250 a'],
    ['250 a\n\r\n', [], 'a bare line feed): 250 a'],
    ['250 a\r\n\n', ['250 a\r\n'], 'a bare line feed): '],
    ['250 a\r\n\r\n250 b\r\n', ['250 a\r\n'], 'no reply code): '],
    ['250-a\r\n\r\n250 b\r\n', [], 'no reply code): 250-a'],
    ['250-a\r\n250 b\n', [], 'a bare line feed): 250 b'],
    ['250-a\r\nb\r\n', [], 'no reply code): 250-a / b'],
    ['250 a\r\nx\x1b[2J\r\n', ['250 a\r\n'], 'no reply code): x?[2J'],
  ])('%j', (text, replies, why) => {
    for (const chunks of everyCut(utf8(text))) {
      const outcome = frame(chunks)
      expect(outcome.message?.trimEnd()).toBe(`not an SMTP reply (${why}`.trimEnd())
      expect(outcome).toMatchObject({ replies, code: 'malformed-reply' })
    }
  })
})

describe('quirks', () => {
  it.each<[string, FramerOptions['quirks'] & object, string[]]>([
    ['250 a\n250 b\r\n', { bareLf: true }, ['250 a\r\n', '250 b\r\n']],
    ['250-a\n250 b\n', { bareLf: true }, ['250-a\r\n250 b\r\n']],
    ['250 a\0b\x1bc\x7f\r\n', { controls: true }, ['250 a\ufffdb\ufffdc\ufffd\r\n']],
    ['250 a\rb\r\r\n', { controls: true }, ['250 a\ufffdb\ufffd\r\n']],
    ['250 a\tb\r\n', { controls: true }, ['250 a\tb\r\n']],
    ['250 a\rb\n250 c\0\n', { controls: true, bareLf: true }, ['250 a\ufffdb\r\n', '250 c\ufffd\r\n']],
  ])('%j with %j', (text, quirks, replies) => {
    for (const chunks of everyCut(utf8(text))) expect(frame(chunks, { quirks })).toEqual({ replies, rest: '' })
  })

  it.each<[string, FramerOptions['quirks'] & object]>([
    ['250 a\n', {}],
    ['250 a\n', { bareLf: false }],
    ['250 a\n', { controls: true }],
    ['\n', { bareLf: true }],
    ['\x00250 a\r\n', { controls: true }],
    ['250\0a\r\n', { controls: true }],
  ])('%j is refused with %j', (text, quirks) => {
    for (const chunks of everyCut(utf8(text))) {
      expect(frame(chunks, { quirks })).toMatchObject({ replies: [], code: 'malformed-reply' })
    }
  })
})

describe('limits', () => {
  const small = { limits: { ...limits, replyLine: 20, reply: 50 } }
  const line = (length: number): string => `250 ${'x'.repeat(length - 6)}\r\n`
  const more = (length: number): string => `250-${'x'.repeat(length - 6)}\r\n`

  it.each<[string, string]>([
    ['a line of just the limit', line(20)],
    ['characters of three octets', `250 ${'€'.repeat(14)}\r\n`],
    ['a reply of just the limit', more(20) + more(20) + line(10)],
    ['one long reply after the other', line(20) + more(20) + line(20) + line(20)],
  ])('takes %s', (_, text) => {
    for (const chunks of everyCut(utf8(text))) {
      const { replies, rest } = frame(chunks, small)
      expect([replies.join(''), rest]).toEqual([text, ''])
    }
  })

  it.each<[string, string, number, RegExp]>([
    ['a line over the limit', line(21), 0, /^a reply line of more than 20 characters$/],
    ['a line over the limit in mid-reply', more(10) + more(21), 0, /^a reply line of more than 20 characters$/],
    ['a reply over the limit', more(20) + more(20) + line(11), 0, /^a reply of more than 50 characters$/],
    ['endless lines', line(10) + more(20).repeat(4), 1, /^a reply of more than 50 characters$/],
    ['a line without end', line(10) + 'x'.repeat(61), 1, /^a reply line of more than 20 characters$/],
    ['a line without end in mid-reply', more(10) + 'x'.repeat(61), 0, /^a reply line of more than 20 characters$/],
  ])('refuses %s', (_, text, replies, message) => {
    for (const chunks of everyCut(utf8(text))) {
      const outcome = frame(chunks, small)
      expect(outcome).toMatchObject({ code: 'reply-too-large', message: expect.stringMatching(message) })
      expect(outcome.replies).toHaveLength(replies)
    }
  })

  it('holds no more of an endless line than three octets for each character of the limit', () => {
    const framer = new ReplyFramer()
    const chunk = new Uint8Array(1024).fill(120)
    let taken = 0
    expect(() => {
      for (; taken < 1e9; taken += chunk.length) framer.push(chunk, () => {})
    }).toThrow(/line/)
    expect(taken).toBeLessThanOrEqual(3 * limits.replyLine)
  })

  it('holds no more of an endless reply than the limit', () => {
    const framer = new ReplyFramer()
    const chunk = utf8(`250-${'x'.repeat(94)}\r\n`)
    let taken = 0
    expect(() => {
      for (; taken < 1e9; taken += chunk.length) framer.push(chunk, () => {})
    }).toThrow(/reply of/)
    expect(taken).toBeLessThanOrEqual(limits.reply)
  })
})

describe('idle', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['2', false],
    ['250 a\r', false],
    ['250 a\r\n', true],
    ['250-a\r\n', false],
    ['250-a\r\n250 b\r\n', true],
    ['250 a\r\n2', false],
  ])('behind %j: %j', (text, idle) => {
    for (const chunks of everyCut(utf8(text))) {
      const framer = new ReplyFramer()
      for (const chunk of chunks) framer.push(chunk, () => {})
      expect(framer.idle).toBe(idle)
      framer.end()
      expect(framer.idle).toBe(true)
      expect(framer.end()).toBe('')
    }
  })

  it('keeps nothing of the chunk, which its owner may use again', () => {
    const framer = new ReplyFramer()
    const replies: string[] = []
    const chunk = new Uint8Array(8)
    for (const piece of cutAt(utf8('250-a\r\n250 bcdef\r\n'), [3, 9, 12])) {
      chunk.set(piece)
      framer.push(chunk.subarray(0, piece.length), (text, from, to) => replies.push(text.slice(from, to)))
      chunk.fill(33)
    }
    expect(replies).toEqual(['250-a\r\n250 bcdef\r\n'])
  })
})

describe('repetitions', () => {
  it.each<[string, number[]]>([
    ['250 a\r\n', []],
    ['250 a\r\n250 a\r\n', [1]],
    ['250 a\r\n250 a\r\n250 a\r\n250 b\r\n250 b\r\n354 c\r\n', [2, 1]],
    ['250-a\r\n250 b\r\n250-a\r\n250 b\r\n250-a\r\n250 c\r\n', [1]],
    // The beginning of the next one is none.
    ['250 a\r\n250 a\r\n250 a', [1]],
    ['250 a\r\n250 a\r', []],
    ['250 abc\r\n250 abd\r\n250 a\r\n', []],
    // Octets and characters that are not one to one are not counted.
    ['250 é\r\n250 é\r\n', []],
  ])('of %j: %j', (text, expected) => {
    const counts: number[] = []
    const { replies } = frameOnce([utf8(text)], {}, counts)
    expect(counts).toEqual(expected)
    expect(replies).toEqual(frame([utf8(text)]).replies)
    for (const chunks of everyCut(utf8(text))) expect(frame(chunks).replies).toEqual(replies)
  })

  it('are found behind half a reply of the chunk before', () => {
    const counts: number[] = []
    const chunks = cutAt(utf8('250-a\r\n250 b\r\n250 c\r\n250 c\r\n250 c\r\n'), [9])
    expect(frameOnce(chunks, {}, counts).replies).toHaveLength(4)
    expect(counts).toEqual([2])
  })

  it('any replies that come again, cut anywhere, are all there', () => {
    const runs = fc.array(fc.tuple(replyParts, fc.integer({ min: 1, max: 5 })), { maxLength: 4 })
    fc.assert(
      fc.property(runs, segmentation, fc.record({ bareLf: fc.boolean() }), (parts, cut, quirks) => {
        const replies = parts.flatMap(([part, times]) => Array.from({ length: times }, () => formatReply(part)))
        expect(frame(cut(utf8(replies.join(''))), { quirks })).toEqual({ replies, rest: '' })
      }),
    )
  })
})

describe('for any bytes', () => {
  it('any replies and any segmentation give the same replies', () => {
    fc.assert(
      fc.property(fc.array(replyParts, { maxLength: 5 }), segmentation, (parts, cut) => {
        const replies = parts.map(formatReply)
        expect(frame(cut(utf8(replies.join(''))))).toEqual({ replies, rest: '' })
      }),
    )
  })

  it('any segmentation gives the same replies, and the same rest or the same error', () => {
    const quirks = fc.record({ bareLf: fc.boolean(), controls: fc.boolean() })
    fc.assert(
      fc.property(
        replyLikeOctets,
        segmentation,
        quirks,
        fc.integer({ min: 4, max: 80 }),
        (octets, cut, quirks, size) => {
          const options = { quirks, limits: { ...limits, replyLine: size, reply: 2 * size } }
          const whole = frame([octets], options)
          expect(frame(cut(octets), options)).toEqual(whole)
          expect(frame(octetByOctet(octets), options)).toEqual(whole)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('nothing is lost, added or put in another order', () => {
    fc.assert(
      fc.property(replyLikeOctets, segmentation, (octets, cut) => {
        const { replies, rest } = frame(cut(octets))
        const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(octets)
        if (rest === undefined) expect(text.startsWith(replies.join(''))).toBe(true)
        else expect(replies.join('') + rest).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })
})
