import { AsyncSubject } from 'rxjs'
import { type Delivery, SmtpError, type SmtpErrorInit } from '../protocol/errors.ts'
import { forOthers } from './faults.ts'
import type { Transaction } from './owed.ts'

/** Whether a channel has ended, why, and what that means for a message. */
export class Ending {
  /** Completes when the channel was closed on purpose and errors with what ended it otherwise. */
  readonly closed$: AsyncSubject<never> = new AsyncSubject<never>()
  #isOver = false
  #error: SmtpError | undefined
  /** What is told of a channel that was closed on purpose. */
  #onPurpose: SmtpErrorInit = { phase: 'quit' }
  #refused: Transaction | undefined

  get isOver(): boolean {
    return this.#isOver
  }

  /** What ended the channel; undefined while it is open. */
  get error(): SmtpError | undefined {
    // Mostly nobody asks when it was closed on purpose, and an error costs what it takes to note where it was made.
    if (this.#isOver) this.#error ??= new SmtpError('closed', 'the session was closed', this.#onPurpose)
    return this.#error
  }

  /** What ended the channel, as a message sees it: with what became of that one. */
  errorFor(transaction: Transaction): SmtpError | undefined {
    const { error } = this
    if (error === undefined || transaction === this.#refused) return error
    return forOthers(error, error.phase, error.command, transaction.delivery)
  }

  /** Notes the message that is refused by what is about to end the channel. */
  refuses(transaction: Transaction): void {
    this.#refused = transaction
  }

  /** Notes that the channel is closed on purpose, and what has become of the last message by then. */
  close(delivery: Delivery): void {
    this.#isOver = true
    this.#onPurpose = { phase: 'quit', delivery }
  }

  /** Notes a fault that ends the channel. */
  fail(error: SmtpError): void {
    this.#isOver = true
    this.#error = error
  }
}
