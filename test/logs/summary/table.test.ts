import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type OutcomeTable, outcomeTable } from '../../../src/logs/summary/rows.ts'

function tableOf(capacity: number, keys: readonly string[]): OutcomeTable {
  const table = outcomeTable(capacity)
  for (const key of keys) table.row(key).outcomes.failed++
  return table
}

test('heavy rows come first, and by name where they weigh the same', () => {
  const { rows } = tableOf(5, ['b', 'c', 'a', 'c']).state()
  expect(rows.map(([key, { failed }]) => `${key} ${failed}`)).toEqual(['c 2', 'a 1', 'b 1'])
})

test('light rows make room and are summed up', () => {
  const state = tableOf(2, ['a', 'a', 'a', 'b', 'b', 'c', 'd', 'e']).state()
  expect(state.rows.map(([key]) => key)).toEqual(['a', 'b', 'e'])
  expect(state).toMatchObject({ other: { failed: 2 }, dropped: 2 })
})

test('names of Object.prototype are names like others', () => {
  const { rows } = tableOf(5, ['__proto__', 'constructor', '__proto__']).state()
  expect(rows.map(([key]) => key)).toEqual(['__proto__', 'constructor'])
})

test('nothing is lost, however many keys there are and however tables are added up', () => {
  const keys = fc.array(fc.string({ maxLength: 2 }), { maxLength: 80 })
  fc.assert(
    fc.property(keys, keys, (some, others) => {
      const table = tableOf(4, some)
      table.absorb(structuredClone(tableOf(4, others).state()))
      const { rows, other } = table.state()
      expect(rows.length).toBeLessThanOrEqual(8)
      expect(rows.reduce((sum, [, { failed }]) => sum + failed, other.failed)).toBe(some.length + others.length)
    }),
  )
})
