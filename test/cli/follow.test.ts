import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { appendFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { describeInBrowser } from '../report/browser.ts'
import { startCli } from './run.ts'
import { type Logs, sample, writeLogs } from './sample.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const more = `\
Mar  4 13:00:00 mx1 postfix/smtp[20]: 7D0A31C50: to=<dan@full.example>, relay=mx.full.example[192.0.2.81]:25, delay=1, delays=0/0/0/1, dsn=5.2.2, status=bounced (host mx.full.example[192.0.2.81] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command))
`

/** A running command and what it has printed. */
class Running {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<number | null>
  stdout = ''
  stderr = ''
  #onText: () => void = () => {}

  constructor(args: readonly string[], cwd: string) {
    this.child = startCli(args, cwd)
    this.ended = new Promise((resolve) => this.child.once('close', resolve))
    this.child.stdout.on('data', (data) => {
      this.stdout += data
      this.#onText()
    })
    this.child.stderr.on('data', (data) => {
      this.stderr += data
      this.#onText()
    })
  }

  /** Waits until something has been printed and gives what it was. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr)
      if (match !== null) return match
      await new Promise<void>((resolve) => {
        this.#onText = resolve
      })
    }
  }
}

let logs: Logs

beforeAll(async () => {
  logs = await writeLogs({ 'rows.log': sample, 'served.log': sample })
})
afterAll(() => logs.remove())

test('each new recipient is told in one line, everything in tables at the end', async () => {
  const running = new Running(['logs', '--year', '2026', '--follow', 'mail.log'], logs.folder)
  const adding = setInterval(() => appendFile(join(logs.folder, 'mail.log'), more), 1_000)
  await running.until(/mailbox-full/)
  clearInterval(adding)
  expect(running.stdout.split('\n')[0]).toBe(
    '13:00:00  failed     dan@full.example  mailbox-full: The mailbox of the recipient is full.  552 5.2.2 Mailbox full',
  )
  running.child.kill('SIGINT')
  expect(await running.ended).toBe(0)
  expect(running.stdout).toMatch(/\ndelivered +2 /)
})

test('rows are written as the log grows', async () => {
  const running = new Running(['logs', '--year', '2026', '--follow', '--ndjson', 'rows.log'], logs.folder)
  await running.until(/(?:.*\n){5}/)
  await appendFile(join(logs.folder, 'rows.log'), more)
  await running.until(/(?:.*\n){6}/)
  expect(JSON.parse(running.stdout.trim().split('\n')[5] ?? '')).toMatchObject({ category: 'mailbox-full' })
  running.child.kill('SIGINT')
  expect(await running.ended).toBe(0)
})

describe('--serve', () => {
  let running: Running
  let url: URL

  beforeAll(async () => {
    running = new Running(['logs', '--year', '2026', '--follow', '--serve', 'served.log'], logs.folder)
    const [, address = ''] = await running.until(/The report is at (\S+)/)
    url = new URL(address)
  })
  afterAll(async () => {
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(0)
  })

  test('listens on this machine alone, behind a secret', () => {
    expect(url.hostname).toBe('127.0.0.1')
    expect(url.pathname).toMatch(/^\/[\w-]{22}\/$/)
  })

  test.each([
    ['GET', '', {}, 200],
    ['HEAD', '', {}, 200],
    ['GET', '', { host: 'localhost:PORT' }, 200],
    ['GET', '', { host: 'evil.example:PORT' }, 403],
    ['GET', '', { host: '127.0.0.1' }, 403],
    ['GET', 'events', { host: 'evil.example:PORT' }, 403],
    ['POST', '', {}, 405],
    ['GET', 'other', {}, 404],
    ['GET', '../', {}, 404],
  ])('%s %s with %j: %i', async (method, path, headers, status) => {
    const { port, pathname } = url
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', port)]))
    const outcome = await new Promise((resolve, reject) => {
      request(
        { port, path: path === '../' ? '/' : pathname + path, method, headers: sent, host: '127.0.0.1' },
        (response) => {
          response.resume()
          resolve([
            response.statusCode,
            response.headers['x-content-type-options'],
            response.headers['access-control-allow-origin'],
          ])
        },
      )
        .on('error', reject)
        .end()
    })
    expect(outcome).toEqual([status, 'nosniff', undefined])
  })

  test('a policy forbids everything but the page itself', async () => {
    const response = await fetch(url)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self';/,
    )
    expect(policy).toContain("frame-ancestors 'none'")
    expect(await response.text()).toContain(`content="${policy.replace("; frame-ancestors 'none'", '')}"`)
  })

  describeInBrowser('in a browser', (open) => {
    test('figures come anew as the log grows, and what is open stays open', async () => {
      const { page, complaints } = await open(url.href)
      await page.locator('.open').first().click()
      expect(await page.locator('.tile.failed strong').innerText()).toBe('1')
      await appendFile(join(logs.folder, 'served.log'), more)
      await page.locator('.tile.failed strong', { hasText: '2' }).waitFor()
      expect(await page.locator('.more').count()).toBe(1)
      expect(await page.getByText('following the log').isVisible()).toBe(true)
      expect(complaints).toEqual([])
    })
  })
})
