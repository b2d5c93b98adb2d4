import { type AnySmtpError, isSmtpError, SmtpError } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'
import { parseGreeting, type Reply } from '../protocol/reply.ts'
import { Channel } from '../stream/channel.ts'
import { after } from '../stream/deadlines.ts'
import { settle } from '../stream/exchange.ts'
import type { OpenSocket, Socket } from '../stream/socket.ts'
import { distrust } from '../stream/trust.ts'
import { type HostPort, nameOf } from './address.ts'
import { type CallOptions, OutOfTime, type Stop, stopOf } from './bounds.ts'
import type { Plan } from './connect-options.ts'
import { Conversation } from './session.ts'

interface Opened {
  readonly channel: Channel
  /** The greeting, awaited from the first moment on. */
  readonly greeting: Promise<Reply>
}

/**
 * One connection, from the first attempt to its end: within a deadline and until a signal fires. Whoever leaves ends it,
 * whether it is open by then or not.
 */
export class Opening {
  readonly #abort = new AbortController()
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = (): void => this.leave(stopOf(this.#signal?.reason))
  readonly #stopTimer: () => void
  #giveUp: (error: SmtpError) => void = () => {}
  #channel: Channel | undefined

  constructor({ signal, deadline = Number.POSITIVE_INFINITY }: CallOptions) {
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort)
    if (signal?.aborted) this.#onAbort()
    this.#stopTimer = after(deadline, () => this.leave(stopOf(new OutOfTime(deadline))))
  }

  /** Connects and reads the greeting. */
  async greeted(open: OpenSocket, plan: Plan): Promise<Conversation> {
    const { channel, greeting } = await this.#open(open, plan)
    return conversationIn(channel, await greeting, plan)
  }

  /** Ends the connection. */
  leave({ code, message, cause }: Stop): void {
    if (this.#channel?.isOver) return
    if (this.#channel !== undefined) this.#channel.end(code, message, { cause })
    else this.#stop(new SmtpError(code, message, { phase: 'connect', cause }))
  }

  /** Lifts the deadline. */
  inTime(): void {
    this.#stopTimer()
  }

  /** Lifts deadline and signal. */
  release(): void {
    this.#stopTimer()
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }

  #stop(error: SmtpError): void {
    this.#abort.abort(error)
    this.#giveUp(error)
  }

  /** Opens the socket within the deadline for it. */
  async #open(open: OpenSocket, { target, tls, deadlines, options }: Plan): Promise<Opened> {
    const { begins, options: tlsOptions } = tls
    const { signal } = this.#abort
    const ms = deadlines.connect
    const late = (): void =>
      this.#stop(new SmtpError('timeout', `no connection to ${nameOf(target)} within ${ms} ms`, { phase: 'connect' }))
    const stopTimer = after(ms, late)
    try {
      const socket = await this.#unlessStopped(open({ ...target, tls: begins, tlsOptions, signal }))
      const why = begins === 'implicit' ? distrust(socket.tls, tlsOptions) : undefined
      // Whoever left while the socket was handed over would leave it open.
      if (why === undefined && !signal.aborted) {
        this.#channel = new Channel(socket, options)
        return { channel: this.#channel, greeting: greetingOn(this.#channel) }
      }
      socket.destroy()
      throw new SmtpError('tls-failed', printable(why ?? '', 256), { phase: 'connect' })
    } catch (cause) {
      throw signal.aborted ? signal.reason : connectError(cause, target)
    } finally {
      stopTimer()
    }
  }

  /** Resolves with the socket unless somebody leaves before; a socket that comes after that is dropped. */
  #unlessStopped(opening: Promise<Socket>): Promise<Socket> {
    const { signal } = this.#abort
    return new Promise((resolve, reject) => {
      this.#giveUp = reject
      if (signal.aborted) reject(signal.reason)
      opening.then((socket) => {
        if (signal.aborted) socket.destroy()
        resolve(socket)
      }, reject)
    })
  }
}

function connectError(cause: unknown, target: HostPort): AnySmtpError | SmtpError {
  if (isSmtpError(cause)) return cause
  const message = `no connection to ${nameOf(target)}: ${printable(whyOf(cause), 256)}`
  return new SmtpError('connect-failed', message, { phase: 'connect', cause })
}

function whyOf(cause: unknown): string {
  // Node tries every address of a name, and says why each failed in an error that has no words of its own.
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(whyOf).join(', ')
  return cause instanceof Error ? cause.message : String(cause)
}

/** Waits for the greeting, which may be there already. */
function greetingOn(channel: Channel): Promise<Reply> {
  const { reply, written } = channel.expect('greeting')
  written()
  return reply
}

function conversationIn(channel: Channel, reply: Reply, { settings, tls }: Plan): Conversation {
  try {
    settle(channel, reply, 'greeting', undefined, [220])
  } catch (error) {
    // RFC 5321 section 3.1: after a 554 the client should still say QUIT.
    if (!channel.isOver) {
      void channel.write(new TextEncoder().encode('QUIT\r\n'))
      void channel.close().catch(() => {})
    }
    throw error
  }
  return new Conversation(channel, settings, tls, parseGreeting(reply), reply)
}
