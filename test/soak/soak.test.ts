/** Some thousand messages through a proxy that cuts, delays, truncates and resets: nobody is told what is not so. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, runNode } from '../docs/run-node.ts'

// Two processes, and the machine may be busy.
const timeout = 120_000

test('every verdict agrees with the ledger of the sink', { timeout }, async () => {
  const args = [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'soak/main.ts'), '--messages', '4000']
  const { exitCode, stdout, stderr } = await runNode(args, { timeout })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const counts = (name: string): number[] => numbersIn(new RegExp(`^${name} .*$`, 'm').exec(stdout)?.[0] ?? '')
  const [accepted, taken] = counts('accepted')
  expect(accepted).toBeGreaterThan(2_000)
  expect(taken).toBe(accepted)
  // All kinds of verdicts come about, or nothing was put to the test.
  for (const verdict of ['rejected', 'not-sent', 'unknown']) expect(counts(verdict)[0], verdict).toBeGreaterThan(0)
})

function numbersIn(line: string): number[] {
  return (line.match(/\d+/g) ?? []).map(Number)
}
