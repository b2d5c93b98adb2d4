import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { root } from '../docs/run-node.ts'
import { inCi } from '../helpers/in-ci.ts'
import { runCli } from './run.ts'
import { type Logs, sample, writeLogs } from './sample.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let logs: Logs
beforeAll(async () => {
  logs = await writeLogs({ 'long.log': sample.repeat(1_500) })
})
afterAll(() => logs.remove())

interface Shown {
  readonly exitCode: number | null
  /** What the terminal was sent, by either stream. */
  readonly screen: string
}

/** Runs the command in a terminal of its own; `onScreen` may type. */
async function runInTerminal(
  command: string,
  env: Readonly<Record<string, string>> = {},
  onScreen: (screen: string, type: (keys: string) => void) => void = () => {},
): Promise<Shown> {
  // In place of the shell, which Ctrl-C would end as well.
  const program = `exec ${process.execPath} ${join(root, 'dist/cli/main.js')} ${command}`
  const child = spawn('script', ['-qec', program, '/dev/null'], {
    cwd: logs.folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: 'UTC', TERM: 'xterm-256color', ...env },
    timeout: 50_000,
    killSignal: 'SIGKILL',
  })
  let screen = ''
  child.stdout.on('data', (data) => {
    screen += data
    onScreen(screen, (keys) => child.stdin.write(keys))
  })
  const [exitCode] = await Promise.all([
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
    text(child.stderr),
  ])
  return { exitCode, screen }
}

const colour = '\u001b[3'

const program = '/usr/bin/script'
const isMissing = !existsSync(program)
if (isMissing) console.warn(`skipped: there is no ${program}, which Debian has in bsdutils`)

describe.skipIf(isMissing && !inCi())('on a terminal', () => {
  test('a bar tells how far it is, how fast, and how much longer; nothing of it stays', async () => {
    const { exitCode, screen } = await runInTerminal('logs --year 2026 long.log')
    expect(exitCode).toBe(0)
    const bars = screen.match(/[█░]{24} {2}\d+ % {2}.* of .*B {2}.*B\/s/g) ?? []
    expect(bars.length).toBeGreaterThan(0)
    expect(bars[0]).toMatch(/░/)
    // The cursor is hidden meanwhile, and comes back.
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'))
    expect(screen.slice(screen.indexOf('long.log\u001b'))).not.toMatch(/[█░]/)
  })

  test('tables have colours, and --no-progress no bar', async () => {
    const { screen } = await runInTerminal('logs --year 2026 --no-progress mail.log')
    expect(screen).toContain(`${colour}2mdelivered`)
    expect(screen).not.toMatch(/[█░]/)
  })

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['a terminal that has none', { TERM: 'dumb' }],
  ])('%s leaves colours out, and the text is the same', async (_what, env) => {
    const coloured = await runInTerminal('logs --year 2026 --no-progress mail.log')
    const { screen } = await runInTerminal('logs --year 2026 --no-progress mail.log', env)
    expect(screen).not.toContain('\u001b[')
    expect(screen).toBe(stripVTControlCharacters(coloured.screen))
  })

  test('rows that go to it have no bar between them', async () => {
    const { screen } = await runInTerminal('logs --year 2026 --ndjson long.log')
    expect(screen).not.toMatch(/[█░]/)
  })

  test('stories have colours, and none in a file', async () => {
    const { screen } = await runInTerminal('logs --year 2026 trace 7D0A31C40 --no-progress mail.log')
    expect(screen).toContain(`${colour}2mdelivered to`)
    await runInTerminal('logs --year 2026 trace 7D0A31C40 -o story.txt mail.log')
    const { stdout } = await runCli(['logs', '--year', '2026', 'trace', '7D0A31C40', 'mail.log'], logs.folder)
    expect(stdout).not.toContain('\u001b')
  })

  test('Ctrl-C ends following with tables', async () => {
    const file = join(logs.folder, 'followed.log')
    await writeFile(file, '')
    const adding = setInterval(() => void appendFile(file, sample), 500)
    let isTyped = false
    const { exitCode, screen } = await runInTerminal('logs --year 2026 --follow followed.log', {}, (shown, type) => {
      if (isTyped || !shown.includes('unknown-recipient')) return
      isTyped = true
      clearInterval(adding)
      type('\u0003')
    })
    expect([exitCode, screen.includes('What servers said')]).toEqual([0, true])
  })

  test('Ctrl-C ends reading, and what was read so far is shown', async () => {
    let isTyped = false
    const { exitCode, screen } = await runInTerminal('logs --year 2026 long.log', {}, (shown, type) => {
      if (isTyped || !shown.includes('░')) return
      isTyped = true
      type('\u0003')
    })
    expect([exitCode, screen.includes('long.log')]).toEqual([130, true])
  })
})

describe('into a pipe', () => {
  test('there is neither a bar nor a colour', async () => {
    const { stdout, stderr } = await runCli(['logs', '--year', '2026', 'long.log'], logs.folder)
    expect(stderr).toBe('')
    expect(stdout).not.toContain('\u001b')
  })
})
