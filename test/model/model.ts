/**
 * What a client that sends messages has to do, said as simply as possible: after each event, the octets that may be on
 * the wire and the verdict of each message. It follows RFC 5321, 2920 and 3030 and docs/errors.md, and knows nothing of
 * `src`. Everything that can happen by itself has happened before the next event.
 */
import { type Batch, type Fault, judged, type Line, type Message, seenByOthers, type Verdict } from './verdict.ts'

/** How messages travel. */
export interface Way {
  readonly pipelining: 'off' | 'transaction' | 'auto'
  readonly chunking: boolean
  readonly inFlight: number
}

type Mode = 'lock-step' | 'grouped' | 'chunked' | 'streamed'

export class Model {
  /** What became of the messages that are settled, by number. */
  readonly verdicts = new Map<number, Verdict>()
  /** Why the session is over. */
  fault: Fault | undefined
  readonly #way: Way
  #wire = ''
  #waiting: Message[] = []
  #underWay: Message[] = []
  /** Commands whose replies are owed, those that left together in one batch. */
  #owed: Batch[] = []
  /** The message that is not written to where the next may follow. */
  #writing: Message | undefined
  /** The message whose transaction the server may hold open. */
  #open: Message | undefined

  constructor(way: Way) {
    this.#way = way
  }

  /** What is on the wire since the last question. */
  takeWire(): string {
    const wire = this.#wire
    this.#wire = ''
    return wire
  }

  /** The lines whose replies are owed, first that whose reply is due. */
  get due(): readonly Line[] {
    return this.#owed.flatMap(({ lines, codes }) => lines.slice(codes.length))
  }

  /** The same of the first batch: before they are all answered the client does nothing. */
  get dueTogether(): readonly Line[] {
    const [head] = this.#owed
    return head === undefined ? [] : head.lines.slice(head.codes.length)
  }

  /** Messages without a verdict. */
  get unsettled(): readonly number[] {
    return [...this.#underWay, ...this.#waiting]
      .map(({ number }) => number)
      .filter((number) => !this.verdicts.has(number))
  }

  /** Whether a RSET behind a message that failed is not answered: the verdict may be told before or after. */
  get isClearingUp(): boolean {
    return this.#owed.some(({ message, lines }) => lines[0] === 'RSET' && message.verdict !== undefined)
  }

  submit(message: Message): void {
    if (this.fault !== undefined) return this.#settle(message, closed)
    this.#waiting.push(message)
    this.#startNext()
  }

  /** Replies that arrive in one chunk: whatever the client does about the first, the others were there before. */
  replies(codes: readonly number[]): void {
    const complete: Batch[] = []
    for (const code of codes) {
      if (this.fault !== undefined) break
      const head = this.#owed[0]
      const last = complete.at(-1)
      if (head === undefined && code >= 400 && last !== undefined && isGoAhead(last)) {
        // Right behind the 354 it can only be about the message that is to come.
        const refusal = code === 421 ? 'service-closing' : 'refused'
        last.message.early = { code: refusal, delivery: 'rejected', safeToRetry: code < 500 }
        this.#end({ code: refusal, reply: code })
      } else if (head === undefined)
        this.#end({ code: code === 421 ? 'service-closing' : 'unsolicited-reply', reply: code })
      else if (code === 421) this.#end({ code: 'service-closing', reply: 421 }, complete)
      else {
        head.codes.push(code)
        if (head.codes.length === head.lines.length) complete.push(...this.#owed.splice(0, 1))
      }
    }
    for (const batch of complete) this.#conclude(batch)
    this.#startNext()
  }

  /** The caller gives a message up. */
  abort(number: number): void {
    const place = this.#waiting.findIndex((message) => message.number === number)
    const [message] = place < 0 ? [] : this.#waiting.splice(place, 1)
    if (message !== undefined) this.#settle(message, { code: 'aborted', delivery: 'not-sent', safeToRetry: true })
    else if (this.#underWay.some((other) => other.number === number)) this.end('aborted')
  }

  /** The connection ends, or a deadline passes. */
  end(code: 'connection-lost' | 'timeout' | 'aborted'): void {
    if (this.fault === undefined) this.#end({ code })
  }

  /** Ends the session: each message under way gets its own verdict, those that wait were never sent. */
  #end(fault: Fault, complete: readonly Batch[] = []): void {
    if (this.fault !== undefined) return
    this.fault = fault
    const [head, ...others] = this.#owed.splice(0)
    for (const batch of complete) this.#conclude(batch)
    if (head !== undefined) this.#conclude(head, true)
    for (const batch of others) this.#conclude(batch)
    for (const message of this.#waiting.splice(0)) this.#settle(message, closed)
  }

  /** Starts messages as long as there is room for them. */
  #startNext(): void {
    const room = this.#way.pipelining === 'auto' ? this.#way.inFlight : 1
    const isFree = (): boolean => this.fault === undefined && this.#writing === undefined && !this.isClearingUp
    while (isFree() && this.#underWay.length < room) {
      const message = this.#waiting.shift()
      if (message === undefined) return
      this.#underWay.push(message)
      this.#writing = message
      this.#start(message)
    }
  }

  #start(message: Message): void {
    const mode = this.#modeOf(message)
    const lines: Line[] = this.#open === undefined ? [] : ['RSET']
    if (mode === 'lock-step') return this.#write(message, [lines[0] ?? 'MAIL'])
    lines.push('MAIL', ...message.recipients.map((): Line => 'RCPT'))
    if (mode === 'grouped') lines.push('DATA')
    if (mode === 'chunked') lines.push('LAST')
    this.#open = message
    this.#write(message, lines)
    if (mode === 'chunked') this.#writing = undefined
  }

  /** Everything that left together is answered, or never will be. */
  #conclude(batch: Batch, isDue = false): void {
    const { message, lines } = batch
    if (lines[0] === 'RSET' && lines.length === 1 && message.verdict !== undefined) return this.#afterReset(batch)
    const { verdict, fault, closes } = judged(batch, this.fault, isDue)
    if (closes && this.#open === message) this.#open = undefined
    // A message for nobody, which the server waits for nevertheless, is ended at once.
    if (verdict?.delivery === 'rejected' && this.#waitsForNobody(batch)) {
      message.verdict = verdict
      this.#open = undefined
      return this.fault === undefined ? this.#write(message, ['DOT']) : this.#finish(message, verdict)
    }
    if (lines[0] === 'DOT' && message.verdict !== undefined) return this.#finish(message, message.verdict)
    if (verdict !== undefined) this.#finish(message, verdict)
    else this.#goOn(batch)
    if (fault !== undefined) this.#end(fault)
  }

  #waitsForNobody({ lines, codes }: Batch): boolean {
    return lines.length > 1 && lines.at(-1) === 'DATA' && codes[lines.length - 1] === 354
  }

