import { argumentError, type SmtpPhase } from './errors.ts'

/**
 * Writes a point in time as a `date-time` of RFC 3339 section 5.6 in UTC, to the second.
 *
 * @throws SmtpError `invalid-argument` for what is no date, or has no year of four digits.
 */
export function timestampOf(date: Date, argument: string, phase: SmtpPhase): string {
  // From JavaScript anything may come.
  if (date instanceof Date && !Number.isNaN(date.getTime())) {
    const text = date.toISOString()
    if (/^\d{4}-/.test(text)) return `${text.slice(0, 19)}Z`
  }
  throw argumentError(argument, 'not a date with a year from 0 to 9999', { phase })
}
