import { Observable, ReplaySubject, Subject } from 'rxjs'
import type { Socket, TlsOptions, TlsState } from '../../stream/socket.ts'

/** The far end of a {@link MemorySocket}: what a server sees and does. */
export interface MemoryPeer {
  /** Bytes that the client wrote, from the first on; completes when the client closes. */
  readonly received$: Observable<Uint8Array>
  /** Sends bytes to the client. */
  send(bytes: Uint8Array): void
  /** Closes; or breaks the connection when given an error. What the client writes is still heard. */
  end(error?: Error): void
  /** Takes no more bytes for now: what the client writes arrives, and its writes wait. */
  hold(): void
  /** Takes bytes again, and lets waiting writes go on. */
  release(): void
  /** Lets every write fail from now on, as behind a peer that has gone; what was sent still arrives. */
  refuse(error: Error): void
}

/** Settings of {@link memorySocket}. */
export interface MemoryOptions {
  /** The address that the client sees; `127.0.0.1` unless given. */
  readonly remoteAddress?: string
  /** What TLS is said to have agreed on from the start. */
  readonly tls?: TlsState
  /** Answers a handshake: returns what TLS has agreed on, or throws. */
  readonly startTls?: (options: TlsOptions) => TlsState | Promise<TlsState>
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
  const gate = new Gate()
  const peer: MemoryPeer = {
    received$: toServer,
    send: (bytes) => toClient.later((subject) => subject.next(bytes)),
    hold: () => gate.hold(),
    release: () => gate.release(),
    refuse: (error) => gate.refuse(error),
    end: (error) => toClient.later((subject) => (error === undefined ? subject.complete() : subject.error(error))),
  }
  return { socket: new MemorySocket(toServer, toClient, gate, options.tls, options), peer }
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

/** How the server takes what the client writes. */
class Gate {
  #held = false
  #refused: Error | undefined
  #waiting: { resolve(): void; reject(error: Error): void }[] = []

  /** Returns a promise when the write has to wait, and throws when it cannot be made. */
  pass(): Promise<void> | undefined {
    if (this.#refused !== undefined) throw this.#refused
    return this.#held ? new Promise((resolve, reject) => this.#waiting.push({ resolve, reject })) : undefined
  }

  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  refuse(error: Error): void {
    this.#refused = error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}

class MemorySocket implements Socket {
  readonly bytes$: Observable<Uint8Array>
  readonly tls: TlsState | undefined
  readonly remoteAddress: string
  readonly #toServer: Subject<Uint8Array>
  readonly #toClient: Wire
  readonly #gate: Gate
  readonly #options: MemoryOptions

  constructor(
    toServer: Subject<Uint8Array>,
    toClient: Wire,
    gate: Gate,
    tls: TlsState | undefined,
    options: MemoryOptions,
  ) {
    this.#toServer = toServer
    this.#toClient = toClient
    this.#gate = gate
    this.#options = options
    this.tls = tls
    this.bytes$ = toClient.bytes$
    this.remoteAddress = options.remoteAddress ?? '127.0.0.1'
  }

  write(bytes: Uint8Array): Promise<void> | void {
    if (this.#toServer.closed || this.#toServer.isStopped) throw new Error('the connection was closed')
    const waiting = this.#gate.pass()
    // The caller may use its buffer again.
    this.#toServer.next(bytes.slice())
    return waiting
  }

  async startTls(options: TlsOptions): Promise<Socket> {
    const tls = (await this.#options.startTls?.(options)) ?? memoryTls
    return new MemorySocket(this.#toServer, this.#toClient, this.#gate, tls, this.#options)
  }

  async close(): Promise<void> {
    this.#toServer.complete()
  }

  destroy(): void {
    this.#toServer.complete()
  }
}
