import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Timeline } from '../../../src/logs/summary/timeline.ts'

const minute = 60_000
const start = Date.UTC(2026, 2, 4)

function timelineOf(limit: number, times: readonly number[]): Timeline {
  const timeline = new Timeline(limit)
  for (const time of times) timeline.at(time).outcomes.delivered++
  return timeline
}

function countIn(timeline: Timeline): number {
  return timeline.state().buckets.reduce((sum, [, { outcomes }]) => sum + outcomes.delivered, 0)
}

test.each([
  ['three minutes', [0, 1, 2], minute, 3],
  ['two hours', Array.from({ length: 120 }, (_, at) => at), 15 * minute, 8],
  ['a year', Array.from({ length: 365 }, (_, at) => at * 24 * 60), 28 * 24 * 60 * minute, 14],
])('%s go into buckets of a fitting width', (_, minutes, width, buckets) => {
  const timeline = timelineOf(
    15,
    minutes.map((at) => start + at * minute),
  )
  expect(timeline.state()).toMatchObject({ width, buckets: { length: buckets } })
  expect(countIn(timeline)).toBe(minutes.length)
})

test('time lines that are added up are the same as one of everything, whatever their widths', () => {
  const times = fc.array(fc.integer({ min: 0, max: 400 * 24 * 60 }), { maxLength: 60 })
  fc.assert(
    fc.property(times, times, (some, others) => {
      const at = (minutes: number): number => start + minutes * minute
      const sum = timelineOf(20, some.map(at))
      sum.absorb(structuredClone(timelineOf(20, others.map(at)).state()))
      expect(countIn(sum)).toBe(some.length + others.length)
      expect(sum.state().buckets.length).toBeLessThanOrEqual(20)
    }),
  )
})

test('any times at all stay within the limit', () => {
  const timeline = timelineOf(10, [0, 1e13, -1e13, 8e15, -8e15, ...Array.from({ length: 50 }, (_, at) => at * 1e14)])
  expect(timeline.state().buckets.length).toBeLessThanOrEqual(10)
  expect(countIn(timeline)).toBe(55)
})
