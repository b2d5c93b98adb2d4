import { firstValueFrom, type Observable, of, type Unsubscribable } from 'rxjs'
import type { ClientAttributes } from '../protocol/attributes.ts'
import type { Capabilities } from '../protocol/capabilities.ts'
import { isLoopback } from '../protocol/loopback.ts'
import type { Greeting, Reply } from '../protocol/reply.ts'
import type { Auth } from '../protocol/sasl/auth.ts'
import type { TlsState } from '../stream/socket.ts'
import type { TranscriptEntry } from '../stream/transcript.ts'
import { type AuthenticateOptions, authenticate } from './authenticate.ts'
import type { CallOptions } from './bounds.ts'
import { type BurlOptions, burl } from './burl.ts'
import { Calls } from './calls.ts'
import { type CommandOptions, command } from './command.ts'
import { beginData, data, finishData } from './data.ts'
import { etrn } from './etrn.ts'
import { type ExpnOptions, expn } from './expn.ts'
import { help } from './help.ts'
import { type MailOptions, mail } from './mail.ts'
import type { MessageSource } from './message-source.ts'
import { MessageWriter } from './message-writer.ts'
import { noop } from './noop.ts'
import { quit } from './quit.ts'
import { type RcptOptions, rcpt } from './rcpt.ts'
import { reset } from './reset.ts'
import { checkEnvelope, type Envelope } from './send.ts'
import { type Conversation, conversationOf, type Phase, type SendResult, type Session, step } from './session.ts'
import { type StartTlsOptions, startTls } from './start-tls.ts'
import { type VerifyOptions, verify } from './verify.ts'
import { xclient } from './xclient.ts'
import { xforward } from './xforward.ts'

/**
 * Speaks SMTP by promises: each method is the operator of the same name, run once.
 *
 * Calls made while another is under way wait for it. The first call that needs it says EHLO. A refusal leaves the
 * client usable; anything that leaves the connection out of step closes it, and later calls reject with `closed`.
 *
 * @example
 * const client = await dial('mx.example:submission')
 * await client.startTls()
 * await client.auth(plainAuth({ username: 'ann', password: 'secret' }))
 * await client.mail('ann@mx.example')
 * await client.rcpt('bob@mx.example')
 * const writer = (await client.data()).getWriter()
 * await writer.write('Subject: hi\n\nHello Bob\n')
 * await writer.close()
 * await client.quit()
 */
export class Client {
  readonly #conversation: Conversation
  readonly #connection: Unsubscribable
  readonly #calls: Calls

  /** Takes over a session; `connection` is what keeps it open. */
  constructor(session: Session, connection: Unsubscribable, helloName = 'localhost') {
    this.#conversation = conversationOf(session)
    this.#connection = connection
    this.#calls = new Calls(this.#conversation, helloName)
  }

  /** The server's greeting. */
  get greeting(): Greeting {
    return this.#conversation.greeting
  }

  /** What TLS has agreed on; undefined on a plain connection. */
  get tls(): TlsState | undefined {
    return this.#conversation.channel.socket.tls
  }

