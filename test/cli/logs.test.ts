import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Outcome } from '../docs/run-node.ts'
import { runCli, startCli } from './run.ts'
import { type Logs, sample, writeLogs } from './sample.ts'

// A process each, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let logs: Logs

beforeAll(async () => {
  logs = await writeLogs({ 'long.log': sample.repeat(2_000) })
})
afterAll(() => logs.remove())

function run(...args: readonly string[]): Promise<Outcome> {
  return runCli(['logs', '--year', '2026', ...args], logs.folder)
}

describe('tables', () => {
  let outcome: Outcome
  beforeAll(async () => {
    outcome = await run('mail.log')
  })

  test('end well, without a word on standard error', () => {
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test.each([
    [
      'the log and its time',
      /^mail\.log\n4 Mar 2026, 12:00 to 4 Mar 2026, 12:05, 11 lines, 1 of them not understood\n/,
    ],
    ['what was delivered', /\ndelivered +2 {2}50\.0.%/],
    ['what was deferred', /\ndeferred +1 {2}25\.0.%/],
    ['what failed', /\nfailed +1 {2}25\.0.%/],
    ['what was refused', /\nrefused here +1 {2}of what clients/],
    ['a reason with its meaning', /\n1 {2}unknown-recipient {2}There is no mailbox of this name/],
    ['what to do', /Check the part before the @ for typing errors/],
    ['a domain with its delays', /\ndest\.example +2 +50\.0.% +0 +1 +1\.5.s +1\.5.s\n/],
    ['how long delivery took', /\nin all +1\.5.s/],
    [
      'what servers said, as replies',
      /\n1 {2}unknown-recipient {2}550 5\.1\.1 No such user here \/ 5\.1\.1 Look at the address\n/,
    ],
    [
      'what this server refused',
      /\nWhat this server refused\n.*\n1 {2}ip-blocklisted +554 5\.7\.1 Service unavailable/,
    ],
    ['the client that was refused', /\n1 {2}203\.0\.113\.9\n/],
    ['lines that were not understood', /\n1 {2}dovecot +Mar {2}4 12:00:05 mx1 dovecot: imap-login/],
  ])('show %s', (_, pattern) => {
    expect(outcome.stdout).toMatch(pattern)
  })
})

test('several files, one of them packed, are summed up', async () => {
  const { stdout } = await run('mail.log', 'mail.log.1.gz')
  expect(stdout).toMatch(/\ndelivered +4 {2}50\.0/)
})

test('standard input is a log too, beside files', async () => {
  const { stdout } = await runCli(['logs', '--year', '2026', 'mail.log', '-'], logs.folder, sample)
  expect(stdout).toMatch(/^mail\.log, standard input\n/)
  expect(stdout).toMatch(/\ndelivered +4 {2}50\.0/)
})

test('an empty log is no fault', async () => {
  expect(await runCli(['logs', '-'], logs.folder)).toMatchObject({
    exitCode: 0,
    stdout: 'standard input\n0 lines\n\nNo mail in these lines.\n',
  })
})

describe('what is no log', () => {
  // Every octet in every neighbourhood, with line ends among them.
  const garbage = Uint8Array.from({ length: 300_000 }, (_, at) => (at * at * 31 + at * 7 + (at >> 8)) & 255)

  test('is counted as lines that were not understood, and harms nothing', async () => {
    await writeFile(join(logs.folder, 'garbage.bin'), garbage)
    for (const args of [[], ['--ndjson'], ['--csv'], ['trace', 'ann@here.example']]) {
      const { exitCode, stderr, stdout } = await run(...args, 'garbage.bin', 'mail.log')
      expect([exitCode, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/bob@dest\.example|of them not understood/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
      expect(stdout).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/)
    }
  })

  test('may be empty, or one line without an end', async () => {
    await writeFile(join(logs.folder, 'empty.log'), '')
    await writeFile(join(logs.folder, 'open.log'), sample.trimEnd())
    const { exitCode, stdout } = await run('--json', 'empty.log', 'open.log', 'empty.log')
    expect([exitCode, JSON.parse(stdout).counts.lines]).toEqual([0, 11])
    expect((await run('--csv', 'empty.log')).stdout).toMatch(/^time,kind,.*\r\n$/)
    expect((await run('trace', 'X', 'empty.log')).exitCode).toBe(1)
  })

  test('may be a pipe that is named', async () => {
    const pipe = join(logs.folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const [{ exitCode, stdout }] = await Promise.all([run(pipe), writeFile(pipe, sample)])
    expect([exitCode, stdout.includes('unknown-recipient')]).toEqual([0, true])
  })
})

test('filters are told, and hold', async () => {
  const { stdout } = await run('--domain', 'dest.example', '--status', 'failed', 'mail.log')
  expect(stdout).toMatch(/^mail\.log; domain dest\.example; status failed\n/)
  expect(stdout).not.toMatch(/\n(?:delivered|deferred|refused here|messages) /)
})

test('times that name no zone are of the zone that is given', async () => {
  const { stdout } = await run('--json', '--zone', '+02:00', 'mail.log')
  expect(JSON.parse(stdout).counts.first).toBe(Date.UTC(2026, 2, 4, 10, 0, 1))
})

test('--top cuts tables and says so', async () => {
  const { stdout } = await run('--top', '1', 'mail.log')
  expect(stdout).toMatch(/\n… and 1 more with 2; --top shows more\n/)
})

describe('text of servers', () => {
  test.each([
    [['hostile.log']],
    [['--json', 'hostile.log']],
    [['--ndjson', 'hostile.log']],
    [['--csv', 'hostile.log']],
    [['trace', '7D0A31C42', 'hostile.log']],
  ])('%j has no control characters', async (args) => {
    const { stdout } = await run(...args)
    expect(stdout).toContain('onerror')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  })
})

describe('arguments that make no sense', () => {
  test.each([
    [['logs', '--bogus', 'mail.log'], 64, /--bogus/],
    [['logs', 'mail.log', 'no-such.log'], 66, /there is no file no-such\.log/],
    [['logs', '.'], 66, /is a directory/],
    [['logs', 'mail.log', '.'], 66, /is a directory/],
    [['logs', 'trace', 'X', 'no-such.log'], 66, /there is no file no-such\.log/],
    [['logs', '--zone', 'Mars', 'mail.log'], 64, /neither the name of a zone/],
    [['logs', '--csv', '-o', 'no/such/folder.csv', 'mail.log'], 73, /no such file or directory/],
    [['logs', '--parquet', 'no/such/folder.parquet', 'mail.log'], 73, /no such file or directory/],
    [['mails'], 64, /there is no command mails/],
    [['--bogus'], 64, /there is no option --bogus/],
    [[], 64, /what is to be done/],
  ])('%j ends with %i', async (args, exitCode, message) => {
    const outcome = await runCli(args, logs.folder)
    expect(outcome).toMatchObject({ exitCode, stdout: '' })
    expect(outcome.stderr).toMatch(message)
  })
})

test.each([
  [['--help'], /^Usage: rxsmtp COMMAND/],
  [['logs', '--help'], /^Usage: rxsmtp logs/],
  [['--version'], /^\d+\.\d+\.\d+\n$/],
])('%j', async (args, pattern) => {
  const { exitCode, stdout } = await runCli(args, logs.folder)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(pattern)
})

test('a packed log that is cut off is named', async () => {
  await writeFile(join(logs.folder, 'cut.gz'), gzipSync(sample).subarray(0, 200))
  const outcome = await run('cut.gz')
  expect(outcome.exitCode).toBe(74)
  expect(outcome.stderr).toMatch(/cut\.gz: /)
})

test.each([
  [['logs', '--ndjson', 'long.log']],
  [['logs', '--csv', 'long.log']],
  [['logs', 'trace', 'ann@here.example', 'long.log']],
  [['logs', 'mail.log']],
])('a reader that has seen enough of %j is no fault', async (args) => {
  const child = startCli(args, logs.folder)
  const errors: Buffer[] = []
  child.stderr.on('data', (data) => errors.push(data))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.stdout.destroy()
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  expect([exitCode, Buffer.concat(errors).toString()]).toEqual([0, ''])
})

test('an interrupt shows what was read so far', async () => {
  // Standard input stays open: without the interrupt there would be no end.
  const child = startCli(['logs', '--year', '2026', '--ndjson', '-'], logs.folder)
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.stdin.on('error', () => {})
  child.stdin.write(sample)
  let stdout = ''
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (data) => {
      stdout += data
      resolve()
    })
  })
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(stdout.trim().split('\n')).toHaveLength(5)
})
