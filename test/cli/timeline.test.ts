import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Parsing } from '../../src/cli/logs/options.ts'
import { lookAt, type Unreadable } from '../../src/cli/logs/source.ts'
import { readInOrder, timelineOf } from '../../src/cli/logs/timeline.ts'
import type { LogRecord } from '../../src/logs/index.ts'
import { deliveriesOf } from './deliveries-of.ts'
import { runCli } from './run.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxsmtp-timeline-'))
})
afterAll(() => rm(folder, { recursive: true }))

const utc: Parsing = { format: 'auto', year: undefined, zone: 'UTC' }

/** A line that says that a message left the queue. */
function line(time: string, id = 'AAAAAA'): string {
  return `${time} mx1 postfix/qmgr[9]: ${id}: removed\n`
}

/** Writes a log that was written to the last time at `written`. */
async function log(name: string, content: string | Uint8Array, written?: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  if (written !== undefined) await utimes(path, new Date(written), new Date(written))
  return path
}

interface Read {
  readonly files: readonly string[]
  readonly records: readonly LogRecord[]
  readonly unreadable: readonly Unreadable[]
}

async function read(paths: readonly string[], parsing: Parsing = utc): Promise<Read> {
  const { signal } = new AbortController()
  const records: LogRecord[] = []
  const unreadable: Unreadable[] = []
  const parts = await timelineOf(await lookAt(paths), parsing, signal)
  const reading = { signal, onRead() {}, onUnreadable: (error: Unreadable) => void unreadable.push(error) }
  await readInOrder(parts, reading, (more) => void records.push(...more))
  return { files: parts.map(({ file }) => basename(file.path)), records, unreadable }
}

function timesOf({ records }: Read): string[] {
  return records.map(({ time }) => (time === undefined ? '-' : new Date(time).toISOString().slice(0, 19)))
}

describe('files', () => {
  test('are read in the order of their times, whatever they are called', async () => {
    const paths = [
      await log('order.log', line('2026-03-03T00:00:00Z')),
      await log('order.log.1', line('2026-03-02T00:00:00Z')),
      await log('order.log.10.gz', gzipSync(line('2026-02-01T00:00:00Z'))),
      await log('order.log.2.gz', gzipSync(line('2026-03-01T00:00:00Z'))),
    ]
    expect((await read(paths)).files).toEqual(['order.log.10.gz', 'order.log.2.gz', 'order.log.1', 'order.log'])
  })

  test('without a time stand where they were written to', async () => {
    const paths = [
      await log('b.log', 'AAAAAA: removed\n', '2026-03-03'),
      await log('a.log', '', '2026-03-02'),
      await log('c.log', `a header\n${line('2026-03-01T00:00:00Z')}`),
    ]
    expect((await read(paths)).files).toEqual(['c.log', 'a.log', 'b.log'])
  })

  test('have the years in which they were written', async () => {
    const paths = [
      await log('years.log', line('Feb 10 00:00:00'), '2024-02-11'),
      await log('years.log.1', `${line('Dec 31 23:00:00')}${line('Jan  1 01:00:00')}`, '2024-01-01T01:00:00Z'),
      await log('other.log', line('Feb 10 00:00:00'), '2019-03-01'),
    ]
    const [inOrder, backwards] = [await read(paths), await read([...paths].reverse())]
    expect(timesOf(inOrder)).toEqual([
      '2019-02-10T00:00:00',
      '2023-12-31T23:00:00',
      '2024-01-01T01:00:00',
      '2024-02-10T00:00:00',
    ])
    expect(timesOf(backwards)).toEqual(timesOf(inOrder))
  })

  test('have the latest years, where copying has lost when they were written', async () => {
    const now = new Date()
    const [month] = [now.toUTCString().slice(8, 11)]
    const path = await log('copied.log', line(`${month}  1 00:00:00`), '1980-01-01')
    const begin = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)
    expect((await read([path])).records[0]?.time).toBe(begin)
  })

  test('go on from the year that is given, of the one that begins first', async () => {
    const paths = [
      await log('given.log', line('Jan 10 00:00:00'), '2026-01-11'),
      await log('given.log.1', line('Jan  1 00:30:00'), '2026-01-02'),
      await log('given.log.2', line('Dec 31 00:00:00'), '2025-12-31T00:00:01Z'),
    ]
    const expected = ['2019-12-31T00:00:00', '2020-01-01T00:30:00', '2020-01-10T00:00:00']
    expect(timesOf(await read(paths, { ...utc, year: 2019 }))).toEqual(expected)
    const parts = await timelineOf(await lookAt(paths), { ...utc, year: 2019 }, new AbortController().signal)
    expect(parts.map(({ parsing }) => parsing.year)).toEqual([2019, 2020, 2020])
  })

  test('that were rotated are read on as if they had never been cut', async () => {
    const paths = [
      await log('current', '@4000000065e5a3d90c1a2b3c delivery 5: success: done/\n', '2024-03-04T11:00:00Z'),
      await log(
        '@4000000065e5a3d70c1a2b3c.s',
        '@4000000065e5a3d50c1a2b3c starting delivery 5: msg 41 to remote bob@b.example\n',
        '2024-03-04T10:00:00Z',
      ),
    ]
    expect((await read(paths)).records).toMatchObject([{ kind: 'delivery', queueId: '41', recipient: 'bob@b.example' }])
  })

  test('of several machines may cover the same time', async () => {
    const story = (host: string, day: number): string =>
      [
        `2026-03-${day}T00:00:00Z ${host} postfix/qmgr[3]: AAAAAA: from=<ann@${host}.example>, size=1, nrcpt=1 (queue active)`,
        `2026-03-${day}T00:00:01Z ${host} postfix/smtp[3]: AAAAAA: to=<bob@b.example>, relay=none, delay=1, dsn=4.4.1, status=deferred (timed out)`,
        `2026-03-${day + 1}T00:00:01Z ${host} postfix/smtp[3]: AAAAAA: to=<bob@b.example>, relay=mx, delay=1, dsn=2.0.0, status=sent (250 Ok)`,
        `2026-03-${day + 1}T00:00:01Z ${host} postfix/qmgr[3]: AAAAAA: removed\n`,
      ].join('\n')
    const paths = [
      await log('mx1.log', story('mx1', 10) + story('mx1', 28)),
      await log('mx2.log', story('mx2', 11) + story('mx2', 27)),
    ]
    const { records } = await read(paths)
    expect(
      deliveriesOf(records).map(({ from, end, recipients }) => [from, end, recipients[0]?.attempts.length]),
    ).toEqual([
      ['ann@mx1.example', 'removed', 2],
      ['ann@mx1.example', 'removed', 2],
      ['ann@mx2.example', 'removed', 2],
      ['ann@mx2.example', 'removed', 2],
    ])
  })

  test('that cannot be read are named, and the others are read', async () => {
    const paths = [
      await log('good.log', line('2026-03-01T00:00:00Z')),
      await log('cut.log.gz', gzipSync(line('2026-03-02T00:00:00Z').repeat(50)).subarray(0, -12)),
      await log('last.log', line('2026-03-03T00:00:00Z')),
    ]
    const { records, unreadable } = await read(paths)
    expect(unreadable.map(({ message }) => message)).toEqual([`${paths[1]}: the archive ends in the middle`])
    expect(records.at(-1)?.time).toBe(Date.UTC(2026, 2, 3))
  })
})