  /** Whether the server runs on this machine. */
  get isLoopback(): boolean {
    return isLoopback(this.#conversation.channel.socket.remoteAddress)
  }

  /** The server's reply to the last command. */
  get reply(): Reply | undefined {
    return this.#conversation.reply
  }

  /** Every step from now on, with secrets masked; completes with the session. */
  get transcript$(): Observable<TranscriptEntry> {
    return this.#conversation.channel.transcript$
  }

  /** A raw exchange, for extensions of one's own: a line without control characters, and the reply to it. */
  readonly text: { exchange(line: string, options?: CommandOptions & CallOptions): Promise<Reply> } = {
    exchange: (line, options = {}) => this.#calls.replyTo(command<Open>(line, options), options),
  }

  /**
   * Says EHLO, or HELO where the server wants that; only needed for a name other than the one given to `dial`.
   *
   * @throws SmtpError `bad-sequence` after any other command; `invalid-argument`, `refused`.
   */
  async hello(name?: string, options: CallOptions = {}): Promise<void> {
    await this.#calls.inTurn(options, () => this.#calls.sayHello(name))
  }

  /** Returns what the server offers. */
  async capabilities(options: CallOptions = {}): Promise<Capabilities> {
    return this.#calls.inTurn(options, async () => {
      await this.#calls.ready()
      return this.#conversation.capabilities
    })
  }

  /** Returns the parameters of an extension, `[]` when it has none, undefined when the server does not offer it. */
  async extension(keyword: string, options: CallOptions = {}): Promise<readonly string[] | undefined> {
    return (await this.capabilities(options)).keywords.get(keyword.toUpperCase())
  }

  /** Moves the session onto TLS, verified, and says EHLO again. See {@link startTls}. */
  async startTls(options: StartTlsOptions & CallOptions = {}): Promise<TlsState | undefined> {
    const { signal, deadline, ...tlsOptions } = options
    await this.#calls.run(startTls(tlsOptions), {
      ...(signal && { signal }),
      ...(deadline !== undefined && { deadline }),
    })
    return this.tls
  }

  /** Authenticates. See {@link authenticate}. */
  auth(auth: Auth, options: AuthenticateOptions & CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(authenticate(auth, options), options)
  }

  /** Begins a message; `''` is the null reverse-path. See {@link mail}. */
  mail(from: string, options: MailOptions & CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(mail(from, options), options)
  }

  /** Names one recipient; rejects when it is refused. See {@link rcpt}. */
  rcpt(to: string, options: RcptOptions & CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(rcpt(to, options), options)
  }

  /**
   * Sends the message, or opens it for writing.
   *
   * Without a message it resolves with a `WritableStream` of text and bytes: `close()` sends the end and resolves when
   * the server has taken it, `abort()` drops the connection, so that nothing of it is delivered.
   */
  data(message: MessageSource, options?: CallOptions): Promise<SendResult>
  data(message?: undefined, options?: CallOptions): Promise<MessageWriter>
  async data(message?: MessageSource, options: CallOptions = {}): Promise<SendResult | MessageWriter> {
    if (message !== undefined) return (await this.#calls.run(data(message), options)).result
    return this.#openData(options)
  }

  /** Has the server fetch the message, or the next part of it, from a URL. See {@link burl}. */
  burl(url: string, { last = false, ...options }: BurlOptions & CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(last ? burl(url, { last }) : burl(url), options)
  }

  /**
   * Sends one message to everyone who is accepted. See {@link send}.
   *
   * Calls need not wait for each other: as many messages are under way at once as `pipelining` and `inFlight` allow.
   */
  send(envelope: Envelope, options: CallOptions = {}): Promise<SendResult> {
    try {
      return this.#calls.send(envelope, checkEnvelope(envelope), options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Gives up the message that was begun. See {@link reset}. */
  reset(options: CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(reset(), options)
  }

  /** Asks for a sign of life. See {@link noop}. */
  noop(options: CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(noop<Ready>(), options)
  }

  /** Asks whether a mailbox exists; rejects when it does not, or the server will not say. See {@link verify}. */
  verify(address: string, options: VerifyOptions & CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(verify<Idle>(address, options), options)
  }

  /** Asks who is on a mailing list. See {@link expn}. */
  expn(list: string, options: ExpnOptions & CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(expn<Idle>(list, options), options)
  }

  /** Asks for help, about a command where one is named. See {@link help}. */
  help(topic?: string, options: CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(help<Open>(topic), options)
  }

  /** Asks the server to start sending what it keeps for a node. See {@link etrn}. */
  etrn(node: string, options: CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(etrn<Idle>(node), options)
  }

  /** Speaks for another client from now on. See {@link xclient}. */
  xclient(attributes: ClientAttributes, options: CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(xclient(attributes), options)
  }

  /** Tells whose message the next one is. See {@link xforward}. */
  xforward(attributes: ClientAttributes, options: CallOptions = {}): Promise<Reply> {
    return this.#calls.replyTo(xforward<Idle>(attributes), options)
  }

  /** Says goodbye and closes; resolves with the server's answer where there was one. See {@link quit}. */
  async quit(options: CallOptions = {}): Promise<Reply | undefined> {
    return this.#calls.inTurn(options, async () => {
      // Whether the server likes our name no longer matters.
      await this.#calls.ready().catch(() => {})
      const { reply } = await firstValueFrom(of(this.#calls.session).pipe(quit()))
      this.#connection.unsubscribe()
      return reply
    })
  }

  /** Drops the connection at once; whatever is under way rejects. */
  close(): void {
    this.#connection.unsubscribe()
  }

  /** Closes at the end of an `await using` block: with a goodbye when the session is still open. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#conversation.channel.isOver) await this.quit()
  }

  #openData(options: CallOptions): Promise<MessageWriter> {
    const conversation = this.#conversation
    return new Promise((resolve, reject) => {
      // The turn lasts until the message is written: other calls wait for its end.
      this.#calls
        .inTurn(options, async () => {
          let result: SendResult | undefined
          const opening = step<'rcpt', Phase>('data', ['rcpt'], async () => {
            const sender = await beginData(conversation)
            const writer = new MessageWriter(sender, async () => {
              result = await finishData(conversation, sender)
              return result
            })
            resolve(writer)
            await writer.finished
            return result === undefined ? conversation.phase : 'sent'
          })
          await firstValueFrom(of(this.#calls.session).pipe(opening))
        })
        .catch(reject)
    })
  }
}

type Ready = 'ready' | 'mail' | 'rcpt' | 'sent'
type Open = Ready | 'connected'
type Idle = 'ready' | 'sent'
