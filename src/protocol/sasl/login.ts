import { requireObject } from '../arguments.ts'
import { revealed } from '../secret.ts'
import { type Auth, requireHost, requirePrivacy, unusable } from './auth.ts'
import { type Credentials, checkCredentials } from './credentials.ts'
import { PrivateExchange } from './exchange.ts'

/**
 * Makes the LOGIN mechanism, which some servers offer in place of PLAIN: user name, then password, whatever the
 * prompts say. The password goes over TLS or to this machine only.
 *
 * @throws SmtpError as {@link plainAuth} does.
 * @example
 * const auth = loginAuth({ username: 'ann', password: 'secret' })
 */
export function loginAuth(credentials: Credentials): Auth {
  const { username, password: given, host } = requireObject('credentials', credentials, 'auth')
  const password = revealed(given)
  checkCredentials({ username, password })
  return {
    mechanism: 'LOGIN',
    start(server) {
      requirePrivacy(server, 'LOGIN')
      requireHost(server, host)
      const answers = [username, password]
      return new PrivateExchange({
        secrets: [password],
        respond() {
          const answer = answers.shift()
          if (answer === undefined) throw unusable('LOGIN has no third challenge')
          return new TextEncoder().encode(answer)
        },
      })
    },
  }
}
