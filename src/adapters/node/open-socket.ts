import { connect as connectTcp, type NetConnectOpts, type Socket as TcpSocket } from 'node:net'
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
    onread: {
      buffer: inlet,
      callback: (octets) => {
        tcp.emit('data', Buffer.from(inlet.subarray(0, octets)))
        return true
      },
    },
  }
  const tcp: TcpSocket = connectTcp(buffering)
  // Whoever subscribes first gets the first octet.
  tcp.pause()
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

// What is read waits here for no longer than it takes to copy it, so that one serves all sockets. Without it Node allocates
// as much for every chunk, however short.
const inlet = Buffer.allocUnsafe(64 * 1024)
