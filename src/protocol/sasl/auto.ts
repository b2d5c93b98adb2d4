import { requireObject } from '../arguments.ts'
import { argumentError, SmtpError } from '../errors.ts'
import { printable } from '../printable.ts'
import { type Auth, isPrivate, requirePrivacy, type ServerInfo } from './auth.ts'
import { cramMd5With, type HmacMd5 } from './cram-md5.ts'
import type { Credentials } from './credentials.ts'
import { loginAuth } from './login.ts'
import { oauthBearerAuth, type TokenCredentials, xoauth2Auth } from './oauth.ts'
import { plainAuth } from './plain.ts'
import { type ScramRuntime, scramWith } from './scram.ts'

/** A user name with either a password or an access token. */
export type AutoCredentials = Credentials | TokenCredentials

/** What {@link autoWith} takes from the runtime. */
export interface AutoRuntime extends ScramRuntime {
  /** Needed for CRAM-MD5. */
  readonly hmacMd5?: HmacMd5
}

/** A mechanism that may be chosen. */
interface Candidate {
  readonly auth: Auth
  /** Whether a connection that others can read rules it out. */
  readonly needsPrivacy: boolean
}

/**
 * Makes `autoAuth` out of what a runtime has; without HMAC-MD5 it never chooses CRAM-MD5.
 *
 * @example
 * const auto = autoWith()
 * const server = { host: 'mx.example', tls: true, loopback: false, mechanisms: ['LOGIN', 'PLAIN'] }
 * auto({ username: 'ann', password: 'secret' }).choose?.(server).mechanism // 'PLAIN'
 */
export function autoWith(runtime: AutoRuntime = {}): (credentials: AutoCredentials) => Auth {
  return (credentials) => {
    const candidates = candidatesFor(requireObject('credentials', credentials, 'auth'), runtime)
    const choose = (server: ServerInfo): Auth => {
      const shared = candidates
        .map(({ auth, needsPrivacy }) => ({ auth: auth.choose?.(server) ?? auth, needsPrivacy }))
        .filter(({ auth }) => server.mechanisms.includes(auth.mechanism))
      const usable = shared.find(({ needsPrivacy }) => isPrivate(server) || !needsPrivacy)
      if (usable !== undefined) return usable.auth
      if (shared[0] !== undefined) requirePrivacy(server, shared[0].auth.mechanism)
      throw nothingShared(server, candidates)
    }
    return { mechanism: 'AUTO', choose, start: (server) => choose(server).start(server) }
  }
}

function candidatesFor(credentials: AutoCredentials, runtime: AutoRuntime): readonly Candidate[] {
  const hasPassword = 'password' in credentials
  const hasToken = 'accessToken' in credentials
  if (hasPassword === hasToken) {
    throw argumentError('password', 'one of password and accessToken is needed, and only one', { phase: 'auth' })
  }
  return hasPassword ? byPassword(credentials, runtime) : byToken(credentials)
}

/**
 * Ranks the ways to use a password: SCRAM, which proves the server, too, before those that tell it the password;
 * CRAM-MD5 last, because it proves nothing and who listens can try passwords at leisure.
 */
function byPassword(credentials: Credentials, runtime: AutoRuntime): readonly Candidate[] {
  const { hmacMd5 } = runtime
  return [
    { auth: scramWith(runtime)(credentials), needsPrivacy: false },
    { auth: plainAuth(credentials), needsPrivacy: true },
    { auth: loginAuth(credentials), needsPrivacy: true },
    ...(hmacMd5 === undefined ? [] : [{ auth: cramMd5With(hmacMd5)(credentials), needsPrivacy: true }]),
  ]
}

function byToken(credentials: TokenCredentials): readonly Candidate[] {
  return [
    { auth: oauthBearerAuth(credentials), needsPrivacy: true },
    { auth: xoauth2Auth(credentials), needsPrivacy: true },
  ]
}

function nothingShared({ mechanisms }: ServerInfo, candidates: readonly Candidate[]): SmtpError<'not-offered'> {
  const ours = candidates.map(({ auth }) => auth.mechanism).join(' ')
  const theirs = mechanisms.length === 0 ? 'none' : printable(mechanisms.join(' '), 128)
  const message = `no mechanism in common: the server offers ${theirs}, the credentials are good for ${ours}`
  return new SmtpError('not-offered', message, { phase: 'auth', extension: 'AUTH' })
}
