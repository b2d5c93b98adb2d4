import { usageError } from '../failure.ts'

const unitsAgo: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/**
 * Reads a point in time: a date or date and time of ISO 8601, in the zone of this machine unless it names one, or how
 * long ago it was, such as `90m`, `24h`, `7d`. Gives milliseconds since 1970.
 */
export function timeOf(flag: string, value: string, now: number): number {
  const [, amount, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(value) ?? []
  if (amount !== undefined) return now - Number(amount) * (unitsAgo[unit] ?? 0)
  const [, date, time] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?))?$/.exec(value) ?? []
  const milliseconds = date === undefined ? Number.NaN : Date.parse(`${date}T${time ?? '00:00'}`)
  if (Number.isNaN(milliseconds)) {
    throw usageError(
      `--${flag}: neither a time like 2026-03-04 or 2026-03-04T12:00 nor an age like 90m, 24h, 7d: ${value}`,
    )
  }
  return milliseconds
}
