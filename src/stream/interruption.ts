import type { SmtpError } from '../protocol/errors.ts'

/** Says that a message is no longer wanted, to whoever waits in the middle of sending it. */
export class Interruption {
  #error: SmtpError | undefined
  #wake: () => void = () => {}
  #onStop: (error: SmtpError) => void = () => {}

  /** Why the message was stopped. */
  get error(): SmtpError | undefined {
    return this.#error
  }

  stop(error: SmtpError): void {
    const first = this.#error === undefined
    this.#error ??= error
    this.#wake()
    if (first) this.#onStop(error)
  }

  /** Tells why the message was stopped as soon as it is. */
  whenStopped(tell: (error: SmtpError) => void): void {
    if (this.#error === undefined) this.#onStop = tell
    else tell(this.#error)
  }

  /** Resolves at the next `wake` or `stop`. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Lets whoever waits go on. */
  wake(): void {
    this.#wake()
  }

  /**
   * Waits for `promise`, but resolves with undefined as soon as the message is stopped. One wait at a time: what lives
   * as long as the message is raced against nothing, since every race would be remembered to its end.
   */
  unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined)
      if (this.#error !== undefined) this.#wake()
      promise.then(resolve, reject)
    })
  }
}
