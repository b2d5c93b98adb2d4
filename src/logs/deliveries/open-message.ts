import type {
  AttemptRecord,
  DeliveryRecord,
  ExpiredRecord,
  Host,
  LogFormat,
  LogRecord,
  MessageRecord,
  NotificationRecord,
  RejectRecord,
} from '../record.ts'
import { isRefusal } from '../refusal.ts'
import { detachedRecord, detachedText } from './detached-record.ts'
import type { LoggedEnvelope, LoggedMessage, LoggedRecipient, MessageEnd, RecipientOutcome } from './logged-message.ts'

/** Records that are kept as they are. */
type KeptRecord = DeliveryRecord | AttemptRecord | RejectRecord | NotificationRecord | ExpiredRecord

/** A message whose end has not come yet. */
export class OpenMessage {
  readonly format: LogFormat
  readonly queueId: string
  /** Whether there was anything about it since this was looked at last. */
  isTouched = false
  /** Whether it holds texts that were cut out of the log. */
  isFresh = false
  isClosed = false
  readonly #host: string | undefined
  /** The time of the last line about it. */
  last: number | undefined
  #first: number | undefined
  /** What each program has said of it, put together. */
  readonly #said: MessageRecord[] = []
  #records: KeptRecord[] = []
  /** Records before this one hold no texts of the log. */
  #detached = 0
  readonly #handedOn = new Set<number>()
  /** Recipients, and whether they are decided; of programs that do not log the end. */
  readonly #decided = new Map<string, boolean>()
  #undecided = 0
  #hasArrived = false

  constructor({ format, host }: LogRecord, queueId: string) {
    this.format = format
    this.queueId = detachedText(queueId)
    this.#host = host && detachedText(host)
  }

  /** Itself, and the records that it keeps. */
  get held(): number {
    return 1 + this.#records.length
  }

  /** Whether every recipient that is known of is decided, and there is one. */
  get isDecided(): boolean {
    const { size } = this.#decided
    return size > 0 && this.#undecided === 0 && size >= (this.#told('recipients') ?? 0)
  }

