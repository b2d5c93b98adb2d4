// A server that does anything at all, and a client that sends messages to it: what must hold whatever happens.
import { ok } from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { Observable } from 'rxjs'
import { memorySocket } from '../../src/adapters/memory/memory-socket.ts'
import { type Client, isSmtpError, newClient, type Pipelining, type Socket } from '../../src/index.ts'
import { utf8 } from './chunks.ts'
import { Clock } from './clock.ts'
import { HeldSocket } from './held-socket.ts'
import { Obedience } from './obedience.ts'

/** What a server or a caller does next. */
export type Move =
  /** The server answers the command that waits longest as it should. */
  | { readonly kind: 'agree' }
  /** The server says this, which may be no reply, half of one, or several. */
  | { readonly kind: 'say'; readonly octets: Uint8Array }
  /** The server answers the command that waits longest with this code. */
  | { readonly kind: 'answer'; readonly code: number }
  /** The client goes on until it has nothing left to do. */
  | { readonly kind: 'pass' }
  /** The next deadline passes. */
  | { readonly kind: 'wait' }
  /** The connection ends. */
  | { readonly kind: 'end'; readonly broken: boolean }
  /** The network takes no more octets for now, takes them again, or breaks for what the client writes. */
  | { readonly kind: 'hold' | 'release' | 'break' }
  /** The caller sends a message: whole, or as a stream that may fail half-way. */
  | { readonly kind: 'submit'; readonly recipients: number; readonly source: Source }
  /** The caller gives a message up; the first, if there are fewer. */
  | { readonly kind: 'abort'; readonly message: number }
  /** The caller asks for a sign of life, which waits for the messages before it. */
  | { readonly kind: 'noop' }

export type Source = 'whole' | 'stream' | 'large' | 'failing'

/** How the two begin. */
export interface Setup {
  readonly pipelining: Pipelining
  readonly inFlight: number
  /** Whether they speak LMTP, where the end of a message is answered once for each recipient. */
  readonly lmtp?: boolean
  readonly offers: readonly string[]
  /** Octets in each chunk of what the server sends. */
  readonly chunk: number
  /** Whether the moves begin before the greeting; behind the reply to EHLO otherwise. */
  readonly fromGreeting: boolean
}

/** A message of the caller's. */
interface Sending {
  readonly abort: AbortController
  /** What became of it: `accepted`, or the error; undefined until it is settled. */
  outcome: unknown
  settlings: number
}

/**
 * Lets the two play, ends the connection, and checks what must hold: one verdict for each message, none that the octets
 * on the wire contradict, and nothing left behind.
 *
 * @throws AssertionError
 */
export async function playWildly(setup: Setup, moves: readonly Move[]): Promise<void> {
  const clock = new Clock()
  const play = new Play(setup, clock)
  try {
    await play.begin()
    for (const move of moves) {
      play.make(move)
      if (move.kind === 'pass' || move.kind === 'wait') await turn()
    }
    await play.end()
    play.check()
    ok(clock.pending === 0, 'a timer is left')
  } finally {
    clock.restore()
  }
}

/** One step of the wire: what the client wrote, or what the server said. */
interface Said {
  readonly by: 'client' | 'server'
  readonly text: string
}

class Play {
  readonly #setup: Setup
  readonly #clock: Clock
  readonly #peer: ReturnType<typeof memorySocket>['peer']
  readonly #socket: HeldSocket
  readonly #obedience: Obedience
  readonly #log: Said[] = []
  readonly #sendings: Sending[] = []
  #client: Client | undefined
  #greeted = false
  #listeners = 0
  #released = false

  constructor(setup: Setup, clock: Clock) {
    const { socket, peer } = memorySocket()
    this.#setup = setup
    this.#clock = clock
    this.#peer = peer
    this.#socket = new HeldSocket(this.#counted(socket))
    this.#obedience = new Obedience(setup.offers, setup.lmtp)
    peer.received$.subscribe({
      next: (octets) => {
        const text = Buffer.from(octets).toString('latin1')
        this.#log.push({ by: 'client', text })
        this.#obedience.hear(text)
      },
      complete: () => {
        this.#released = true
      },
    })
  }

  async begin(): Promise<void> {
    const { pipelining, inFlight, fromGreeting, lmtp = false } = this.#setup
    const protocol = lmtp ? 'lmtp' : 'smtp'
    newClient(this.#socket, 'mx.example', { pipelining, inFlight, protocol }).then(
      (client) => {
        this.#client = client
        this.#greeted = true
      },
      (error: unknown) => {
        ok(isSmtpError(error), `the greeting failed with ${error}`)
        this.#greeted = true
      },
    )
    if (fromGreeting) return
    this.#say('220 mx.example\r\n')
    await turn()
    const ready = this.#client?.hello()
    await turn()
    this.make({ kind: 'agree' })
    await ready
  }

