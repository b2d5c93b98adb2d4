import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { columns, type Subject } from '../../src/cli/logs/rows/column.ts'
import { parquetSink } from '../../src/cli/logs/rows/parquet.ts'
import { classifyRecord, logParser } from '../../src/logs/index.ts'
import { root } from '../docs/run-node.ts'
import { runCli } from './run.ts'
import { type Logs, sample, writeLogs } from './sample.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let logs: Logs

beforeAll(async () => {
  logs = await writeLogs()
  for (const args of [
    ['--ndjson', '-o', 'x.ndjson'],
    ['--csv', '-o', 'x.csv'],
    ['--parquet', 'x.parquet'],
  ]) {
    const outcome = await runCli(['logs', '--year', '2026', ...args, 'mail.log', 'hostile.log'], logs.folder)
    expect(outcome).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  }
})
afterAll(() => logs.remove())

test('docs/log-data.md has every column, in order, with its type', () => {
  const page = readFileSync(join(root, 'docs/log-data.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [name, type])
  expect(rows).toEqual(columns.map(({ name, type }) => [name, type]))
})

test('NDJSON has one object a line', async () => {
  const rows = (await readFile(join(logs.folder, 'x.ndjson'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(rows).toHaveLength(6)
  expect(rows[1]).toEqual({
    time: '2026-03-04T12:00:02.000Z',
    kind: 'delivery',
    format: 'postfix',
    host: 'mx1',
    program: 'postfix/smtp',
    queue_id: '7D0A31C40',
    sender: 'ann@here.example',
    message_id: 'one@here.example',
    size: 4321,
    recipient: 'nobody@dest.example',
    domain: 'dest.example',
    peer_name: 'mx.dest.example',
    peer_address: '192.0.2.25',
    peer_port: 25,
    tls: 'may',
    delay: 1.6,
    delay_before_queue: 0.1,
    delay_in_queue: 0.02,
    delay_connecting: 0.88,
    delay_transmitting: 0.6,
    disposition: 'failed',
    status: 'bounced',
    dsn: '5.1.1',
    stage: 'rcpt',
    reply_code: 550,
    reply_enhanced: '5.1.1',
    reply_partial: false,
    text: expect.stringContaining('said: 550-5.1.1 No such user here 550 5.1.1 Look at the address'),
    pattern: expect.stringContaining('550 5.1.1 No such user here'),
    category: 'unknown-recipient',
    severity: 'hard',
    party: 'recipient',
    action: 'suppress',
    confidence: 'high',
  })
  expect(rows[3]).toMatchObject({
    kind: 'reject',
    disposition: 'rejected',
    status: 'reject',
    peer_address: '203.0.113.9',
  })
})

test('NDJSON keeps what a server wrote, without a character that a terminal would act on', async () => {
  const text = await readFile(join(logs.folder, 'x.ndjson'), 'utf8')
  expect(JSON.parse(text.trim().split('\n').at(-1) ?? '').text).toContain('\u202egnp.exe')
  expect(text).not.toContain('\u202e')
})

test('CSV disarms formulas and control characters', async () => {
  const text = await readFile(join(logs.folder, 'x.csv'), 'utf8')
  const lines = text.split('\r\n')
  expect(lines[0]).toBe(columns.map(({ name }) => name).join(','))
  expect(lines).toHaveLength(8)
  expect(lines[6]).toContain(",'=cmd@evil.example,")
  expect(text).not.toContain('\u001b')
  expect(text).not.toContain('\u202e')
})

describe('Parquet, as DuckDB reads it', () => {
  let query: (sql: string) => Promise<unknown[]>
  let close: () => void

  beforeAll(async () => {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    close = () => {
      connection.closeSync()
      instance.closeSync()
    }
    query = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson()
  })
  afterAll(() => close())

  const file = (): string => `'${join(logs.folder, 'x.parquet')}'`

  test('has every column with its type', async () => {
    const types = {
      timestamp: 'TIMESTAMP WITH TIME ZONE',
      string: 'VARCHAR',
      integer: 'BIGINT',
      number: 'DOUBLE',
      boolean: 'BOOLEAN',
    }
    const described = await query(`select column_name, column_type from (describe select * from ${file()})`)
    expect(described).toEqual(columns.map(({ name, type }) => ({ column_name: name, column_type: types[type] })))
  })

  test('has the same rows as NDJSON', async () => {
    const counts = await query(`
      select disposition, count(*)::integer as n, round(avg(delay), 2) as delay
      from ${file()} group by 1 order by 1`)
    const same = await query(`
      select disposition, count(*)::integer as n, round(avg(delay), 2) as delay
      from '${join(logs.folder, 'x.ndjson')}' group by 1 order by 1`)
    expect(counts).toEqual([
      { disposition: 'deferred', n: 1, delay: 2.4 },
      { disposition: 'delivered', n: 2, delay: 151.75 },
      { disposition: 'failed', n: 2, delay: 1.3 },
      { disposition: 'rejected', n: 1, delay: null },
    ])
    expect(same).toEqual(counts)
  })

  test('keeps texts as they were written', async () => {
    const rows = await query(`select text from ${file()} where domain = 'evil.example'`)
    expect(rows).toEqual([{ text: expect.stringContaining('\u202egnp.exe </script>') }])
  })

  test('the queries of docs/log-data.md run', async () => {
    const page = readFileSync(join(root, 'docs/log-data.md'), 'utf8')
    const queries = [...page.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql = '']) => sql)
    expect(queries.length).toBeGreaterThan(2)
    for (const sql of queries) await query(sql.replaceAll("'mail.parquet'", file()))
  })
})

test('many rows make several groups, none of them lost', async () => {
  const file = join(logs.folder, 'many.parquet')
  const [record] = logParser('postfix')(sample.split('\n')).filter((one) => one.kind === 'delivery')
  if (record === undefined) throw new Error('no delivery')
  const row = { record, verdict: classifyRecord(record), pattern: '', envelope: undefined }
  const sink = await parquetSink(file)
  for (let at = 0; at < 6; at++) await sink.write(new Array<Subject>(10_001).fill(row))
  await sink.end()
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const groups = await connection.runAndReadAll(
    `select num_row_groups::integer as n from parquet_file_metadata('${file}')`,
  )
  const rows = await connection.runAndReadAll(`select count(*)::integer as n from '${file}'`)
  expect([groups.getRowObjectsJson(), rows.getRowObjectsJson()]).toEqual([[{ n: 3 }], [{ n: 60_006 }]])
  connection.closeSync()
  instance.closeSync()
})
