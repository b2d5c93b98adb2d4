/** How much TLS a session needs: one option for `connect`, `dial` and `sendMail`. */
import { argumentError, type SmtpError } from '../protocol/errors.ts'
import { asciiDomain } from '../protocol/idn.ts'
import { pinOf } from '../protocol/pin.ts'
import { printable } from '../protocol/printable.ts'
import type { SocketOptions, TlsOptions } from '../stream/socket.ts'
import { implicitTlsPort, isPath } from './address.ts'

/**
 * How much TLS is needed: `verified`, TLS with the right certificate or nothing is sent; `opportunistic`, TLS where the
 * server offers it, then with the right certificate too, and plaintext where it does not; `none`, never.
 */
export type TlsLevel = 'verified' | 'opportunistic' | 'none'

/** A {@link TlsLevel} with how to reach it. */
export interface TlsPolicy extends TlsOptions {
  /** The level; where it is not given, what the function does that the policy is for. */
  readonly level?: TlsLevel
  /** Whether TLS begins with the first byte; true on port 465 unless given, and unless the level is `none`. */
  readonly implicit?: boolean
}

/** A policy that was checked. */
export interface CheckedTls {
  /** Undefined leaves it to `startTls()`. */
  readonly level: TlsLevel | undefined
  /** Whether nobody has named the level: a server on this machine that offers no TLS is then trusted without. */
  readonly byDefault: boolean
  readonly begins: SocketOptions['tls']
  /** With the name to verify in the form that certificates have. */
  readonly options: TlsOptions & { readonly servername: string }
}

/** What {@link checkTls} looks at. */
export interface TlsTarget {
  readonly host: string
  readonly port: number
  readonly tls?: TlsLevel | TlsPolicy | undefined
}

/**
 * Checks a policy; `fallback` is the level where none is given.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function checkTls({ host, port, tls = {} }: TlsTarget, fallback?: TlsLevel): CheckedTls {
  const policy: TlsPolicy = typeof tls === 'string' ? { level: tls } : tls
  if (typeof policy !== 'object' || policy === null) throw wrong('tls', levels)
  const { level: given, implicit: begun, ...options } = policy
  const level = given ?? fallback
  if (level !== undefined && !['verified', 'opportunistic', 'none'].includes(level)) throw wrong('tls', levels)
  const implicit = begun ?? (port === implicitTlsPort && level !== 'none')
  if (implicit && level === 'none') throw wrong('tls', 'none, and from the first byte')
  checkOptions(options)
  return {
    level,
    byDefault: given === undefined,
    begins: implicit ? 'implicit' : level === 'none' ? 'none' : 'starttls',
    options: { ...options, servername: verifiableName(options.servername ?? (isPath(host) ? 'localhost' : host)) },
  }
}

/**
 * Checks what may come from JavaScript, or from a file.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function checkOptions({ servername, pins, minVersion, rejectUnauthorized }: TlsOptions): void {
  if (servername !== undefined) verifiableName(servername)
  if (minVersion !== undefined && minVersion !== 'TLSv1.2' && minVersion !== 'TLSv1.3') {
    throw wrong('tls.minVersion', 'not TLSv1.2 or TLSv1.3')
  }
  if (rejectUnauthorized !== undefined && typeof rejectUnauthorized !== 'boolean') {
    throw wrong('tls.rejectUnauthorized', 'not true or false')
  }
  if (pins === undefined) return
  // An empty list must not be taken for none.
  if (!Array.isArray(pins) || pins.length === 0) throw wrong('tls.pins', 'not a list of fingerprints')
  for (const pin of pins) if (pinOf(pin) === undefined) throw wrong('tls.pins', `not a SHA-256: ${shown(pin)}`)
}

/**
 * Returns the name in the form that certificates have and SNI takes: A-labels, and no dot at the end (RFC 6066 section 3).
 *
 * @throws SmtpError `invalid-argument`.
 */
export function verifiableName(name: string): string {
  const ascii = typeof name === 'string' ? asciiDomain(name.replace(/\.$/, '')) : undefined
  if (ascii === undefined || !/^[\w.:%-]+$/.test(ascii)) throw wrong('tls.servername', `not a name: ${shown(name)}`)
  return ascii
}

const levels = 'not verified, opportunistic or none, nor a policy'

function wrong(argument: string, why: string): SmtpError<'invalid-argument'> {
  return argumentError(argument, why, { phase: 'starttls' })
}

function shown(value: unknown): string {
  return printable(String(value), 64)
}
