import { isIP } from 'node:net'
import type { ConnectionOptions, PeerCertificate as NodeCertificate, TLSSocket } from 'node:tls'
import type { ChannelBindingType } from '../../protocol/sasl/auth.ts'
import type { PeerCertificate, TlsOptions, TlsState } from '../../stream/socket.ts'
import { channelBindingOf } from './channel-binding.ts'

/** Puts our options into Node's; the certificate is checked for `servername`, an address included. */
export function tlsOptionsFor(host: string, options: TlsOptions): ConnectionOptions {
  const { servername = host, rejectUnauthorized = true, minVersion = 'TLSv1.2', ca, cert, key } = options
  return {
    host: servername,
    // RFC 6066 section 3: an address is no server name, but the certificate is still checked for it.
    servername: isIP(servername) === 0 ? servername : '',
    rejectUnauthorized,
    minVersion,
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

/** Reads what TLS has agreed on. */
export function tlsStateOf(socket: TLSSocket): TlsState {
  const { authorized, authorizationError } = socket
  const certificate = socket.getPeerCertificate()
  return Object.freeze({
    protocol: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher()?.standardName,
    authorized,
    authorizationError: authorized ? undefined : String(authorizationError ?? 'unknown'),
    peerCertificate: Object.keys(certificate).length === 0 ? undefined : certificateOf(certificate),
    channelBinding: (type: ChannelBindingType) => channelBindingOf(socket, certificate.raw, type),
  })
}

function certificateOf(certificate: NodeCertificate): PeerCertificate {
  const { subject, issuer, subjectaltname = '', valid_to, fingerprint256 } = certificate
  return Object.freeze({
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    subjectAltName: subjectaltname,
    validTo: new Date(valid_to),
    fingerprint256,
  })
}

function nameOf(name: NodeCertificate['subject']): string {
  return Object.entries(name)
    .map(([type, value]) => `${type}=${value}`)
    .join(', ')
}
