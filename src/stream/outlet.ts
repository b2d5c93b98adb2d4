import { lastValueFrom, type Observable } from 'rxjs'
import { encodedBefore, nothing } from '../protocol/octets.ts'
import { after } from './deadlines.ts'
import type { Socket } from './socket.ts'

const encoder = new TextEncoder()
const writeGrace = 250
// Octets of a message that go into one buffer with its commands.
const copied = 64 * 1024

/**
 * Writes to the socket. A server that refuses in mid-message closes behind its reply, which says more than the broken pipe:
 * so a write that fails leaves the word to the replies still on their way, for a moment.
 */
export class Outlet {
  socket: Socket
  readonly #closed$: Observable<never>
  readonly #lost: (cause: unknown) => void
  #broken = false
  #stopGrace: () => void = () => {}

  /**
   * @param closed$ completes or errors when nothing may be written any more.
   * @param lost is told why a write has failed, when no reply has said more.
   */
  constructor(socket: Socket, closed$: Observable<never>, lost: (cause: unknown) => void) {
    this.socket = socket
    this.#closed$ = closed$
    this.#lost = lost
  }

  /** Whether a write has failed: the connection is no longer used, only listened to. */
  get isBroken(): boolean {
    return this.#broken
  }

  /** Writes bytes; resolves when more should follow. */
  write(bytes: Uint8Array): Promise<void> | void {
    if (this.#broken) return this.#untilClosed()
    try {
      const pressure = this.socket.write(bytes)
      return pressure?.catch((cause) => this.#failed(cause))
    } catch (cause) {
      return this.#failed(cause)
    }
  }

  /** Writes commands and what follows them: together when that is cheap, and without a copy when it is not. */
  writeBoth(commands: string, body: Uint8Array = nothing): Promise<void> | void {
    if (body.length <= copied) return this.write(encodedBefore(commands, body))
    void this.write(encoder.encode(commands))
    return this.write(body)
  }

  /** Lets nothing more be written. */
  release(): void {
    this.#broken = true
    this.#stopGrace()
  }

  #failed(cause: unknown): Promise<void> {
    if (!this.#broken) {
      this.#broken = true
      this.#stopGrace = after(writeGrace, () => this.#lost(cause))
    }
    return this.#untilClosed()
  }

  /** Nothing more should follow: not one octet behind a gap, and least of all the end of a message. */
  #untilClosed(): Promise<void> {
    return lastValueFrom(this.#closed$, { defaultValue: undefined }).catch(() => {})
  }
}
