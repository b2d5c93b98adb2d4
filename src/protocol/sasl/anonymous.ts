import { argumentError } from '../errors.ts'
import { type Auth, unusable } from './auth.ts'
import { checkCredentials } from './credentials.ts'

/**
 * Makes the ANONYMOUS mechanism: no credentials, and a `trace` by which the server may know whom to ask, such as an
 * address; up to 255 characters.
 *
 * @throws SmtpError `invalid-argument`.
 * @example
 * const auth = anonymousAuth('ann@mx.example')
 * @see RFC 4505
 */
export function anonymousAuth(trace = ''): Auth {
  checkCredentials({ trace })
  if ([...trace].length > 255) throw argumentError('trace', 'longer than 255 characters', { phase: 'auth' })
  return {
    mechanism: 'ANONYMOUS',
    start: () => ({
      initialResponse: new TextEncoder().encode(trace),
      respond() {
        throw unusable('ANONYMOUS has no second challenge')
      },
    }),
  }
}
