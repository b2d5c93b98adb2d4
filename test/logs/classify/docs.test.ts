import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { verdictCategories } from '../../../src/logs/classify/categories.ts'

test('the table of categories in docs/classification.md is that of the code', () => {
  const page = readFileSync(new URL('../../../docs/classification.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split('## Categories\n')
  const [table = ''] = section.split('\n## ')
  const rows = [...table.matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm)].map(([, name, rest]) => [name, rest])
  const expected = Object.entries(verdictCategories).map(([name, { severity, party, action, summary, advice }]) => [
    name,
    [severity, party, action, summary, advice].join(' | '),
  ])
  expect(rows).toEqual(expected)
})
