import { Observable } from 'rxjs'
import { type AnySmtpError, isSmtpError, SmtpError } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'
import { parseGreeting } from '../protocol/reply.ts'
import { Channel, type ChannelOptions } from '../stream/channel.ts'
import { after, deadlines } from '../stream/deadlines.ts'
import { settle } from '../stream/exchange.ts'
import type { OpenSocket, Socket, TlsOptions } from '../stream/socket.ts'
import { Conversation, type Session, viewOf } from './session.ts'
import type { Pipelining } from './transaction/mode.ts'

/** Where to connect, and how to treat the server. */
export interface ConnectOptions extends ChannelOptions {
  readonly host: string
  readonly port: number
  /** `implicit`: TLS from the first byte (port 465). `starttls` unless given: in clear, until `startTls()`. */
  readonly tls?: 'none' | 'starttls' | 'implicit'
  readonly tlsOptions?: TlsOptions
  /**
   * How much `send` may have under way before the replies come, on a server that offers PIPELINING: `transaction`
   * (unless given), the commands of one message; `auto`, several messages; `off`, one command.
   */
  readonly pipelining?: Pipelining
  /** Messages under way at once with `pipelining: 'auto'`; 4 unless given. As many are in doubt when a connection breaks. */
  readonly inFlight?: number
  /** Ends the session at any time: whatever is under way fails with `aborted`. */
  readonly signal?: AbortSignal
}

/**
 * Connects, reads the greeting, and emits the session.
 *
 * Stays subscribed as long as the session lives: completes when it is closed by `quit()`, errors with an `SmtpError`
 * when it breaks, and unsubscribing drops the connection, so nothing is left open whatever happens downstream.
 *
 * @see RFC 5321 section 3.1
 */
export function connectWith(open: OpenSocket, options: ConnectOptions): Observable<Session<'connected'>> {
  return new Observable((subscriber) => {
    const leaving = new AbortController()
    let channel: Channel | undefined
    const onAbort = (): void => {
      channel?.end('aborted', 'aborted by the caller', { cause: options.signal?.reason })
      leaving.abort(options.signal?.reason)
    }
    options.signal?.addEventListener('abort', onAbort)
    const start = async (): Promise<void> => {
      const socket = await openInTime(open, options, leaving.signal)
      // Whoever left while the socket was handed over here would leave it open.
      if (leaving.signal.aborted) {
        socket.destroy()
        throw abortedBefore(leaving.signal.reason)
      }
      channel = new Channel(socket, options)
      const conversation = await greet(channel, options)
      // An operator at work knows more than that the connection is gone: its own outcome comes first.
      const tellWhenIdle = (error: unknown): void => {
        conversation.afterStep = conversation.busy ? () => tellWhenIdle(error) : undefined
        if (conversation.busy) return
        if (conversation.phase === 'closed') subscriber.complete()
        else subscriber.error(error)
      }
      subscriber.add(channel.closed$.subscribe({ error: tellWhenIdle, complete: () => subscriber.complete() }))
      subscriber.next(viewOf(conversation, 'connected'))
    }
    if (options.signal?.aborted) onAbort()
    start().catch((error) => subscriber.error(error))
    return () => {
      options.signal?.removeEventListener('abort', onAbort)
      channel?.end('aborted', 'unsubscribed')
      leaving.abort()
    }
  })
}

/** Opens the socket within the deadline for it. */
async function openInTime(open: OpenSocket, options: ConnectOptions, leaving: AbortSignal): Promise<Socket> {
  const { host, port, tls = 'starttls', tlsOptions } = options
  const late = new AbortController()
  const ms = options.deadlines?.connect ?? deadlines.connect
  const stopTimer = after(ms, () => late.abort())
  const signal = AbortSignal.any([leaving, late.signal])
  try {
    return await unlessAborted(open({ host, port, tls, signal, ...(tlsOptions && { tlsOptions }) }), signal)
  } catch (cause) {
    throw connectError(cause, { leaving: leaving.aborted, late: late.signal.aborted, where: `${host}:${port}`, ms })
  } finally {
    stopTimer()
  }
}

/** Resolves with the socket unless the signal fires first; a socket that comes after that is dropped. */
function unlessAborted(opening: Promise<Socket>, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    opening.then((socket) => {
      if (signal.aborted) socket.destroy()
      resolve(socket)
    }, reject)
  })
}

function connectError(
  cause: unknown,
  { leaving, late, where, ms }: { leaving: boolean; late: boolean; where: string; ms: number },
): AnySmtpError | SmtpError {
  const phase = 'connect'
  if (leaving) return abortedBefore(cause)
  if (late) return new SmtpError('timeout', `no connection to ${where} within ${ms} ms`, { phase, cause })
  if (isSmtpError(cause)) return cause
  return new SmtpError('connect-failed', `no connection to ${where}: ${printable(whyOf(cause), 256)}`, { phase, cause })
}

function whyOf(cause: unknown): string {
  // Node tries every address of a name, and says why each failed in an error that has no words of its own.
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(whyOf).join(', ')
  return cause instanceof Error ? cause.message : String(cause)
}

function abortedBefore(cause: unknown): SmtpError<'aborted'> {
  return new SmtpError('aborted', 'aborted by the caller', { phase: 'connect', cause })
}

async function greet(channel: Channel, options: ConnectOptions): Promise<Conversation> {
  const { reply, written } = channel.expect('greeting')
  written()
  const greeting = await reply
  try {
    settle(channel, greeting, 'greeting', undefined, [220])
  } catch (error) {
    // RFC 5321 section 3.1: after a 554 the client should still say QUIT.
    if (channel.ended === undefined) {
      void channel.write(new TextEncoder().encode('QUIT\r\n'))
      void channel.close().catch(() => {})
    }
    throw error
  }
  const { host, pipelining = 'transaction', inFlight = 4 } = options
  return new Conversation(channel, { host, pipelining, inFlight }, parseGreeting(greeting), greeting)
}
