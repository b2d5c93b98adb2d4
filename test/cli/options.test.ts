import { describe, expect, test } from 'vitest'
import { passes } from '../../src/cli/logs/filter.ts'
import { help } from '../../src/cli/logs/help.ts'
import { type LogsOptions, logsOptions } from '../../src/cli/logs/options.ts'
import { logParser } from '../../src/logs/index.ts'
import { sample } from './sample.ts'

const now = Date.UTC(2026, 2, 5)

function optionsOf(...args: readonly string[]): LogsOptions {
  const options = logsOptions(args, now)
  if (options === undefined) throw new Error('help')
  return options
}

test('what is given is kept, the rest has defaults', () => {
  expect(optionsOf('--zone', 'UTC', 'a.log', 'b.log')).toEqual({
    files: ['a.log', 'b.log'],
    trace: undefined,
    follow: false,
    output: { kind: 'tables', file: undefined },
    filter: { domains: [], queueIds: [], categories: [], statuses: [], since: undefined, until: undefined },
    parsing: { format: 'auto', year: undefined, zone: 'UTC' },
    top: 20,
    serve: false,
    port: 0,
    workers: undefined,
    progress: true,
  })
})

test.each([
  [['--json'], { kind: 'json', file: undefined }],
  [['--ndjson', '-o', 'x'], { kind: 'ndjson', file: 'x' }],
  [['--csv'], { kind: 'csv', file: undefined }],
  [['--parquet', 'x.parquet'], { kind: 'parquet', file: 'x.parquet' }],
  [['--html', 'x.html'], { kind: 'html', file: 'x.html' }],
])('%j', (args, output) => {
  expect(optionsOf(...args, 'a.log').output).toEqual(output)
})

test.each([
  ['90m', now - 90 * 60_000],
  ['24h', now - 86_400_000],
  ['7d', now - 7 * 86_400_000],
  ['2w', now - 14 * 86_400_000],
  ['2026-03-04T12:00Z', Date.UTC(2026, 2, 4, 12)],
  ['2026-03-04T12:00:30+01:00', Date.UTC(2026, 2, 4, 11, 0, 30)],
  ['2026-03-04 12:00:00.5Z', Date.UTC(2026, 2, 4, 12, 0, 0, 500)],
  ['2026-03-04', new Date(2026, 2, 4).getTime()],
])('--since %s', (text, time) => {
  expect(optionsOf('--since', text, 'a.log').filter.since).toBe(time)
})

test.each(['+01:00', '-0330', 'UTC', 'Europe/Berlin', 'CET'])('--zone %s', (zone) => {
  expect(optionsOf(`--zone=${zone}`, 'a.log').parsing.zone).toBe(zone)
})

test('the zone is that of this machine unless given', () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  expect(optionsOf('a.log').parsing.zone).toBe(here)
})

test.each([
  [[], /no log is named/],
  [['--nonsense', 'a.log'], /--nonsense/],
  [['--since'], /--since/],
  [['trace'], /queue id, a Message-ID or an address/],
  [['trace', 'X'], /no log is named/],
  [['trace', 'X', '--csv', 'a.log'], /--queue-id selects rows/],
  [['trace', 'X', '--domain', 'a.example', 'a.log'], /only --since and --until/],
  [['-', '-'], /read once/],
  [['--json', '--csv', 'a.log'], /at a time/],
  [['--html', 'x', '-o', 'y', 'a.log'], /without --output/],
  [['--top', 'many', 'a.log'], /--top: no number from 1 to 1000: many/],
  [['--top', '0', 'a.log'], /--top/],
  [['--year', '20', 'a.log'], /--year/],
  [['--workers', '-1', 'a.log'], /--workers/],
  [['--status', 'lost', 'a.log'], /none of delivered, deferred/],
  [['--since', 'yesterday', 'a.log'], /neither a time/],
  [['--until', '2026-13-01', 'a.log'], /neither a time/],
  [['--format', 'fax', 'a.log'], /none of auto, postfix/],
  [['--zone', 'Mars/Olympus', 'a.log'], /nor like \+01:00/],
  [['--port', '8080', 'a.log'], /--port belongs to --serve/],
  [['--serve', '--json', 'a.log'], /--serve shows a report/],
])('%j makes no sense', (args, message) => {
  expect(() => logsOptions(args, now)).toThrow(message)
})

test('no line of the help is longer than a terminal', () => {
  expect(help.split('\n').filter((line) => line.length > 118)).toEqual([])
})

test('help is asked for before anything else is missed', () => {
  expect(logsOptions(['--help'], now)).toBeUndefined()
})

describe('filters', () => {
  const records = logParser('auto', { year: 2026 })(sample.split('\n'))

  // Deliveries, refusals and all others that pass.
  test.each([
    [[], [4, 1, 5]],
    [
      ['--domain', 'dest.example'],
      [2, 0, 0],
    ],
    [
      ['--domain', 'EXAMPLE'],
      [4, 1, 0],
    ],
    [
      ['--domain', '@grey.example', '--domain', 'here.example'],
      [2, 1, 0],
    ],
    [
      ['--domain', 'ple'],
      [0, 0, 0],
    ],
    [
      ['--queue-id', '7D0A31C40'],
      [4, 0, 5],
    ],
    [
      ['--category', 'greylisted'],
      [1, 0, 0],
    ],
    [
      ['--category', 'delivered'],
      [2, 0, 0],
    ],
    [
      ['--status', 'failed', '--status', 'rejected'],
      [1, 1, 0],
    ],
    [
      ['--since', '2026-03-04T12:00:03Z'],
      [2, 1, 2],
    ],
    [
      ['--until', '2026-03-04T12:00:03Z'],
      [2, 0, 3],
    ],
    [
      ['--since', '2026-03-05'],
      [0, 0, 0],
    ],
    [
      ['--domain', 'dest.example', '--status', 'failed'],
      [1, 0, 0],
    ],
  ])('%j', (args, counts) => {
    const { filter } = optionsOf(...args, 'a.log')
    const left = records.filter(
      passes(filter, ({ dsn }) => ({ '4.2.0': 'greylisted', '2.0.0': 'delivered' })[dsn ?? ''] ?? ''),
    )
    const of = (kind: string): number => left.filter((record) => record.kind === kind).length
    expect([of('delivery'), of('reject'), left.length - of('delivery') - of('reject')]).toEqual(counts)
  })
})
