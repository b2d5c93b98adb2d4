/** Checks for callers without a compiler: from JavaScript anything may come. */
import { argumentError, type SmtpPhase } from './errors.ts'
import { printable } from './printable.ts'

/**
 * Returns a value that has to be an object.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function requireObject<T extends object>(argument: string, value: T, phase?: SmtpPhase): T {
  if (typeof value === 'object' && value !== null) return value
  throw argumentError(argument, value === undefined ? 'not given' : 'not an object', { ...(phase && { phase }) })
}

/**
 * Returns a value that has to be text.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function requireText(argument: string, value: string, phase?: SmtpPhase): string {
  if (typeof value === 'string') return value
  const why = value === undefined ? 'not given' : `not text: ${printable(String(value), 64)}`
  throw argumentError(argument, why, { ...(phase && { phase }) })
}
