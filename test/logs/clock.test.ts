import { describe, expect, it } from 'vitest'
import { type ClockOptions, logParser } from '../../src/logs/index.ts'

const now = Date.UTC(2026, 2, 4, 12)

function times(stamps: readonly string[], options: ClockOptions = {}): (string | undefined)[] {
  const records = logParser('auto', { now, ...options })(
    stamps.map((stamp) => `${stamp} mx1 postfix/qmgr[9]: AAAAA: removed`),
  )
  return records.map(({ time }) => (time === undefined ? undefined : new Date(time).toISOString().slice(0, 19)))
}

describe('the year that a time leaves out', () => {
  it.each<[string, string[], string[], ClockOptions?]>([
    [
      'is the last one that is not in the future',
      ['Mar  4 11:00:00', 'Mar  4 13:00:00'],
      ['2026-03-04T11:00:00', '2026-03-04T13:00:00'],
    ],
    ['is the one before for later days', ['Mar  6 00:00:00'], ['2025-03-06T00:00:00']],
    ['goes on at New Year', ['Dec 31 23:59:59', 'Jan  1 00:00:00'], ['2025-12-31T23:59:59', '2026-01-01T00:00:00']],
    [
      'goes back for a straggler',
      ['Jan  1 00:00:00', 'Dec 31 23:59:59', 'Jan  1 00:00:01'],
      ['2026-01-01T00:00:00', '2025-12-31T23:59:59', '2026-01-01T00:00:01'],
    ],
    [
      'can be told',
      ['Dec 31 23:59:59', 'Jan  1 00:00:00'],
      ['2019-12-31T23:59:59', '2020-01-01T00:00:00'],
      { year: 2019 },
    ],
  ])('%s', (_name, stamps, expected, options) => {
    expect(times(stamps, options)).toEqual(expected)
  })
})

describe('the zone', () => {
  it('is that of the time, or else the one told', () => {
    const stamps = ['2026-03-04T07:05:09+01:00', '2026-03-04T07:05:09Z', '2026-03-04T07:05:09', 'Mar  4 07:05:09']
    const expected = ['2026-03-04T06:05:09', '2026-03-04T07:05:09', '2026-03-04T05:05:09', '2026-03-04T05:05:09']
    expect(times(stamps, { offset: 120 })).toEqual(expected)
  })
})

describe('what a container puts in front', () => {
  it.each([
    ['2026-03-04T07:05:09.5Z stdout F Mar  4 07:05:10', 10],
    ['2026-03-04T07:05:09.5Z stdout F 2026-03-04T07:05:10Z', 10],
    ['2026-03-04T07:05:09.5Z Mar  4 07:05:10', 10],
    ['2026-03-04T07:05:09.5Z 2026-03-04T07:05:10Z', 10],
  ])('%s', (stamp, second) => {
    expect(times([stamp])).toEqual([`2026-03-04T07:05:${second}`])
  })

  it('is all there is in front of a line without a time', () => {
    const [record] = logParser()(['2026-03-04T07:05:09.5Z stderr F postfix/qmgr[9]: AAAAA: removed'])
    expect(record).toMatchObject({ kind: 'removed', time: Date.UTC(2026, 2, 4, 7, 5, 9, 500), program: 'postfix/qmgr' })
  })
})
