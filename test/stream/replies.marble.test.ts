import fc from 'fast-check'
import { catchError, from, map, type OperatorFunction, Subject, take, throwError } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { type FramerOptions, formatReply, isSmtpError, limits, type Reply, replies } from '../../src/index.ts'
import { replyLikeOctets, replyParts, segmentation } from '../helpers/arbitraries.ts'
import { everyCut, utf8 } from '../helpers/chunks.ts'

const chunks: Readonly<Record<string, Uint8Array>> = {
  o: utf8('250 ok\r\n'),
  n: utf8('550 no\r\n'),
  t: utf8('220 hi\r\n250 ok\r\n'),
  // A reply of two lines in three pieces: CR and LF of the first line apart.
  x: utf8('250-a\r'),
  y: utf8('\n250 b'),
  z: utf8('\r\n'),
  h: utf8('250 o'),
  r: utf8('550 no'),
  c: utf8('550 no\r'),
  m: utf8('550-no\r\n550 way'),
  M: utf8('550-no\r\n550-way\r\n'),
  H: utf8('HTTP/1.1 400\r\n'),
  B: utf8('250 ok\r\nHTTP/1.1 400\r\n250 ok\r\n'),
  L: utf8('250 a line of more than thirty characters\r\n'),
  _: new Uint8Array(),
}

const seen = { o: '250 ok', n: '550 no', g: '220 hi', a: '250 a|b', m: '550 no|way' }

/** Shows replies and errors as short texts. */
const shown: OperatorFunction<Reply, string> = (source) =>
  source.pipe(
    map(({ code, lines }) => `${code} ${lines.join('|')}`),
    catchError((error: unknown) => throwError(() => (isSmtpError(error) ? error.code : error))),
  )

function marbles(
  source: string,
  subscription: string,
  result: string,
  { error, leave, options }: { error?: string; leave?: string; options?: FramerOptions } = {},
): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ cold, expectObservable, expectSubscriptions }) => {
      const bytes = cold(source, chunks, 'broken pipe')
      expectObservable(bytes.pipe(replies(options), shown), leave).toBe(result, seen, error)
      expectSubscriptions(bytes.subscriptions).toBe(subscription)
    },
  )
}

describe('replies()', () => {
  it('never', () => {
    const source = ' -------'
    const subs = '   ^------'
    const result = ' -------'
    marbles(source, subs, result)
  })

  it('empty', () => {
    const source = ' ---|'
    const subs = '   ^--!'
    const result = ' ---|'
    marbles(source, subs, result)
  })

  it('one', () => {
    const source = ' --o--|'
    const subs = '   ^----!'
    const result = ' --o--|'
    marbles(source, subs, result)
  })

  it('many, one to a chunk and two to a chunk', () => {
    const source = ' --o-n-t----n--|'
    const subs = '   ^-------------!'
    const result = ' --o-n-(go)-n--|'
    marbles(source, subs, result)
  })

  it('one in three chunks, with CR and LF apart', () => {
    const source = ' --x-y-z--|'
    const subs = '   ^--------!'
    const result = ' ------a--|'
    marbles(source, subs, result)
  })

  it('chunks without a byte', () => {
    const source = ' -_-x-_-y-_-z-_-|'
    const subs = '   ^--------------!'
    const result = ' -----------a---|'
    marbles(source, subs, result)
  })

  it('an error of the source', () => {
    const source = ' --o--#'
    const subs = '   ^----!'
    const result = ' --o--#'
    marbles(source, subs, result, { error: 'broken pipe' })
  })

  it('an error of the source in mid-reply', () => {
    const source = ' --o-h-#'
    const subs = '   ^-----!'
    const result = ' --o---#'
    marbles(source, subs, result, { error: 'broken pipe' })
  })

  it('what is no reply, and nothing behind it', () => {
    const source = ' --o-H-o-|'
    const subs = '   ^---!    '
    const result = ' --o-#    '
    marbles(source, subs, result, { error: 'malformed-reply' })
  })

  it('what is no reply, in the middle of a chunk', () => {
    const source = ' --B----o-|'
    const subs = '   ^-!       '
    const result = ' --(o#)    '
    marbles(source, subs, result, { error: 'malformed-reply' })
  })

  it('a line over the limit', () => {
    const source = ' --o-L-o-|'
    const subs = '   ^---!    '
    const result = ' --o-#    '
    marbles(source, subs, result, {
      error: 'reply-too-large',
      options: { limits: { ...limits, replyLine: 30 } },
    })
  })

  it('early unsubscribe', () => {
    const source = ' --o-n-t----n--|'
    const subs = '   ^----!         '
    const leave = '  -----!         '
    const result = ' --o-n-         '
    marbles(source, subs, result, { leave })
  })

  it('early unsubscribe in mid-reply', () => {
    const source = ' --x-y-z--|'
    const subs = '   ^----!    '
    const leave = '  -----!    '
    const result = ' ------    '
    marbles(source, subs, result, { leave })
  })
})

