import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { Memo } from '../../src/logs/memo.ts'

test('the latest answers are remembered, and what is asked again stays', () => {
  const memo = new Memo<number>(4)
  for (const [at, question] of ['a', 'b', 'c'].entries()) memo.set(question, at)
  expect(memo.get('a')).toBe(0)
  for (const [at, question] of ['d', 'e'].entries()) memo.set(question, at)
  expect(['a', 'b', 'c', 'd', 'e'].map((question) => memo.get(question))).toEqual([0, undefined, undefined, 0, 1])
})

test('no question keeps the chunk that it was cut out of, even when it is asked again', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const asked = 100
  const memo = new Memo<number>(2 * asked)
  const question = (at: number): string => {
    const chunk = Buffer.alloc(1_000_000, `a question of twenty letters and more, ${at}. `).toString('latin1')
    return chunk.slice(0, chunk.indexOf('.'))
  }
  const used = (): number => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = used()
  for (let at = 0; at < asked; at++) memo.set(question(at), at)
  // From here on those are the older half.
  memo.set('another', -1)
  for (let at = 0; at < asked - 1; at++) expect(memo.get(question(at))).toBe(at)
  expect(used() - before).toBeLessThan(50_000_000)
  expect(memo.get(question(0))).toBe(0)
})
