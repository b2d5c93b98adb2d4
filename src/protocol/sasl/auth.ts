import { SmtpError } from '../errors.ts'
import type { SaslRefusalInit } from './refusal.ts'

/** What a mechanism may know about the server before it sends anything. */
export interface ServerInfo {
  /** The host name that the caller gave, never one that the server gave itself. */
  readonly host: string
  /** Whether the conversation runs over TLS. */
  readonly tls: boolean
  /** Whether the peer's address is on this machine. */
  readonly loopback: boolean
  /**
   * Whether the peer may be shown a secret: over TLS whose certificate was verified or pinned, on this machine, or where
   * the caller allows it all the same. Unless given, TLS or this machine is enough.
   */
  readonly secure?: boolean
  /** Mechanisms that the server offers, in upper case. */
  readonly mechanisms: readonly string[]
  /** What only the two ends of this TLS connection can both know; undefined where the runtime cannot tell. */
  channelBinding?(type: ChannelBindingType): Uint8Array | undefined
}

/**
 * Ways to tie an authentication to its TLS connection: `tls-exporter` (RFC 9266), keys of the connection itself;
 * `tls-server-end-point` (RFC 5929), the server's certificate.
 */
export type ChannelBindingType = 'tls-exporter' | 'tls-server-end-point'

/**
 * A SASL mechanism with its credentials (RFC 4954, RFC 4422). Write one to bring a mechanism of your own.
 *
 * @example
 * const external: Auth = {
 *   mechanism: 'EXTERNAL',
 *   start: () => ({ initialResponse: new Uint8Array(), respond: () => new Uint8Array() }),
 * }
 */
export interface Auth {
  /** The name in the AUTH command and in the server's EHLO reply. */
  readonly mechanism: string
  /**
   * Chooses a mechanism by what the server offers; what it returns is used in place of this one.
   *
   * What it throws ends the authentication before anything is written.
   */
  choose?(server: ServerInfo): Auth
  /**
   * Begins one exchange, with state of its own: one `Auth` may serve many connections.
   *
   * May be asynchronous. What it throws ends the authentication before anything is written.
   */
  start(server: ServerInfo): SaslExchange | Promise<SaslExchange>
}

/** One authentication under way. */
export interface SaslExchange {
  /** Octets to send along with the AUTH command; undefined for a mechanism in which the server speaks first. */
  readonly initialResponse?: Uint8Array | undefined
  /** What must not appear in transcripts and errors, beside the responses themselves; read before each of them. */
  readonly secrets?: readonly string[]
  /** Why the server refuses, once it has told in the mechanism's own words: the `cause` of `auth-failed`. */
  readonly refusal?: SaslRefusalInit | undefined
  /** Answers a challenge. What it throws cancels the authentication. */
  respond(challenge: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** Is called when the server says that all is well; a mechanism with mutual authentication throws if it is not. */
  finish?(): void | Promise<void>
}

/** Tells whether nobody but the server that is meant can read what is sent, or the caller does not mind. */
export function isPrivate({ tls, loopback, secure = tls || loopback }: ServerInfo): boolean {
  return secure
}

/** Refuses to send a secret that others could read. */
export function requirePrivacy(server: ServerInfo, mechanism: string): void {
  if (isPrivate(server)) return
  const what = server.tls ? 'the certificate is not verified' : 'unencrypted connection'
  throw unusable(`${what}: ${mechanism} would show the password to anyone on the way to ${server.host}`)
}

/** Refuses to send a secret to another host than the one it is for. */
export function requireHost(server: ServerInfo, host: string | undefined): void {
  if (host === undefined || host === server.host) return
  throw unusable(`wrong host name: the credentials are for ${host}, the connection is to ${server.host}`)
}

/** Builds the error with which a mechanism declines. */
export function unusable(message: string, cause?: unknown): SmtpError<'auth-unusable'> {
  return new SmtpError('auth-unusable', message, { phase: 'auth', cause })
}
