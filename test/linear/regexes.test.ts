/** Every regular expression takes time in proportion to its text: none can be made to backtrack. */
import { readdirSync, readFileSync } from 'node:fs'
import jsTokens from 'js-tokens'
import { describe, expect, it, vi } from 'vitest'

// Some hundred automata, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 })

// The compiled form is for one platform, the other one needs Java: this one is JavaScript.
process.env['RECHECK_BACKEND'] = 'pure'
const { checkSync } = await import('recheck')

const folder = new URL('../../src/', import.meta.url)

/** Returns every literal of the sources, with the first file that has it. */
function literals(): (readonly [literal: string, file: string])[] {
  const found = new Map<string, string>()
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue
    for (const { type, value } of jsTokens(readFileSync(new URL(file, folder), 'utf8'))) {
      if (type === 'RegularExpressionLiteral' && !found.has(value)) found.set(value, file)
    }
  }
  return [...found]
}

function verdictOn(literal: string): string {
  const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(literal) ?? []
  if (isBounded(source)) return 'safe'
  const { status, ...found } = checkSync(source, flags, { timeout: null, randomSeed: 1 })
  return status === 'vulnerable' && 'attack' in found ? `vulnerable: ${found.attack?.pattern}` : status
}

/** Where every repetition has a bound, the time for each place in the text has one too. */
function isBounded(source: string): boolean {
  const outside = source.replace(/\\./gs, '').replace(/\[[^\]]*\]/g, '')
  return !/[*+]|\{\d+,\}/.test(outside)
}

describe('the check', () => {
  it.each([
    ['/^(a|a)*$/', /^vulnerable/],
    ['/a[^b]*c/', /^vulnerable/],
    ['/^a*$/', /^safe/],
  ])('of %s', (literal, verdict) => {
    expect(verdictOn(literal)).toMatch(verdict)
  })
})

it('finds the expressions', () => {
  expect(literals().length).toBeGreaterThan(40)
})

it.each(literals())('%s in %s', (literal) => {
  expect(verdictOn(literal)).toBe('safe')
})
