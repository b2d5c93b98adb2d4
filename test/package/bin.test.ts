/** The command, as npm installs it. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sample } from '../cli/sample.ts'
import { root } from '../docs/run-node.ts'
import { type Installed, install } from './installed.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let installed: Installed
let command: string

beforeAll(async () => {
  installed = await install()
  const { bin } = JSON.parse(readFileSync(join(installed.home, 'package.json'), 'utf8')) as { bin: { rxsmtp: string } }
  // What npm does: a link with the name of the command, and a file that may be run.
  command = join(installed.folder, 'rxsmtp')
  await symlink(join(installed.home, bin.rxsmtp), command)
  await chmod(join(installed.home, bin.rxsmtp), 0o755)
  await writeFile(join(installed.folder, 'mail.log'), sample)
})
afterAll(() => installed.remove())

function run(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(command, args, { cwd: installed.folder })
}

test('it knows its version', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  expect(await run('--version')).toEqual({ stdout: `${version}\n`, stderr: '' })
})

test('it counts on threads of its own', async () => {
  const { stdout } = await run('logs', 'mail.log')
  expect(stdout).toMatch(/\ndelivered +2 /)
})

test.each(['sample.log.gz', 'sample.log.zst', 'sample.log.xz'])('it reads %s', async (name) => {
  const packed = join(root, 'test/fixtures/logs', name)
  const { counts } = JSON.parse((await run('logs', '--json', packed)).stdout) as { counts: { lines: number } }
  const plain = JSON.parse((await run('logs', '--json', packed.replace(/\.[a-z]+$/, ''))).stdout) as { counts: object }
  expect(counts).toEqual(plain.counts)
  expect(counts.lines).toBeGreaterThan(0)
})

test.each([
  ['--csv', /^time,kind,/],
  ['--ndjson', /^\{"time":/],
])('it writes %s', async (format, start) => {
  expect((await run('logs', format, 'mail.log')).stdout).toMatch(start)
})

test('it writes a Parquet file', async () => {
  await run('logs', '--parquet', 'mail.parquet', 'mail.log')
  expect(readFileSync(join(installed.folder, 'mail.parquet'), 'latin1')).toMatch(/^PAR1.*PAR1$/s)
})

test('it makes a report out of nothing but itself', async () => {
  await run('logs', '--html', 'report.html', 'mail.log')
  expect(readFileSync(join(installed.folder, 'report.html'), 'utf8')).toContain('"delivered":2')
})

// The last one: it takes packages away.
test.each([
  ['cli-table3', []],
  ['csv-stringify', ['--csv']],
  ['hyparquet-writer', ['--parquet', 'x.parquet']],
  ['@datadog/sketches-js', ['--json']],
])('%s is missed by name', async (name, args) => {
  await rm(join(installed.folder, 'node_modules', name))
  await expect(run('logs', ...args, 'mail.log')).rejects.toMatchObject({
    code: 69,
    stderr: expect.stringContaining(`the package ${name} is needed for this`),
  })
})
