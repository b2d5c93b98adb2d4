import type { Overview } from '../../logs/summary/index.ts'
import { printable } from '../../protocol/printable.ts'

/** All that a report shows. Plain data, and none of its texts has control characters left. */
export interface ReportData {
  /** Such as `rxsmtp 0.1.0`. */
  readonly generator: string
  /** Milliseconds since 1970. */
  readonly generated: number
  /** Names of the logs. */
  readonly sources: readonly string[]
  /** What was asked for, such as `domain dest.example`; empty when everything was. */
  readonly filters: readonly string[]
  /** Whether the log is still read. */
  readonly live: boolean
  readonly overview: Overview
  /** Upper bounds of the histograms, in seconds. */
  readonly delayBounds: readonly number[]
  /** What the categories in the overview mean, by name. */
  readonly categories: Readonly<Record<string, CategoryText>>
  /** What the codes in the overview mean, by code. */
  readonly codes: Readonly<Record<string, string>>
}

/** What a category means and what to do. */
export interface CategoryText {
  readonly summary: string
  readonly advice: string
}

// Of one text of others.
const longest = 600

/** Takes the control characters out of every text, and cuts what is too long to be read. */
export function printableData(data: ReportData): ReportData {
  return printableValue(data) as ReportData
}

function printableValue(value: unknown): unknown {
  if (typeof value === 'string') return printable(value, longest)
  if (Array.isArray(value)) return value.map(printableValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [printable(key, longest), printableValue(inner)]),
  )
}
