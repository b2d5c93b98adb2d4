import { expect, it } from 'vitest'
import { match, parse } from '../../src/grammar/status.ts'

it.each([
  ['2.0.0', 2, 0, 0],
  ['4.1.10', 4, 1, 10],
  ['5.999.999', 5, 999, 999],
])('reads %s', (text, severity, subject, detail) => {
  expect(parse(text, 'StatusCode')).toStrictEqual({ class: severity, subject, detail })
})

it.each<[string, string]>([
  ['', 'Expected [245] but end of input found.'],
  ['1.0.0', 'Expected [245] but "1" found.'],
  ['3.0.0', 'Expected [245] but "3" found.'],
  ['5', 'Expected "." but end of input found.'],
  ['5.', 'Expected status number but end of input found.'],
  ['5.1', 'Expected "." but end of input found.'],
  ['5.1.', 'Expected status number but end of input found.'],
  ['5.01.1', 'Expected "." but "1" found.'],
  ['5.1.01', 'Expected end of input but "1" found.'],
  ['5.1000.1', 'Expected "." but "0" found.'],
  ['5.1.1000', 'Expected end of input but "0" found.'],
  ['5.1.1 ', 'Expected end of input but " " found.'],
  ['5.1.1.1', 'Expected end of input but "." found.'],
  ['5.1.\u0661', 'Expected status number but "\u0661" found.'],
  ['-5.1.1', 'Expected [245] but "-" found.'],
])('refuses %j', (text, message) => {
  expect(() => parse(text, 'StatusCode')).toThrow(message)
  expect(match(text, 'StatusCode')).toBeUndefined()
})
