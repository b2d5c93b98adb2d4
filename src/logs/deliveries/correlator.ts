import { isLoopback } from '../../protocol/loopback.ts'
import { Recent } from '../recent.ts'
import type { LogFormat, LogRecord } from '../record.ts'
import { isRefusal } from '../refusal.ts'
import type { LoggedEnvelope, LoggedMessage, MessageEnd } from './logged-message.ts'
import { isArrival, OpenMessage } from './open-message.ts'

/** What bounds the memory of a {@link Correlator}. Times are those of the log. */
export interface CorrelatorOptions {
  /** Messages and their attempts that are kept at a time; 200,000 unless given. Beyond that the quietest messages go. */
  readonly capacity?: number | undefined
  /**
   * Milliseconds after which a message goes of which nothing was heard; six days unless given, for servers commonly try
   * for five.
   */
  readonly age?: number | undefined
  /**
   * Milliseconds after which a message whose recipients are all decided counts as ended where the program does not log
   * the end, such as Sendmail; ten minutes unless given.
   */
  readonly settling?: number | undefined
}

const day = 86_400_000

/**
 * Puts together what records say about each message: `push` takes records in the order of the log and returns messages
 * that have come to their end, `end` returns the others, `envelopeOf` tells what is known so far. A pure function of the
 * records.
 *
 * Messages are told apart by host, instance of Postfix and queue id. An id that comes again belongs to another message
 * when the first has left the queue, or when what is said of it contradicts what was said before.
 *
 * @throws RangeError by the constructor, for a `capacity` that keeps nothing.
 *
 * @example
 * const correlator = new Correlator()
 * const records = logParser('postfix')(['4F2A1C0D9E: to=<ann@a.example>, relay=none, status=deferred (later)'])
 * correlator.push(records).length // 0
 * correlator.end()[0]?.recipients[0]?.outcome // 'deferred'
 */
export class Correlator {
  readonly #capacity: number
  readonly #age: number
  readonly #settling: number
  /** Messages by where they are and what they are called, those that came first in front. */
  readonly #open = new Map<string, OpenMessage>()
  /** Those that seem to have ended, apart from the others. */
  readonly #settled = new Map<string, OpenMessage>()
  /** Ids under which messages came in lately: one that is handed on to them has not left. */
  readonly #arrived = new Recent(50_000)
  /** Messages of the records at hand. */
  #fresh: OpenMessage[] = []
  #ended: LoggedMessage[] = []
  /** Messages and records that are kept. */
  #held = 0
  #now = Number.NEGATIVE_INFINITY

  constructor({ capacity = 200_000, age = 6 * day, settling = 600_000 }: CorrelatorOptions = {}) {
    if (!(capacity >= 1)) throw new RangeError(`capacity is a number of messages, 1 or more: ${capacity}`)
    this.#capacity = capacity
    this.#age = age
    this.#settling = settling
  }

