import { type MemoryOptions, type MemoryPeer, memorySocket, memoryTls } from '../adapters/memory/memory-socket.ts'
import type { OpenSocket, Socket, TlsState } from '../stream/socket.ts'
import type { Act, HostileLine } from './acts.ts'

/** Settings of {@link hostileServer}. */
export interface HostileServerOptions extends Omit<MemoryOptions, 'startTls'> {
  /** What a handshake agrees on. */
  readonly tlsState?: TlsState
}

/** A server that does what it should not. */
export interface HostileServer {
  /** Opens the connection; for `smtpOver`. Serves one connection. */
  readonly open: OpenSocket
  /** The client's end, for `newClient`. */
  readonly socket: Socket
  /** Everything that the client has written so far, one character for each octet. */
  readonly received: string
  /** Whether the client has let go of the connection. */
  readonly released: boolean
  /** Settles when every act is done or the client has let go; rejects when the client did what no act expects. */
  readonly finished: Promise<void>
}

/**
 * Does one act after the other, over a connection in memory, until the client lets go.
 *
 * @example
 * const server = hostileServer([says('220 mx.example'), hears('EHLO'), trickles('250 mx.example', 60_000)])
 * const client = await newClient(server.socket, 'mx.example', { deadlines: { hello: 10 } })
 * await client.hello().catch((error) => error.code) // 'timeout'
 */
export function hostileServer(acts: readonly Act[], options: HostileServerOptions = {}): HostileServer {
  return new MemoryServer(acts, options)
}

/** Is thrown within an act when the client has let go: no further act makes sense. */
class Gone extends Error {}

class MemoryServer implements HostileServer, HostileLine {
  readonly socket: Socket
  readonly finished: Promise<void>
  readonly #peer: MemoryPeer
  readonly #lines: string[] = []
  /** Whoever waits for something to happen. */
  readonly #waiting = new Set<() => void>()
  #handshake: { agree(): void; refuse(error: Error): void } | undefined
  #received = ''
  #line = ''
  #released = false

  constructor(acts: readonly Act[], { tlsState = memoryTls, ...options }: HostileServerOptions) {
    const { socket, peer } = memorySocket({
      ...options,
      startTls: () =>
        new Promise((resolve, reject) => {
          this.#handshake = { agree: () => resolve(tlsState), refuse: reject }
          this.#wake()
        }),
    })
    this.socket = socket
    this.#peer = peer
    peer.received$.subscribe({
      next: (octets) => this.#hear(octets),
      complete: () => {
        this.#released = true
        this.#wake()
      },
    })
    this.finished = this.#play(acts)
    // Who does not ask must not be told by an unhandled rejection.
    this.finished.catch((error) => peer.end(error))
  }

  readonly open: OpenSocket = async () => this.socket

  get received(): string {
    return this.#received
  }

  get released(): boolean {
    return this.#released
  }

  async send(octets: Uint8Array): Promise<void> {
    if (this.#released) throw new Gone()
    this.#peer.send(octets)
  }

  async hear(): Promise<string> {
    await this.#until(() => this.#lines.length > 0)
    return this.#lines.shift() ?? ''
  }

  async wait(ms: number): Promise<void> {
    let over = false
    const timer = setTimeout(() => {
      over = true
      this.#wake()
    }, ms)
    await this.#until(() => over).finally(() => clearTimeout(timer))
  }

  async secure(error?: Error): Promise<void> {
    await this.#until(() => this.#handshake !== undefined)
    const handshake = this.#handshake
    this.#handshake = undefined
    if (error === undefined) handshake?.agree()
    else handshake?.refuse(error)
  }

  close(): void {
    this.#peer.end()
  }

  reset(): void {
    const error = new Error('connection reset by peer')
    this.#peer.refuse(error)
    this.#peer.end(error)
  }

  listen(listening: boolean): void {
    if (listening) this.#peer.release()
    else this.#peer.hold()
  }

  refuse(): void {
    this.#peer.refuse(new Error('broken pipe'))
  }

  async #play(acts: readonly Act[]): Promise<void> {
    try {
      for (const act of acts) await act(this)
    } catch (error) {
      if (!(error instanceof Gone)) throw error
    }
  }

  #hear(octets: Uint8Array): void {
    const text = Array.from(octets, (octet) => String.fromCharCode(octet)).join('')
    this.#received += text
    const lines = (this.#line + text).split('\r\n')
    this.#line = lines.pop() ?? ''
    this.#lines.push(...lines)
    this.#wake()
  }

  async #until(ready: () => boolean): Promise<void> {
    while (!ready()) {
      if (this.#released) throw new Gone()
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
