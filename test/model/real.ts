import { memorySocket } from '../../src/adapters/memory/memory-socket.ts'
import { type Client, isSmtpError, newClient } from '../../src/index.ts'
import { utf8 } from '../helpers/chunks.ts'
import { Clock } from '../helpers/clock.ts'
import { bodyOf, type Way } from './model.ts'
import type { Message, Verdict } from './verdict.ts'

/** The client itself, with the server's end of its connection. */
export class Real {
  readonly verdicts = new Map<number, Verdict>()
  readonly #clock: Clock
  readonly #peer: ReturnType<typeof memorySocket>['peer']
  readonly #aborts = new Map<number, AbortController>()
  #client: Client | undefined
  #wire = ''
  released = false

  private constructor(clock: Clock, peer: ReturnType<typeof memorySocket>['peer']) {
    this.#clock = clock
    this.#peer = peer
    peer.received$.subscribe({
      next: (octets) => {
        this.#wire += new TextDecoder().decode(octets)
      },
      complete: () => {
        this.released = true
      },
    })
  }

  /** Opens a session that has said EHLO. */
  static async open({ pipelining, chunking, inFlight }: Way): Promise<Real> {
    const { socket, peer } = memorySocket()
    const real = new Real(new Clock(), peer)
    peer.send(utf8('220 mx.example\r\n'))
    real.#client = await newClient(socket, 'mx.example', { pipelining, inFlight })
    const hello = real.#client.hello()
    await real.settled()
    peer.send(utf8(`250-mx.example\r\n${chunking ? '250-CHUNKING\r\n' : ''}250 PIPELINING\r\n`))
    await hello
    real.takeWire()
    return real
  }

  takeWire(): string {
    const wire = this.#wire
    this.#wire = ''
    return wire
  }

  get timers(): number {
    return this.#clock.pending
  }

  submit(message: Message): void {
    const abort = new AbortController()
    this.#aborts.set(message.number, abort)
    const settle = (verdict: Verdict): void => {
      if (this.verdicts.has(message.number)) throw new Error(`message ${message.number} is settled twice`)
      this.verdicts.set(message.number, verdict)
    }
    this.#client
      ?.send({ from: 'a@b.example', to: message.recipients, message: sourceOf(message) }, { signal: abort.signal })
      .then(
        () => settle({ code: 'accepted', delivery: 'accepted', safeToRetry: false }),
        (error: unknown) => {
          if (!isSmtpError(error)) throw error
          const { code, delivery, safeToRetry } = error
          settle({ code, delivery, safeToRetry })
        },
      )
  }

  /** Sends replies in one chunk, or octet by octet. */
  say(text: string, inPieces: boolean): void {
    const octets = utf8(text)
    if (!inPieces) return this.#peer.send(octets)
    for (const octet of octets) this.#peer.send(Uint8Array.of(octet))
  }

  abort(number: number): void {
    this.#aborts.get(number)?.abort()
  }

  end(broken: boolean): void {
    this.#peer.end(broken ? new Error('reset') : undefined)
  }

  passDeadline(): void {
    this.#clock.next()
  }

  /** Lets go of the connection and of the clock. */
  async close(): Promise<void> {
    this.#client?.close()
    await this.settled()
    this.#clock.restore()
  }

  /** Lets everything happen that waits for nothing but promises. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

function sourceOf(message: Message): string | AsyncIterable<string> {
  const body = bodyOf(message)
  if (message.source === 'whole') return body
  return (async function* () {
    yield body
    if (message.source === 'failing') throw new Error('disk gone')
  })()
}
