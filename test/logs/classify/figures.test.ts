import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { classify } from '../../../src/logs/classify/classify.ts'
import { answers } from './answers.ts'

/** Takes away what codes tell beside later and never: many servers give no others. */
function withBareCodes(text: string): string {
  const digit = /^(?:smtp; ?)?([45])\d\d[- ]/.exec(text)?.[1]
  const words = text
    .replace(/^(?:smtp; ?)?[45]\d\d[- ]/, '')
    .replace(/(?<![\d.])#?[45]\.\d{1,3}\.\d{1,3}(?![\d.])[: ]?/g, '')
  return digit === undefined ? words : `${digit}50 ${words}`
}

const judged = Object.entries(answers).flatMap(([category, texts]) =>
  texts.map((text) => ({ category, text, told: classify(withBareCodes(text)) })),
)

/** Says for each category how many replies are of it, were found, and what the rest was taken for. */
function rows(): string[][] {
  return Object.keys(answers).map((category) => {
    const own = judged.filter((each) => each.category === category)
    const called = judged.filter(({ told }) => told.category === category)
    const missed = own.filter(({ told }) => told.category !== category).map(({ told }) => told.category)
    const names = [...new Set(missed)].map((name) => [missed.filter((each) => each === name).length, name] as const)
    const found = own.length - missed.length
    return [
      `\`${category}\``,
      String(own.length),
      percent(found, own.length),
      percent(found, called.length),
      names
        .toSorted(([one], [other]) => other - one)
        .map(([count, name]) => `\`${name}\` ${count}`)
        .join(', '),
    ]
  })
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${Math.round((100 * part) / whole)} %`
}

test('the table of figures in docs/classification.md is what comes out', () => {
  const page = readFileSync(new URL('../../../docs/classification.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split('### By words alone\n')
  const [, ...table] = section.matchAll(/^\|(.*)\|$/gm)
  const expected = [['---', '---', '---', '---', '---'], ...rows()].map((cells) => `| ${cells.join(' | ')} |`)
  expect(table.map(([line]) => line.replace(/ +\|$/, ' |'))).toEqual(
    expected.map((line) => line.replace(/ +\|$/, ' |')),
  )
})

test('by words alone no greylisting and no full mailbox is called hard, and few replies remain unknown', () => {
  const soft = judged.filter(({ category }) => category === 'greylisted' || category === 'mailbox-full')
  expect(soft.filter(({ told }) => told.severity === 'hard')).toEqual([])
  expect(judged.filter(({ told }) => told.category === 'other').length / judged.length).toBeLessThan(0.2)
})
