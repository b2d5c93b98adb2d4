import { createHash, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import {
  type ConnectionOptions,
  checkServerIdentity,
  type PeerCertificate as NodeCertificate,
  type TLSSocket,
} from 'node:tls'
import { pinOf } from '../../protocol/pin.ts'
import type { ChannelBindingType } from '../../protocol/sasl/auth.ts'
import { revealed } from '../../protocol/secret.ts'
import type { PeerCertificate, TlsOptions, TlsState } from '../../stream/socket.ts'
import { channelBindingOf } from './channel-binding.ts'
import { certificateOf as peerCertificateOf } from './resumption.ts'

/** Puts our options into Node's; the certificate is checked for `servername`, an address included. */
export function tlsOptionsFor(host: string, options: TlsOptions): ConnectionOptions {
  const { servername = host, rejectUnauthorized = true, pins, minVersion = 'TLSv1.2', ca, cert, key } = options
  return {
    host: servername,
    // RFC 6066 section 3: an address is no server name, but the certificate is still checked for it.
    servername: isIP(servername) === 0 ? servername : '',
    // Pins are compared when the handshake is over, and before anything is written.
    rejectUnauthorized: rejectUnauthorized && pins === undefined,
    checkServerIdentity: checkIdentity,
    minVersion,
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key: revealed(key) }),
  }
}

/** RFC 9525 section 2: the name is in subjectAltName or nowhere; a common name is none. */
function checkIdentity(name: string, certificate: NodeCertificate): Error | undefined {
  // Node 22.23 looks for an IPv6 address among the host names.
  if (isIP(name) === 6 && new X509Certificate(certificate.raw).checkIP(name) !== undefined) return undefined
  const { CN: _, ...subject } = certificate.subject ?? {}
  return checkServerIdentity(name, { ...certificate, subject } as NodeCertificate)
}

/** Reads what TLS has agreed on; `pins` are those that were given. */
export function tlsStateOf(socket: TLSSocket, pins?: readonly string[]): TlsState {
  const { authorized, authorizationError } = socket
  const certificate = peerCertificateOf(socket)
  const publicKey = publicKeyHash(certificate.raw)
  return Object.freeze({
    protocol: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher()?.standardName,
    authorized,
    authorizationError: authorized ? undefined : String(authorizationError ?? 'unknown'),
    ...(pins && { pinned: isPinned(pins, [certificate.fingerprint256, publicKey]) }),
    peerCertificate: Object.keys(certificate).length === 0 ? undefined : certificateOf(certificate, publicKey),
    channelBinding: (type: ChannelBindingType) => channelBindingOf(socket, certificate.raw, type),
  })
}

function isPinned(pins: readonly string[], hashes: readonly (string | undefined)[]): boolean {
  const known = hashes.map((hash) => hash && pinOf(hash))
  return pins.map(pinOf).some((pin) => pin !== undefined && known.includes(pin))
}

/** Computes what does not change when a certificate is renewed for the same key. */
function publicKeyHash(certificate: Uint8Array | undefined): string {
  if (certificate === undefined) return ''
  const octets = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
  const digits = createHash('sha256').update(octets).digest('hex').toUpperCase()
  return digits.match(/../g)?.join(':') ?? ''
}

function certificateOf(certificate: NodeCertificate, publicKeyFingerprint256: string): PeerCertificate {
  const { subject, issuer, subjectaltname = '', valid_to, fingerprint256 } = certificate
  return Object.freeze({
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    subjectAltName: subjectaltname,
    validTo: new Date(valid_to),
    fingerprint256,
    publicKeyFingerprint256,
  })
}

function nameOf(name: NodeCertificate['subject']): string {
  return Object.entries(name)
    .map(([type, value]) => `${type}=${value}`)
    .join(', ')
}
