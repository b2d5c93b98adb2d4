import { requireObject } from '../arguments.ts'
import { type Auth, requireHost, unusable } from './auth.ts'
import { checkCredentials } from './credentials.ts'

/** Settings of {@link externalAuth}. */
export interface ExternalCredentials {
  /** The identity to act as; the one that the server reads from the certificate unless given. */
  readonly identity?: string
  /** The only host these are for; any other is refused. */
  readonly host?: string
}

/**
 * Makes the EXTERNAL mechanism: the server knows the client already, by the certificate of `tls` or because
 * both are on one machine.
 *
 * @throws SmtpError `invalid-argument` for a NUL in a field; when it runs, `auth-unusable` for another host than `host`.
 * @example
 * const options = { host: 'mx.example', tls: { cert: 'PEM', key: 'PEM' }, auth: externalAuth() }
 * @see RFC 4422 appendix A
 */
export function externalAuth(credentials: ExternalCredentials = {}): Auth {
  const { identity = '', host } = requireObject('credentials', credentials, 'auth')
  checkCredentials({ identity })
  return {
    mechanism: 'EXTERNAL',
    start(server) {
      requireHost(server, host)
      return {
        initialResponse: new TextEncoder().encode(identity),
        respond() {
          throw unusable('EXTERNAL has no second challenge')
        },
      }
    },
  }
}
