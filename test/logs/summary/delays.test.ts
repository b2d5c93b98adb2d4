import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Delays } from '../../../src/logs/summary/delays.ts'

function delaysOf(...seconds: readonly number[]): Delays {
  const delays = new Delays()
  for (const one of seconds) delays.add(one)
  return delays
}

test('nothing counted gives no figures', () => {
  const delays = delaysOf()
  expect([delays.count, delays.mean, delays.max, delays.quantile(0.5)]).toEqual([0, undefined, undefined, undefined])
  expect(delays.histogram([1, 2])).toEqual([0, 0, 0])
})

test('quantiles are within one part in a hundred of the exact ones', () => {
  const seconds = Array.from({ length: 1_001 }, (_, at) => 0.01 * 1.015 ** at)
  const delays = delaysOf(...seconds)
  for (const share of [0, 0.25, 0.5, 0.9, 0.99, 1]) {
    const exact = seconds[Math.round(share * 1_000)] ?? Number.NaN
    expect(Math.abs((delays.quantile(share) ?? 0) / exact - 1)).toBeLessThan(0.0101)
  }
})

test('a histogram counts what is at most each bound', () => {
  expect(delaysOf(0, 0.05, 0.5, 20, 1_000).histogram([0.1, 1, 30])).toEqual([2, 1, 1, 1])
})

test.each([Number.NaN, -1, 0, 0.0001])('%d counts as nought', (seconds) => {
  expect(delaysOf(seconds).quantile(0.5)).toBe(0)
})

test('what a hostile log says takes no more room than a year', () => {
  const delays = delaysOf(0.001, 1e-300, 1e300, Number.POSITIVE_INFINITY)
  expect(delays.max).toBe(366 * 24 * 3600)
  expect(delays.state().bins.length).toBeLessThan(5)
})

describe('sketches that are added up', () => {
  const seconds = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 50 })

  test('are the same as one of everything', () => {
    fc.assert(
      fc.property(seconds, seconds, (some, others) => {
        const sum = delaysOf(...some)
        sum.absorb(structuredClone(delaysOf(...others).state()))
        const whole = delaysOf(...some, ...others)
        expect(sum.count).toBe(whole.count)
        expect(sum.max).toBe(whole.max)
        expect(sum.mean ?? 0).toBeCloseTo(whole.mean ?? 0)
        expect(sum.state().bins).toEqual(whole.state().bins)
      }),
    )
  })
})
