import { match } from '../../grammar/logs/transcript.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { DeliveryRecord, LogFormat, LoggedReply, LogRecord, Reason, Stage } from '../record.ts'
import type { MessageReader } from './format.ts'

/** Characters of one reply; a transcript that goes on longer is none. */
const longest = 65_536

// What tools say of connections that failed.
const reasons: readonly (readonly [RegExp, Reason])[] = [
  [/refused/i, 'connection-refused'],
  [/timed? ?out/i, 'connection-timeout'],
  [/unreachable|no route/i, 'unreachable'],
  [/could not resolve|not known|unknown host/i, 'dns-not-found'],
  [/reset by peer|broken pipe|closed connection/i, 'connection-lost'],
]

/** Reads a conversation line by line: each reply is an attempt, and what decides about a recipient is a delivery. */
export class TranscriptReader implements MessageReader {
  readonly #format: LogFormat
  #stage: Stage = 'greeting'
  /** Recipients that were asked for and have no answer yet, and those that were accepted. */
  #asked: string[] = []
  #accepted: string[] = []
  #awaited: Stage[] = []
  /** Lines of a reply whose last one has not come yet. */
  #reply = ''

  constructor(format: 'swaks' | 'nodemailer') {
    this.#format = format
  }

  read(line: string, to: number, head: Head, records: LogRecord[]): boolean {
    const node = match(line, 'Line', head.at, to)
    if (node === undefined) return this.#noted(line, to, head, records)
    if (!node.server) this.#heard(node.text)
    else this.#said(node.text, head, records)
    return true
  }

  /** Reads what the tool itself says: a failure to connect is an attempt. */
  #noted(line: string, to: number, head: Head, records: LogRecord[]): boolean {
    const text = match(line, 'Note', head.at, to)
    if (text === undefined) return false
    const reason = reasons.find(([pattern]) => pattern.test(text))?.[1]
    records.push(
      reason === undefined
        ? make.event(this.#format, head, undefined, { event: 'note', text })
        : make.attempt(this.#format, head, undefined, { reason, text }),
    )
    return true
  }

  #heard(text: string): void {
    const command = match(text, 'Command')
    // Everything else is part of a message, or of an authentication.
    if (command === undefined) return
    this.#awaited.push(command.stage)
    if (command.recipient !== null) this.#asked.push(command.recipient)
    if (command.stage === 'mail') this.#accepted = []
  }

  #said(text: string, head: Head, records: LogRecord[]): void {
    if (this.#reply.length < longest) this.#reply += `${text}\n`
    if (/^\d\d\d-/.test(text)) return
    const reply = parseLoggedReply(this.#reply.trimEnd(), 'wire')
    this.#reply = ''
    if (reply === undefined) return
    this.#stage = this.#awaited.shift() ?? (reply.code === 220 ? 'greeting' : this.#stage)
    if (this.#stage === 'auth' && reply.severity === 'intermediate') this.#awaited.unshift('auth')
    const stage = this.#stage
    records.push(make.attempt(this.#format, head, undefined, { stage, reply, text: reply.text }))
    if (stage === 'rcpt') this.#answered(reply, head, records)
    if (stage === 'data' && reply.code === 354) this.#awaited.unshift('end-of-data')
    if (stage === 'end-of-data' || (stage === 'data' && reply.code !== 354)) {
      for (const recipient of this.#accepted) records.push(this.#delivery(recipient, reply, head))
      this.#accepted = []
      if (this.#awaited[0] === 'end-of-data') this.#awaited.shift()
    }
  }

  #answered(reply: LoggedReply, head: Head, records: LogRecord[]): void {
    const recipient = this.#asked.shift()
    if (recipient === undefined) return
    if (reply.severity === 'completion') this.#accepted.push(recipient)
    else records.push(this.#delivery(recipient, reply, head))
  }

  #delivery(recipient: string, reply: LoggedReply, head: Head): DeliveryRecord {
    const delivered = reply.severity === 'completion'
    return make.delivery(this.#format, head, undefined, {
      recipient,
      dsn: reply.enhanced?.code,
      status: String(reply.code),
      disposition: delivered ? 'delivered' : reply.severity === 'permanent' ? 'failed' : 'deferred',
      stage: this.#stage,
      reply,
      text: reply.text,
      nextQueueId: delivered ? queueIdOf(reply) : undefined,
    })
  }
}
