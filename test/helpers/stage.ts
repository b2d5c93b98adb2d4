import { Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { isSmtpError } from '../../src/index.ts'
import { settled } from './conversation.ts'

/** A notification of a row of marbles, at its frame. */
export interface Mark {
  readonly frame: number
  readonly kind: 'N' | 'E' | 'C'
  readonly value: unknown
}

/** When an Observable was subscribed to, and until when. */
export interface Listening {
  readonly subscribed: number
  unsubscribed: number
}

/** Reads a row of marbles; letters stand for `values`, `#` for `error`. */
export function marksOf(marbles: string, values?: Readonly<Record<string, string>>, error?: string): Mark[] {
  const messages = inRunMode(() => TestScheduler.parseMarbles(marbles, values, error, false, true))
  return messages.map(({ frame, notification }) => {
    const { kind } = notification
    const value = kind === 'N' ? notification.value : kind === 'E' ? notification.error : undefined
    return { frame, kind, value }
  })
}

/** Reads a row of `^` and `!`. */
export function listeningOf(marbles: string): Listening {
  const { subscribedFrame, unsubscribedFrame } = inRunMode(() =>
    TestScheduler.parseMarblesAsSubscriptions(marbles, true),
  )
  return { subscribed: subscribedFrame, unsubscribed: unsubscribedFrame }
}

// There a column is one frame.
function inRunMode<T>(parse: () => T): T {
  return new TestScheduler(() => {}).run(parse)
}

/**
 * A clock of frames for what waits for promises, which virtual time does not: a frame lasts until nothing is left to
 * happen in it. Takes notes of what happened when.
 */
export class Stage {
  readonly listenings: Listening[] = []
  readonly notes = new Map<string, Mark[]>()
  readonly #plans = new Map<number, (() => void)[]>()
  #frame = 0

  /** Plans something for a frame. */
  at(frame: number, act: () => void): void {
    this.#plans.set(frame, [...(this.#plans.get(frame) ?? []), act])
  }

  /** Notes that something has happened in this frame; of an error, its code. */
  note(row: string, kind: Mark['kind'], value?: unknown): void {
    const mark = { frame: this.#frame, kind, value: isSmtpError(value) ? value.code : value }
    this.notes.set(row, [...(this.notes.get(row) ?? []), mark])
  }

  /** Makes an Observable whose frames begin with its subscription, which is noted. */
  cold<T>(marks: readonly Mark[], find: (name: string) => T): Observable<T> {
    return new Observable((subscriber) => {
      const begin = this.#frame
      const listening: Listening = { subscribed: begin, unsubscribed: Number.POSITIVE_INFINITY }
      this.listenings.push(listening)
      for (const { frame, kind, value } of marks) {
        this.at(begin + frame, () => {
          if (kind === 'N') subscriber.next(find(String(value)))
          else if (kind === 'E') subscriber.error(value)
          else subscriber.complete()
        })
      }
      return () => {
        listening.unsubscribed = this.#frame
      }
    })
  }

  /** Plays every frame up to `end`. */
  async run(end: number): Promise<void> {
    for (this.#frame = 0; this.#frame < end; this.#frame++) {
      for (let plans = this.#due(); plans.length > 0; plans = this.#due()) {
        for (const act of plans) act()
        await settled()
      }
    }
  }

  #due(): (() => void)[] {
    const plans = this.#plans.get(this.#frame) ?? []
    this.#plans.delete(this.#frame)
    return plans
  }
}
