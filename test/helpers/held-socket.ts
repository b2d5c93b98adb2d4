import type { Observable } from 'rxjs'
import type { Socket, TlsOptions, TlsState } from '../../src/index.ts'

/** A socket whose writes can be held back, as by a peer that reads slowly, and broken. */
export class HeldSocket implements Socket {
  /** Whether the next writes wait for {@link release}. */
  held = false
  /** What the next writes fail with. */
  broken: Error | undefined
  /** Octets in every write since the beginning. */
  readonly writes: number[] = []
  readonly #inner: Socket
  readonly #waiting: (() => void)[] = []

  constructor(inner: Socket) {
    this.#inner = inner
  }

  get bytes$(): Observable<Uint8Array> {
    return this.#inner.bytes$
  }

  get tls(): TlsState | undefined {
    return this.#inner.tls
  }

  get remoteAddress(): string | undefined {
    return this.#inner.remoteAddress
  }

  /** How many writes wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  write(bytes: Uint8Array): Promise<void> | void {
    if (this.broken !== undefined) return Promise.reject(this.broken)
    this.writes.push(bytes.length)
    this.#inner.write(bytes)
    if (this.held) return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Lets every waiting write go on. */
  release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  startTls(options: TlsOptions): Promise<Socket> {
    return this.#inner.startTls(options)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  destroy(): void {
    this.#inner.destroy()
  }
}
