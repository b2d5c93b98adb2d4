/** The corpus of the fuzzer is tried again, and the fuzzer itself: that it runs, and that coverage leads it to a fault. */
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { readCorpus, written } from '../../fuzz/corpus.ts'
import { targets } from '../../fuzz/targets.ts'
import { root, runNode } from '../docs/run-node.ts'
import { latin1 } from '../helpers/chunks.ts'

// A process each, and the machine may be busy.
const timeout = 120_000
const tsx = join(root, 'node_modules/tsx/dist/cli.mjs')

describe.each(targets.map((target) => [target.name, target] as const))('%s', (name, target) => {
  it(
    'has an answer to every input of its corpus',
    async () => {
      const inputs = readCorpus(name)
      expect(inputs.length).toBeGreaterThan(0)
      for (const input of inputs) await target.run(input)
    },
    timeout,
  )
})

test('every target is fuzzed for a second', { timeout }, async () => {
  const seconds = String(targets.length)
  const { exitCode, stdout, stderr } = await runNode([tsx, join(root, 'fuzz/main.ts'), '--seconds', seconds], {
    timeout,
  })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  for (const { name } of targets) expect(stdout).toMatch(new RegExp(`^${name} .* executions`, 'm'))
})

test('coverage leads to a fault that chance does not find', { timeout }, async () => {
  const planted = async (how: string): Promise<{ executions: number; found: false | string }> =>
    JSON.parse((await runNode([tsx, join(root, 'test/fuzz/planted.ts'), how], { timeout })).stdout)
  expect((await planted('guided')).found).toMatch(/^fault/)
  expect((await planted('unguided')).found).toBe(false)
})

test('an input is stored as it is', () => {
  const octets = Uint8Array.from({ length: 256 }, (_, octet) => octet)
  expect(latin1(JSON.parse(written(octets)))).toEqual(octets)
  expect(written(octets)).not.toMatch(/[^\u0020-\u007e]/)
})
