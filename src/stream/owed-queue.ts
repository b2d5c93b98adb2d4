import type { SmtpPhase } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'
import { after, type Deadlines } from './deadlines.ts'
import type { Owed } from './owed.ts'

/** The commands that have no answer yet, in order, and the deadline of the first: those behind it cannot come before. */
export class OwedQueue {
  readonly #owed: Owed[] = []
  readonly #deadlines: Deadlines
  readonly #late: (phase: SmtpPhase) => void
  #stopTimer: () => void = () => {}
  #restarting = false

  /** @param late is told in which phase the deadline has passed. */
  constructor(deadlines: Deadlines, late: (phase: SmtpPhase) => void) {
    this.#deadlines = deadlines
    this.#late = late
  }

  /** The commands that are due to be answered. */
  get head(): Owed | undefined {
    return this.#owed[0]
  }

  push(owed: Owed): void {
    this.#owed.push(owed)
  }

  shift(): Owed | undefined {
    return this.#owed.shift()
  }

  /** Starts the deadline of commands that are written now, unless others come first. */
  written(owed: Owed): void {
    if (this.#owed[0] === owed) this.#startTimer()
  }

  /** Gives a reply to the head, as often as it may take it; tells how often that was. */
  answer(head: Owed, reply: Reply, times: number): number {
    const taken = head.take(reply, times)
    if (head.done) this.#owed.shift()
    this.#restartTimer()
    return taken
  }

  /** Stops the deadline and gives back what is still owed. */
  release(): readonly Owed[] {
    this.#stopTimer()
    return this.#owed.splice(0)
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

  #startTimer(): void {
    this.#stopTimer()
    const head = this.#owed[0]
    if (head === undefined || head.writing !== undefined) this.#stopTimer = () => {}
    else this.#stopTimer = after(this.#deadlines[head.phase], () => this.#late(head.phase))
  }
}
