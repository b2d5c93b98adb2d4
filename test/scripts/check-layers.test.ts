import { describe, expect, test } from 'vitest'
import { checkLayers } from '../../scripts/check-layers.ts'

/** Checks files that are given as path and text. */
function check(...files: [path: string, text: string][]): string[] {
  return checkLayers(new Map(files))
}

describe('lets pass', () => {
  test.each([
    ['the own room', 'src/protocol/reply.ts', "import { limits } from './limits.ts'"],
    ['a room below', 'src/client/data.ts', "import type { Reply } from '../protocol/reply.ts'"],
    ['a package that the room needs', 'src/stream/channel.ts', "import { Subject } from 'rxjs'"],
    ['a part of such a package', 'src/stream/channel.ts', "import { map } from 'rxjs/operators'"],
    ['Node in its adapter', 'src/adapters/node/tls.ts', "import { isIP } from 'node:net'"],
    ['the port in an adapter', 'src/adapters/memory/a.ts', "import type { Socket } from '../../stream/socket.ts'"],
    ['anything in an entry', 'src/node.ts', "export { openSocket } from './adapters/node/open-socket.ts'"],
    ['an import in an example', 'src/protocol/a.ts', "/**\n * @example\nimport net from 'node:net'\n */"],
    ['an import in a comment', 'src/protocol/a.ts', "// import net from 'node:net'"],
    ['the word in a text', 'src/protocol/a.ts', 'throw new Error(\'cannot import from "node:net"\')'],
  ])('%s', (_, path, text) => {
    expect(check([path, text])).toEqual([])
  })
})

describe('refuses', () => {
  test.each([
    ['a room above', 'src/protocol/a.ts', "import { after } from '../stream/deadlines.ts'", 'src/stream/deadlines.ts'],
    ['a type from above', 'src/protocol/a.ts', "import type { A } from '../client/a.ts'", 'src/client/a.ts'],
    ['a re-export from above', 'src/stream/a.ts', "export * from '../client/a.ts'", 'src/client/a.ts'],
    ['an import for its effect', 'src/stream/a.ts', "import '../client/a.ts'", 'src/client/a.ts'],
    ['a dynamic import', 'src/stream/a.ts', "const a = await import('../client/a.ts')", 'src/client/a.ts'],
    [
      'an import over several lines',
      'src/grammar/a.ts',
      "import {\n  b,\n  type C,\n} from '../protocol/b.ts'",
      'src/protocol/b.ts',
    ],
    ['rxjs in the pure rooms', 'src/protocol/a.ts', "import { map } from 'rxjs'", 'rxjs'],
    ['Node in the core', 'src/client/a.ts', "import { Buffer } from 'node:buffer'", 'node:buffer'],
    ['Node without its prefix', 'src/adapters/node/a.ts', "import net from 'net'", 'net'],
    ['a package whose name begins alike', 'src/client/a.ts', "import x from 'rxjs-extras'", 'rxjs-extras'],
    [
      'an adapter in the core',
      'src/client/a.ts',
      "import { m } from '../adapters/memory/m.ts'",
      'src/adapters/memory/m.ts',
    ],
    [
      'one adapter in another',
      'src/adapters/node/a.ts',
      "import { m } from '../memory/m.ts'",
      'src/adapters/memory/m.ts',
    ],
    ['the client in an adapter', 'src/adapters/node/a.ts', "import { c } from '../../client/c.ts'", 'src/client/c.ts'],
    ['an entry in a room', 'src/client/a.ts', "import { sendMail } from '../index.ts'", 'src/index.ts'],
    ['the outside', 'src/client/a.ts', "import { x } from '../../test/x.ts'", 'test/x.ts'],
  ])('%s', (_, path, text, target) => {
    expect(check([path, text])).toEqual([expect.stringContaining(`${path} must not import ${target}:`)])
  })

  test('a file that is in no room', () => {
    expect(check(['src/other/a.ts', ''])).toEqual(['src/other/a.ts is in no room'])
  })

  test('a cycle, once', () => {
    const found = check(
      ['src/protocol/a.ts', "import { b } from './b.ts'"],
      ['src/protocol/b.ts', "export { c } from './c.ts'"],
      ['src/protocol/c.ts', "import { type D, a } from './a.ts'"],
    )
    expect(found).toEqual(['a cycle: src/protocol/a.ts -> src/protocol/b.ts -> src/protocol/c.ts -> src/protocol/a.ts'])
  })

  test.each(["import type { A } from './a.ts'", "import { type A } from './a.ts'", "export type { A } from './a.ts'"])(
    'no cycle that %s closes: it is gone at run time',
    (text) => {
      expect(check(['src/protocol/a.ts', "import { b } from './b.ts'"], ['src/protocol/b.ts', text])).toEqual([])
    },
  )
})