describe('replies() at the end of a source', () => {
  it.each([
    // the last chunk, what is still emitted, how it ends
    ['h', '(#)   ', 'half a positive reply'],
    ['x', '(#)   ', 'half a positive reply of several lines'],
    ['r', '(n|)  ', 'a refusal that lacks its line end'],
    ['c', '(n|)  ', 'a refusal that lacks its line feed'],
    ['m', '(m|)  ', 'a refusal of several lines that lacks its line end'],
    ['M', '(#)   ', 'a refusal that lacks its last line'],
  ])('%s: %s (%s)', (chunk, end) => {
    const source = ` --o-${chunk}-|`
    const subs = '   ^-----!'
    const result = ` --o---${end}`
    marbles(source, subs, result, { error: 'connection-lost' })
  })
})

describe('replies() twice', () => {
  it('has state for each subscriber', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
      const bytes = hot('  --x-y-z--|', chunks).pipe(replies(), shown)
      expectObservable(bytes).toBe(' ------a--|', seen)
      // What begins in mid-reply is no reply.
      expectObservable(bytes, '---^').toBe(' ----#', seen, 'malformed-reply')
    })
  })
})

describe('replies() and a subscriber that makes the source go on', () => {
  const run = (act: (source: Subject<Uint8Array>, code: number) => void, first: string): string[] => {
    const source = new Subject<Uint8Array>()
    const log: string[] = []
    source.pipe(replies()).subscribe({
      next: ({ code }) => {
        log.push(`(${code}`)
        act(source, code)
        log.push(`${code})`)
      },
      error: (error: unknown) => log.push(isSmtpError(error) ? error.code : String(error)),
      complete: () => log.push('end'),
    })
    source.next(utf8(first))
    return log
  }

  it('keeps the order when the next chunk comes while a reply is handed over', () => {
    const log = run((source, code) => {
      if (code === 220) source.next(utf8('252 c\r\n253 d\r\n'))
    }, '220 a\r\n251 b\r\n')
    expect(log).toEqual(['(220', '220)', '(251', '251)', '(252', '252)', '(253', '253)'])
  })

  it('keeps the order when a piece of a reply comes so', () => {
    const log = run((source, code) => {
      if (code === 220) source.next(utf8('1 b\r\n'))
    }, '220 a\r\n25')
    expect(log).toEqual(['(220', '220)', '(251', '251)'])
  })

  it('completes behind the replies that are there', () => {
    const log = run((source, code) => {
      if (code === 220) source.complete()
    }, '220 a\r\n251 b\r\n550 c')
    expect(log).toEqual(['(220', '220)', '(251', '251)', '(550', '550)', 'end'])
  })

  it('errors at a broken chunk that came so', () => {
    const log = run((source, code) => {
      if (code === 220) source.next(utf8('nonsense\r\n'))
    }, '220 a\r\n251 b\r\n')
    expect(log).toEqual(['(220', '220)', '(251', '251)', 'malformed-reply'])
  })

  it('gives nothing more to a subscriber that left in the middle of a chunk', () => {
    const seen: number[] = []
    const source = new Subject<Uint8Array>()
    source.pipe(replies(), take(2)).subscribe(({ code }) => seen.push(code))
    source.next(utf8('220 a\r\n221 b\r\n250 c\r\nnonsense\r\n'))
    expect(seen).toEqual([220, 221])
    expect(source.observed).toBe(false)
  })
})

describe('replies() of any bytes', () => {
  const outcome = (source: readonly Uint8Array[], options?: FramerOptions): unknown[] => {
    const log: unknown[] = []
    from(source)
      .pipe(replies(options))
      .subscribe({
        next: (reply) => log.push(reply),
        error: (error: unknown) => {
          if (!isSmtpError(error)) throw error
          log.push([error.code, error.message])
        },
        complete: () => log.push('end'),
      })
    return log
  }

  it('every cut of a conversation gives the same', () => {
    const text = '220 mx.example\r\n250-mx.example\r\n250-SIZE 1\r\n250 8BITMIME\r\n354 Grüße\r\n550 5.1.1 no'
    const whole = outcome([utf8(text)])
    expect(whole).toMatchObject([{ code: 220 }, { code: 250 }, { code: 354, text: 'Grüße' }, { code: 550 }, 'end'])
    for (const cut of everyCut(utf8(text))) expect(outcome(cut)).toEqual(whole)
  })

  it('any replies, any segmentation', () => {
    fc.assert(
      fc.property(fc.array(replyParts, { maxLength: 5 }), segmentation, (list, cut) => {
        const log = outcome(cut(utf8(list.map(formatReply).join(''))))
        expect(log).toMatchObject([...list, 'end'])
      }),
    )
  })

  it('any bytes and any segmentation: the same replies, then the same end or typed error', () => {
    fc.assert(
      fc.property(replyLikeOctets, segmentation, (octets, cut) => {
        const log = outcome([octets])
        expect(outcome(cut(octets))).toEqual(log)
        expect(log.at(-1)).toEqual(expect.toBeOneOf(['end', [expect.any(String), expect.any(String)]]))
      }),
      { numRuns: 1_000 },
    )
  })
})
