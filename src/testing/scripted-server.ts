import { type MemoryOptions, type MemoryPeer, memorySocket, memoryTls } from '../adapters/memory/memory-socket.ts'
import type { OpenSocket, Socket, TlsState } from '../stream/socket.ts'
import { parseScript, type Step } from './script.ts'

/** Settings of {@link scriptedServer}. */
export interface ScriptedServerOptions extends MemoryOptions {
  /** Cuts what the server sends into the chunks that the client receives; one chunk for each piece unless given. */
  readonly cut?: (bytes: Uint8Array) => readonly Uint8Array[]
  /** What a handshake agrees on. */
  readonly tlsState?: TlsState
}

/** A server that plays its part of a conversation and checks the client's. */
export interface ScriptedServer {
  /** Opens the connection; for `smtpOver`. Serves one connection. */
  readonly open: OpenSocket
  /** The client's end, for `newClient`. */
  readonly socket: Socket
  /** Everything that the client has written so far, line ends included. */
  readonly received: string
  /** Whether the client has let go of the connection. */
  readonly released: boolean
  /**
   * Checks that the conversation went as written, to its end.
   *
   * @throws Error that shows the first line that differs, or what was still to come.
   */
  assertFinished(): void
}

/**
 * Plays a conversation written in the form of {@link parseScript}.
 *
 * @example
 * const server = scriptedServer(`
 *   S: 220 mx.example
 *   C: EHLO localhost
 *   S: 250 mx.example
 *   C: QUIT
 *   S: 221 Bye`)
 * const client = await newClient(server.socket, 'mx.example')
 * await client.quit()
 * server.assertFinished()
 */
export function scriptedServer(script: string, options: ScriptedServerOptions = {}): ScriptedServer {
  return new Player(parseScript(script), options)
}

class Player implements ScriptedServer {
  readonly socket: Socket
  readonly #steps: Step[]
  readonly #peer: MemoryPeer
  readonly #cut: (bytes: Uint8Array) => readonly Uint8Array[]
  #received = ''
  #line = ''
  #released = false
  #difference: Error | undefined

  constructor(steps: Step[], options: ScriptedServerOptions) {
    const { socket, peer } = memorySocket({
      ...options,
      startTls: async (tlsOptions) => {
        if (this.#steps.shift()?.kind !== 'tls') this.#differ('a TLS handshake')
        const state = (await options.startTls?.(tlsOptions)) ?? options.tlsState ?? memoryTls
        this.#play()
        return state
      },
    })
    this.socket = socket
    this.#peer = peer
    this.#steps = steps
    this.#cut = options.cut ?? ((bytes) => [bytes])
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    peer.received$.subscribe({
      next: (bytes) => this.#hear(decoder.decode(bytes, { stream: true })),
      complete: () => {
        this.#released = true
      },
    })
    this.#play()
  }

  readonly open: OpenSocket = async () => this.socket

  get received(): string {
    return this.#received
  }

  get released(): boolean {
    return this.#released
  }

  assertFinished(): void {
    if (this.#difference !== undefined) throw this.#difference
    if (this.#line !== '') throw new Error(`the client wrote half a line: ${JSON.stringify(this.#line)}`)
    if (this.#steps.length > 0) throw new Error(`the conversation stopped before: ${JSON.stringify(this.#steps)}`)
  }

  #hear(text: string): void {
    this.#received += text
    this.#line += text
    for (let end = this.#line.indexOf('\r\n'); end >= 0; end = this.#line.indexOf('\r\n')) {
      const line = this.#line.slice(0, end)
      this.#line = this.#line.slice(end + 2)
      const step = this.#steps.shift()
      if (step?.kind !== 'hear' || step.line !== line) this.#differ(JSON.stringify(line), step)
      else this.#play()
    }
  }

  /** Does everything up to the next step that waits for the client. */
  #play(): void {
    for (let step = this.#steps[0]; step?.kind === 'say' || step?.kind === 'end'; step = this.#steps[0]) {
      this.#steps.shift()
      if (step.kind === 'end') this.#peer.end(step.broken ? new Error('connection reset by peer') : undefined)
      else for (const chunk of this.#cut(bytesOf(step.text))) this.#peer.send(chunk)
    }
  }

  /** Remembers the first difference, and breaks the connection: what follows would be noise. */
  #differ(got: string, expected?: Step): void {
    this.#difference ??= new Error(
      `the client sent ${got}, the script has ${JSON.stringify(expected ?? 'nothing more')}`,
    )
    this.#peer.end(this.#difference)
  }
}

/** `\xNN` is an octet; other characters are UTF-8. */
export function bytesOf(text: string): Uint8Array {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of Latin-1
  return /^[\u0000-\u00ff]*$/.test(text)
    ? Uint8Array.from(text, (character) => character.charCodeAt(0))
    : new TextEncoder().encode(text)
}
