import { match } from '../grammar/path.ts'
import { argumentError } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'

/** A host with a port. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

// RFC 6335 service names: RFC 5321, RFC 6409, RFC 8314.
const services: ReadonlyMap<string, number> = new Map([
  ['smtp', 25],
  ['submission', 587],
  ['submissions', 465],
])

/** The port on which TLS begins with the first byte (RFC 8314 section 3.3). */
export const implicitTlsPort = 465

/**
 * Reads `host:port`, where the port is a number, `smtp`, `submission` or `submissions`; IPv6 stands in brackets.
 *
 * @throws SmtpError `invalid-argument`.
 * @example
 * parseAddress('[2001:db8::1]:submission') // { host: '2001:db8::1', port: 587 }
 */
export function parseAddress(address: string): HostPort {
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
  if (typeof host !== 'string' || !isHost(host)) {
    throw argumentError(argument ?? 'host', `not a host name or address: ${printable(String(host), 128)}`)
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw argumentError(argument ?? 'port', 'not a port number, smtp, submission or submissions')
  return { host, port }
}

function isHost(host: string): boolean {
  return (
    match(host, 'Domain') !== undefined ||
    match(`[${host}]`, 'AddressLiteral')?.kind === 'ipv4' ||
    match(`[IPv6:${host}]`, 'AddressLiteral')?.kind === 'ipv6'
  )
}
