import { detached } from './detached.ts'

/**
 * Remembers the answers to the latest questions. When it is full the older half goes, which costs nothing per question
 * and keeps what is asked again and again. Questions are copied: one that was cut out of a chunk of a log would keep all
 * of it.
 */
export class Memo<V> {
  readonly #half: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  /** Holds at most `size` answers. */
  constructor(size: number) {
    this.#half = Math.max(1, Math.floor(size / 2))
  }

  get(question: string): V | undefined {
    const answer = this.#young.get(question)
    if (answer !== undefined) return answer
    const older = this.#old.get(question)
    if (older !== undefined) this.set(question, older)
    return older
  }

  set(question: string, answer: V): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(detached(question), answer)
  }
}