  /** Writes what comes next for a message that may go on. */
  #goOn({ message, lines }: Batch): void {
    if (this.fault !== undefined) return this.#finish(message, message.early ?? this.#lost(this.fault))
    const [first] = lines
    if (first === 'RSET' && lines.length === 1) {
      this.#open = undefined
      return this.#write(message, ['MAIL'])
    }
    if (this.#modeOf(message) !== 'lock-step') return this.#writeMessage(message, lines.at(-1) === 'DATA')
    if (first === 'MAIL') this.#open = message
    if (first === 'DATA') return this.#writeMessage(message, true)
    const next = message.answered < message.recipients.length ? 'RCPT' : 'DATA'
    this.#write(message, [next])
  }

  #writeMessage(message: Message, byDot: boolean): void {
    const mode = this.#modeOf(message)
    if (message.source === 'failing') {
      const verdict = { code: 'body-failed', delivery: 'not-sent', safeToRetry: true } as const
      if (byDot) this.#wire += bodyOf(message)
      this.#finish(message, verdict, byDot)
      // Nothing but the end of the connection keeps a part from passing for the whole.
      if (byDot) this.#end({ code: 'body-failed' })
      return
    }
    this.#write(message, [byDot ? 'END' : 'LAST'])
    if (mode === 'grouped') this.#open = undefined
    if (mode !== 'lock-step') this.#writing = undefined
  }

  #finish(message: Message, verdict: Verdict, isLost = false): void {
    const alone = this.#underWay.length === 1 && this.#waiting.length === 0
    if (verdict.code !== 'accepted' && this.fault === undefined && !isLost && alone && this.#open !== undefined) {
      const outOfStep = verdict.code === 'unexpected-reply' || (verdict.code === 'refused' && verdict.resets === true)
      if (!outOfStep) {
        this.#open = undefined
        message.verdict = verdict
        this.#note(message, verdict)
        this.#writing = undefined
        return this.#write(message, ['RSET'])
      }
    }
    this.#settle(message, verdict)
  }

  /** The answer to the RSET behind a message that failed: it changes nothing about that one. */
  #afterReset({ message, codes }: Batch): void {
    if (message.verdict !== undefined) this.#settle(message, message.verdict)
    const [code = 250] = codes
    if (code >= 400) this.#end({ code: 'connection-lost' })
    else if (code !== 250) this.#end({ code: 'unexpected-reply', reply: code })
  }

  #lost(fault: Fault): Verdict {
    return { code: seenByOthers(fault), delivery: 'not-sent', safeToRetry: true }
  }

  #settle(message: Message, verdict: Verdict): void {
    this.#underWay = this.#underWay.filter((other) => other !== message)
    if (this.#writing === message) this.#writing = undefined
    this.#note(message, verdict)
  }

  #note({ number }: Message, { code, delivery, safeToRetry }: Verdict): void {
    this.verdicts.set(number, { code, delivery, safeToRetry })
  }

  #write(message: Message, lines: readonly Line[]): void {
    if (lines.length === 0) return
    let recipient = message.answered
    for (const line of lines) this.#wire += textOf(line, message, line === 'RCPT' ? recipient++ : 0)
    if (lines.includes('END') || lines.includes('LAST')) message.isWhole = true
    this.#owed.push({ message, lines, codes: [] })
  }

  #modeOf({ source }: Message): Mode {
    if (this.#way.pipelining === 'off') return 'lock-step'
    if (!this.#way.chunking) return 'grouped'
    return source === 'whole' ? 'chunked' : 'streamed'
  }
}

function isGoAhead({ lines, codes }: Batch): boolean {
  return lines.at(-1) === 'DATA' && codes.at(-1) === 354
}

const closed: Verdict = { code: 'closed', delivery: 'not-sent', safeToRetry: true }

function textOf(line: Line, message: Message, recipient: number): string {
  const body = bodyOf(message)
  switch (line) {
    case 'MAIL':
      return 'MAIL FROM:<a@b.example>\r\n'
    case 'RCPT':
      return `RCPT TO:<${message.recipients[recipient]}>\r\n`
    case 'END':
      return `${body}.\r\n`
    case 'DOT':
      return '.\r\n'
    case 'LAST':
      return `BDAT ${body.length} LAST\r\n${body}`
    default:
      return `${line}\r\n`
  }
}

/** The message as the source gives it. */
export function bodyOf({ number }: Message): string {
  return `message ${number}\r\n`
}
