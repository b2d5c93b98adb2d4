import { argumentError } from './errors.ts'
import { type Limits, limits } from './limits.ts'
import { printable } from './printable.ts'

/**
 * Completes the limits that a caller gave.
 *
 * @throws SmtpError `invalid-argument` for a limit that there is not, and for what is no number above 0.
 */
export function checkLimits(given?: Partial<Limits>): Limits {
  if (given === undefined) return limits
  for (const [name, most] of Object.entries(given)) {
    const argument = `limits.${printable(name, 64)}`
    if (!Object.hasOwn(limits, name)) throw argumentError(argument, 'no limit')
    if (!(typeof most === 'number' && most > 0)) throw argumentError(argument, 'not a number above 0')
  }
  return { ...limits, ...given }
}
