import fc from 'fast-check'
import { from, map } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { type LinesOptions, lines } from '../../src/logs/index.ts'
import { everyCut, latin1, utf8 } from '../helpers/chunks.ts'

const chunks: Readonly<Record<string, Uint8Array>> = {
  o: utf8('one\n'),
  t: utf8('two\r\nthree\n'),
  x: utf8('o'),
  y: utf8('n'),
  z: utf8('e\r\n'),
  r: utf8('rest'),
  m: utf8('one\nre'),
  _: new Uint8Array(),
}

const seen = { o: 'one', t: 'two|three', r: 'rest' }

function marbles(source: string, subscription: string, result: string, leave?: string): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ cold, expectObservable, expectSubscriptions }) => {
      const bytes = cold(source, chunks, 'broken')
      const shown = bytes.pipe(
        lines(),
        map((texts) => texts.join('|')),
      )
      expectObservable(shown, leave).toBe(result, seen, 'broken')
      expectSubscriptions(bytes.subscriptions).toBe(subscription)
    },
  )
}

describe('lines()', () => {
  it.each([
    ['never', '-------', '^------', '-------'],
    ['empty', '---|', '^--!', '---|'],
    ['one', '--o--|', '^----!', '--o--|'],
    ['many, one to a chunk and two to a chunk', '--o-t-o--|', '^--------!', '--o-t-o--|'],
    ['one in three chunks', '--x-y-z--|', '^--------!', '------o--|'],
    ['chunks without a byte', '-_-x-y_z-_|', '^---------!', '-------o--|'],
    ['the last one without its end', '--r--|', '^----!', '-----(r|)'],
    ['the rest of a chunk', '--m-_-|', '^-----!', '--o---(s|)'],
    ['error', '--o--#', '^----!', '--o--#'],
  ])('%s', (_name, source, subscription, result) => {
    Object.assign(seen, { s: 're' })
    marbles(source, subscription, result)
  })

  it('early unsubscribe', () => {
    marbles('--o-o-o-', '^----!', '--o-o-', '^----!')
  })
})

function linesOf(pieces: readonly Uint8Array[], options?: LinesOptions): string[] {
  const found: string[] = []
  from(pieces)
    .pipe(lines(options))
    .subscribe((texts) => found.push(...texts))
  return found
}

describe('a line', () => {
  it.each<[string, Uint8Array, readonly string[]]>([
    ['ends at CRLF', utf8('a\r\nb\r\n'), ['a', 'b']],
    ['may be empty', utf8('\n\na\n'), ['', '', 'a']],
    ['keeps a CR inside', utf8('a\rb\n'), ['a\rb']],
    ['is UTF-8', utf8('tschüß \u{1f4e7}\nb\n'), ['tschüß \u{1f4e7}', 'b']],
    ['is Latin-1 where it is no UTF-8', latin1('tsch\xfc\xdf\nb\n'), ['tsch\xfc\xdf', 'b']],
    ['may be UTF-8 next to one that is not', Uint8Array.of(...utf8('ü\n'), ...latin1('\xfc\n')), ['ü', 'ü']],
    ['keeps U+FFFD', utf8('\ufffd\n'), ['\ufffd']],
    ['loses the NULs in front', utf8('\0\0a\0b\n'), ['a\0b']],
  ])('%s, whatever the segmentation', (_name, bytes, expected) => {
    for (const pieces of everyCut(bytes)) expect(linesOf(pieces)).toEqual(expected)
  })

  it('is cut off at its greatest length, whatever the segmentation', () => {
    const bytes = utf8('123456\n12345\nabcdefghijkl\n1\n')
    for (const pieces of everyCut(bytes)) {
      expect(linesOf(pieces, { lineLength: 5 })).toEqual(['12345', '12345', 'abcde', '1'])
    }
  })

  it('is the same for any text and any segmentation', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const clean = texts.map((text) => text.replace(/[\0\r\n]/g, ''))
        const bytes = utf8(clean.map((text) => `${text}\n`).join(''))
        for (const size of [1, 3, 7, 4096]) {
          const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
            bytes.subarray(at * size, at * size + size),
          )
          expect(linesOf(pieces)).toEqual(clean)
        }
      }),
      { numRuns: 50 },
    )
  })
})