  /**
   * Takes records; returns the messages that have ended with them. `before` is called with each record before it is
   * taken, when {@link envelopeOf} tells what the records in front of it say.
   */
  push(records: readonly LogRecord[], before?: (record: LogRecord) => void): LoggedMessage[] {
    for (const record of records) {
      before?.(record)
      this.#take(record)
    }
    // Texts that were cut out of a chunk of the log would keep all of it.
    for (const message of this.#fresh) if (!message.isClosed) message.detach()
    this.#fresh = []
    return this.#takeEnded()
  }

  /**
   * Returns what the records so far say of the message that a record is about, such as who sent it; undefined where they
   * say nothing. Ask before the record is taken, which may be the last one of its message.
   */
  envelopeOf(record: LogRecord): LoggedEnvelope | undefined {
    if (record.queueId === undefined) return undefined
    const key = keyOf(record, record.queueId)
    return (this.#settled.get(key) ?? this.#open.get(key))?.envelope
  }

  /** Returns the messages that have not ended. */
  end(): LoggedMessage[] {
    for (const [key, message] of this.#settled) this.#close(key, message, 'settled')
    for (const [key, message] of this.#open) this.#close(key, message, 'log-end')
    return this.#takeEnded()
  }

  #take(record: LogRecord): void {
    const { queueId, time } = record
    // Back to an earlier time, too: one log may come after another that has gone on for longer.
    if (time !== undefined && time !== this.#now) this.#goOnTo(time)
    if (queueId === undefined || record.kind === 'event') return
    const key = keyOf(record, queueId)
    const known = this.#known(key, record)
    if (known === undefined && !opens(record)) return
    const message = known ?? new OpenMessage(record, queueId)
    const before = known?.held ?? 0
    if (record.kind === 'message' && isArrival(record)) this.#arrived.add(message.queueId)
    message.take(record, this.#isHandedOn(record))
    if (record.kind === 'delivery' && !logsRemoval.has(message.format)) message.decide(record)
    this.#held += message.held - before
    if (record.kind === 'removed') this.#close(key, message, 'removed')
    else if (isRejection(record)) this.#close(key, message, 'rejected')
    else this.#keep(key, message, known === undefined)
    while (this.#held > this.#capacity) this.#evictQuietest()
  }

  #goOnTo(time: number): void {
    this.#now = time
    this.#evictOld(this.#open, this.#age, 'evicted')
    this.#evictOld(this.#settled, this.#settling, 'settled')
  }

  /** Finds the message that a record is about; one that it cannot be about has come to its end. */
  #known(key: string, record: LogRecord): OpenMessage | undefined {
    const settled = this.#settled.get(key)
    const message = settled ?? this.#open.get(key)
    if (message === undefined) return undefined
    if (this.#isOlder(message, settled === undefined ? this.#age : this.#settling)) {
      this.#close(key, message, settled === undefined ? 'evicted' : 'settled')
    } else if (record.kind === 'message' && message.isContradictedBy(record)) this.#close(key, message, 'id-reused')
    else return message
    return undefined
  }

  #isOlder({ last }: OpenMessage, age: number): boolean {
    return last !== undefined && this.#now - last > age
  }

  /** Tells whether the message goes on under another id, on this machine or in this log. */
  #isHandedOn(record: LogRecord): boolean {
    if (record.kind !== 'delivery' || record.disposition !== 'delivered' || record.nextQueueId === undefined)
      return false
    return isLoopback(record.relay?.address) || this.#arrived.has(record.nextQueueId)
  }

  #keep(key: string, message: OpenMessage, isNew: boolean): void {
    message.isTouched = !isNew
    if (!message.isFresh) {
      message.isFresh = true
      this.#fresh.push(message)
    }
    if (logsRemoval.has(message.format)) {
      if (isNew) this.#open.set(key, message)
      return
    }
    const [here, there] = message.isDecided ? [this.#settled, this.#open] : [this.#open, this.#settled]
    there.delete(key)
    here.set(key, message)
  }

  #close(key: string, message: OpenMessage, end: MessageEnd): void {
    this.#open.delete(key)
    this.#settled.delete(key)
    this.#held -= message.held
    this.#ended.push(message.close(end))
  }

  #evictOld(messages: Map<string, OpenMessage>, age: number, end: MessageEnd): void {
    for (const [key, message] of messages) {
      if (this.#isOlder(message, age)) this.#close(key, message, end)
      else if (!sparedIn(messages, key, message)) return
    }
  }

  #evictQuietest(): void {
    const [messages, end] =
      this.#settled.size > 0 ? ([this.#settled, 'settled'] as const) : ([this.#open, 'evicted'] as const)
    for (const [key, message] of messages) {
      if (!sparedIn(messages, key, message)) return this.#close(key, message, end)
    }
  }

  #takeEnded(): LoggedMessage[] {
    const ended = this.#ended
    this.#ended = []
    return ended
  }
}

// Programs that log when a message leaves the queue.
const logsRemoval: ReadonlySet<LogFormat> = new Set(['postfix', 'exim', 'qmail', 'courier'])

/**
 * Puts a message behind all others if there was anything about it since it came to the front: moving it each time would
 * cost as much as all the rest.
 */
function sparedIn(messages: Map<string, OpenMessage>, key: string, message: OpenMessage): boolean {
  if (!message.isTouched) return false
  message.isTouched = false
  messages.delete(key)
  messages.set(key, message)
  return true
}

/** Tells whether a record says enough of a message to begin with: others are about one that the log does not show. */
function opens({ kind, format }: LogRecord): boolean {
  // OpenSMTPD refuses sessions, which have ids of their own.
  return (
    kind === 'message' || kind === 'delivery' || kind === 'expired' || (kind === 'reject' && format !== 'opensmtpd')
  )
}

/** Tells whether a message was refused as a whole, after which no program tells more of it. */
function isRejection(record: LogRecord): boolean {
  return record.kind === 'reject' && record.stage === 'end-of-data' && isRefusal(record)
}

/** Tells messages apart that have the same queue id. */
function keyOf({ host, program }: LogRecord, queueId: string): string {
  return `${host ?? ''}\0${instanceOf(program)}\0${queueId}`
}

/** Names the instance of Postfix; what stands behind a slash is a service of it. */
function instanceOf(program: string | undefined): string {
  return program?.startsWith('postfix-') ? (program.split('/', 1)[0] ?? '') : ''
}
