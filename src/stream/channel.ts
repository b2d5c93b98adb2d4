/**
 * The two-way transmission channel of RFC 5321 section 2.3.8: commands go out, every reply goes to the
 * command that waits for it, first in first out. Whatever leaves the two sides out of step ends the channel.
 */
import {
  AsyncSubject,
  firstValueFrom,
  from,
  lastValueFrom,
  type Observable,
  type Observer,
  race,
  Subject,
  Subscription,
} from 'rxjs'
import { checkLimits } from '../protocol/checked-limits.ts'
import {
  type Delivery,
  isSmtpError,
  replyError,
  SmtpError,
  type SmtpErrorCode,
  type SmtpErrorInit,
  type SmtpPhase,
} from '../protocol/errors.ts'
import type { Limits } from '../protocol/limits.ts'
import { encodedBefore, nothing } from '../protocol/octets.ts'
import { printable } from '../protocol/printable.ts'
import type { Reply } from '../protocol/reply.ts'
import { type Quirks, ReplyFramer } from '../protocol/reply-framer.ts'
import { masked } from '../protocol/secret.ts'
import { after, checkDeadlines, type Deadlines } from './deadlines.ts'
import { type Answers, type Line, Owed, onlyReply, type Transaction } from './owed.ts'
import { ReplyReader } from './replies.ts'
import { SecretMask } from './secret-mask.ts'
import type { Socket, TlsOptions } from './socket.ts'
import { type TranscriptEntry, withoutChallenge } from './transcript.ts'
import { distrust } from './trust.ts'

/** Settings of a channel. */
export interface ChannelOptions {
  /** How long each phase may take, in milliseconds; those not given keep their default. */
  readonly deadlines?: Partial<Deadlines>
  /** Departures from RFC 5321 to forgive this server. */
  readonly quirks?: Quirks
  /** Bounds on what the server may make us hold; those not given keep their default. */
  readonly limits?: Partial<Limits>
  /** Is told every step of the conversation from the greeting on, secrets masked. */
  readonly transcript?: Partial<Observer<TranscriptEntry>>
}

/** What {@link Channel.expect} gives: the reply to come, and a way to say that the command is fully written. */
export interface Expected {
  readonly reply: Promise<Reply>
  /** Starts the deadline and lets positive replies in. */
  written(): void
}

const encoder = new TextEncoder()

export class Channel {
  /** The message that the next command is about; set by whoever begins one. */
  transaction: Transaction = { delivery: 'not-sent' }
  /** The phase of what is done while no reply is owed, such as a handshake. */
  working: SmtpPhase = 'idle'
  /** Whether QUIT was said: from then on the end of the connection is no fault, however it comes. */
  leaving = false
  readonly mask: SecretMask = new SecretMask()
  readonly deadlines: Deadlines
  readonly limits: Limits
  readonly #options: ChannelOptions
  readonly #transcript = new Subject<TranscriptEntry>()
  readonly #closed = new AsyncSubject<never>()
  readonly #queue: Owed[] = []
  #socket: Socket
  #framer: ReplyFramer
  #reader: ReplyReader
  #reading: Subscription = Subscription.EMPTY
  #last: SmtpPhase = 'connect'
  /** Whether the last reply that was awaited is a 354. */
  #goAhead = false
  #isOver = false
  /** What is told of a channel that was closed on purpose. */
  #closedIn: SmtpErrorInit = { phase: 'quit' }
  #ended: SmtpError | undefined
  /** The message that was refused with it. */
  #refused: Transaction | undefined
  /** Whether a write failed: the connection is no longer used, only listened to. */
  #broken = false
  #stopGrace: () => void = () => {}
  #stopTimer: () => void = () => {}
  #restarting = false

