import { expect, test } from 'vitest'
import { root, runNode } from '../../docs/run-node.ts'

test('memory does not grow with the log', async () => {
  const args = ['--expose-gc', '--import', 'tsx', 'test/logs/memory/live-heap.ts', '10', '50']
  const { exitCode, stdout, stderr } = await runNode(args, { cwd: root, timeout: 120_000 })
  expect([exitCode, stderr]).toEqual([0, ''])
  const { alive, messages, delivered } = JSON.parse(stdout)
  const [small, large] = alive as readonly number[]
  // Tables fill up in the meantime, which takes 10 MB; the log has 40 MB more, and 32,000 messages.
  expect(large).toBeLessThan((small ?? 0) + 22_000_000)
  expect(messages).toBeGreaterThan(35_000)
  expect(delivered).toBeGreaterThan(35_000)
})
