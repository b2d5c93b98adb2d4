import { concatMap, Observable, type OperatorFunction } from 'rxjs'
import { type Capabilities, noCapabilities } from '../protocol/capabilities.ts'
import { argumentError, isSmtpError, type RejectedRecipient, SmtpError, type SmtpPhase } from '../protocol/errors.ts'
import type { Greeting, Reply } from '../protocol/reply.ts'
import type { Channel } from '../stream/channel.ts'
import type { Transaction } from '../stream/owed.ts'
import type { TlsState } from '../stream/socket.ts'
import type { TranscriptEntry } from '../stream/transcript.ts'
import type { CheckedTls } from './tls-policy.ts'
import type { Courier } from './transaction/courier.ts'
import type { Pipelining } from './transaction/mode.ts'

/**
 * Where a session stands: `connected` (greeting read), `ready` (EHLO done), `mail` (a sender is set), `rcpt`
 * (a recipient is accepted), `sent` (a message was accepted; ready for the next), `closed`.
 */
export type Phase = 'connected' | 'ready' | 'mail' | 'rcpt' | 'sent' | 'closed'

/**
 * An SMTP session that carries its phase in its type, so that operators in a wrong order do not compile.
 *
 * Every operator emits a new view of the same session; the view before it is spent.
 */
export interface Session<P extends Phase = Phase> {
  readonly phase: P
  /** The server's greeting. */
  readonly greeting: Greeting
  /** What the server offers; empty before `hello()` and after a HELO. */
  readonly capabilities: Capabilities
  /** What TLS has agreed on; undefined on a plain connection. */
  readonly tls: TlsState | undefined
  /** The server's reply to the last command. */
  readonly reply: Reply | undefined
  /** What became of the last message. */
  readonly result: P extends 'sent' ? SendResult : SendResult | undefined
  /** Every step from now on, with secrets masked; completes with the session. */
  readonly transcript$: Observable<TranscriptEntry>
}

/** What became of a message that the server accepted for at least one recipient. */
export interface SendResult {
  /** Recipients that the server has taken the message for. */
  readonly accepted: readonly string[]
  /** Recipients that it refused, each with the reply. */
  readonly rejected: readonly RejectedRecipient[]
  /**
   * Recipients that the message may not have reached although others got it, where it took several transactions, or
   * over LMTP: the error tells whether it did.
   */
  readonly failed?: readonly FailedRecipient[]
  /** The reply to the end of the message; the first that accepts it, where there are several. */
  readonly reply: Reply
  /** Over LMTP the reply for each recipient in `accepted`, in the same order. */
  readonly replies?: readonly Reply[]
  /** The id under which the server has queued the message, where it tells. */
  readonly queueId: string | undefined
  /** What TLS had agreed on when the message went out; undefined for one that went in clear. */
  readonly tls: TlsState | undefined
}

/** A recipient whose transaction or reply was lost, with what became of the message for it. */
export interface FailedRecipient {
  readonly recipient: string
  readonly error: SmtpError
}

/** What is spoken: SMTP, or LMTP (RFC 2033), in which each recipient has a final reply of its own. */
export type Protocol = 'smtp' | 'lmtp'

/** What the caller has decided for the whole session. */
export interface ConversationOptions {
  readonly host: string
  readonly protocol: Protocol
  readonly pipelining: Pipelining
  /** Messages under way at once with `pipelining: 'auto'`. */
  readonly inFlight: number
  /** Whether a secret may go where others could read it. */
  readonly allowInsecureAuth: boolean
}

/** The state behind all views of one session. */
export class Conversation {
  readonly channel: Channel
  /** The host that the caller named: what certificates and credentials are checked against. */
  readonly host: string
  readonly greeting: Greeting
  phase: Phase = 'connected'
  capabilities: Capabilities = noCapabilities()
  helloName = 'localhost'
  authenticated = false
  /** Whether a step is under way. */
  busy = false
  /** Runs when the step under way has told its outcome, which comes before the end of the session. */
  afterStep: (() => void) | undefined
  reply: Reply | undefined
  result: SendResult | undefined
  /** Messages that were begun, whatever became of them. */
  messages = 0
  accepted: string[] = []
  rejected: RejectedRecipient[] = []
  /** Carries whole messages; there as soon as the first is sent. */
  courier: Courier | undefined
  /** The message whose transaction the server may still hold open, so that RSET must come before the next. */
  open: Transaction | undefined
  readonly options: ConversationOptions
  // Not to be shown with the rest: it may hold a private key.
  readonly #tls: CheckedTls

  constructor(channel: Channel, options: ConversationOptions, tls: CheckedTls, greeting: Greeting, reply: Reply) {
    this.channel = channel
    this.host = options.host
    this.options = options
    this.#tls = tls
    this.greeting = greeting
    this.reply = reply
  }

  /** How much TLS the session needs. */
  get tls(): CheckedTls {
    return this.#tls
  }

