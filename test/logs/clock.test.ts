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
    expect(times(stamps, { zone: '+02:00' })).toEqual(expected)
  })

  it.each<[string, string, string[], string[]]>([
    [
      'has summer time from its first hour on',
      'Europe/Berlin',
      ['2026-03-29T01:59:59', '2026-03-29T03:00:00', '2026-07-01T12:00:00'],
      ['2026-03-29T00:59:59', '2026-03-29T01:00:00', '2026-07-01T10:00:00'],
    ],
    [
      'has hours that clocks skip, for those that go on without',
      'Europe/Berlin',
      ['2026-03-29T02:30:00', '2026-03-29T03:30:00'],
      ['2026-03-29T01:30:00', '2026-03-29T01:30:00'],
    ],
    [
      'has an hour twice, told apart by the step back',
      'Europe/Berlin',
      ['02:30:00', '02:59:59', '02:59:58', '02:00:00', '02:10:00', '02:59:59', '03:00:00', '02:59:59', '03:10:00'].map(
        (time) => `2026-10-25T${time}`,
      ),
      ['00:30:00', '00:59:59', '00:59:58', '01:00:00', '01:10:00', '01:59:59', '02:00:00', '01:59:59', '02:10:00'].map(
        (time) => `2026-10-25T${time}`,
      ),
    ],
    [
      'has half an hour twice, south of the equator and the year after too',
      'Australia/Lord_Howe',
      ['2026-04-05T01:45:00', '2026-04-05T01:30:00', '2026-04-05T02:00:00', '2027-04-04T01:45:00'],
      ['2026-04-04T14:45:00', '2026-04-04T15:00:00', '2026-04-04T15:30:00', '2027-04-03T14:45:00'],
    ],
    ['may be west, by half hours', 'America/St_Johns', ['2026-01-01T00:00:00'], ['2026-01-01T03:30:00']],
    ['may be a fixed offset', '-0330', ['2026-07-01T00:00:00'], ['2026-07-01T03:30:00']],
    ['may be Z', 'Z', ['2026-07-01T00:00:00'], ['2026-07-01T00:00:00']],
  ])('%s', (_name, zone, stamps, expected) => {
    expect(times(stamps, { zone })).toEqual(expected)
  })

  it('agrees with the engine wherever a time is there once', () => {
    const zones = ['Europe/London', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca']
    for (const zone of zones) {
      const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
      // Every seventh hour of a year.
      const hours = Array.from({ length: 1_251 }, (_, at) => Date.UTC(2025, 0, 1) + at * 7 * 3_600_000)
      const stamps = hours.map((utc) => local.format(utc).replace(' ', 'T'))
      const told = times(stamps, { zone })
      const wrong = hours.filter((utc, at) => Date.parse(`${told[at]}Z`) !== utc)
      // One that comes twice cannot be told apart without the lines before.
      expect(wrong.filter((utc) => local.format(utc) !== local.format(utc - 3_600_000))).toEqual([])
    }
  })

  it.each(['Mars/Olympus', '+1:00', '+01:60', ''])('is refused where there is none: %j', (zone) => {
    expect(() => logParser('auto', { zone })).toThrow(RangeError)
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