  make(move: Move): void {
    switch (move.kind) {
      case 'agree':
        return this.#say(this.#obedience.agree())
      case 'answer':
        return this.#say(this.#obedience.answer(move.code))
      case 'say':
        return this.#say(String.fromCharCode(...move.octets))
      case 'wait':
        return this.#clock.next()
      case 'end':
        return this.#peer.end(move.broken ? new Error('reset') : undefined)
      case 'hold':
        this.#socket.held = true
        return
      case 'release':
        this.#socket.held = false
        return this.#socket.release()
      case 'break':
        this.#socket.broken = new Error('broken pipe')
        return
      case 'noop':
        return void this.#client?.noop().catch((error: unknown) => ok(isSmtpError(error)))
      case 'submit':
        return this.#submit(move)
      case 'abort':
        return (this.#sendings[move.message] ?? this.#sendings[0])?.abort.abort()
      default:
    }
  }

  /** Ends the connection, and lets every deadline pass that this leaves. */
  async end(): Promise<void> {
    this.#peer.end()
    this.make({ kind: 'release' })
    for (let turns = 0; turns < 3; turns++) await turn()
    for (let late = 0; late < 8 && this.#clock.pending > 0; late++) {
      this.#clock.next()
      await turn()
    }
    this.#client?.close()
    await turn()
  }

  check(): void {
    ok(this.#greeted, 'the greeting is not settled')
    ok(this.#released, 'the socket is not released')
    ok(this.#listeners === 0, 'somebody listens to the socket')
    for (const [index, sending] of this.#sendings.entries()) {
      ok(sending.settlings === 1, `message ${index} is settled ${sending.settlings} times`)
      ok(getEventListeners(sending.abort.signal, 'abort').length === 0, `a signal is listened to by message ${index}`)
      this.#checkVerdict(index, sending.outcome)
    }
  }

  #checkVerdict(index: number, outcome: unknown): void {
    const ended = this.#endOf(index)
    const said = this.#log.slice(ended + 1).some(({ by, text }) => by === 'server' && text.includes('50'))
    // What became of the octets of a write that failed is not to be seen on this side.
    const written = ended >= 0 || this.#socket.broken !== undefined
    if (outcome === 'accepted') return ok(written && said, `message ${index} was never taken`)
    ok(isSmtpError(outcome), `message ${index} failed with ${outcome}`)
    const { code, delivery, safeToRetry } = outcome
    const shown = `message ${index}, ${code}: ${delivery}`
    ok(delivery !== 'accepted', shown)
    if (delivery === 'not-sent') ok(ended < 0, `${shown}, but its end is on the wire`)
    if (delivery === 'unknown') ok(written, `${shown}, but it has no end`)
    if (delivery === 'unknown') ok(!safeToRetry, `${shown}, and a retry is called safe`)
    if (delivery === 'rejected')
      ok(
        this.#log.some(({ by, text }) => by === 'server' && /[45]/.test(text)),
        shown,
      )
  }

  /** Where in the log the end of a message is whole; -1 where it is not. */
  #endOf(index: number): number {
    const byDot = `end-${index}\r\n.\r\n`
    const byChunk = new RegExp(`BDAT \\d+ LAST\\r\\n(?:(?!BDAT )[^])*end-${index}\\r\\n`)
    let wire = ''
    return this.#log.findIndex(({ by, text }) => {
      if (by === 'client') wire += text
      return by === 'client' && (wire.includes(byDot) || byChunk.test(wire))
    })
  }

  #submit({ recipients, source }: Extract<Move, { kind: 'submit' }>): void {
    const index = this.#sendings.length
    const sending: Sending = { abort: new AbortController(), outcome: undefined, settlings: 0 }
    this.#sendings.push(sending)
    const to = Array.from({ length: recipients }, (_, number) => `r${number}@d.example`)
    const settled = (outcome: unknown): void => {
      sending.outcome = outcome
      sending.settlings++
    }
    const client = this.#client
    if (client === undefined) {
      this.#sendings.pop()
      return
    }
    client
      .send({ from: 'a@b.example', to, message: messageOf(index, source) }, { signal: sending.abort.signal })
      .then(() => settled('accepted'), settled)
  }

  #say(text: string): void {
    if (text === '') return
    const { chunk } = this.#setup
    this.#log.push({ by: 'server', text })
    const octets = Uint8Array.from(text, (character) => character.charCodeAt(0))
    for (let from = 0; from < octets.length; from += chunk) this.#peer.send(octets.subarray(from, from + chunk))
  }

  #counted(socket: Socket): Socket {
    const bytes$ = new Observable<Uint8Array>((subscriber) => {
      this.#listeners++
      subscriber.add(() => {
        this.#listeners--
      })
      return socket.bytes$.subscribe(subscriber)
    })
    return {
      bytes$,
      tls: undefined,
      remoteAddress: socket.remoteAddress,
      write: (octets) => socket.write(octets),
      startTls: (options) => socket.startTls(options),
      close: () => socket.close(),
      destroy: () => socket.destroy(),
    }
  }
}

const large = 300 * 1024

function messageOf(index: number, source: Source): string | AsyncIterable<Uint8Array> {
  const text = `message ${index}\r\n${source === 'large' ? `${'x'.repeat(1022)}\r\n`.repeat(large / 1024) : ''}`
  const end = `end-${index}\r\n`
  if (source === 'whole') return text + end
  return (async function* () {
    yield utf8(text)
    if (source === 'failing') throw new Error('disk gone')
    yield utf8(end)
  })()
}

/** Lets everything happen that waits for nothing but promises. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
