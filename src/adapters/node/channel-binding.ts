import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ChannelBindingType } from '../../protocol/sasl/auth.ts'
import { signatureHashOf } from './signature-hash.ts'

/** Computes what a connection can be recognised by, at both of its ends and nowhere else. */
export function channelBindingOf(
  socket: TLSSocket,
  certificate: Uint8Array | undefined,
  type: ChannelBindingType,
): Uint8Array | undefined {
  return type === 'tls-exporter' ? exporterOf(socket) : certificate && endPointOf(certificate)
}

/** RFC 9266: before TLS 1.3 it needs the extended master secret, and Node does not tell whether that is in use. */
function exporterOf(socket: TLSSocket): Uint8Array | undefined {
  if (socket.getProtocol() !== 'TLSv1.3') return undefined
  try {
    return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
  } catch {
    // A connection that is closed, or another runtime behind Node's names.
    return undefined
  }
}

/** RFC 5929 section 4.1: the certificate under the hash of its own signature. */
function endPointOf(certificate: Uint8Array): Uint8Array | undefined {
  const hash = signatureHashOf(certificate)
  return hash === undefined ? undefined : createHash(hash).update(certificate).digest()
}