  constructor(socket: Socket, options: ChannelOptions = {}) {
    this.#options = options
    this.deadlines = checkDeadlines(options.deadlines)
    this.limits = checkLimits(options.limits)
    if (options.transcript !== undefined) this.#transcript.subscribe(options.transcript)
    this.#socket = socket
    this.#framer = new ReplyFramer(options)
    this.#reader = this.#newReader()
    this.#read()
  }

  get socket(): Socket {
    return this.#socket
  }

  /** What became of the message that the last command was about. */
  get delivery(): Delivery {
    return this.transaction.delivery
  }

  /** Every step from now on, secrets masked; completes with the channel. */
  get transcript$(): Observable<TranscriptEntry> {
    return this.#transcript
  }

  /** Completes when the channel was closed on purpose and errors with what ended it otherwise. */
  get closed$(): Observable<never> {
    return this.#closed
  }

  /** Whether the channel has ended. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** What ended the channel. */
  get ended(): SmtpError | undefined {
    // Mostly nobody asks when it was closed on purpose, and an error costs what it takes to note where it was made.
    if (this.#isOver) this.#ended ??= new SmtpError('closed', 'the session was closed', this.#closedIn)
    return this.#ended
  }

  /** What ended the channel, as a message sees it: with what became of that one. */
  endedFor(transaction: Transaction): SmtpError | undefined {
    const error = this.ended
    if (error === undefined || transaction === this.#refused) return error
    return this.#forOthers(error, error.phase, error.command, transaction.delivery)
  }

  /** Whether what is written still leaves. */
  get writable(): boolean {
    return !this.#isOver && !this.#broken
  }

  /** Writes one line and waits for its reply; `shown` stands in for it wherever it could be read. */
  request(line: string, phase: SmtpPhase, shown: string = line): Promise<Reply> {
    const { reply, written } = this.expect(phase, shown)
    if (!this.#isOver) {
      this.#note({ from: 'C', kind: 'command', text: this.mask.text(shown) })
      void this.write(encoder.encode(`${line}\r\n`))
      written()
    }
    return reply
  }

  /**
   * Writes lines, and `body` behind them, as one piece; gives what came of them. A message whose end is among them is in
   * doubt from here on.
   */
  requestAll(lines: readonly Line[], body?: Uint8Array): { answers: Promise<Answers>; pressure: Promise<void> | void } {
    const owed = this.#owe(lines)
    if (this.#isOver) return { answers: owed.answers, pressure: undefined }
    let group = ''
    for (const { text = '' } of lines) group += `${text}\r\n`
    if (this.#transcript.observed) {
      for (const { text = '' } of lines) this.#note({ from: 'C', kind: 'command', text })
    }
    if (body !== undefined) this.noteBody(body.length)
    if (this.writable && lines.at(-1)?.phase === 'end-of-data') owed.transaction.delivery = 'unknown'
    const pressure = this.#writeBoth(group, body)
    if (this.#queue[0] === owed) this.#startTimer()
    return { answers: owed.answers, pressure }
  }

  /**
   * Waits for the next reply that nobody else waits for; the phase is `writing` until the command is written, and
   * `onEarly` is told at once of a refusal that comes before that.
   */
  expect(phase: SmtpPhase, command?: string, writing: SmtpPhase = phase, onEarly?: (refusal: Reply) => void): Expected {
    const owed = this.#owe([{ text: command, phase }], writing)
    owed.onEarly = onEarly
    const written = (): void => {
      owed.writing = undefined
      if (this.#queue[0] === owed) this.#startTimer()
    }
    return { reply: onlyReply(owed.answers), written }
  }

  /** Puts commands at the end of the queue of those that wait for their replies. */
  #owe(lines: readonly Line[], writing?: SmtpPhase): Owed {
    const owed = new Owed(lines, this.transaction, this.#reader.chunks, writing)
    if (this.ended !== undefined) {
      owed.fail(this.over(owed.phase, this.ended))
      return owed
    }
    // Half a reply that nobody waits for would become the answer to what is written next.
    const early = this.#goAhead && this.#framer.refuses
    if (this.#queue.length === 0 && !this.#framer.idle && !early) {
      this.end('unsolicited-reply', 'text before the command', { phase: owed.phase })
    }
    if (this.ended !== undefined) owed.fail(renewed(this.ended, owed.phase, owed.command, owed.transaction.delivery))
    else this.#queue.push(owed)
    return owed
  }

  /** Writes bytes; resolves when more should follow. A write that fails leaves the word to the replies still on their way. */
  write(bytes: Uint8Array): Promise<void> | void {
    if (this.ended !== undefined) return Promise.reject(this.over(this.#last, this.ended))
    if (this.#broken) return this.#writeFailed(undefined)
    try {
      const pressure = this.#socket.write(bytes)
      return pressure?.catch((cause) => this.#writeFailed(cause))
    } catch (cause) {
      return this.#writeFailed(cause)
    }
  }

  /** Writes commands and what follows them: together when that is cheap, and without a copy when it is not. */
  #writeBoth(commands: string, body: Uint8Array = nothing): Promise<void> | void {
    if (body.length <= copied) return this.write(encodedBefore(commands, body))
    void this.write(encoder.encode(commands))
    return this.write(body)
  }

  /** Tells the transcript that `octets` of a message were written. */
  noteBody(octets: number): void {
    this.#note({ from: 'C', kind: 'body', octets })
  }

  /** Moves the conversation onto TLS; nothing that came before may be left over (RFC 3207 section 6). */
  async startTls(options: TlsOptions): Promise<void> {
    if (!this.#isOver && !this.#framer.idle) this.end('tls-injection', 'plaintext behind the reply to STARTTLS')
    if (this.ended !== undefined) throw this.ended
    this.working = 'starttls'
    const stopTimer = after(this.deadlines.starttls, () => this.#late('starttls'))
    this.#reading.unsubscribe()
    const upgrading = this.#socket.startTls(options)
    try {
      // An adapter that hears nothing of the deadline must not be waited for.
      this.#socket = await firstValueFrom(race(from(upgrading), this.#closed))
    } catch (cause) {
      const known = isSmtpError(cause)
      const message = known ? cause.message : `TLS handshake: ${messageOf(cause)}`
      this.end('tls-failed', message, { phase: 'starttls', cause: known ? cause.cause : cause })
      upgrading.then((socket) => socket.destroy()).catch(() => {})
    } finally {
      stopTimer()
      this.working = 'idle'
    }
    const why = distrust(this.#socket.tls, options)
    if (!this.#isOver && why !== undefined) this.end('tls-failed', printable(why, 256), { phase: 'starttls' })
    if (this.ended !== undefined) throw this.ended
    this.#note({ from: 'C', kind: 'tls', text: `${this.#socket.tls?.protocol ?? 'TLS'} established` })
    this.#framer = new ReplyFramer(this.#options)
    this.#reader = this.#newReader()
    this.#read()
  }

  /** Ends the channel on purpose: sends what is written, then closes. */
  async close(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.#closedIn = { phase: 'quit', delivery: this.delivery }
    this.#release()
    this.#closed.complete()
    await this.#socket.close()
  }

  /** Ends the channel because of a fault: drops the connection and fails whatever is awaited. */
  end(
    code: SmtpErrorCode,
    message: string,
    init: { phase?: SmtpPhase; cause?: unknown; reply?: Reply } = {},
  ): SmtpError {
    if (this.ended !== undefined) return this.ended
    const { phase = this.#queue[0]?.phase ?? this.working } = init
    const { delivery } = this.#queue[0]?.transaction ?? this.transaction
    return this.#failHead(new SmtpError(code, message, { ...init, phase, delivery }))
  }

  /** Ends the channel with an error about something that was answered; what waits is not what it is about. */
  fail(error: SmtpError): SmtpError {
    if (!this.#isOver) this.#drop(error)
    return error
  }

  /** Ends the channel with an error about the command that is due to be answered, if there is one. */
  #failHead(cause: SmtpError): SmtpError {
    if (this.ended !== undefined) return this.ended
    const head = this.#queue.shift()
    const error = head === undefined ? cause : renewed(cause, head.phase, head.command, cause.delivery)
    head?.fail(error)
    this.#drop(error)
    return error
  }

  #drop(error: SmtpError): void {
    this.#isOver = true
    this.#ended = error
    this.#release()
    this.#socket.destroy()
    if (this.leaving) this.#closed.complete()
    else this.#closed.error(error)
  }

  /** Builds the error for whoever comes too late. */
  over(phase: SmtpPhase, cause: SmtpError, delivery: Delivery = this.delivery): SmtpError {
    return new SmtpError('closed', `the session has ended: ${cause.message}`, { phase, delivery, cause })
  }

  #newReader(): ReplyReader {
    const channel = this
    let last: Reply
    const observer = {
      get closed(): boolean {
        return channel.#isOver
      },
      next(reply: Reply): void {
        last = reply
        channel.#take(reply, 1)
      },
      error(error: unknown): void {
        if (error instanceof SmtpError) {
          const code = channel.working === 'starttls' ? 'tls-injection' : error.code
          channel.end(code, channel.mask.text(error.message), { cause: error.cause })
        } else channel.end('connection-lost', `the connection broke: ${messageOf(error)}`, { cause: error })
      },
      complete(): void {
        channel.end('connection-lost', 'the server closed the connection')
      },
    }
    const again = (times: number): void => {
      for (let left = times; left > 0 && !this.#isOver; ) left -= this.#take(last, left)
    }
    return new ReplyReader(this.#framer, observer, again)
  }

  #read(): void {
    this.#reading = this.#socket.bytes$.subscribe(this.#reader)
    // A socket may be gone, or speak out of turn, before subscribe() returns.
    if (this.#isOver) this.#reading.unsubscribe()
  }

  /**
   * Hands a reply to the command at the head of the queue, or finds that there is none it could answer. One that came
   * several `times` may be handed to as many; tells how many that were.
   */
  #take(received: Reply, times: number): number {
    const head = this.#queue[0]
    const answersSecret = head?.phase === 'auth' && head.command?.endsWith(masked) === true
    const reply = answersSecret ? withoutChallenge(this.mask.reply(received)) : this.mask.reply(received)
    if (this.#transcript.observed) this.#note({ from: 'S', kind: 'reply', text: reply.text, reply })
    // A refusal may come right behind the 354, before anyone has begun to write the message.
    const early = head === undefined && this.#goAhead && reply.code >= 400
    if (reply.code === 421 || early) {
      const phase = head?.phase ?? (early ? 'body' : this.working)
      const about = head?.transaction ?? this.transaction
      const error = refusal(reply, phase, head?.command, about.delivery)
      about.delivery = error.delivery
      if (error.delivery === 'rejected') this.#refused = about
      this.#failHead(error)
    } else if (
      head === undefined ||
      head.since === this.#reader.chunks ||
      (head.writing !== undefined && reply.code < 400)
    ) {
      const code = this.working === 'starttls' ? 'tls-injection' : 'unsolicited-reply'
      this.end(code, `a reply to no command: ${reply.code} ${printable(reply.text, 128)}`, { reply })
    } else {
      this.#last = head.phase
      this.#goAhead = reply.code === 354
      // From here on nothing but the handshake may come.
      if (head.phase === 'starttls' && reply.code === 220) this.working = 'starttls'
      // Known from this moment on, even if the connection ends before anyone has looked.
      if (head.phase === 'end-of-data') head.transaction.delivery = fateIn(reply) ?? head.transaction.delivery
      const { writing } = head
      // A challenge is for the mechanism alone, which needs it to the letter.
      const answer = head.phase === 'auth' && received.code === 334 ? received : reply
      // Whoever looks on is told of each.
      const taken = head.take(answer, this.#transcript.observed ? 1 : times)
      if (head.done) this.#queue.shift()
      this.#restartTimer()
      if (writing !== undefined) head.onEarly?.(reply)
      return taken
    }
    return 1
  }

  /** Lets go of everything that the channel holds. */
  #release(): void {
    this.#reading.unsubscribe()
    this.#stopGrace()
    this.#stopTimer()
    for (const owed of this.#queue.splice(0)) {
      const { phase, command, transaction } = owed
      const error = this.ended as SmtpError
      owed.fail(this.#forOthers(error, phase, command, transaction.delivery))
    }
    this.#transcript.complete()
  }

  /** Starts the deadline of the reply that is due next: the ones behind it cannot come before. */
  #startTimer(): void {
    this.#stopTimer()
    const head = this.#queue[0]
    if (head === undefined || head.writing !== undefined) this.#stopTimer = () => {}
    else this.#stopTimer = after(this.deadlines[head.phase], () => this.#late(head.phase))
  }

  /** Starts the deadline anew once for all the replies of a chunk. */
  #restartTimer(): void {
    if (this.#restarting) return
    this.#restarting = true
    queueMicrotask(() => {
      this.#restarting = false
      this.#startTimer()
    })
  }

  #late(phase: SmtpPhase): void {
    this.end('timeout', `no answer within ${this.deadlines[phase]} ms`, { phase })
  }

  /** A server that refuses in mid-message closes behind its reply: the reply says more than the broken pipe. */
  #writeFailed(cause: unknown): Promise<void> {
    if (this.writable) {
      this.#broken = true
      this.#stopGrace = after(writeGrace, () =>
        this.end('connection-lost', `the connection broke: ${messageOf(cause)}`, { cause }),
      )
    }
    // Nothing more should follow: not one octet behind a gap, and least of all the end of a message.
    return lastValueFrom(this.#closed, { defaultValue: undefined }).catch(() => {})
  }

  #note(entry: TranscriptEntry): void {
    if (this.#transcript.observed) this.#transcript.next(entry)
  }

  /** The same failure, for whoever waits behind what it is about: a reply to another command refuses nothing of theirs. */
  #forOthers(error: SmtpError, phase: SmtpPhase, command: string | undefined, delivery: Delivery): SmtpError {
    if (error.code === 'refused' || error.code === 'unexpected-reply') return this.over(phase, error, delivery)
    return renewed(error, phase, command, delivery)
  }
}

/** The same failure, as another command sees it. */
function renewed(error: SmtpError, phase: SmtpPhase, command: string | undefined, delivery: Delivery): SmtpError {
  if (error.phase === phase && error.command === command && error.delivery === delivery) return error
  const { code, message, reply, cause } = error
  return new SmtpError(code, message, { phase, command, delivery, reply, cause })
}

const writeGrace = 250
// Octets of a message that go into one buffer with its commands.
const copied = 64 * 1024

/** What the reply to the end of a message says of its delivery; a reply that is none says nothing. */
function fateIn({ code }: Reply): Delivery | undefined {
  if (code === 250) return 'accepted'
  return code >= 400 ? 'rejected' : undefined
}

/** Types a 4yz or 5yz reply: in a mail transaction it rejects the message. */
export function refusal(
  reply: Reply,
  phase: SmtpPhase,
  command: string | undefined,
  delivery: Delivery,
): SmtpError<'refused' | 'service-closing'> {
  return replyError(reply.code === 421 ? 'service-closing' : 'refused', reply, {
    phase,
    command,
    delivery: transaction.has(phase) ? 'rejected' : delivery,
  })
}

const transaction: ReadonlySet<SmtpPhase> = new Set(['mail', 'rcpt', 'data', 'body', 'end-of-data'])

function messageOf(cause: unknown): string {
  return printable(cause instanceof Error ? cause.message : String(cause), 256)
}
