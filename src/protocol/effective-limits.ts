import type { Capabilities } from './capabilities.ts'

/** Bounds that a server has announced; `Infinity` where it has not. */
export interface EffectiveLimits {
  /** Octets in one message (RFC 1870). */
  readonly messageSize: number
  /** Recipients in one transaction (RFC 9422). */
  readonly recipients: number
  /** Domains among the recipients of one transaction (RFC 9422). */
  readonly recipientDomains: number
  /** Transactions in one session (RFC 9422). */
  readonly transactions: number
}

/**
 * Reads what a server bounds out of SIZE and LIMITS.
 *
 * @example
 * const capabilities = parseCapabilities(parseReply('250-mx.example\r\n250-SIZE 1000\r\n250 LIMITS RCPTMAX=20\r\n'))
 * effectiveLimits(capabilities).recipients // 20
 * effectiveLimits(capabilities).transactions === Infinity // true
 * @see RFC 9422 section 3
 */
export function effectiveLimits(capabilities: Capabilities): EffectiveLimits {
  const { rcptmax, rcptdomainmax, mailmax } = capabilities.get('LIMITS') ?? {}
  return {
    messageSize: capabilities.get('SIZE')?.limit ?? Number.POSITIVE_INFINITY,
    recipients: rcptmax ?? Number.POSITIVE_INFINITY,
    recipientDomains: rcptdomainmax ?? Number.POSITIVE_INFINITY,
    transactions: mailmax ?? Number.POSITIVE_INFINITY,
  }
}
