import type { Observable } from 'rxjs'
import type { ChannelBindingType } from '../protocol/sasl/auth.ts'
import type { Secret } from '../protocol/secret.ts'

/**
 * The port: all that rxsmtp asks of a runtime. An adapter of some ten lines makes one out of whatever its runtime has.
 */
export interface Socket {
  /** Bytes as they arrive, undecoded; completes on a clean close, errors on a broken one. Has one subscriber at a time. */
  readonly bytes$: Observable<Uint8Array>
  /** What TLS has agreed on; undefined on a plain connection. */
  readonly tls: TlsState | undefined
  /** The address of the peer, or the path of a Unix socket; undefined where the runtime does not tell. */
  readonly remoteAddress: string | undefined
  /**
   * Writes bytes; the promise is backpressure: the next write should wait for it. They may be a part of a larger buffer,
   * which must not be transferred.
   */
  write(bytes: Uint8Array): Promise<void> | void
  /** Upgrades to TLS (RFC 3207): the returned socket replaces this one, which is spent. */
  startTls(options: TlsOptions): Promise<Socket>
  /** Sends what is written, then closes. */
  close(): Promise<void>
  /** Drops the connection at once, with whatever is not sent yet. */
  destroy(): void
}

/** What TLS has agreed on. */
export interface TlsState {
  /** Such as `TLSv1.3`. */
  readonly protocol: string | undefined
  /** Such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string | undefined
  /** Whether the certificate was issued by a trusted authority for the name that was asked for. */
  readonly authorized: boolean
  /** Why it was not. */
  readonly authorizationError: string | undefined
  /** Whether the certificate, or its key, is one of {@link TlsOptions.pins}; left out where none were given. */
  readonly pinned?: boolean
  readonly peerCertificate: PeerCertificate | undefined
  /**
   * Returns what this connection can be recognised by at both of its ends, for SCRAM-PLUS; undefined for a kind that
   * it does not have. Left out where the runtime gives no access to it.
   */
  channelBinding?(type: ChannelBindingType): Uint8Array | undefined
}

/** The parts of a server's certificate that people look at. */
export interface PeerCertificate {
  readonly subject: string
  readonly issuer: string
  /** Such as `DNS:mx.example, IP Address:192.0.2.1`. */
  readonly subjectAltName: string
  readonly validTo: Date
  /** SHA-256 of the certificate, in pairs of hexadecimal digits. */
  readonly fingerprint256: string
  /** SHA-256 of its public key (SubjectPublicKeyInfo), in the same form: what survives a renewal. */
  readonly publicKeyFingerprint256: string
}

/** How to make a connection secure. Certificates and keys are in PEM. */
export interface TlsOptions {
  /** The name that is asked for (SNI) and that the certificate must carry; the host that was connected to, unless given. */
  readonly servername?: string
  /** Certificate authorities to trust in place of the system's. */
  readonly ca?: string | readonly string[]
  /**
   * SHA-256 fingerprints of certificates or of their public keys, in hexadecimal digits (colons allowed) or in base64
   * (`sha256/` in front allowed). The server's must be one of them; who issued it, for which name and until when, then
   * does not matter.
   */
  readonly pins?: readonly string[]
  /** Refuses a certificate that does not verify; true unless given. */
  readonly rejectUnauthorized?: boolean
  /** The oldest version to speak; TLSv1.2 unless given. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** The client's own certificate. */
  readonly cert?: string
  /** The key of `cert`. */
  readonly key?: string | Secret
}

/** Where and how to open a {@link Socket}. */
export interface SocketOptions {
  /** A name, an address, or the path of a Unix socket, which begins with `/`. */
  readonly host: string
  /** 0 for a path. */
  readonly port: number
  /** Told in advance because some runtimes must know: no TLS ever, TLS later (STARTTLS), or TLS from the first byte. */
  readonly tls: 'none' | 'starttls' | 'implicit'
  readonly tlsOptions?: TlsOptions
  /** Ends the attempt; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Opens a connection: what each adapter exports. */
export type OpenSocket = (options: SocketOptions) => Promise<Socket>
