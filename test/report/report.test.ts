import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { reportHtml } from '../../src/cli/report/html.ts'
import { describeInBrowser, type Open, type View } from './browser.ts'
import { hostileData, someData } from './data.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const views: Readonly<Record<string, View>> = {
  desktop: {},
  dark: { colorScheme: 'dark' },
  phone: { width: 360, height: 740 },
}

let folder: string
let some: string
let hostile: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxsmtp-report-'))
  const write = async (name: string, html: string): Promise<string> => {
    await writeFile(join(folder, name), html)
    return pathToFileURL(join(folder, name)).href
  }
  some = await write('some.html', reportHtml(someData()))
  hostile = await write('hostile.html', reportHtml(hostileData()))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the file', () => {
  test('is small, loads nothing, and names the licences of what is in it', () => {
    const html = reportHtml(someData())
    expect(html.length).toBeLessThan(200_000)
    expect(html).toMatch(/<!--[^>]*Jason Miller[\s\S]*Leon Sorokin[\s\S]*WITHOUT WARRANTY OF ANY KIND/)
    expect(html.match(/<(?:link|img|iframe|object|embed|base)\b|<script src|@import|url\(/g)).toBeNull()
  })

  test('has no text of others in which a tag could begin', () => {
    const [, json = ''] =
      /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(reportHtml(hostileData())) ?? []
    expect(json.length).toBeGreaterThan(10_000)
    expect(json).not.toMatch(/[<>&]/)
    expect(JSON.parse(json).sources[0]).toContain('</script><script>')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
    expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
  })

  test('stays small whatever the texts are', () => {
    expect(reportHtml(hostileData()).length).toBeLessThan(250_000)
  })
})

describeInBrowser('a report', (open: Open) => {
  describe.each(Object.entries(views))('%s', (_, view) => {
    test('draws itself, without complaint and without the network', async () => {
      const { page, complaints, requests } = await open(some, view)
      await page.waitForSelector('.u-wrap')
      expect(await page.locator('canvas').count()).toBe(3)
      expect([complaints, requests]).toEqual([[], []])
    })

    test('is accessible', async () => {
      const { page } = await open(some, view)
      await openEverything(page)
      expect(await violations(page)).toEqual([])
    })

    test('is as wide as the window, whatever the texts are', async () => {
      for (const url of [some, hostile]) {
        const { page } = await open(url, view)
        await openEverything(page)
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      }
    })
  })

  test('shows the figures', async () => {
    const { page } = await open(some)
    const text = await page.locator('main').innerText()
    expect(text).toContain(`Delivered\n${someData().overview.outcomes.delivered}`)
    expect(text).toContain('unknown-recipient')
    expect(text).toContain('Check the part before the @')
  })

  test('text of servers is text and nothing else', async () => {
    const { page, complaints, requests } = await open(hostile)
    await openEverything(page)
    expect(await page.title()).toBe('Mail report')
    expect(await page.locator('img, iframe, main script').count()).toBe(0)
    expect(await page.locator('main').innerText()).toContain('<img src=x onerror="document.title=\'owned\'">')
    expect([complaints, requests]).toEqual([[], []])
  })

  test('the policy holds: no other script runs, nothing is loaded, no text becomes markup', async () => {
    const { page, complaints } = await open(some)
    const outcome = await page.evaluate(`(async () => {
      const script = document.createElement('script')
      try { script.text = "document.title = 'owned'"; document.body.append(script) } catch {}
      const markup = (() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken' } catch { return 'refused' } })()
      const loaded = await fetch('https://mx.example/').then(() => 'loaded', () => 'refused')
      return [document.title, markup, loaded]
    })()`)
    expect(outcome).toEqual(['Mail report', 'refused', 'refused'])
    expect(complaints.length).toBeGreaterThan(0)
  })

  test('domains are found, ordered and opened by the keyboard', async () => {
    const { page } = await open(some)
    const first = page.locator('.open').first()
    await first.focus()
    await page.keyboard.press('Enter')
    expect(await first.getAttribute('aria-expanded')).toBe('true')
    expect(await page.locator('.more').innerText()).toContain('Relays')
    await page.keyboard.press('Space')
    expect(await page.locator('.more').count()).toBe(0)
    const median = page.getByRole('button', { name: 'Half within', exact: true })
    await median.focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('.domains th', { hasText: 'Half within' }).getAttribute('aria-sort')).toBe('descending')
    await page.getByLabel('Find').fill('two')
    expect(await page.locator('.open').allInnerTexts()).toEqual(['two.example'])
  })

  test('every chart has a table of its figures', async () => {
    const { page } = await open(some)
    await page.getByText('Time line as a table').click()
    const rows = page.locator('#timeline details table tbody tr')
    expect(await rows.count()).toBe(48)
    expect(await rows.first().innerText()).toMatch(/^4 Mar 2026, 12:00\s+10\s/)
    await page.getByText('Distribution as a table').click()
    expect(await page.locator('#delays details table tbody tr').count()).toBe(13)
    expect(await page.locator('.chart:not([role=img][aria-label])').count()).toBe(0)
  })

  test('colours follow the system while it is open', async () => {
    const { page } = await open(some)
    const colour = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await colour()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await colour()).not.toBe(light)
    await page.waitForSelector('canvas')
  })

  test('prints on white paper, without what only a screen needs', async () => {
    const { page } = await open(some, { colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.evaluate(`getComputedStyle(document.documentElement).getPropertyValue('--surface')`)).toBe(
      '#ffffff',
    )
    expect(await page.locator('nav').isVisible()).toBe(false)
    expect((await page.pdf()).length).toBeGreaterThan(10_000)
  })
})

async function openEverything(page: Page): Promise<void> {
  await page.evaluate(`
    for (const details of document.querySelectorAll('details')) details.open = true
    for (const button of document.querySelectorAll('.open[aria-expanded=false]')) button.click()`)
  await page.waitForSelector('.more')
}

/** Asks axe what somebody would stumble over, with where and why. */
async function violations(page: Page): Promise<string[]> {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
  const { readFile } = await import('node:fs/promises')
  // The policy of the page keeps scripts out; the debugger may still evaluate.
  await page.evaluate(await readFile(axe, 'utf8'))
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults
  return results.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
  )
}
