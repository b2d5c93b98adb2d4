import { verdictCategories } from '../../logs/index.ts'
import { delayBounds, type Overview } from '../../logs/summary/index.ts'
import { isSmtpError } from '../../protocol/errors.ts'
import { describeStatus } from '../../protocol/status.ts'
import { version } from '../version.ts'
import type { CategoryText, ReportData } from './data.ts'

/** Puts together what a report shows: the figures, and what their categories and codes mean. */
export function reportData(
  overview: Overview,
  { sources, filters, live }: Pick<ReportData, 'sources' | 'filters' | 'live'>,
): ReportData {
  return {
    generator: `rxsmtp ${version()}`,
    generated: Date.now(),
    sources,
    filters,
    live,
    overview,
    delayBounds,
    categories: textsOf(overview.categories.rows.map(({ key }) => key)),
    codes: Object.fromEntries(overview.enhanced.rows.map(({ key }) => [key, meaningOf(key)])),
  }
}

function textsOf(categories: readonly string[]): Readonly<Record<string, CategoryText>> {
  const table: Readonly<Record<string, CategoryText>> = verdictCategories
  const known = categories.filter((category) => Object.hasOwn(table, category))
  return Object.fromEntries(
    known.map((category) => {
      const { summary = '', advice = '' } = table[category] ?? {}
      return [category, { summary, advice }]
    }),
  )
}

/** Says what an enhanced code means; nothing where a log has something else in its place. */
function meaningOf(code: string): string {
  try {
    return describeStatus(code).meaning
  } catch (error) {
    if (isSmtpError(error)) return ''
    throw error
  }
}
