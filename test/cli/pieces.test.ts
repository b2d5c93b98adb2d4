import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { generateLog } from '../../bench/logs/generate.ts'
import { type LogsOptions, logsOptions } from '../../src/cli/logs/options.ts'
import { piecesOf } from '../../src/cli/logs/pieces.ts'
import { lookAt } from '../../src/cli/logs/source.ts'
import { timelineOf } from '../../src/cli/logs/timeline.ts'
import { overview } from '../../src/logs/summary/index.ts'
import { root } from '../docs/run-node.ts'

vi.setConfig({ testTimeout: 60_000 })

// As it is built, for threads run nothing else.
const built = (await import(
  join(root, 'dist/cli/logs/count-all.js')
)) as typeof import('../../src/cli/logs/count-all.ts')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxsmtp-pieces-'))
})
afterAll(() => rm(folder, { recursive: true }))

const { signal } = new AbortController()

function optionsOf(args: readonly string[]): LogsOptions {
  const options = logsOptions([...args, 'x.log'], Date.UTC(2027, 0, 1))
  if (options === undefined) throw new Error('help')
  return options
}

/** Counts a log, in pieces of a size, and gives the figures; sums of fractions are rounded. */
async function figures(content: string | Uint8Array, size: number, args: readonly string[] = []): Promise<unknown> {
  const path = join(folder, 'x.log')
  await writeFile(path, content)
  const options = optionsOf(args)
  const parts = await timelineOf(await lookAt([path]), options.parsing, signal)
  const reading = { signal, onRead() {}, onUnreadable() {} }
  const state = await built.countAll(parts, { ...options, workers: options.workers ?? 2 }, reading, size)
  const text = JSON.stringify(overview(state, { top: 1_000 }), (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  )
  return JSON.parse(text)
}

async function cuts(content: string | Uint8Array, size: number, args: readonly string[] = []): Promise<number> {
  const path = join(folder, 'y.log')
  await writeFile(path, content)
  const { parsing } = optionsOf(args)
  const [part] = await timelineOf(await lookAt([path]), parsing, signal)
  return part === undefined ? 0 : (await piecesOf(part, size)).length
}

const whole = Number.POSITIVE_INFINITY
const shapes = [true, false].flatMap((longIds) =>
  (['rfc3164', 'rfc3339'] as const).map((times) => ({ size: 900_000, tls: longIds, longIds, times })),
)

/** A message that goes through a filter, and so again and again. */
function filtered(count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const head = `Mar  4 07:${String(Math.floor(at / 60) % 60).padStart(2, '0')}:${String(at % 60).padStart(2, '0')} mx1 postfix`
    const [id, next] = [`AA${1_000 + at}`, `BB${1_000 + at}`]
    return [
      `${head}/cleanup[2]: ${id}: message-id=<${at}@a.example>`,
      `${head}/cleanup[2]: ${next}: message-id=<${at}@a.example>`,
      `${head}/smtp[5]: ${id}: to=<b@b.example>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${next})`,
      `${head}/smtp[5]: ${next}: to=<b@b.example>, relay=mx.b.example[192.0.2.25]:25, delay=1.${at % 10}, delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok)`,
      `${head}/qmgr[3]: ${id}: removed`,
      `Mar  4 07:00:00 mx1 dovecot: imap-login: Login ${at}`,
    ].join('\n')
  }).join('\n')
}

