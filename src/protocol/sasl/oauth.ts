import { requireObject } from '../arguments.ts'
import { argumentError } from '../errors.ts'
import { nothing } from '../octets.ts'
import { revealed, type Secret } from '../secret.ts'
import { type Auth, requireHost, requirePrivacy, type SaslExchange, type ServerInfo, unusable } from './auth.ts'
import { checkCredentials } from './credentials.ts'
import type { SaslRefusalInit } from './refusal.ts'
import { saslname } from './scram-messages.ts'

/** A user name with an OAuth 2.0 access token. */
export interface TokenCredentials {
  readonly username: string
  /** The token, or a function that is asked for one each time somebody logs in. */
  readonly accessToken: string | Secret | (() => string | Secret | Promise<string | Secret>)
  /** The only host these are for; any other is refused. */
  readonly host?: string
}

/**
 * Makes the OAUTHBEARER mechanism: an OAuth 2.0 access token goes over TLS or to this machine only. Why a token was
 * refused is in the error's `cause`, a {@link SaslRefusal}.
 *
 * @throws SmtpError `invalid-argument` for a control character in a field; when it runs, `auth-unusable` on a
 *   connection that others can read or to another host than `host`.
 * @example
 * const auth = oauthBearerAuth({ username: 'ann@mx.example', accessToken: async () => 'token' })
 * @see RFC 7628
 */
export function oauthBearerAuth(credentials: TokenCredentials): Auth {
  return tokenAuth('OAUTHBEARER', credentials, Uint8Array.of(1), (token, { host }) => {
    const gs2Header = `n,a=${saslname(credentials.username)},`
    return `${gs2Header}\x01host=${host}\x01auth=Bearer ${token}\x01\x01`
  })
}

/**
 * Makes the XOAUTH2 mechanism, which came before OAUTHBEARER and is what some large providers offer.
 *
 * @throws SmtpError as {@link oauthBearerAuth} does.
 * @example
 * const auth = xoauth2Auth({ username: 'ann@mx.example', accessToken: async () => 'token' })
 */
export function xoauth2Auth(credentials: TokenCredentials): Auth {
  return tokenAuth('XOAUTH2', credentials, nothing, (token) => {
    return `user=${credentials.username}\x01auth=Bearer ${token}\x01\x01`
  })
}

/** Makes either mechanism; they differ in how they write the token, and in how they accept a refusal. */
function tokenAuth(
  mechanism: string,
  credentials: TokenCredentials,
  acceptance: Uint8Array,
  write: (token: string, server: ServerInfo) => string,
): Auth {
  const { username, accessToken, host } = requireObject('credentials', credentials, 'auth')
  checkCredentials({ username })
  // U+0001 separates the fields of both.
  if (username.includes('\x01')) throw argumentError('username', 'has a control character', { phase: 'auth' })
  return {
    mechanism,
    async start(server) {
      requirePrivacy(server, mechanism)
      requireHost(server, host)
      const token = revealed(typeof accessToken === 'function' ? await accessToken() : accessToken)
      // RFC 6750 section 2.1; the message does not repeat the token.
      if (typeof token !== 'string' || !/^[!-~]+$/.test(token))
        throw argumentError('accessToken', 'not a bearer token', { phase: 'auth' })
      return new TokenExchange(mechanism, token, new TextEncoder().encode(write(token, server)), acceptance)
    },
  }
}

/** One exchange: the token goes out; a challenge can only be the reason of a refusal (RFC 7628 section 3.2.3). */
class TokenExchange implements SaslExchange {
  readonly #initialResponse: Uint8Array
  readonly #token: string
  readonly #mechanism: string
  readonly #acceptance: Uint8Array
  #refusal: SaslRefusalInit | undefined

  constructor(mechanism: string, token: string, initialResponse: Uint8Array, acceptance: Uint8Array) {
    this.#mechanism = mechanism
    this.#acceptance = acceptance
    this.#initialResponse = initialResponse
    this.#token = token
  }

  get initialResponse(): Uint8Array {
    return this.#initialResponse
  }

  get secrets(): readonly string[] {
    return [this.#token]
  }

  get refusal(): SaslRefusalInit | undefined {
    return this.#refusal
  }

  respond(challenge: Uint8Array): Uint8Array {
    if (this.#refusal !== undefined) throw unusable(`${this.#mechanism} has no third challenge`)
    this.#refusal = parseRefusal(challenge)
    return this.#acceptance
  }

  finish(): void {
    if (this.#refusal !== undefined) throw unusable(`${this.#mechanism}: the server refuses and accepts`)
  }
}

/** Reads the server's error; one that is no JSON object is a refusal without a reason. */
function parseRefusal(challenge: Uint8Array): SaslRefusalInit {
  const { status, scope, 'openid-configuration': configuration } = objectIn(new TextDecoder().decode(challenge))
  return {
    status: typeof status === 'string' ? status : 'unknown',
    ...(typeof scope === 'string' && { scope }),
    ...(typeof configuration === 'string' && { openidConfiguration: configuration }),
  }
}

function objectIn(json: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
