/** What a server tells of a refusal in the words of the mechanism. */
export interface SaslRefusalInit {
  /** SCRAM's `e=`, such as `invalid-proof`, or the `status` of OAuth, such as `invalid_token`. */
  readonly status: string
  /** The OAuth scope that the token would need (RFC 7628 section 3.2.2). */
  readonly scope?: string
  /** Where the server's OpenID configuration is found. */
  readonly openidConfiguration?: string
}

/**
 * Tells why a server refused, where the mechanism lets it say more than the reply does; the `cause` of `auth-failed`.
 *
 * All of it is text of the server: print it through `printable`.
 *
 * @see RFC 5802 section 7, RFC 7628 section 3.2.2
 */
export class SaslRefusal extends Error implements SaslRefusalInit {
  override readonly name = 'SaslRefusal'
  readonly status: string
  readonly scope?: string
  readonly openidConfiguration?: string

  constructor(message: string, { status, scope, openidConfiguration }: SaslRefusalInit) {
    super(message)
    this.status = status
    if (scope !== undefined) this.scope = scope
    if (openidConfiguration !== undefined) this.openidConfiguration = openidConfiguration
  }
}
