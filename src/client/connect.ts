import { Observable } from 'rxjs'
import { requireObject } from '../protocol/arguments.ts'
import { type AnySmtpError, isSmtpError, SmtpError } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'
import { parseGreeting } from '../protocol/reply.ts'
import { Channel } from '../stream/channel.ts'
import { after, checkDeadlines } from '../stream/deadlines.ts'
import { settle } from '../stream/exchange.ts'
import type { OpenSocket, Socket } from '../stream/socket.ts'
import { distrust } from '../stream/trust.ts'
import { type HostPort, nameOf } from './address.ts'
import { OutOfTime, type Stop, stopOf } from './bounds.ts'
import { type ConnectOptions, conversationOptions, targetOf } from './connect-options.ts'
import { Conversation, type ConversationOptions, type Session, viewOf } from './session.ts'
import { type CheckedTls, checkTls, type TlsLevel } from './tls-policy.ts'

/**
 * Connects, reads the greeting, and emits the session.
 *
 * Stays subscribed as long as the session lives: completes when it is closed by `quit()`, errors with an `SmtpError`
 * when it breaks, and unsubscribing drops the connection, so nothing is left open whatever happens downstream.
 *
 * @see RFC 5321 section 3.1
 */
export function connectWith(
  open: OpenSocket,
  options: ConnectOptions,
  { level, deadlineFor = 'session' }: Opening = {},
): Observable<Session<'connected'>> {
  return new Observable((subscriber) => {
    const opening = new AbortController()
    let channel: Channel | undefined
    const { signal, deadline = Number.POSITIVE_INFINITY } = requireObject('options', options)
    const leave = ({ code, message, cause }: Stop): void => {
      if (channel === undefined) opening.abort(new SmtpError(code, message, { phase: 'connect', cause }))
      else channel.end(code, message, { cause })
    }
    const onAbort = (): void => leave(stopOf(signal?.reason))
    let stopTimer: () => void = () => {}
    let stopListening: () => void = () => {}
    const start = async (): Promise<void> => {
      const settings = conversationOptions(options)
      const target = targetOf(options)
      const tls = checkTls({ ...options, ...target }, level)
      signal?.addEventListener('abort', onAbort)
      stopListening = () => signal?.removeEventListener('abort', onAbort)
      if (signal?.aborted) onAbort()
      stopTimer = after(deadline, () => leave(stopOf(new OutOfTime(deadline))))
      const socket = await openInTime(open, options, target, tls, opening)
      // Whoever left while the socket was handed over here would leave it open.
      if (opening.signal.aborted) {
        socket.destroy()
        throw opening.signal.reason
      }
      channel = new Channel(socket, options)
      const conversation = await greet(channel, settings, tls)
      if (deadlineFor === 'greeting') stopTimer()
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
    start().catch((error) => subscriber.error(error))
    return () => {
      stopTimer()
      stopListening()
      leave({ code: 'aborted', message: 'unsubscribed' })
    }
  })
}

/** What differs between those who open a session. */
export interface Opening {
  /** The level of TLS where the options have none. */
  readonly level?: TlsLevel
  /** What `deadline` is for. */
  readonly deadlineFor?: 'session' | 'greeting'
}

/** Opens the socket within the deadline for it. */
async function openInTime(
  open: OpenSocket,
  options: ConnectOptions,
  target: HostPort,
  { begins, options: tlsOptions }: CheckedTls,
  opening: AbortController,
): Promise<Socket> {
  const where = nameOf(target)
  const ms = checkDeadlines(options.deadlines).connect
  const late = (): void =>
    opening.abort(new SmtpError('timeout', `no connection to ${where} within ${ms} ms`, { phase: 'connect' }))
  const stopTimer = after(ms, late)
  const { signal } = opening
  try {
    const socket = await unlessAborted(open({ ...target, tls: begins, tlsOptions, signal }), signal)
    const why = begins === 'implicit' ? distrust(socket.tls, tlsOptions) : undefined
    if (why === undefined) return socket
    socket.destroy()
    throw new SmtpError('tls-failed', printable(why, 256), { phase: 'connect' })
  } catch (cause) {
    throw signal.aborted ? signal.reason : connectError(cause, where)
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

function connectError(cause: unknown, where: string): AnySmtpError | SmtpError {
  if (isSmtpError(cause)) return cause
  const message = `no connection to ${where}: ${printable(whyOf(cause), 256)}`
  return new SmtpError('connect-failed', message, { phase: 'connect', cause })
}

function whyOf(cause: unknown): string {
  // Node tries every address of a name, and says why each failed in an error that has no words of its own.
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(whyOf).join(', ')
  return cause instanceof Error ? cause.message : String(cause)
}

async function greet(channel: Channel, options: ConversationOptions, tls: CheckedTls): Promise<Conversation> {
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
  return new Conversation(channel, options, tls, parseGreeting(greeting), greeting)
}
