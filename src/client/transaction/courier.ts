/**
 * Carries messages over one session: it chooses the way for each, lets as many be under way as the caller allows,
 * and gives every message its own verdict whatever becomes of the others.
 */
import { SmtpError } from '../../protocol/errors.ts'
import { exchange } from '../../stream/exchange.ts'
import { stopOf } from '../bounds.ts'
import type { NamedRecipient } from '../recipient.ts'
import type { Envelope } from '../send.ts'
import type { Conversation, SendResult } from '../session.ts'
import { countMessage } from './allowance.ts'
import { sendChunked } from './chunked.ts'
import { sendGrouped } from './grouped.ts'
import { type Job, jobOf } from './job.ts'
import { sendInLockStep } from './lock-step.ts'
import { type Mode, modeOf } from './mode.ts'
import { sendStreamed } from './streamed.ts'

/** Sends one message; calls `written` as soon as the next may be written behind it. */
export type Carry = (conversation: Conversation, job: Job, written: () => void) => Promise<SendResult>

const carriers: Readonly<Record<Mode, Carry>> = {
  'lock-step': sendInLockStep,
  grouped: sendGrouped,
  chunked: sendChunked,
  streamed: sendStreamed,
}

interface Waiting {
  readonly envelope: Envelope
  readonly recipients: readonly NamedRecipient[]
  resolve: (result: SendResult) => void
  reject: (error: unknown) => void
}

export class Courier {
  readonly #conversation: Conversation
  readonly #waiting: Waiting[] = []
  #inFlight = 0
  /** Those of them whose verdict is not known yet. */
  #undecided = 0
  /** Whether a RSET is not answered yet. */
  #clearing = false
  /** Whether one is on its way behind which nothing may be written yet. */
  #writing = false

  constructor(conversation: Conversation) {
    this.#conversation = conversation
  }

  /** Sends a message when its turn comes; a signal that fires before takes it out of the queue unsent. */
  submit(envelope: Envelope, recipients: readonly NamedRecipient[], signal?: AbortSignal): Promise<SendResult> {
    return new Promise<SendResult>((resolve, reject) => {
      const waiting: Waiting = { envelope, recipients, resolve, reject }
      this.#waiting.push(waiting)
      if (signal !== undefined) this.#leaveOn(signal, waiting)
      this.#startNext()
    })
  }

  /** Takes a message out of the queue when the signal fires, or ends the session when it is under way. */
  #leaveOn(signal: AbortSignal, waiting: Waiting): void {
    const onAbort = (): void => {
      const { code, message, cause } = stopOf(signal.reason)
      const place = this.#waiting.indexOf(waiting)
      if (place < 0) {
        this.#conversation.channel.end(code, message, { cause })
      } else {
        this.#waiting.splice(place, 1)
        waiting.reject(new SmtpError(code, message, { phase: 'mail', cause }))
      }
    }
    const { resolve, reject } = waiting
    const listening =
      <T>(settle: (value: T) => void) =>
      (value: T): void => {
        signal.removeEventListener('abort', onAbort)
        settle(value)
      }
    waiting.resolve = listening(resolve)
    waiting.reject = listening(reject)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  }

  /** Starts what waits, one behind the other, as long as there is room. */
  #startNext(): void {
    if (this.#writing || this.#clearing || this.#inFlight >= this.#room) return
    const next = this.#waiting.shift()
    if (next !== undefined) void this.#start(next)
  }

  /** Sends one message, and starts the next as soon as it may be written behind it. */
  async #start({ envelope, recipients, resolve, reject }: Waiting): Promise<void> {
    this.#inFlight++
    this.#undecided++
    this.#writing = true
    let writing = true
    const written = (): void => {
      if (!writing) return
      writing = false
      this.#writing = false
      // Not at once: many that follow each other would be many calls within each other.
      if (this.#waiting.length > 0) queueMicrotask(() => this.#startNext())
    }
    const conversation = this.#conversation
    let settle: () => void
    try {
      const result = await this.#carry(envelope, recipients, written)
      conversation.phase = 'sent'
      conversation.result = result
      conversation.reply = result.reply
      settle = () => resolve(result)
    } catch (error) {
      conversation.phase = 'ready'
      settle = () => reject(error)
    }
    if (this.#clearsUp()) await this.#reset()
    settle()
    this.#inFlight--
    written()
    this.#startNext()
  }

  /**
   * Begins to carry a message.
   *
   * @throws SmtpError for one that cannot be sent, before anything is written.
   */
  #carry(envelope: Envelope, recipients: readonly NamedRecipient[], written: () => void): Promise<SendResult> {
    const conversation = this.#conversation
    const { channel, capabilities, options } = conversation
    if (channel.ended !== undefined) throw channel.over('mail', channel.ended, 'not-sent')
    const job = jobOf(conversation, envelope, recipients)
    countMessage(conversation)
    return carriers[modeOf(capabilities, options, job)](conversation, job, written)
  }

  /** Tells of a message that is decided whether it leaves a transaction open that no other will close. */
  #clearsUp(): boolean {
    this.#undecided--
    const { channel, open } = this.#conversation
    // The next message brings a RSET of its own, and of several that are decided together the last one clears up.
    return open !== undefined && channel.ended === undefined && this.#waiting.length === 0 && this.#undecided === 0
  }

  /** Leaves the session fit for whatever comes next. */
  async #reset(): Promise<void> {
    const { channel } = this.#conversation
    this.#conversation.open = undefined
    // What it leaves behind is not known before it is answered: nothing is written until then.
    this.#clearing = true
    try {
      await exchange(channel, { verb: 'RSET' })
    } catch (cause) {
      channel.end('connection-lost', 'RSET was not accepted', { phase: 'reset', cause })
    } finally {
      this.#clearing = false
    }
  }

  get #room(): number {
    const { pipelining, inFlight, protocol } = this.#conversation.options
    // Over LMTP one final reply too many would be taken for the reply to what is written behind it.
    return pipelining === 'auto' && protocol === 'smtp' ? inFlight : 1
  }
}