/** A line a day, for so many days. */
function days(first: number, count: number, form: (date: Date) => string): string {
  return Array.from({ length: count }, (_, at) => {
    const stamp = form(new Date(first + at * 86_400_000))
    return `${stamp} mx1 postfix/smtp[5]: AA1000: to=<b${at}@b.example>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (connect to mx: Connection refused)\n`
  }).join('')
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const withoutYear = (date: Date): string =>
  `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} 12:00:00`
const newYear = days(Date.UTC(2025, 11, 1), 60, withoutYear)
const twoYears = days(Date.UTC(2024, 0, 1), 730, withoutYear)

describe('a log counted in pieces', () => {
  test.each(shapes)('%j gives the figures of the whole', async (shape) => {
    const log = [...generateLog(shape)].join('')
    expect(await cuts(log, 300_000)).toBe(3)
    expect(await figures(log, 300_000)).toEqual(await figures(log, whole))
  })

  test.each(shapes)('%j gives them on the thread that asks, too', async (shape) => {
    const log = [...generateLog(shape)].join('')
    expect(await figures(log, 300_000, ['--workers', '1'])).toEqual(await figures(log, 300_000))
  })

  const some = [...generateLog({ size: 200_000, tls: true, longIds: true, times: 'rfc3164' })].join('')

  test.each<[string, string, readonly string[], number]>([
    ['with a filter, cut anywhere', filtered(90), ['--year', '2026'], 7],
    ['over New Year', newYear, ['--year', '2025'], 3],
    ['that passes a filter of records', some, ['--status', 'failed', '--category', 'unknown-recipient'], 3],
    ['without its last end of line, and with CRLF', newYear.trimEnd().replaceAll('\n', '\r\n'), ['--year', '2025'], 2],
  ])('%s gives them as well', async (_what, log, args, pieces) => {
    const size = Math.floor(Buffer.byteLength(log) / pieces)
    expect(await cuts(log, size, args)).toBe(pieces)
    expect(await figures(log, size, args)).toEqual(await figures(log, whole, args))
  })

  test.each(['1', '2', '3'])('by %s at a time gives what there is when it is stopped', async (workers) => {
    const path = join(folder, 'stopped.log')
    const log = [...generateLog({ size: 12_000_000, tls: true, longIds: true, times: 'rfc3339' })].join('')
    await writeFile(path, log)
    const options = optionsOf(['--workers', workers])
    const stop = new AbortController()
    const parts = await timelineOf(await lookAt([path]), options.parsing, stop.signal)
    const reading = { signal: stop.signal, onRead: () => stop.abort(), onUnreadable() {} }
    const { counts } = await built.countAll(parts, options, reading, 3_000_000)
    expect(counts.lines).toBeGreaterThan(0)
    expect(counts.lines).toBeLessThan(log.split('\n').length / 2)
  })

  test('of more than a year without years is counted in one go after all', async () => {
    const size = Math.floor(twoYears.length / 3)
    expect(await cuts(twoYears, size, ['--year', '2024'])).toBe(3)
    const counted = await figures(twoYears, size, ['--year', '2024'])
    expect(counted).toEqual(await figures(twoYears, whole, ['--year', '2024']))
    expect(counted).toMatchObject({ counts: { last: Date.UTC(2025, 11, 30, 12), records: 730 } })
  })

  test('of a program whose lines belong together likewise', async () => {
    const log = Array.from({ length: 50 }, (_, at) =>
      [
        `@4000000065e5a3d50c1a2b3c starting delivery ${at}: msg 41 to remote bob@b.example\n`,
        `@4000000065e5a3d50c1a2b3c delivery ${at}: success: 192.0.2.25_accepted_message./Remote_host_said:_250_Ok/\n`,
      ].join(''),
    ).join('')
    const size = Math.floor(log.length / 3)
    expect(await cuts(log, size)).toBe(3)
    expect(await figures(log, size)).toEqual(await figures(log, whole))
  })
})

test.each<[string, string | Uint8Array, readonly string[]]>([
  ['an archive', gzipSync(newYear), []],
  ['what has no times', 'AA1000: removed\n'.repeat(500), ['--format', 'postfix']],
  ['what has no lines', 'x'.repeat(50_000), []],
])('%s is not cut', async (_what, log, args) => {
  expect(await cuts(log, 100, args)).toBe(0)
})

test('nothing is cut where clocks are changed', async () => {
  const hours = (from: number): string =>
    Array.from({ length: 200 }, (_, at) => {
      const date = new Date(from + at * 60_000)
      return `${date.toISOString().slice(0, 19)} mx1 postfix/qmgr[3]: AA1000: removed\n`
    }).join('')
  expect(await cuts(hours(Date.UTC(2026, 9, 25, 1)), 4_000, ['--zone', 'Europe/Berlin'])).toBe(1)
  expect(await cuts(hours(Date.UTC(2026, 9, 28, 1)), 4_000, ['--zone', 'Europe/Berlin'])).toBe(2)
})
