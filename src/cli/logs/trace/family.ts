import type { LoggedMessage } from '../../../logs/index.ts'

// Strangers that may turn out to belong to it: what hands a message on and what takes it are not far apart in a log.
const remembered = 20_000
// Clocks of machines differ.
const tolerance = 3_600_000

/**
 * Messages that are meant, and those that belong to them: a message goes on under another id behind a filter or on another
 * machine, and is told of by a bounce. Either may come to its end before the other.
 */
export class Family {
  readonly #capacity: number
  readonly members: LoggedMessage[] = []
  /** Messages that would be members, if there were not so many. */
  left = 0
  /** Members by what they are called, and by what they say others are called. */
  readonly #called = new Index()
  readonly #naming = new Index()
  /** The same of strangers. */
  readonly #strangers = new Set<LoggedMessage>()
  readonly #strangersCalled = new Index()
  readonly #strangersNaming = new Index()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Takes a message that has ended. */
  meet(message: LoggedMessage, isMeant: boolean): void {
    if (!isMeant && !this.#isRelated(message)) this.#remember(message)
    else if (this.members.length < this.#capacity) this.#adopt(message)
    else this.left++
  }

  #isRelated(message: LoggedMessage): boolean {
    if (this.#naming.of(message.queueId).some((parent) => mayBecome(parent, message))) return true
    return namesIn(message).some((name) => this.#called.of(name).some((child) => mayBecome(message, child)))
  }

  /** Takes in a message, and every stranger that belongs to it. */
  #adopt(message: LoggedMessage): void {
    const waiting = [message]
    for (let member = waiting.pop(); member !== undefined; member = waiting.pop()) {
      const current = member
      this.members.push(current)
      this.#called.add(current.queueId, current)
      for (const name of namesIn(current)) this.#naming.add(name, current)
      const parents = this.#strangersNaming.of(current.queueId).filter((parent) => mayBecome(parent, current))
      const children = namesIn(current)
        .flatMap((name) => this.#strangersCalled.of(name))
        .filter((child) => mayBecome(current, child))
      for (const relative of [...parents, ...children]) if (this.#forget(relative)) waiting.push(relative)
    }
  }

  #remember(message: LoggedMessage): void {
    this.#strangers.add(message)
    this.#strangersCalled.add(message.queueId, message)
    for (const name of namesIn(message)) this.#strangersNaming.add(name, message)
    if (this.#strangers.size <= remembered) return
    for (const oldest of this.#strangers) return void this.#forget(oldest)
  }

  /** Returns whether it was remembered. */
  #forget(message: LoggedMessage): boolean {
    if (!this.#strangers.delete(message)) return false
    this.#strangersCalled.delete(message.queueId, message)
    for (const name of namesIn(message)) this.#strangersNaming.delete(name, message)
    return true
  }
}

/** Names the ids under which a message goes on, or is told of. */
export function namesIn({ nextQueueIds, notifications }: LoggedMessage): string[] {
  return [...nextQueueIds, ...notifications.map(({ childQueueId }) => childQueueId)]
}

/** Tells whether one message may have become another that it names: ids come again, of later messages and elsewhere. */
export function mayBecome(parent: LoggedMessage, child: LoggedMessage): boolean {
  const { first, last } = parent
  if (parent === child || first === undefined || last === undefined || child.first === undefined)
    return parent !== child
  return child.first >= first - tolerance && child.first <= last + tolerance
}

/** Messages by names, of which each may have several. */
class Index {
  readonly #byName = new Map<string, LoggedMessage[]>()

  of(name: string): readonly LoggedMessage[] {
    return this.#byName.get(name) ?? []
  }

  add(name: string, message: LoggedMessage): void {
    const known = this.#byName.get(name)
    if (known === undefined) this.#byName.set(name, [message])
    else known.push(message)
  }

  delete(name: string, message: LoggedMessage): void {
    const left = this.of(name).filter((one) => one !== message)
    if (left.length === 0) this.#byName.delete(name)
    else this.#byName.set(name, left)
  }
}
