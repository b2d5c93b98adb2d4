/**
 * The receiving side of SMTP as a machine over bytes: no line becomes a string unless it is rare, bodies are skipped by
 * length or searched natively, and all replies to one chunk leave together. It keeps nothing but counts.
 */
import { hello, queued, Replies, replies } from './sink-replies.ts'

/** What was received. */
export interface Received {
  messages: number
  /** Recipients of those messages. */
  recipients: number
  /** Octets of those messages, as they stood on the wire, without the line of one dot. */
  octets: number
  /** Goodbyes. */
  quits: number
}

const LF = 10
const CR = 13
const DOT = 46
const SPACE = 32
const longestLine = 8 * 1024
const endOfData = Buffer.from('\r\n.\r\n')

const verbs = {
  MAIL: verbAt(Buffer.from('MAIL'), 0),
  RCPT: verbAt(Buffer.from('RCPT'), 0),
  DATA: verbAt(Buffer.from('DATA'), 0),
  BDAT: verbAt(Buffer.from('BDAT'), 0),
  RSET: verbAt(Buffer.from('RSET'), 0),
}

/** Whom all commands of one connection go to. */
export class Receiver {
  readonly #received: Received
  readonly #offers: readonly string[]
  readonly #out = new Replies()
  /** A command line whose end has not come yet. */
  #rest: Buffer | undefined
  #state: 'commands' | 'data' | 'bdat' | 'tls' | 'closed' = 'commands'
  #hasSender = false
  #recipients = 0
  /** Octets of the message so far; in `data` with its end. */
  #octets = 0
  /** How much of the end of data the octets before this chunk have matched. */
  #matched = 0
  /** Octets still to come of a BDAT chunk. */
  #missing = 0
  #isLast = false
  /** Whether the chunk belongs to no transaction and is only skipped. */
  #isStray = false

  /** @param offers the keywords in the reply to EHLO. */
  constructor(received: Received, offers: readonly string[]) {
    this.#received = received
    this.#offers = offers
  }

  /** Whether STARTTLS was accepted: what comes next is the handshake. */
  get wantsTls(): boolean {
    return this.#state === 'tls'
  }

  /** Whether QUIT was said. */
  get closed(): boolean {
    return this.#state === 'closed'
  }

  /** Takes bytes and returns the replies to all commands that are complete with them. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk])
    this.#rest = undefined
    let at = 0
    while (at < bytes.length) {
      if (this.#state === 'commands') at = this.#command(bytes, at)
      else if (this.#state === 'data') at = this.#data(bytes, at)
      else if (this.#state === 'bdat') at = this.#skip(bytes, at)
      else break
    }
    return this.#out.take()
  }

  #command(bytes: Buffer, at: number): number {
    let end = at
    while (end < bytes.length && bytes[end] !== LF) end++
    if (end === bytes.length) {
      if (end - at > longestLine) this.#state = 'closed'
      // A copy: the chunk of the socket is not kept alive for a few octets.
      else this.#rest = Buffer.from(bytes.subarray(at))
      return end
    }
    this.#out.add(this.#answer(bytes, at, end))
    return end + 1
  }

  /** Obeys the line from `at` to the line feed at `end`. */
  #answer(bytes: Buffer, at: number, end: number): Buffer | undefined {
    if (end - at < 4) return replies.unknown
    switch (verbAt(bytes, at)) {
      case verbs.MAIL:
        if (this.#hasSender) return replies.sequence
        this.#hasSender = true
        return replies.mail
      case verbs.RCPT:
        if (!this.#hasSender) return replies.sequence
        this.#recipients++
        return replies.rcpt
      case verbs.DATA:
        if (this.#recipients === 0) return replies.sequence
        this.#state = 'data'
        // The line before the message has ended: a dot may follow at once.
        this.#matched = 2
        return replies.data
      case verbs.BDAT:
        return this.#bdat(bytes, at + 4, end)
      case verbs.RSET:
        this.#clear()
        return replies.ok
      default:
        return this.#rare(bytes.toString('latin1', at, end))
    }
  }

  #rare(line: string): Buffer {
    const [verb = '', domain = ''] = line.trim().toUpperCase().split(/\s+/)
    switch (verb) {
      case 'EHLO':
        this.#clear()
        return domain === '' ? replies.syntax : hello(this.#offers)
      case 'HELO':
        this.#clear()
        return domain === '' ? replies.syntax : hello([])
      case 'NOOP':
        return replies.ok
      case 'VRFY':
        return replies.verify
      case 'STARTTLS':
        if (!this.#offers.includes('STARTTLS')) return replies.unknown
        this.#state = 'tls'
        return replies.startTls
      case 'QUIT':
        this.#received.quits++
        this.#state = 'closed'
        return replies.quit
      default:
        return replies.unknown
    }
  }

  /** Reads `SP chunk-size [ SP "LAST" ]` (RFC 3030 section 2). */
  #bdat(bytes: Buffer, from: number, end: number): Buffer | undefined {
    let at = from + 1
    let size = 0
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 48
      if (digit < 0 || digit > 9) break
      size = size * 10 + digit
    }
    if (bytes[from] !== SPACE || at === from + 1 || !Number.isSafeInteger(size)) return replies.syntax
    this.#isLast = bytes[at] === SPACE
    this.#isStray = this.#recipients === 0
    this.#missing = size
    this.#state = 'bdat'
    return size === 0 ? this.#endChunk() : undefined
  }

  #skip(bytes: Buffer, at: number): number {
    const taken = Math.min(this.#missing, bytes.length - at)
    this.#missing -= taken
    this.#octets += taken
    if (this.#missing === 0) this.#out.add(this.#endChunk())
    return at + taken
  }

  #endChunk(): Buffer {
    this.#state = 'commands'
    if (this.#isStray) {
      this.#octets = 0
      return replies.sequence
    }
    return this.#isLast ? this.#accept(this.#octets) : replies.chunk
  }

  /** Looks for the end of data, which may be cut anywhere. */
  #data(bytes: Buffer, from: number): number {
    let at = from
    let matched = this.#matched
    while (at < bytes.length && matched > 0 && matched < endOfData.length) matched = advance(matched, bytes[at++])
    if (at < bytes.length && matched < endOfData.length) {
      const found = bytes.indexOf(endOfData, at)
      // The last four octets may begin what the next chunk ends.
      const tail = found < 0 ? Math.max(at, bytes.length - endOfData.length + 1) : found
      at = found < 0 ? bytes.length : found + endOfData.length
      matched = 0
      for (let index = tail; index < at; index++) matched = advance(matched, bytes[index])
    }
    this.#matched = matched
    this.#octets += at - from
    if (matched === endOfData.length) {
      this.#state = 'commands'
      // Without the line of one dot.
      this.#out.add(this.#accept(this.#octets - 3))
    }
    return at
  }

  #accept(octets: number): Buffer {
    this.#received.messages++
    this.#received.recipients += this.#recipients
    this.#received.octets += octets
    this.#clear()
    return queued()
  }

  #clear(): void {
    this.#hasSender = false
    this.#recipients = 0
    this.#octets = 0
  }
}

/** Returns four letters as one number, whatever their case. */
function verbAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) & 0xdfdfdfdf
}

/** Moves on in the end of data; a carriage return is the only octet with which it can begin anew. */
function advance(matched: number, octet: number | undefined): number {
  if (octet === (matched === 2 ? DOT : matched % 3 === 0 ? CR : LF)) return matched + 1
  return octet === CR ? 1 : 0
}
