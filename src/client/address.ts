import { match } from '../grammar/path.ts'
import { requireText } from '../protocol/arguments.ts'
import { argumentError } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'

/** A host with a port, or the path of a Unix socket, whose port is 0. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

// RFC 6335 service names: RFC 5321, RFC 6409, RFC 8314. LMTP has none; 24 is what its servers listen on.
const services: ReadonlyMap<string, number> = new Map([
  ['smtp', 25],
  ['submission', 587],
  ['submissions', 465],
  ['lmtp', 24],
])

/** The port on which TLS begins with the first byte (RFC 8314 section 3.3). */
export const implicitTlsPort = 465

// What `sun_path` has room for on every system, without the NUL at its end.
const longestPath = 103

/**
 * Reads `host:port`, where the port is a number, `smtp`, `submission`, `submissions` or `lmtp`; IPv6 stands in brackets.
 * What begins with `/` is the path of a Unix socket.
 *
 * @throws SmtpError `invalid-argument`.
 * @example
 * parseAddress('[2001:db8::1]:submission') // { host: '2001:db8::1', port: 587 }
 */
export function parseAddress(address: string): HostPort {
  requireText('addr', address)
  if (isPath(address)) return checkHostPort({ host: address, port: 0 }, 'addr')
  const [, bracketed, plain, service = ''] = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(address) ?? []
  const host = bracketed ?? plain
  if (host === undefined) throw argumentError('addr', `not host:port: ${printable(address, 128)}`)
  return checkHostPort(
    { host, port: services.get(service) ?? (/^\d{1,5}$/.test(service) ? Number(service) : Number.NaN) },
    'addr',
  )
}

/** Checks a host and a port that a caller gave. */
export function checkHostPort({ host, port }: HostPort, argument?: string): HostPort {
  if (isPath(host)) return checkPath(host, argument ?? 'host')
  if (typeof host !== 'string' || !isHost(host)) {
    throw argumentError(argument ?? 'host', `not a host name or address: ${printable(String(host), 128)}`)
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw argumentError(argument ?? 'port', 'not a port number, smtp, submission, submissions or lmtp')
  return { host, port }
}

/** Writes where a socket leads to, for people. */
export function nameOf({ host, port }: HostPort): string {
  return isPath(host) ? host : `${host}:${port}`
}

/** Tells whether a host is the path of a Unix socket. */
export function isPath(host: unknown): host is string {
  return typeof host === 'string' && host.startsWith('/')
}

function checkPath(path: string, argument: string): HostPort {
  // A longer one would be cut, and lead to another socket.
  const fits = new TextEncoder().encode(path).length <= longestPath
  if (!fits || path.includes('\0')) throw argumentError(argument, `not a path: ${printable(path, 128)}`)
  return { host: path, port: 0 }
}

function isHost(host: string): boolean {
  return (
    match(host, 'Domain') !== undefined ||
    match(`[${host}]`, 'AddressLiteral')?.kind === 'ipv4' ||
    match(`[IPv6:${host}]`, 'AddressLiteral')?.kind === 'ipv6'
  )
}
