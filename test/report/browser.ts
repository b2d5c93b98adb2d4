import { accessSync, constants } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { inCi } from '../helpers/in-ci.ts'

const program = '/usr/bin/chromium'

/** How a page is looked at. */
export interface View {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
}

/** A page and what it did that it should not have. */
export interface Look {
  readonly page: Page
  /** Errors and warnings, also of the policy. */
  readonly complaints: readonly string[]
  /** What it asked the network for, beside itself. */
  readonly requests: readonly string[]
}

/** Opens pages. */
export type Open = (url: string, view?: View) => Promise<Look>

/**
 * Runs `tests` with Debian's Chromium. Where it is missing they are shown as skipped, with the reason; in CI that is a
 * failure.
 */
export function describeInBrowser(name: string, tests: (open: Open) => void): void {
  const reason = missing()
  if (reason === undefined) {
    describe(name, () => withBrowser(tests))
    return
  }
  if (inCi()) {
    test(name, () => {
      throw new Error(reason)
    })
    return
  }
  console.warn(`skipped: ${reason}`)
  describe.skip(`${name} (skipped: ${reason})`, () => tests(() => Promise.reject(new Error(reason))))
}

function withBrowser(tests: (open: Open) => void): void {
  let browser: Browser
  const contexts: BrowserContext[] = []
  beforeAll(async () => {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
    browser = await chromium.launch({ executablePath: program, args })
  }, 60_000)
  afterAll(async () => {
    for (const context of contexts) await context.close()
    await browser.close()
  })
  tests(async (url, { width = 1280, height = 900, colorScheme = 'light' } = {}) => {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      timezoneId: 'UTC',
      locale: 'en-GB',
    })
    contexts.push(context)
    context.setDefaultTimeout(10_000)
    const page = await context.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      if (request.url() !== url) requests.push(request.url())
    })
    await page.goto(url)
    await page.waitForSelector('h1')
    return { page, complaints, requests }
  })
}

function missing(): string | undefined {
  try {
    accessSync(program, constants.X_OK)
    return undefined
  } catch {
    return `there is no ${program}; run .ci/install-browser`
  }
}
