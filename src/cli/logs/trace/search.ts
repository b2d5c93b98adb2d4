import { detachedMessage, detachedRecord } from '../../../logs/deliveries/detached-record.ts'
import {
  Correlator,
  type DeliveryRecord,
  type LoggedMessage,
  type LogRecord,
  type RejectRecord,
} from '../../../logs/index.ts'
import { Family } from './family.ts'

/** What logs tell about a subject. */
export interface Found {
  /** Those that came first in front. */
  readonly messages: readonly LoggedMessage[]
  /** What belongs to no message, such as a client that was refused. */
  readonly others: readonly (DeliveryRecord | RejectRecord)[]
  /** How many more there are: nobody reads so many stories. */
  readonly left: number
}

const limit = 10_000

/**
 * Looks for one message, by its queue id or its Message-ID, or for those from and to an address, and for what becomes of
 * them under other ids. The log is read once.
 */
export class Search {
  readonly #subject: string
  readonly #address: string
  readonly #correlator = new Correlator()
  readonly #family = new Family(limit)
  readonly #others: (DeliveryRecord | RejectRecord)[] = []
  #left = 0

  constructor(subject: string) {
    this.#subject = subject.replace(/^<(.*)>$/, '$1')
    this.#address = this.#subject.includes('@') ? this.#subject.toLowerCase() : ''
  }

  take(records: readonly LogRecord[]): void {
    for (const record of records) {
      if (!belongsToNone(record) || !this.#isAbout(record)) continue
      if (this.#others.length < limit) this.#others.push(detachedRecord(record))
      else this.#left++
    }
    this.#sort(this.#correlator.push(records))
  }

  end(): Found {
    this.#sort(this.#correlator.end())
    const messages = this.#family.members.sort((one, other) => (one.first ?? 0) - (other.first ?? 0))
    return { messages, others: this.#others, left: this.#left + this.#family.left }
  }

  #sort(messages: readonly LoggedMessage[]): void {
    // What is cut out of a chunk of the log would keep all of it.
    for (const message of messages) this.#family.meet(detachedMessage(message), this.#isMeant(message))
  }

  #isMeant({ queueId, messageId, from, recipients, rejections }: LoggedMessage): boolean {
    if (queueId === this.#subject || messageId === this.#subject) return true
    return (
      this.#isSubject(from) ||
      recipients.some((one) => this.#isSubject(one.address) || this.#isSubject(one.originalRecipient)) ||
      rejections.some((record) => this.#isAbout(record))
    )
  }

  #isAbout(record: DeliveryRecord | RejectRecord): boolean {
    if (record.queueId === this.#subject || this.#isSubject(record.recipient)) return true
    return this.#isSubject(record.kind === 'reject' ? record.from : record.originalRecipient)
  }

  #isSubject(address: string | undefined): boolean {
    return this.#address !== '' && address !== undefined && address.toLowerCase() === this.#address
  }
}

/** Tells whether a record decides something and yet is none of a message that is correlated. */
function belongsToNone(record: LogRecord): record is DeliveryRecord | RejectRecord {
  if (record.kind === 'delivery') return record.queueId === undefined
  // OpenSMTPD names the session.
  return record.kind === 'reject' && (record.queueId === undefined || record.format === 'opensmtpd')
}
