import { argumentError, SmtpError } from '../errors.ts'
import { printable } from '../printable.ts'
import { type Auth, isPrivate, requireHost, requirePrivacy, type ServerInfo } from './auth.ts'
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
  /** Whether the server offers it. */
  offeredBy(server: ServerInfo): boolean
  /** Whether a connection that others can read rules it out. */
  readonly needsPrivacy: boolean
}

/** Makes `autoAuth` out of what a runtime has. */
export function autoWith(runtime: AutoRuntime = {}): (credentials: AutoCredentials) => Auth {
  return (credentials) => {
    const candidates = 'password' in credentials ? byPassword(credentials, runtime) : byToken(credentials)
    const choose = (server: ServerInfo): Auth => {
      requireHost(server, credentials.host)
      const shared = candidates.filter(({ offeredBy }) => offeredBy(server))
      const usable = shared.find(({ needsPrivacy }) => isPrivate(server) || !needsPrivacy)
      if (usable !== undefined) return usable.auth.choose?.(server) ?? usable.auth
      if (shared[0] !== undefined) requirePrivacy(server, shared[0].auth.mechanism)
      throw nothingShared(server, candidates)
    }
    return { mechanism: 'AUTO', choose, start: (server) => choose(server).start(server) }
  }
}

/**
 * Ranks the ways to use a password: those that prove the server, too, before those that tell it the password, and
 * CRAM-MD5 last: it proves nothing, and who listens can try passwords at leisure.
 */
function byPassword(credentials: Credentials, runtime: AutoRuntime): readonly Candidate[] {
  const { hmacMd5 } = runtime
  return [
    { auth: scramWith(runtime)(credentials), offeredBy: offersScram, needsPrivacy: false },
    candidate(plainAuth(credentials)),
    candidate(loginAuth(credentials)),
    ...(hmacMd5 === undefined ? [] : [candidate(cramMd5With(hmacMd5)(credentials))]),
  ]
}

function byToken(credentials: TokenCredentials): readonly Candidate[] {
  if (credentials.accessToken === undefined) {
    throw argumentError('password', 'neither password nor accessToken is given', { phase: 'auth' })
  }
  return [candidate(oauthBearerAuth(credentials)), candidate(xoauth2Auth(credentials))]
}

function candidate(auth: Auth): Candidate {
  return { auth, offeredBy: ({ mechanisms }) => mechanisms.includes(auth.mechanism), needsPrivacy: true }
}

function offersScram({ mechanisms }: ServerInfo): boolean {
  return mechanisms.some((name) => /^SCRAM-SHA-(?:1|256|512)$/.test(name))
}

function nothingShared({ mechanisms }: ServerInfo, candidates: readonly Candidate[]): SmtpError<'not-offered'> {
  const ours = candidates.map(({ auth }) => auth.mechanism).join(' ')
  const theirs = mechanisms.length === 0 ? 'nothing' : printable(mechanisms.join(' '), 128)
  const message = `no mechanism in common: the server offers ${theirs}, these credentials are good for ${ours}`
  return new SmtpError('not-offered', message, { phase: 'auth', extension: 'AUTH' })
}
