/** The generated parsers against those that Peggy generates from the same grammars: same values, and same failures where they tell them. */
import { isDeepStrictEqual } from 'node:util'
import peggy from 'peggy'
import { describe, expect, it, vi } from 'vitest'
import { filesOf, grammars } from '../../scripts/build-grammars.ts'
import { GrammarFailure } from '../../src/grammar/failure.ts'
import { examples, isParser, type Matcher, type Parser, parsers } from './examples.ts'
import { alphabet, mutated, pick, type Random, randomFrom } from './random.ts'

// Many inputs, and machines are slow at times.
vi.setConfig({ testTimeout: 60_000 })

// Lines of logs are long, and Peggy's own parsers of them slow.
const inputsPerRule = (name: string): number => (name.startsWith('logs/') ? 3_000 : 11_000)

for (const [name, results] of Object.entries(grammars)) {
  const startRules = Object.keys(results)
  const plain = peggy.generate(filesOf(name), { allowedStartRules: startRules })
  const ours = parserOf(name)
  describe(`${name}.peggy`, () => {
    it.each(startRules)(`parses %s as Peggy does`, (startRule) => {
      const random = randomFrom(0x5321)
      const texts = examples[name]?.[startRule] ?? []
      for (const text of texts) compare(text)
      for (let count = 0; count < inputsPerRule(name); count++) compare(input(random, texts))

      function compare(text: string): void {
        const wanted = outcome(plain.SyntaxError, () => plain.parse(text, { startRule }))
        checkMatch(ours, text, startRule, wanted)
        if (isParser(ours)) checkParse(ours, text, startRule, wanted)
      }
    })
  })
}

it('has examples of everything that can be a start rule', () => {
  const names = (rules: object) => Object.keys(rules).sort()
  expect(names(examples)).toEqual(names(grammars))
  for (const [name, results] of Object.entries(grammars)) expect(names(examples[name] ?? {})).toEqual(names(results))
})

function parserOf(name: string): Matcher {
  const parser = parsers[name]
  if (parser === undefined) throw new Error(`no parser for ${name}`)
  return parser
}

/** Same value or none, of a whole text and of a part of a longer one. */
function checkMatch({ match }: Matcher, text: string, startRule: string, wanted: Outcome): void {
  const value = match(text, startRule)
  if (!isDeepStrictEqual(value, wanted.value)) expect({ text, value }).toEqual({ text, value: wanted.value })
  const part = match(...within(text, startRule))
  if (!isDeepStrictEqual(part, wanted.value)) expect({ text, part }).toEqual({ text, part: wanted.value })
}

/** Same reason and place, and the same answer to whether there is one. */
function checkParse({ parse, accepts }: Parser, text: string, startRule: string, wanted: Outcome): void {
  const got = outcome(GrammarFailure, () => parse(text, startRule))
  if (!isDeepStrictEqual(got, wanted)) expect({ text, ...got }).toEqual({ text, ...wanted })
  const part = outcome(GrammarFailure, () => parse(...within(text, startRule)))
  if (!isDeepStrictEqual(part, wanted)) expect({ part: text, ...part }).toEqual({ part: text, ...wanted })
  const accepted = accepts(text, startRule)
  if (accepted !== (wanted.failure === undefined)) expect({ text, accepted }).toEqual({ text, accepted: !accepted })
}

function within(text: string, startRule: string): [text: string, startRule: string, from: number, to: number] {
  return [`\n\ud83d${text}\udce7`, startRule, 2, 2 + text.length]
}

function input(random: Random, texts: readonly string[]): string {
  if (random(20) > 0) return mutated(random, texts, alphabet)
  return Array.from({ length: random(8) }, () => pick(random, alphabet)).join('')
}

interface Outcome {
  readonly value: unknown
  readonly failure?: { readonly message: string; readonly found: unknown; readonly start: object; readonly end: object }
}

type FailureClass = abstract new (
  ...args: never
) => Error & {
  readonly found: unknown
  readonly location: { readonly start: object; readonly end: object }
}

function outcome(Failure: FailureClass, parse: () => unknown): Outcome {
  try {
    return { value: parse() }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { message, found, location } = error
    return { value: undefined, failure: { message, found, start: location.start, end: location.end } }
  }
}