  /**
   * Tells whether a record is about another message of the same id: one that comes in when this one has been tried
   * already, or about which a program says something else than before.
   */
  isContradictedBy(record: MessageRecord): boolean {
    if (isArrival(record) && this.#records.length > 0) return true
    const said = this.#said.find(({ program }) => program === record.program)
    return said !== undefined && differs(said, record)
  }

  take(record: LogRecord, isHandedOn: boolean): void {
    if (record.time !== undefined) {
      this.#first ??= record.time
      this.last = record.time
    }
    if (record.kind === 'message') this.#learn(record)
    else if (record.kind !== 'removed' && record.kind !== 'event') {
      if (isHandedOn) this.#handedOn.add(this.#records.length)
      this.#records.push(record)
    }
  }

  /** Takes note of what settles a message of a program that does not log the end. */
  decide({ recipient, disposition }: DeliveryRecord): void {
    const key = detachedText(recipient)
    const before = this.#decided.get(key)
    const isDecided = disposition !== 'deferred' || before === true
    if (before !== false && !isDecided) this.#undecided++
    if (before === false && isDecided) this.#undecided--
    this.#decided.set(key, isDecided)
  }

  /** Copies what was cut out of larger texts. */
  detach(): void {
    this.isFresh = false
    for (const [at, record] of this.#said.entries()) this.#said[at] = detachedRecord(record)
    for (; this.#detached < this.#records.length; this.#detached++) {
      const record = this.#records[this.#detached]
      if (record !== undefined) this.#records[this.#detached] = detachedRecord(record)
    }
  }

  /** What is known of it by now, apart from what became of it. */
  get envelope(): LoggedEnvelope {
    return {
      from: this.#told('from'),
      messageId: this.#told('messageId'),
      size: this.#told('size'),
      client: this.#told('client'),
      saslMethod: this.#told('saslMethod'),
      saslUsername: this.#told('saslUsername'),
      uid: this.#told('uid'),
      recipientCount: this.#told('recipients'),
    }
  }

  close(end: MessageEnd): LoggedMessage {
    this.isClosed = true
    const { envelope } = this
    const expired = this.#of('expired')
    const rejections = this.#of('reject')
    const refusal = rejections.find(isRefusal)
    const hasExpired = expired.length > 0
    return {
      format: this.format,
      host: this.#host,
      queueId: this.queueId,
      first: this.#first,
      last: this.last,
      ...envelope,
      from: envelope.from ?? expired[0]?.from ?? refusal?.from,
      client: envelope.client ?? refusal?.client,
      recipients: this.#recipients(end, hasExpired),
      detours: this.#of('attempt'),
      rejections,
      notifications: this.#of('notification'),
      nextQueueIds: [...new Set(this.#of('delivery').flatMap(({ nextQueueId }) => nextQueueId ?? []))],
      end,
      complete: this.#hasArrived && (end === 'removed' || end === 'settled' || end === 'rejected'),
    }
  }

  #learn(record: MessageRecord): void {
    if (isArrival(record)) this.#hasArrived = true
    const at = this.#said.findIndex(({ program }) => program === record.program)
    const said = this.#said[at]
    if (said === undefined) this.#said.push(record)
    // A queue manager says the same again before each attempt.
    else if (factNames.some((name) => said[name] === undefined && record[name] !== undefined)) {
      this.#said[at] = together(said, record)
    }
  }

  /** What was said last by another program: Postfix completes the sender on its way through the queue. */
  #told<Name extends FactName>(name: Name): MessageRecord[Name] | undefined {
    let told: MessageRecord[Name] | undefined
    for (const record of this.#said) told = record[name] ?? told
    return told
  }

  #of<Kind extends KeptRecord['kind']>(kind: Kind): Extract<KeptRecord, { kind: Kind }>[] {
    return this.#records.filter((record): record is Extract<KeptRecord, { kind: Kind }> => record.kind === kind)
  }

  #recipients(end: MessageEnd, hasExpired: boolean): LoggedRecipient[] {
    const attempts = new Map<string, DeliveryRecord[]>()
    const outcomes = new Map<string, RecipientOutcome>()
    for (const [at, record] of this.#records.entries()) {
      if (record.kind === 'delivery') {
        const { recipient } = record
        const before = attempts.get(recipient)
        if (before === undefined) attempts.set(recipient, [record])
        else before.push(record)
        const outcome = this.#handedOn.has(at) ? 'handed-on' : record.disposition
        if (outcome !== 'deferred' || !outcomes.has(recipient)) outcomes.set(recipient, outcome)
      } else if (record.kind === 'reject' && record.recipient !== undefined && isRefusal(record)) {
        outcomes.set(record.recipient, 'rejected')
      }
    }
    return [...outcomes].map(([address, outcome]) => ({
      address,
      originalRecipient: attempts.get(address)?.find((attempt) => attempt.originalRecipient !== undefined)
        ?.originalRecipient,
      outcome: outcome === 'deferred' ? undecided(end, hasExpired) : outcome,
      attempts: attempts.get(address) ?? [],
    }))
  }
}

/** Tells whether a record is about a message that comes in, and not about one that is in the queue. */
export function isArrival({ format, from, messageId, client, uid, size, recipients }: MessageRecord): boolean {
  if (format === 'postfix') return client !== undefined || messageId !== undefined || uid !== undefined
  // Courier says the sender again before each attempt.
  const saysMore = messageId !== undefined || client !== undefined || size !== undefined || recipients !== undefined
  return saysMore || from === undefined
}

const factNames = ['from', 'messageId', 'size', 'recipients', 'client', 'saslMethod', 'saslUsername', 'uid'] as const
type FactName = (typeof factNames)[number]

function together(first: MessageRecord, second: MessageRecord): MessageRecord {
  const known = Object.fromEntries(Object.entries(first).filter(([, value]) => value !== undefined))
  return { ...second, ...known }
}

function differs(said: MessageRecord, record: MessageRecord): boolean {
  const differsIn = (name: 'from' | 'uid' | 'messageId'): boolean =>
    said[name] !== undefined && record[name] !== undefined && said[name] !== record[name]
  if (differsIn('from') || differsIn('uid')) return true
  // Postfix may have two of them for one message: that of whoever sent it again.
  return (record.format !== 'postfix' && differsIn('messageId')) || isAnother(said.client, record.client)
}

function isAnother(one: Host | undefined, other: Host | undefined): boolean {
  return one !== undefined && other !== undefined && (one.address !== other.address || one.name !== other.name)
}

function undecided(end: MessageEnd, hasExpired: boolean): RecipientOutcome {
  if (hasExpired) return 'expired'
  return end === 'removed' ? 'dropped' : 'deferred'
}
