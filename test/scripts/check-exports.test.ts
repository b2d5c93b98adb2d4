import { describe, expect, test } from 'vitest'
import { checkExports, type Manifest } from '../../scripts/check-exports.ts'

const good: Manifest = {
  main: './dist/index.js',
  types: './dist/index.d.ts',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './more': { types: './dist/more/index.d.ts', default: './dist/more/index.js' },
    './package.json': './package.json',
  },
}
const sources = {
  'src/index.ts': "export * from './more/index.ts'\nexport { send, type Sent } from './send.ts'\n",
  'src/more/index.ts': "import { inner } from '../inner.ts'\n\nexport { inner as outer }\n",
  'src/inner.ts': '/** Does it. */\nexport const inner = 1\n',
  'src/send.ts':
    '/** Sends. */\nexport async function send(): Promise<Sent> {}\n\n/** Sent. */\nexport interface Sent {}\n',
}
const docs = "import { send } from 'rxsmtp'\nimport { outer } from 'rxsmtp/more'\n"

/** Checks a package that differs from a good one. */
function check(
  change: { manifest?: Partial<Manifest>; sources?: Record<string, string>; docs?: string } = {},
): string[] {
  return checkExports({
    manifest: { ...good, ...change.manifest },
    sources: new Map(Object.entries({ ...sources, ...change.sources })),
    docs: new Map([['README.md', change.docs ?? docs]]),
  })
}

test('lets pass what is in step', () => {
  expect(check()).toEqual([])
})

describe('finds', () => {
  test.each<[string, Partial<Manifest>, string]>([
    ['another main', { main: './dist/main.js' }, 'package.json: main and types are not those of exports["."]'],
    [
      'types of another file',
      { exports: { ...good.exports, './more': { types: './dist/index.d.ts', default: './dist/more/index.js' } } },
      'package.json: exports["./more"] is not types and default of one file in dist',
    ],
    [
      'a subpath without a file',
      { exports: { ...good.exports, './gone': { types: './dist/gone.d.ts', default: './dist/gone.js' } } },
      'package.json: exports["./gone"] has no src/gone.ts',
    ],
  ])('%s', (_, manifest, problem) => {
    expect(check({ manifest })).toEqual([problem])
  })

  test.each<[string, Record<string, string>, string[]]>([
    [
      'an operator that nobody can import',
      { 'src/client/turn-over.ts': '/** Does it. */\nexport function turnOver(): void {}\n' },
      ['src/client/turn-over.ts: turnOver is not exported by src/index.ts'],
    ],
    [
      'no docstring',
      { 'src/inner.ts': 'export const inner = 1\n' },
      ['src/inner.ts: inner is public and has no docstring'],
    ],
    [
      'a comment that is no docstring',
      { 'src/inner.ts': '// Does it.\nexport const inner = 1\n' },
      ['src/inner.ts: inner is public and has no docstring'],
    ],
    [
      'a type without a docstring',
      { 'src/send.ts': '/** Sends. */\nexport function send() {}\nexport interface Sent {}\n' },
      ['src/send.ts: Sent is public and has no docstring'],
    ],
    [
      'a name that is nowhere declared',
      { 'src/inner.ts': '' },
      ['src/more/index.ts: no declaration of outer is found', 'src/index.ts: no declaration of outer is found'],
    ],
  ])('%s', (_, changed, problems) => {
    expect(check({ sources: changed }).toSorted()).toEqual(problems.toSorted())
  })

  test.each([
    ['a function that the docs do not have', "'rxsmtp' 'rxsmtp/more' outer", 'docs: send is nowhere mentioned'],
    ['a subpath that the docs do not have', "'rxsmtp' send outer", "docs: nothing imports from 'rxsmtp/more'"],
  ])('%s', (_, text, problem) => {
    expect(check({ docs: text })).toEqual([problem])
  })
})
