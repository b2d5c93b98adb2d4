import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { GrammarFailure } from '../../src/grammar/failure.ts'
import { parse } from '../../src/grammar/reply.ts'
import { examples, isParser, type Parser, parsers } from './examples.ts'

// Many inputs, and machines are slow at times.
vi.setConfig({ testTimeout: 60_000 })

it('tells message, place, what was expected and what was found', () => {
  const failure = failureOf(() => parse('250-a\r\n250 b\0\r\n', 'ReplyLine'))
  expect(failure).toBeInstanceOf(SyntaxError)
  expect(failure).toMatchObject({
    name: 'GrammarFailure',
    message: 'Expected [\\t -~\\x80-\\u{FFFF}] or line end but "\\0" found.',
    expected: ['[\\t -~\\x80-\\u{FFFF}]', 'line end'],
    found: '\0',
    location: { start: { offset: 12, line: 2, column: 6 }, end: { offset: 13, line: 2, column: 7 } },
  })
})

it('has null for what was found at the end of the text', () => {
  const failure = failureOf(() => parse('250-a\r\n', 'ReplyLine'))
  const end = { offset: 7, line: 2, column: 1 }
  expect(failure).toMatchObject({ found: null, location: { start: end, end } })
})

it('counts from the beginning of the part that was parsed', () => {
  const text = '250 a\r\n250 b\x7f\r\n354 c\r\n'
  const failure = failureOf(() => parse(text, 'ReplyLine', 7, 15))
  expect(failure.location.start).toEqual({ offset: 5, line: 1, column: 6 })
})

it('tells the place of what an action refused', () => {
  const failure = failureOf(() => parse('250-a\r\n251 b\r\n', 'ReplyLine'))
  expect(failure).toMatchObject({
    expected: ['the code of the first line'],
    found: '251',
    location: { start: { offset: 7, line: 2, column: 1 }, end: { offset: 10, line: 2, column: 4 } },
  })
})

it('shows what a terminal would act upon in escapes', () => {
  const found = (text: string) => failureOf(() => parse(text, 'ReplyLine')).message.replace(/.* but | found\.$/g, '')
  expect(['\x1b', '\x9b', '"', '\\', '\u202e', '\u0301', '\ud800', '\u{1f4e7}'].map(found)).toEqual(
    ['\\x1B', '\\x9B', '\\"', '\\\\', '\\u{202E}', '\\u{301}', '\\u{D800}', '\u{1f4e7}'].map((text) => `"${text}"`),
  )
})

it('refuses start rules that there are none of', () => {
  expect(() => parse('250\r\n', 'TextString' as 'ReplyLine')).toThrow(new TypeError('no start rule TextString'))
})

const explaining = Object.entries(parsers).flatMap(([grammar, parser]) =>
  isParser(parser) ? [[grammar, parser] as const] : [],
)

describe.each(explaining)('%s', (grammar, parser) => {
  const rules = Object.entries(examples[grammar] ?? {})

  it.each(rules)(
    '%s explains every example that is cut short or has a character in it that does not belong',
    (rule, texts) => {
      for (const text of texts) {
        for (let at = 0; at <= text.length; at++) {
          for (const broken of [
            text.slice(0, at),
            `${text.slice(0, at)}\0${text.slice(at)}`,
            `${text.slice(0, at)}-\n`,
          ]) {
            explained(parser, rule, broken)
          }
        }
      }
    },
  )

  it.each(rules.map(([rule]) => rule))('%s explains any text', (rule) => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void explained(parser, rule, text)))
  })
})

describe.each(Object.entries(parsers))('%s', (grammar, parser) => {
  it.each(Object.entries(examples[grammar] ?? {}))(
    '%s says the same of a text whatever stands around it',
    (rule, texts) => {
      const around = fc.string({ unit: 'binary', maxLength: 5 })
      const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...texts))
      fc.assert(
        fc.property(around, text, around, (before, text, behind) => {
          const value = parser.match(before + text + behind, rule, before.length, before.length + text.length)
          expect(value).toStrictEqual(parser.match(text, rule))
        }),
      )
    },
  )
})

/** Checks that a failure is consistent with its text, and where there is none that the value is the same. */
function explained(parser: Parser, rule: string, text: string): void {
  const value = parser.match(text, rule)
  if (value !== undefined) return expect(parser.parse(text, rule)).toStrictEqual(value)
  const { found, location, expected } = failureOf(() => parser.parse(text, rule))
  expect(expected.length).toBeGreaterThan(0)
  expect(text.slice(location.start.offset).startsWith(found ?? '')).toBe(true)
  expect(found === null).toBe(location.start.offset === text.length)
}

function failureOf(attempt: () => unknown): GrammarFailure {
  try {
    attempt()
  } catch (failure) {
    if (failure instanceof GrammarFailure) return failure
    throw failure
  }
  return expect.fail('nothing was thrown')
}
