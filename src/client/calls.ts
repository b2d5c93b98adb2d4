import { firstValueFrom, type OperatorFunction, of } from 'rxjs'
import { type Delivery, isSmtpError, SmtpError } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'
import { bounded, type CallOptions, stopOf, stoppedBefore } from './bounds.ts'
import { hello } from './hello.ts'
import type { NamedRecipient } from './recipient.ts'
import { type Envelope, transact } from './send.ts'
import { type Conversation, type Phase, requirePhase, type SendResult, type Session, viewOf } from './session.ts'
import { Turns } from './turns.ts'

/**
 * Runs operators for those who await them: one at a time, in the order of the calls, each within its bounds, and behind
 * the EHLO that it needs.
 */
export class Calls {
  readonly #conversation: Conversation
  readonly #helloName: string
  #helloFailure: unknown
  readonly #turns = new Turns()

  /** @param helloName the name that the first call which needs it says in EHLO. */
  constructor(conversation: Conversation, helloName: string) {
    this.#conversation = conversation
    this.#helloName = helloName
  }

  /** The session as it stands now. Its phase is only known at run time: the operators check it there. */
  get session(): Session<never> {
    return viewOf(this.#conversation, this.#conversation.phase) as Session<never>
  }

  /** Runs an operator and resolves with the reply. */
  async replyTo(operator: OperatorFunction<Session<never>, Session>, options: CallOptions): Promise<Reply> {
    const { reply } = await this.run(operator, options)
    if (reply === undefined) throw new SmtpError('closed', 'the session has ended', { phase: 'idle' })
    return reply
  }

  /** Runs an operator when its turn comes, after the hello that it needs. */
  run<P extends Phase>(
    operator: OperatorFunction<Session<never>, Session<P>>,
    options: CallOptions,
  ): Promise<Session<P>> {
    return this.inTurn(options, async () => {
      await this.ready()
      return firstValueFrom(of(this.session).pipe(operator))
    })
  }

  /** Sends a message beside others that are under way. */
  send(envelope: Envelope, recipients: readonly NamedRecipient[], options: CallOptions): Promise<SendResult> {
    return bounded(options, (signal) => this.#send(envelope, recipients, signal))
  }

  #send(
    envelope: Envelope,
    recipients: readonly NamedRecipient[],
    signal: AbortSignal | undefined,
  ): Promise<SendResult> {
    const conversation = this.#conversation
    if (conversation.phase === 'connected') {
      const introduced = this.inTurn({ ...(signal && { signal }) }, () => this.ready())
      return introduced.then(() => this.#send(envelope, recipients, signal))
    }
    const sending = (): Promise<SendResult> => {
      requirePhase(conversation, 'mail', ['ready', 'sent'])
      return transact(conversation, envelope, recipients, signal)
    }
    const turn = this.#turns.together(sending, signal)
    return signal === undefined ? turn : this.#unlessStopped(signal, turn, () => 'not-sent')
  }

  /** Waits for the calls before this one, and ends the session when its bounds are reached while it runs. */
  inTurn<T>(options: CallOptions, run: () => Promise<T>): Promise<T> {
    const { channel } = this.#conversation
    return bounded(options, (signal) => {
      const mine = async (): Promise<T> => {
        const onAbort = (): void => {
          const { code, message, cause } = stopOf(signal?.reason)
          channel.end(code, message, { cause })
        }
        signal?.addEventListener('abort', onAbort)
        try {
          return await run()
        } finally {
          signal?.removeEventListener('abort', onAbort)
        }
      }
      return this.#unlessStopped(signal, this.#turns.alone(mine, signal), () => channel.delivery)
    })
  }

  /** A call that was stopped before its turn came has done nothing. */
  async #unlessStopped<T>(signal: AbortSignal | undefined, turn: Promise<T>, deliveryOf: () => Delivery): Promise<T> {
    try {
      return await turn
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error
      throw stoppedBefore(error, { phase: 'idle', delivery: deliveryOf() })
    }
  }

  /** Says EHLO unless that is done. */
  async ready(): Promise<void> {
    if (this.#helloFailure !== undefined) throw this.#helloFailure
    if (this.#conversation.phase === 'connected') await this.sayHello(this.#helloName)
  }

  /** Says EHLO, or HELO where the server wants that. */
  async sayHello(name: string = this.#helloName): Promise<void> {
    try {
      await firstValueFrom(of(this.session).pipe(hello(name)))
      this.#helloFailure = undefined
    } catch (error) {
      // A name that was never sent leaves the one EHLO to the next call; a refused one is not tried again unasked.
      if (!isSmtpError(error, 'invalid-argument')) this.#helloFailure = error
      throw error
    }
  }
}
