import { connect as connectTcp, type NetConnectOpts } from 'node:net'
import { SmtpError } from '../../protocol/errors.ts'
import { printable } from '../../protocol/printable.ts'
import type { OpenSocket, Socket, SocketOptions } from '../../stream/socket.ts'
import { NodeSocket, secured } from './node-socket.ts'
import { ready } from './ready.ts'

/**
 * Opens a TCP or TLS connection, or one to a Unix socket, with `node:net` and `node:tls`.
 *
 * @throws SmtpError `connect-failed` or `tls-failed`; the signal's reason when it fires.
 */
export const openSocket: OpenSocket = async (options: SocketOptions): Promise<Socket> => {
  const { host, port, signal, tls, tlsOptions = {} } = options
  signal?.throwIfAborted()
  // More than Node's own 16 KiB may wait: messages that are under way together leave together.
  const buffering: NetConnectOpts & { writableHighWaterMark: number } = {
    ...(host.startsWith('/') ? { path: host } : { host, port }),
    writableHighWaterMark: 256 * 1024,
  }
  const tcp = connectTcp(buffering)
  // A command must not wait for the reply to the one before: RFC 5321 is all small packets.
  tcp.setNoDelay(true)
  await ready(tcp, 'connect', signal)
  if (tls !== 'implicit') return new NodeSocket(tcp, host)
  try {
    return await secured(tcp, host, tlsOptions, signal)
  } catch (cause) {
    if (signal?.aborted) throw cause
    const why = printable(cause instanceof Error ? cause.message : String(cause), 256)
    throw new SmtpError('tls-failed', `TLS handshake: ${why}`, { phase: 'connect', cause })
  }
}
