import { Observable, ReplaySubject, Subject } from 'rxjs'
import type { Socket, TlsOptions, TlsState } from '../../stream/socket.ts'

/** The far end of a {@link MemorySocket}: what a server sees and does. */
export interface MemoryPeer {
  /** Bytes that the client wrote, from the first on; completes when the client closes. */
  readonly received$: Observable<Uint8Array>
  /** Sends bytes to the client. */
  send(bytes: Uint8Array): void
  /** Closes; or breaks the connection when given an error. */
  end(error?: Error): void
}

/** Settings of {@link memorySocket}. */
export interface MemoryOptions {
  /** The address that the client sees; `127.0.0.1` unless given. */
  readonly remoteAddress?: string
  /** What TLS is said to have agreed on from the start. */
  readonly tls?: TlsState
  /** Answers a handshake: returns what TLS has agreed on, or throws. */
  readonly startTls?: (options: TlsOptions) => TlsState
}

/** A state for tests that need TLS to be there and nothing else. */
export const memoryTls: TlsState = Object.freeze({
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  authorized: true,
  authorizationError: undefined,
  peerCertificate: undefined,
})

/**
 * Makes a socket without a network, and the peer that plays the server.
 *
 * Bytes arrive in a microtask of their own, as they would from a network: never during the call that wrote them.
 */
export function memorySocket(options: MemoryOptions = {}): { readonly socket: Socket; readonly peer: MemoryPeer } {
  const toServer = new ReplaySubject<Uint8Array>()
  const toClient = new Wire()
  const peer: MemoryPeer = {
    received$: toServer,
    send: (bytes) => toClient.later((subject) => subject.next(bytes)),
    end: (error) => toClient.later((subject) => (error === undefined ? subject.complete() : subject.error(error))),
  }
  return { socket: new MemorySocket(toServer, toClient, options.tls, options), peer }
}

/** What is on its way to the client: waits while nobody is subscribed. */
class Wire {
  readonly #waiting: ((subject: Subject<Uint8Array>) => void)[] = []
  #subject: Subject<Uint8Array> | undefined
  #delivering = false

  readonly bytes$: Observable<Uint8Array> = new Observable((subscriber) => {
    const subject = new Subject<Uint8Array>()
    const subscription = subject.subscribe(subscriber)
    this.#subject = subject
    this.#deliver()
    return () => {
      subscription.unsubscribe()
      if (this.#subject === subject) this.#subject = undefined
    }
  })

  later(event: (subject: Subject<Uint8Array>) => void): void {
    this.#waiting.push(event)
    this.#deliver()
  }

  /** Delivers one event after the other, each in a microtask of its own. */
  #deliver(): void {
    if (this.#delivering) return
    this.#delivering = true
    queueMicrotask(() => {
      this.#delivering = false
      if (this.#subject === undefined || this.#waiting.length === 0) return
      this.#waiting.shift()?.(this.#subject)
      this.#deliver()
    })
  }
}

class MemorySocket implements Socket {
  readonly bytes$: Observable<Uint8Array>
  readonly tls: TlsState | undefined
  readonly remoteAddress: string
  readonly #toServer: Subject<Uint8Array>
  readonly #toClient: Wire
  readonly #options: MemoryOptions

  constructor(toServer: Subject<Uint8Array>, toClient: Wire, tls: TlsState | undefined, options: MemoryOptions) {
    this.#toServer = toServer
    this.#toClient = toClient
    this.#options = options
    this.tls = tls
    this.bytes$ = toClient.bytes$
    this.remoteAddress = options.remoteAddress ?? '127.0.0.1'
  }

  write(bytes: Uint8Array): void {
    if (this.#toServer.closed || this.#toServer.isStopped) throw new Error('the connection was closed')
    // The caller may use its buffer again.
    this.#toServer.next(bytes.slice())
  }

  async startTls(options: TlsOptions): Promise<Socket> {
    const tls = this.#options.startTls?.(options) ?? memoryTls
    return new MemorySocket(this.#toServer, this.#toClient, tls, this.#options)
  }

  async close(): Promise<void> {
    this.#toServer.complete()
  }

  destroy(): void {
    this.#toServer.complete()
  }
}
