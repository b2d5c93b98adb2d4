import type { Socket as TcpSocket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { Observable } from 'rxjs'
import type { Socket, TlsOptions, TlsState } from '../../stream/socket.ts'
import { ready } from './ready.ts'
import { resumptionFor } from './resumption.ts'
import { tlsOptionsFor, tlsStateOf } from './tls.ts'

/** Makes the port out of a connected socket of Node, or of a runtime that has `node:net`. */
export class NodeSocket implements Socket {
  readonly bytes$: Observable<Uint8Array>
  readonly tls: TlsState | undefined
  readonly #socket: TcpSocket
  readonly #host: string
  #corked = false

  /**
   * @param host the name that `startTls` checks the certificate for.
   * @param pins what the certificate of a secured connection is compared with.
   */
  constructor(socket: TcpSocket, host: string, pins?: readonly string[]) {
    this.#socket = socket
    this.#host = host
    this.tls = socket instanceof TLSSocket ? tlsStateOf(socket, pins) : undefined
    this.bytes$ = bytesOf(socket)
    // Without a listener an error between two subscriptions would end the process.
    socket.on('error', () => {})
  }

  get remoteAddress(): string | undefined {
    // A Unix socket has no address but its path.
    return this.#socket.remoteAddress ?? (this.#host.startsWith('/') ? this.#host : undefined)
  }

  write(bytes: Uint8Array): Promise<void> | void {
    this.#flushLater()
    if (this.#socket.write(bytes)) return
    return new Promise((resolve, reject) => {
      const settle = (run: () => void) => (): void => {
        this.#socket.off('drain', onDrain).off('close', onClose)
        run()
      }
      const onDrain = settle(resolve)
      const onClose = settle(() => reject(this.#socket.errored ?? new Error('the connection was closed')))
      this.#socket.once('drain', onDrain).once('close', onClose)
      if (this.#socket.destroyed) onClose()
    })
  }

  /** Lets everything that is written before the event loop goes on leave in one system call. */
  #flushLater(): void {
    if (this.#corked) return
    this.#corked = true
    this.#socket.cork()
    process.nextTick(() => {
      this.#corked = false
      this.#socket.uncork()
    })
  }

  startTls(options: TlsOptions): Promise<Socket> {
    return secured(this.#socket, this.#host, options)
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) return resolve()
      this.#socket.once('close', () => resolve())
      this.#socket.destroySoon()
    })
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

/** Reads a socket; it rests while nobody is subscribed, so nothing is lost. */
function bytesOf(socket: TcpSocket): Observable<Uint8Array> {
  return new Observable((subscriber) => {
    const onData = (bytes: Uint8Array): void => subscriber.next(bytes)
    const onEnd = (): void => subscriber.complete()
    const onError = (error: Error): void => subscriber.error(error)
    const onClose = (): void => (socket.errored ? subscriber.error(socket.errored) : subscriber.complete())
    socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
    if (socket.destroyed) onClose()
    else socket.resume()
    return () => {
      socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
      socket.pause()
    }
  })
}

/** Runs the TLS handshake over a connection. */
export async function secured(
  tcp: TcpSocket,
  host: string,
  options: TlsOptions,
  signal?: AbortSignal,
): Promise<NodeSocket> {
  const tls = handshake(tcp, host, options)
  try {
    await ready(tls, 'secureConnect', signal)
  } catch (cause) {
    tcp.destroy()
    throw cause
  }
  const socket = new NodeSocket(tls, host, options.pins)
  if (socket.tls?.pinned !== false) return socket
  tls.destroy()
  throw new Error('the certificate is none of those pinned')
}

function handshake(tcp: TcpSocket, host: string, options: TlsOptions): TLSSocket {
  const settings = tlsOptionsFor(host, options)
  const { secureContext, session, keep } = resumptionFor(host, tcp.remotePort, settings)
  const tls = connectTls({ socket: tcp, ...settings, secureContext, ...(session && { session }) })
  keep(tls)
  return tls
}
