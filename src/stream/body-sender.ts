import { isSmtpError, type SmtpError } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'
import { BodyEncoder } from '../protocol/transparency.ts'
import type { Channel } from './channel.ts'
import { settle } from './exchange.ts'
import { refusal } from './faults.ts'
import { Interruption } from './interruption.ts'
import { expectMore, type Final, type GivenUp, type MessageSender } from './message-sender.ts'
import type { Transaction } from './owed.ts'
import { underPressure } from './pressure.ts'

// Small enough that a slow line takes one within the deadline for a block.
const block = 256 * 1024
const endOfData = new TextEncoder().encode('.\r\n')

/** Settings of a {@link BodySender}. */
export interface BodyOptions {
  /** Sends the message as it is: its line ends are known to be right, and no line begins with a dot. False unless given. */
  readonly verbatim?: boolean
}

/**
 * Writes one message behind a 354: line ends normalised, leading dots doubled, and its end only when it is complete.
 *
 * A refusal that arrives in mid-message stops it; whatever ends it early also ends the channel, since the server
 * still waits for the rest.
 */
export class BodySender implements MessageSender {
  readonly #channel: Channel
  readonly #transaction: Transaction
  readonly #encoder: BodyEncoder | undefined
  readonly #interruption = new Interruption()
  readonly #final: Promise<Reply>
  readonly #written: () => void
  #octets = 0

  constructor(channel: Channel, { verbatim = false }: BodyOptions = {}) {
    this.#channel = channel
    this.#encoder = verbatim ? undefined : new BodyEncoder()
    this.#transaction = channel.transaction
    const stop = (error: SmtpError): void => this.#interruption.stop(error)
    const { reply, written } = channel.expect('end-of-data', 'end of data', 'body', (early) =>
      stop(channel.fail(refusal(early, 'body', 'end of data', 'rejected'))),
    )
    this.#final = reply
    this.#written = written
    reply.then(
      () => this.#interruption.wake(),
      // A channel that ended between the 354 and here knows more than that it is closed.
      (error) => stop((isSmtpError(error, 'closed') && channel.endedFor(this.#transaction)) || error),
    )
  }

  /** Tells the error that stops the message before its end, if ever. */
  whenStopped(tell: (error: SmtpError) => void): void {
    this.#interruption.whenStopped(tell)
  }

  /**
   * Writes a piece of the message, cut anywhere; resolves when the next one should follow.
   *
   * @throws SmtpError `refused` when the server said no in the meantime, `timeout` when it takes no bytes.
   */
  async write(chunk: Uint8Array): Promise<void> {
    this.#check()
    for (let from = 0; from < chunk.length; from += block) {
      const part = chunk.subarray(from, from + block)
      const pressure = this.#send(this.#encoder === undefined ? part : this.#encoder.push(part))
      if (pressure !== undefined) await pressure
      this.#check()
    }
  }

  /** Writes the end of the message and resolves with the reply that accepts it. */
  async end(): Promise<Reply> {
    return await this.#accepted(this.#writeEnd(), { final: this.#final, transaction: this.#transaction })
  }

  async endForEach(recipients: number): Promise<readonly PromiseSettledResult<Reply>[]> {
    const pressure = this.#writeEnd()
    const others = expectMore(this.#channel, recipients - 1, 'end of data')
    const first = { final: this.#final, transaction: this.#transaction }
    return Promise.allSettled([first, ...others].map((final) => this.#accepted(pressure, final)))
  }

  #writeEnd(): Promise<void> | void {
    this.#check()
    // From its first byte on the end may be taken for complete, whatever we learn of it.
    if (this.#channel.writable) this.#transaction.delivery = 'unknown'
    const pressure = this.#send(this.#encoder?.end() ?? endOfData)
    this.#channel.noteBody(this.#octets)
    this.#written()
    return pressure
  }

  async #accepted(pressure: Promise<void> | void, { final, transaction }: Final): Promise<Reply> {
    if (pressure !== undefined) await pressure
    return settle(this.#channel, await final, 'end-of-data', 'end of data', [250], transaction.delivery)
  }

  unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    return this.#interruption.unlessStopped(promise)
  }

  /** Gives the message up, and the connection with it. */
  abort(code: GivenUp, message: string, cause?: unknown): SmtpError {
    return this.#channel.end(code, message, { phase: 'body', cause })
  }

  #send(piece: Uint8Array): Promise<void> | void {
    this.#octets += piece.length
    const pressure = this.#channel.write(piece)
    if (pressure === undefined) return
    return underPressure(this.#channel, pressure, (promise) => this.unlessStopped(promise))
  }

  #check(): void {
    if (this.#interruption.error !== undefined) throw this.#interruption.error
    const ended = this.#channel.endedFor(this.#transaction)
    if (ended !== undefined) throw ended
  }
}
