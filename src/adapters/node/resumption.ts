/**
 * What one TLS connection leaves for the next to the same server: its context, so that certificates are not read again,
 * and its session, so that the handshake is shorter (RFC 8446 section 2.2).
 *
 * A session that is resumed is not verified anew. So only one that was verified is kept, and it is found by everything that
 * its verification depended on. Each is used once, as RFC 8446 appendix C.4 advises.
 */
import { createHash } from 'node:crypto'
import {
  type ConnectionOptions,
  createSecureContext,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'

interface Kept {
  readonly context: SecureContext
  readonly sessions: KeptSession[]
}

interface KeptSession {
  readonly session: Buffer
  /** Of the server that it was made with: a connection that resumes it is not shown the certificate again. */
  readonly certificate: PeerCertificate
}

/** What a connection takes over from those before it. */
export interface Resumption {
  readonly secureContext: SecureContext
  readonly session?: Buffer
  /** Keeps what this connection, whose handshake is about to begin, leaves for those behind it. */
  keep(socket: TLSSocket): void
}

const kept = new Map<string, Kept>()
// Servers that are remembered, and sessions of each: a server hands out two at a time.
const mostServers = 100
const mostSessions = 4

/** Finds what there is for a server, which `host` and `port` name, under these options. */
export function resumptionFor(host: string, port: number | undefined, options: ConnectionOptions): Resumption {
  const key = keyOf(host, port, options)
  const { context, sessions } = kept.get(key) ?? { context: createSecureContext(options), sessions: [] }
  kept.delete(key)
  kept.set(key, { context, sessions })
  for (const oldest of kept.keys()) {
    if (kept.size <= mostServers) break
    kept.delete(oldest)
  }
  const resumed = sessions.pop()
  return {
    secureContext: context,
    ...(resumed && { session: resumed.session }),
    keep(socket) {
      if (resumed !== undefined) inherited.set(socket, resumed.certificate)
      // Told when it is known whether the certificate is the right one; with TLS 1.3 at any time after that.
      socket.on('session', (session: Buffer) => {
        if (!socket.authorized) return
        sessions.push({ session, certificate: certificateOf(socket) })
        if (sessions.length > mostSessions) sessions.shift()
      })
    },
  }
}

/** Returns the certificate of the server, which a connection that resumes a session has from the one before. */
export function certificateOf(socket: TLSSocket): PeerCertificate {
  return (socket.isSessionReused() && inherited.get(socket)) || socket.getPeerCertificate()
}

const inherited = new WeakMap<TLSSocket, PeerCertificate>()

/** A hash, since a private key may be among the options. */
function keyOf(host: string, port: number | undefined, options: ConnectionOptions): string {
  const { servername, rejectUnauthorized, minVersion, ca, cert, key } = options
  const all = [host, port, options.host, servername, rejectUnauthorized, minVersion, ca, cert, key]
  return createHash('sha256').update(JSON.stringify(all)).digest('base64')
}
