import { requireObject } from '../arguments.ts'
import { revealed } from '../secret.ts'
import { type Auth, requireHost, requirePrivacy, unusable } from './auth.ts'
import { type Credentials, checkCredentials } from './credentials.ts'
import { PrivateExchange } from './exchange.ts'

/** Credentials for {@link plainAuth}. */
export interface PlainCredentials extends Credentials {
  /** The identity to act as, where it is not the one that authenticates. */
  readonly identity?: string
}

/**
 * Makes the PLAIN mechanism: the password goes over TLS or to this machine only.
 *
 * @throws SmtpError `invalid-argument` for a NUL in a field; when it runs, `auth-unusable` on a connection that others
 *   can read or to another host than `host`.
 * @example
 * const auth = plainAuth({ username: 'ann', password: 'secret', host: 'mx.example' })
 * @see RFC 4616
 */
export function plainAuth(credentials: PlainCredentials): Auth {
  const { username, password: given, identity = '', host } = requireObject('credentials', credentials, 'auth')
  const password = revealed(given)
  checkCredentials({ username, password, identity })
  return {
    mechanism: 'PLAIN',
    start(server) {
      requirePrivacy(server, 'PLAIN')
      requireHost(server, host)
      return new PrivateExchange({
        initialResponse: new TextEncoder().encode(`${identity}\0${username}\0${password}`),
        secrets: [password],
        respond() {
          throw unusable('PLAIN has no second challenge')
        },
      })
    },
  }
}
