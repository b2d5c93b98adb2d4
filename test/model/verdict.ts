/** What the replies to the commands of a message say of it: docs/errors.md as a function. */

/** What was written: a command, the end of a message by a dot or a chunk, or a dot for nobody. */
export type Line = 'RSET' | 'MAIL' | 'RCPT' | 'DATA' | 'END' | 'LAST' | 'DOT'

export interface Message {
  readonly number: number
  readonly recipients: readonly string[]
  readonly source: 'whole' | 'stream' | 'failing'
  /** Recipients that the server has answered. */
  answered: number
  /** Codes that refused a recipient. */
  refused: number[]
  /** Whether its end is on the wire. */
  isWhole: boolean
  /** What refused it before it was written. */
  early?: Verdict
  /** What became of it, while something still has to be cleared away. */
  verdict: Verdict | undefined
}

/** Commands that left together, and the codes that came for them. */
export interface Batch {
  readonly message: Message
  readonly lines: readonly Line[]
  readonly codes: number[]
}

/** Why the session ended, and the code of the reply that ended it. */
export interface Fault {
  readonly code: string
  readonly reply?: number
}

export interface Verdict {
  readonly code: string
  readonly delivery: 'not-sent' | 'rejected' | 'unknown' | 'accepted'
  readonly safeToRetry: boolean
  /** Whether it is about the RSET ahead of the message. */
  readonly resets?: boolean
}

export interface Judgement {
  /** Undefined when the message may go on. */
  readonly verdict?: Verdict
  /** What is wrong with the session. */
  readonly fault?: Fault
  /** Whether the server holds no transaction of the message any more. */
  readonly closes?: boolean
}

/**
 * Judges one batch; `fault` is why further replies will not come, and `isDue` whether that is about the first of them.
 */
export function judged(batch: Batch, fault: Fault | undefined, isDue: boolean): Judgement {
  const { message, lines, codes } = batch
  const doubt = message.isWhole ? 'unknown' : 'not-sent'
  for (const [index, line] of lines.entries()) {
    const code = codes[index]
    if (code === undefined) {
      const refuses = isDue && fault?.reply === 421 && line !== 'RSET'
      return { verdict: verdictOf(seenByOthers(fault), refuses ? 'rejected' : doubt, undefined) }
    }
    if (code >= 400) {
      if (line === 'RCPT') message.refused.push(code)
      else if (line === 'RSET') return refusedReset(batch, code, doubt)
      else return refusedMessage(batch, line, code)
    } else if (!expected[line].includes(code)) {
      const unexpected: Fault = { code: 'unexpected-reply', reply: code }
      return { verdict: verdictOf(unexpected.code, doubt, code), fault: unexpected, closes: line === 'END' }
    }
    if (line === 'RCPT') message.answered++
    if (isLastRcpt(batch, index) && message.refused.length === message.recipients.length) {
      return { verdict: verdictOf('recipients-refused', 'rejected', Math.min(...message.refused)) }
    }
    if (line === 'END' || line === 'LAST') {
      return { verdict: { code: 'accepted', delivery: 'accepted', safeToRetry: false }, closes: true }
    }
  }
  return {}
}

/** What ends the session is told to everybody, but the answer to another message refuses nothing of this one. */
export function seenByOthers(fault: Fault | undefined): string {
  const { code = '' } = fault ?? {}
  return code === 'refused' || code === 'unexpected-reply' ? 'closed' : code
}

const expected: Readonly<Record<Line, readonly number[]>> = {
  RSET: [250],
  MAIL: [250],
  RCPT: [250, 251, 252],
  DATA: [354],
  END: [250],
  LAST: [250],
  DOT: [250],
}

/** A transaction that the server may still hold could take in what follows: nothing of it counts. */
function refusedReset({ lines }: Batch, code: number, doubt: 'unknown' | 'not-sent'): Judgement {
  const verdict = { ...verdictOf('refused', doubt, code), resets: lines.length > 1 }
  // Alone, nothing has followed it yet.
  return lines.length === 1 ? { verdict } : { verdict, fault: { code: 'refused', reply: code } }
}

function refusedMessage({ lines, codes }: Batch, line: Line, code: number): Judgement {
  const last = codes[lines.length - 1]
  if (line === 'MAIL' && lines.at(-1) === 'LAST' && last !== undefined && last < 400) {
    const unexpected: Fault = { code: 'unexpected-reply', reply: last }
    return { verdict: verdictOf(unexpected.code, 'unknown', last), fault: unexpected }
  }
  return { verdict: verdictOf('refused', 'rejected', code), closes: line === 'MAIL' || line === 'END' }
}

function isLastRcpt({ message, lines }: Batch, index: number): boolean {
  return lines[index] === 'RCPT' && message.answered === message.recipients.length
}

/** Sending again can do no harm, and may work. */
function verdictOf(code: string, delivery: Verdict['delivery'], reply: number | undefined): Verdict {
  const safe = delivery === 'not-sent' || delivery === 'rejected'
  return { code, delivery, safeToRetry: safe && (reply === undefined || reply < 500) }
}
