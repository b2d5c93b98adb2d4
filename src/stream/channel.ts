/**
 * The two-way transmission channel of RFC 5321 section 2.3.8: commands go out, every reply goes to the
 * command that waits for it, first in first out. Whatever leaves the two sides out of step ends the channel.
 */
import { type Observable, Subject, Subscription } from 'rxjs'
import { checkLimits } from '../protocol/checked-limits.ts'
import { type Delivery, SmtpError, type SmtpErrorCode, type SmtpPhase } from '../protocol/errors.ts'
import type { Limits } from '../protocol/limits.ts'
import { printable } from '../protocol/printable.ts'
import type { Reply } from '../protocol/reply.ts'
import { ReplyFramer } from '../protocol/reply-framer.ts'
import { masked } from '../protocol/secret.ts'
import type { ChannelOptions } from './channel-options.ts'
import { after, checkDeadlines, type Deadlines } from './deadlines.ts'
import { Ending } from './ending.ts'
import { asSeenBy, fateIn, forOthers, messageOf, refusal, tooLate } from './faults.ts'
import { handshake } from './handshake.ts'
import { readerFor } from './incoming.ts'
import { Outlet } from './outlet.ts'
import { type Answers, type Line, Owed, onlyReply, type Transaction } from './owed.ts'
import { OwedQueue } from './owed-queue.ts'
import type { ReplyReader } from './replies.ts'
import { SecretMask } from './secret-mask.ts'
import type { Socket, TlsOptions } from './socket.ts'
import { type TranscriptEntry, withoutChallenge } from './transcript.ts'
import { distrust } from './trust.ts'

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
  readonly #ending = new Ending()
  readonly #queue: OwedQueue
  readonly #outlet: Outlet
  #framer: ReplyFramer
  #reader: ReplyReader
  #reading: Subscription = Subscription.EMPTY
  #last: SmtpPhase = 'connect'
  /** Whether the last reply that was awaited is a 354. */
  #goAhead = false

  constructor(socket: Socket, options: ChannelOptions = {}) {
    this.#options = options
    this.deadlines = checkDeadlines(options.deadlines)
    this.limits = checkLimits(options.limits)
    if (options.transcript !== undefined) this.#transcript.subscribe(options.transcript)
    this.#queue = new OwedQueue(this.deadlines, (phase) => this.#late(phase))
    this.#outlet = new Outlet(socket, this.closed$, (cause) => this.#lost(cause))
    this.#framer = new ReplyFramer(options)
    this.#reader = this.#newReader()
    this.#read()
  }

  get socket(): Socket {
    return this.#outlet.socket
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
    return this.#ending.closed$
  }

  /** Whether the channel has ended. */
  get isOver(): boolean {
    return this.#ending.isOver
  }

  /** What ended the channel. */
  get ended(): SmtpError | undefined {
    return this.#ending.error
  }

  /** What ended the channel, as a message sees it: with what became of that one. */
  endedFor(transaction: Transaction): SmtpError | undefined {
    return this.#ending.errorFor(transaction)
  }

  /** Whether what is written still leaves. */
  get writable(): boolean {
    return !this.isOver && !this.#outlet.isBroken
  }

  /** Writes one line and waits for its reply; `shown` stands in for it wherever it could be read. */
  request(line: string, phase: SmtpPhase, shown: string = line): Promise<Reply> {
    const { reply, written } = this.expect(phase, shown)
    if (!this.isOver) {
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
    if (this.isOver) return { answers: owed.answers, pressure: undefined }
    let group = ''
    for (const { text = '' } of lines) group += `${text}\r\n`
    if (this.#transcript.observed) {
      for (const { text = '' } of lines) this.#note({ from: 'C', kind: 'command', text })
    }
    if (body !== undefined) this.noteBody(body.length)
    if (this.writable && lines.at(-1)?.phase === 'end-of-data') owed.transaction.delivery = 'unknown'
    const pressure = this.#outlet.writeBoth(group, body)
    this.#queue.written(owed)
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
      this.#queue.written(owed)
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
    if (this.#queue.head === undefined && !this.#framer.idle && !early) {
      this.end('unsolicited-reply', 'text before the command', { phase: owed.phase })
    }
    if (this.ended !== undefined) owed.fail(asSeenBy(this.ended, owed.phase, owed.command, owed.transaction.delivery))
    else this.#queue.push(owed)
    return owed
  }

  /** Writes bytes; resolves when more should follow. A write that fails leaves the word to the replies still on their way. */
  write(bytes: Uint8Array): Promise<void> | void {
    if (this.ended !== undefined) return Promise.reject(this.over(this.#last, this.ended))
    return this.#outlet.write(bytes)
  }

  /** Tells the transcript that `octets` of a message were written. */
  noteBody(octets: number): void {
    this.#note({ from: 'C', kind: 'body', octets })
  }

  /** Moves the conversation onto TLS; nothing that came before may be left over (RFC 3207 section 6). */
  async startTls(options: TlsOptions): Promise<void> {
    if (!this.isOver && !this.#framer.idle) this.end('tls-injection', 'plaintext behind the reply to STARTTLS')
    if (this.ended !== undefined) throw this.ended
    this.working = 'starttls'
    const stopTimer = after(this.deadlines.starttls, () => this.#late('starttls'))
    this.#reading.unsubscribe()
    try {
      this.#outlet.socket = await handshake(this.socket, options, this.closed$)
    } catch (error) {
      const { message, cause } = error as SmtpError
      this.end('tls-failed', message, { phase: 'starttls', cause })
    } finally {
      stopTimer()
      this.working = 'idle'
    }
    const why = distrust(this.socket.tls, options)
    if (!this.isOver && why !== undefined) this.end('tls-failed', printable(why, 256), { phase: 'starttls' })
    if (this.ended !== undefined) throw this.ended
    this.#note({ from: 'C', kind: 'tls', text: `${this.socket.tls?.protocol ?? 'TLS'} established` })
    this.#framer = new ReplyFramer(this.#options)
    this.#reader = this.#newReader()
    this.#read()
  }

  /** Ends the channel on purpose: sends what is written, then closes. */
  async close(): Promise<void> {
    if (this.isOver) return
    this.#ending.close(this.delivery)
    this.#release()
    this.#ending.closed$.complete()
    await this.socket.close()
  }

  /** Ends the channel because of a fault: drops the connection and fails whatever is awaited. */
  end(
    code: SmtpErrorCode,
    message: string,
    init: { phase?: SmtpPhase; cause?: unknown; reply?: Reply } = {},
  ): SmtpError {
    if (this.ended !== undefined) return this.ended
    const { phase = this.#queue.head?.phase ?? this.working } = init
    const { delivery } = this.#queue.head?.transaction ?? this.transaction
    return this.#failHead(new SmtpError(code, message, { ...init, phase, delivery }))
  }

  /** Ends the channel with an error about something that was answered; what waits is not what it is about. */
  fail(error: SmtpError): SmtpError {
    if (!this.isOver) this.#drop(error)
    return error
  }

  /** Ends the channel with an error about the command that is due to be answered, if there is one. */
  #failHead(cause: SmtpError): SmtpError {
    if (this.ended !== undefined) return this.ended
    const head = this.#queue.shift()
    const error = head === undefined ? cause : asSeenBy(cause, head.phase, head.command, cause.delivery)
    head?.fail(error)
    this.#drop(error)
    return error
  }

  #drop(error: SmtpError): void {
    this.#ending.fail(error)
    this.#release()
    this.socket.destroy()
    if (this.leaving) this.#ending.closed$.complete()
    else this.#ending.closed$.error(error)
  }

  /** Builds the error for whoever comes too late. */
  over(phase: SmtpPhase, cause: SmtpError, delivery: Delivery = this.delivery): SmtpError {
    return tooLate(cause, phase, delivery)
  }

  #newReader(): ReplyReader {
    const channel = this
    return readerFor(
      {
        get isOver(): boolean {
          return channel.isOver
        },
        take: (reply, times) => this.#take(reply, times),
        closed: () => this.end('connection-lost', 'the server closed the connection'),
        broken: (error) => this.#brokenBy(error),
      },
      this.#framer,
    )
  }

  #read(): void {
    this.#reading = this.socket.bytes$.subscribe(this.#reader)
    // A socket may be gone, or speak out of turn, before subscribe() returns.
    if (this.isOver) this.#reading.unsubscribe()
  }

  #brokenBy(error: unknown): void {
    if (error instanceof SmtpError) {
      const code = this.working === 'starttls' ? 'tls-injection' : error.code
      this.end(code, this.mask.text(error.message), { cause: error.cause })
    } else this.#lost(error)
  }

  #lost(cause: unknown): void {
    this.end('connection-lost', `the connection broke: ${messageOf(cause)}`, { cause })
  }

  /**
   * Hands a reply to the command at the head of the queue, or finds that there is none it could answer. One that came
   * several `times` may be handed to as many; tells how many that were.
   */
  #take(received: Reply, times: number): number {
    const head = this.#queue.head
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
      if (error.delivery === 'rejected') this.#ending.refuses(about)
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
      const taken = this.#queue.answer(head, answer, this.#transcript.observed ? 1 : times)
      if (writing !== undefined) head.onEarly?.(reply)
      return taken
    }
    return 1
  }

  /** Lets go of everything that the channel holds. */
  #release(): void {
    this.#reading.unsubscribe()
    this.#outlet.release()
    for (const owed of this.#queue.release()) {
      const { phase, command, transaction } = owed
      owed.fail(forOthers(this.ended as SmtpError, phase, command, transaction.delivery))
    }
    this.#transcript.complete()
  }

  #late(phase: SmtpPhase): void {
    this.end('timeout', `no answer within ${this.deadlines[phase]} ms`, { phase })
  }

  #note(entry: TranscriptEntry): void {
    if (this.#transcript.observed) this.#transcript.next(entry)
  }
}