describe('the command', () => {
  const head = 'Mar  1 00:00:00 mx1 postfix'
  const queued = `${head}/qmgr[3]: AAAAAA: from=<ann@a.example>, size=1, nrcpt=1 (queue active)\n`
  const sent = `${head}/smtp[3]: AAAAAA: to=<bob@b.example>, relay=mx, delay=1, dsn=2.0.0, status=sent (250 Ok)\n`

  test('knows the sender from the file before, whatever the order, and tells the story across both', async () => {
    await log('cli.log', sent.replace('Mar  1', 'Mar  2'), '2026-03-03')
    await log('cli.log.1.gz', gzipSync(queued), '2026-03-02')
    const [rows, story] = await Promise.all([
      runCli(['logs', '--ndjson', 'cli.log', 'cli.log.1.gz'], folder),
      runCli(['logs', 'trace', 'AAAAAA', 'cli.log', 'cli.log.1.gz'], folder),
    ])
    expect(JSON.parse(rows.stdout)).toMatchObject({ sender: 'ann@a.example', time: '2026-03-02T00:00:00.000Z' })
    expect(story.stdout).toContain('\n      from <ann@a.example>')
    expect(story.stdout).toContain('delivered to <bob@b.example>')
  })

  test('counts with threads what each file says, in its year', async () => {
    await log('count.log', line('Jan  2 00:00:00'), '2024-01-03')
    await log('count.log.1', line('Dec 30 00:00:00'), '2023-12-31')
    const { stdout } = await runCli(['logs', '--json', '--workers', '2', 'count.log', 'count.log.1'], folder)
    const { counts } = JSON.parse(stdout)
    expect([counts.first, counts.last, counts.removed]).toEqual([Date.UTC(2023, 11, 30), Date.UTC(2024, 0, 2), 2])
  })

  test('shows what could be read, names the rest, and ends with a status that tells', async () => {
    await log('ok.log', sent)
    await log('bad.log.gz', gzipSync(sent.repeat(50)).subarray(0, -12))
    for (const args of [['--json'], ['--ndjson'], ['trace', 'AAAAAA']]) {
      const { exitCode, stdout, stderr } = await runCli(['logs', ...args, 'bad.log.gz', 'ok.log'], folder)
      expect([exitCode, stderr]).toEqual([74, 'rxsmtp: bad.log.gz: the archive ends in the middle\n'])
      // One of the sound file, and what stands in front of the damage.
      expect(stdout).toMatch(args.includes('--json') ? /"delivered": (?!1\b)\d\d/ : /bob@b\.example/)
    }
  })
})
