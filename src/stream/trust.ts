import type { TlsOptions, TlsState } from './socket.ts'

/** Tells whether TLS leads to the server that was meant: its certificate verified, or is one that was pinned. */
export function isTrusted(tls: TlsState | undefined): boolean {
  return tls !== undefined && (tls.authorized || tls.pinned === true)
}

/**
 * Tells what is wrong with the TLS that an adapter brought, by what it was asked for; undefined when nothing is.
 *
 * The adapter has refused a bad certificate already. One that does not know an option must not pass for one that does.
 */
export function distrust(
  tls: TlsState | undefined,
  { pins, rejectUnauthorized = true }: TlsOptions,
): string | undefined {
  if (tls === undefined) return 'the connection has no TLS'
  if (pins !== undefined) return tls.pinned === true ? undefined : 'the certificate is none of those pinned'
  if (!rejectUnauthorized || tls.authorized) return undefined
  return `the certificate was not accepted: ${tls.authorizationError ?? 'not verified'}`
}