  /** Forgets the sender and the recipients. */
  clearEnvelope(): void {
    this.accepted = []
    this.rejected = []
  }
}

/** One phase of a conversation, as the caller sees it. */
class View<P extends Phase> implements Session<P> {
  readonly conversation: Conversation
  readonly phase: P
  readonly greeting: Greeting
  readonly capabilities: Capabilities
  readonly tls: TlsState | undefined
  readonly reply: Reply | undefined
  readonly result: Session<P>['result']

  constructor(conversation: Conversation, phase: P) {
    this.conversation = conversation
    this.phase = phase
    this.greeting = conversation.greeting
    this.capabilities = conversation.capabilities
    this.tls = conversation.channel.socket.tls
    this.reply = conversation.reply
    this.result = conversation.result as Session<P>['result']
  }

  get transcript$(): Observable<TranscriptEntry> {
    return this.conversation.channel.transcript$
  }
}

/** Shows a conversation in the phase that it has now. */
export function viewOf<P extends Phase>(conversation: Conversation, phase: P): Session<P> {
  conversation.phase = phase
  return new View(conversation, phase)
}

/** Finds the conversation behind a session. */
export function conversationOf(session: Session): Conversation {
  if (session instanceof View) return session.conversation
  throw argumentError('session', 'not a session of this library')
}

/**
 * Makes an operator out of one step of the conversation, which runs for every session that arrives.
 *
 * Errors with `bad-sequence` when the session is not in one of the phases `from`, or when it has moved on since.
 * Unsubscribing in the middle of a step ends the session: a command without its reply leaves it out of step.
 */
export function step<From extends Phase, To extends Phase>(
  name: SmtpPhase,
  from: readonly Phase[],
  run: (conversation: Conversation, session: Session<From>) => Promise<To>,
): OperatorFunction<Session<From>, Session<To>> {
  return concatMap(
    (session) =>
      new Observable<Session<To>>((subscriber) => {
        // A step that was refused has not touched the session, and must not end it for whoever is at work on it.
        let underWay = false
        const conversation = conversationOf(session)
        const start: typeof run = (...args) => {
          underWay = true
          return run(...args)
        }
        begin(conversation, session, name, from, start).then(
          (phase) => {
            underWay = false
            subscriber.next(viewOf(conversation, phase))
            subscriber.complete()
            conversation.afterStep?.()
          },
          (error) => {
            underWay = false
            // An operator that came too late has nothing to tell: what ended the session has.
            if (isSmtpError(error, 'closed')) conversation.afterStep?.()
            subscriber.error(error)
            conversation.afterStep?.()
          },
        )
        return () => {
          if (underWay) conversation.channel.end('aborted', 'unsubscribed before the reply came')
        }
      }),
  )
}

async function begin<From extends Phase, To extends Phase>(
  conversation: Conversation,
  session: Session<From>,
  name: SmtpPhase,
  from: readonly Phase[],
  run: (conversation: Conversation, session: Session<From>) => Promise<To>,
): Promise<To> {
  const { phase, busy } = conversation
  if (busy) throw outOfSequence(conversation, name, 'another operator is at work on the session')
  if (session.phase !== phase) {
    throw outOfSequence(conversation, name, `the session has moved on from ${session.phase} to ${phase}`)
  }
  requirePhase(conversation, name, from)
  conversation.busy = true
  try {
    return await untilEnded(conversation, () => run(conversation, session))
  } finally {
    conversation.busy = false
  }
}

/**
 * Checks that the session is open and in one of the phases `from`.
 *
 * @throws SmtpError `closed` or `bad-sequence`.
 */
export function requirePhase(conversation: Conversation, name: SmtpPhase, from: readonly Phase[]): void {
  const { phase, channel } = conversation
  // A goodbye is still possible when the connection is gone.
  if (channel.ended !== undefined && (name !== 'quit' || phase === 'closed')) {
    // MAIL begins another message, whatever became of the one before.
    throw channel.over(name, channel.ended, name === 'mail' ? 'not-sent' : channel.delivery)
  }
  if (from.includes(phase)) return
  throw outOfSequence(conversation, name, `${name} needs ${from.join(' or ')}, the session is ${phase}`)
}

/** Runs commands; what ends the session between two of them is what failed, not the command that came too late. */
export async function untilEnded<T>({ channel }: Conversation, run: () => Promise<T>): Promise<T> {
  const endedBefore = channel.ended !== undefined
  try {
    return await run()
  } catch (error) {
    if (!endedBefore && isSmtpError(error, 'closed')) throw channel.endedFor(channel.transaction) ?? error
    throw error
  }
}

function outOfSequence({ channel }: Conversation, phase: SmtpPhase, why: string): SmtpError<'bad-sequence'> {
  return new SmtpError('bad-sequence', why, { phase, delivery: channel.delivery })
}
