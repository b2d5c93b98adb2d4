/** The grammar compiler, on grammars that use more of Peggy than ours do, and on what it has to refuse. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import peggy from 'peggy'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { filesOf, grammars, purposeOf } from '../../scripts/build-grammars.ts'
import { compileGrammar, readGrammar } from '../../scripts/grammar/compile.ts'
import type { Purpose } from '../../scripts/grammar/facts.ts'
import { GrammarFailure } from '../../src/grammar/failure.ts'
import { examples, isParser, type Matcher } from './examples.ts'

// Many inputs, and machines are slow at times.
vi.setConfig({ testTimeout: 60_000 })

const directory = mkdtempSync(join(tmpdir(), 'grammar-'))
afterAll(() => rmSync(directory, { recursive: true }))

describe('writes parsers that do what Peggy does', () => {
  it.each([
    ['literals', 'S = "ab" / "a" / ""'],
    ['literals without case', 'S = ("aB"i / "c-1"i) "d"i?'],
    ['classes', 'S = [ab]+ [^ab]* [b-dA]i [\\]\\-^]?'],
    ['many ranges', 'S = [a-c0-2AD-F_.!]+ .'],
    ['characters of two units', 'S = ([a\\u{1f4e7}-\\u{1f4e9}]u / [\\u{80}-\\u{ffff}]u+)*'],
    ['any character', 'S = . "a" .*'],
    ['runs up to a text', 'S = $(!"ab" .)* "ab" a:($[^b]+ / $(!"b" .)+)? "b"? x:$.* { return { a, x } }'],
    ['runs that stop at nothing', 'S = ("b" [^ab]* / "c" (!"ca" .)* "c")+ $[^c]*'],
    ['text', 'S = a:$("a" "b"?)+ b:$[^a] { return { a, b } }'],
    ['text of runs', 'S = a:$[^ab]+ b:$"ab"* c:$[ -~]* { return [a, b, c] }'],
    ['sequences as arrays', 'S = "a" ("b" [bc])* $"c"'],
    ['one pick', 'S = "a" @[bc] "a"?'],
    ['several picks', 'S = @"a" "b"? @[bc] @("a" / "b" @"c")?'],
    ['options', 'S = "a"? ("b" "c")? x:"a"? { return x }'],
    ['options that fail half-way', 'S = x:(@"a" "b")? y:[^c]* { return { x, y } }'],
    ['choices that fail half-way', 'S = x:(@"a" "b" "c" / @"a" @"b" / @"a") y:[^A]* { return [x, y] }'],
    ['lookahead', 'S = (&"a" . / !"b" @. / x:&"bc" "b" { return [x] })*'],
    ['lookahead in lookahead', 'S = !(!"a" .) &(&"a" "a" !"b") .* / "c"'],
    ['counts', 'S = ("a"|2| / "b"|1..2| "c" / "c"|2..|)+ "a"|..1|'],
    ['counts with delimiters', 'S = a:[ab]|1..3, "c"| "c"? b:("b" @"c")|.., "a"| { return { a, b } }'],
    ['lists of lists', 'S = a:(@(@"a" "b")* "c")* b:("a" / "b")+ { return { a, b } }'],
    [
      'labels in blocks',
      'S = w:"a" y:("b" { return w + "!" } / x:"c" { return x + w }) z:(x:. { return x })? { return [w, y, z] }',
    ],
    ['predicates', 'S = a:("a" / "b")|1..| &{ return a.length > 1 } b:"c"? !{ return b === null && a[0] === "a" } .*'],
    [
      'text and offset',
      'S = (a:A b:A { return [a, b] })+; A = [abc] "a"? { return { text: text(), code: input.charCodeAt(offset()) } }',
    ],
    ['display names', 'S = A (B / C)*; A "an a" = "a" / "b" "a"; B "a b" = A? "c"; C = "b"'],
    [
      'rules read and skipped',
      'S = a:A " "? b:$A { return { a, b } }; A = x:[ab]+ y:B? { return x.length + (y ?? 0) }; B = "c" { return 10 }',
    ],
    ['what an action expects', 'S = (a:[ac] { return a === "c" ? expected("less") : a })+ "b"'],
    ['what an action expects, unasked', 'S = $("b" (a:[abc] { return a === "c" ? expected("less") : a })*)'],
    ['rules that cannot fail', 'S = a:A|1.., "b"| (c:C "a" { return c })?; A = $"a"*; C = "c"? { return "C" }'],
    [
      'helpers that look at the input',
      '{{ const codeAt = (input, at) => input.charCodeAt(at) + input.charCodeAt(at + 1) }}; S = [abc] . { return codeAt(input, offset()) } / a:$. &{ return input.startsWith(a, offset() - 1) } { return a }',
    ],
    ['helpers', '{{ const twice = (text) => text + text }}; S = a:$[abc]+ { return twice(a) }'],
  ])('%s: %s', async (name, grammar) => {
    const plain = peggy.generate(grammar)
    const ours = await compiled(name, grammar, 'parse')
    const matching = canOnlyMatch(grammar) ? await compiled(name, grammar, 'match') : undefined
    const outcomes = new Set<boolean>()
    fc.assert(
      fc.property(texts, (text) => {
        const wanted = outcome(plain.SyntaxError, () => plain.parse(text))
        if (!isParser(ours)) return expect.fail('no parse')
        expect(outcome(GrammarFailure, () => ours.parse(text, 'S'))).toStrictEqual(wanted)
        expect(ours.accepts(text, 'S')).toBe('value' in wanted)
        for (const { match } of matching === undefined ? [ours] : [ours, matching]) {
          expect(match(text, 'S')).toStrictEqual(wanted.value)
          expect(match(`ab${text}ca`, 'S', 2, 2 + text.length)).toStrictEqual(wanted.value)
        }
        outcomes.add('value' in wanted)
      }),
      { numRuns: 2000, seed: 0x5321 },
    )
    expect(outcomes.size, 'some texts fit, others do not').toBe(2)
  })
})

describe('refuses', () => {
  it.each([
    ['actions with statements', 'S = "a" { const b = 1; return b }', /more than one return/],
    ['code per parse', '{ let a = 0 }; S = "a"', /No code runs per parse/],
    ['imports', 'import a from "b.js" S = a', /library_ref|imports/],
    ['unknown helpers of Peggy', 'S = "a" { return location() }', /location in actions/],
    ['error()', 'S = "a" { return error("a") }', /error in actions/],
    ['counts from code', 'S = a:"a" "b"|a|', /count is not a number/],
    ['properties', 'S = [\\p{L}]u', /property escape/],
    ['inverted classes of characters', 'S = [^a]u', /inverted class/],
    ['case beyond ASCII', 'S = [\\u00e4]i', /case folding/],
    ['the letter k without case', 'S = "ok"i', /without case/],
    ['what a predicate asks of a rule', 'S = a:A &{ return a > 0 }; A = "a" { return 1 }', /value of a rule/],
    ['labels that hide what the code needs', 'S = at:"a" { return at }', /at as a label/],
    ['unused rules', 'S = "a"; T = "b"', /Removing unused rule: "T"/],
    ['alternatives that are never reached', 'S = "a"? / "b"', /Always matches/],
    ['rules that are not there', 'S = T', /Rule "T" is not defined/],
    ['endless loops', 'S = ("a"?)*', /infinite loop/],
  ])('%s: %s', (_name, text, message) => {
    expect(() => compileGrammar([{ source: 'toy', text }], { S: 'unknown' })).toThrow(message)
  })

  it('says where', () => {
    const files = [{ source: 'toy', text: 'S = "a"\nT = "b"' }]
    expect(() => compileGrammar(files, { S: 'unknown' })).toThrow(
      expect.objectContaining({
        location: expect.objectContaining({ source: 'toy', start: { offset: 8, line: 2, column: 1 } }),
      }),
    )
  })

  it('reasons of its own in a grammar that is only matched', () => {
    const files = [{ source: 'toy', text: 'S = a:"a"+ { return a.length > 1 ? a : expected("more") }' }]
    expect(() => compileGrammar(files, { S: 'unknown' }, 'match')).toThrow(/nobody asks for reasons/)
  })

  it('helpers that ask an array for more than it has', () => {
    const files = [
      { source: 'toy', text: '{{ const cut = (input) => input.slice(1) }}; S = "a" { return cut(input) }' },
    ]
    expect(compileGrammar(files, { S: 'unknown' })).toContain('cut($s)')
    expect(() => compileGrammar(files, { S: 'unknown' }, 'match')).toThrow(/more than char codes/)
  })

  it('nothing of a shared file that is not used', () => {
    const files = [
      { source: 'toy', text: 'S = A' },
      { source: 'shared', text: 'A = "a"; T = "b"', shared: true },
    ]
    expect(compileGrammar(files, { S: 'unknown' })).not.toContain('skipT')
  })
})

it('writes nothing about reasons where nobody asks for them', () => {
  const files = [{ source: 'toy', text: 'S = "a" b:T { return b }; T = "b" / "c" { return 1 }' }]
  const module = compileGrammar(files, { S: 'unknown' }, 'match')
  expect([...module.matchAll(/^(?:export )?function (\w+)/gm)].map(([, name]) => name)).toEqual([
    'match',
    'run',
    'fail',
    'readS',
    'readT',
  ])
  expect(module).not.toMatch(/miss|expect|failure/i)
})

it('has made the parsers that are there', () => {
  for (const [name, results] of Object.entries(grammars)) {
    const file = new URL(`../../src/grammar/${name}.ts`, import.meta.url)
    expect(readFileSync(file, 'utf8')).toBe(compileGrammar(filesOf(name), results, purposeOf(name)))
  }
})

// Coverage counts functions: a rule without one would escape it. Those that name a character are part of others.
it('gives every rule of more than a character a function', () => {
  const parsers = Object.entries(grammars).map(([name, results]) =>
    compileGrammar(filesOf(name), results, purposeOf(name)),
  )
  for (const name of ['core', ...Object.keys(grammars)]) {
    const text = readFileSync(new URL(`../../grammar/${name}.peggy`, import.meta.url), 'utf8')
    for (const { name: rule, expression } of peggy.parser.parse(text).rules) {
      if (expression.type === 'named' && expression.expression.type === 'class') continue
      const written = parsers.filter((parser) => new RegExp(`^function (read|skip|miss)${rule}\\(`, 'm').test(parser))
      expect(written.length, `${rule} in ${name}.peggy`).toBeGreaterThan(0)
    }
  }
})

// Nor does it count alternatives: where they are words, there is an example of each.
it.each(Object.keys(grammars))('has examples of every long literal of %s', (name) => {
  const texts = Object.values(examples[name] ?? {}).flat()
  const grammar = readGrammar(filesOf(name), Object.keys(grammars[name] ?? {}))
  for (const { value, ignoreCase } of grammar.rules.flatMap(({ expression }) => literalsIn(expression))) {
    if (value.length <= 4) continue
    const isThere = texts.some((text) =>
      (ignoreCase ? text.toLowerCase() : text).includes(ignoreCase ? value.toLowerCase() : value),
    )
    expect(isThere, value).toBe(true)
  }
})

function literalsIn(node: unknown): peggy.ast.Literal[] {
  if (typeof node !== 'object' || node === null) return []
  if ('type' in node && node.type === 'literal') return [node as peggy.ast.Literal]
  return Object.entries(node).flatMap(([key, inner]) => (key === 'location' ? [] : literalsIn(inner)))
}

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', 'D', '1', '-', ' ', '\u00e4', '\u{1f4e7}', '\u{1f4e7}', '\ud83d'),
    maxLength: 8,
  }),
)

/** An action that says what it expects has no place in a grammar that is only matched. */
function canOnlyMatch(grammar: string): boolean {
  return !grammar.includes('expected(')
}

async function compiled(name: string, grammar: string, purpose: Purpose): Promise<Matcher> {
  const file = join(directory, `${name.replace(/\W/g, '-')}-${purpose}.ts`)
  const module = compileGrammar([{ source: name, text: grammar }], { S: 'unknown' }, purpose)
  const imported = (_: string, name: string) =>
    JSON.stringify(fileURLToPath(new URL(`../../src/grammar/${name}`, import.meta.url)))
  writeFileSync(file, module.replace(/'\.\.?\/((?:failure|codes)\.ts)'/, imported))
  return import(file)
}

type FailureClass = abstract new (
  ...args: never
) => Error & { readonly location: { readonly start: object; readonly end: object } }

function outcome(Failure: FailureClass, parse: () => unknown): { value?: unknown; failure?: unknown } {
  try {
    return { value: parse() }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { failure: { message: error.message, start: error.location.start, end: error.location.end } }
  }
}
