import type { StatusNode } from '../grammar/ast.ts'
import { parse } from '../grammar/status.ts'
import { requireObject, requireText } from './arguments.ts'
import { codeOf, enhancedStatus } from './enhanced-status.ts'
import { argumentError } from './errors.ts'
import { printable } from './printable.ts'
import type { Severity } from './reply.ts'
import { type CodeEntry, replyTable, type StatusDetail, statusTable } from './status-table.ts'

/** First part of an enhanced status code: success, persistent transient failure, permanent failure. */
export type StatusClass = 2 | 4 | 5

/** Any enhanced status code as text. */
export type EnhancedStatusCode = `${StatusClass}.${number}.${number}`

/** The registered enhanced status codes as text, such as `'5.1.1'`. */
export type RegisteredStatusCode = `${StatusClass}.${StatusDetail}`

/** An enhanced status code (RFC 3463 section 2); frozen. */
export interface EnhancedStatus extends StatusNode {
  readonly class: StatusClass
  /** What it is about: 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 security; 0 to 999. */
  readonly subject: number
  /** What exactly, within the subject; 0 to 999. */
  readonly detail: number
  /** All three as text: `'5.1.1'`. */
  readonly code: EnhancedStatusCode
}

/** What {@link describeStatus} explains: a code of either kind, or a reply that carries one or both. */
export type Describable =
  | number
  | string
  | EnhancedStatus
  | { readonly code: number; readonly enhanced?: EnhancedStatus | undefined }

/** A code in plain words. The sentences follow each other: meaning, outlook, advice. */
export interface StatusDescription {
  /** The code that is explained: an enhanced one or a basic one. */
  readonly code: string
  /** Tells whether the code itself is known, not just its class and subject, or severity and category. */
  readonly known: boolean
  readonly severity: Severity
  /** The name in the registry, or in the specification of a basic code. */
  readonly name: string
  /** What happened, for the sender. */
  readonly meaning: string
  /** Whether it may work later. */
  readonly outlook: string
  /** What to do. */
  readonly advice: string
  /** Where the code is specified. */
  readonly reference: string
}

/**
 * Parses an enhanced status code; the whole text has to be one.
 *
 * @throws SmtpError `invalid-argument`, with the position in its `cause`.
 * @example
 * parseEnhancedStatus('5.1.1') // { class: 5, subject: 1, detail: 1, code: '5.1.1' }
 * @see RFC 3463 section 2
 */
export function parseEnhancedStatus(text: string): EnhancedStatus {
  requireText('status', text)
  try {
    return enhancedStatus(parse(text, 'StatusCode'))
  } catch (cause) {
    throw argumentError('status', `no enhanced status code: ${printable(text, 32)}`, { cause })
  }
}

/**
 * Writes an enhanced status code; `parseEnhancedStatus(formatEnhancedStatus(status))` equals `status`.
 *
 * @throws SmtpError `invalid-argument` when a part is out of range.
 * @example
 * formatEnhancedStatus({ class: 4, subject: 7, detail: 1 }) // '4.7.1'
 */
export function formatEnhancedStatus(status: StatusNode): EnhancedStatusCode {
  return parseEnhancedStatus(codeOf(status)).code
}

/**
 * Explains a reply, an enhanced status code or a basic reply code in plain words.
 *
 * Of a reply the enhanced code is explained, unless it says nothing (`X.0.0`); whether it may work later is decided by
 * the reply code, should the two disagree. A code that is not registered is explained by its subject or its digits.
 *
 * @throws SmtpError `invalid-argument` when a text is no code or a number is not 200 to 599.
 * @example
 * describeStatus('5.1.1').meaning // 'There is no mailbox of this name at this domain.'
 * describeStatus(parseReply('450 4.2.0 Greylisted')).outlook // 'This is temporary: the same may work later.'
 * @see RFC 5248
 */
export function describeStatus(status: Describable): StatusDescription {
  if (typeof status === 'number') return describeReplyCode(status)
  if (typeof status === 'string') {
    return /^\d{3}$/.test(status) ? describeReplyCode(Number(status)) : describeEnhanced(parseEnhancedStatus(status))
  }
  requireObject('status', status)
  if (typeof status.code === 'string') return describeEnhanced(parseEnhancedStatus(status.code))
  const { code, enhanced } = status as Exclude<typeof status, EnhancedStatus>
  const silent = enhanced === undefined || (enhanced.subject === 0 && enhanced.detail === 0)
  return silent ? describeReplyCode(code) : describeEnhanced(enhanced, firstDigit(code))
}

/** Explains an enhanced code, with the verdict that `digit` gives. */
function describeEnhanced(status: EnhancedStatus, digit: FirstDigit = status.class): StatusDescription {
  const { subject, detail, code } = status
  const entry = detailOf(`${subject}.${detail}`)
  const shown = entry ?? detailOf(`${subject}.0`) ?? statusTable['0.0']
  const done = digit === 2 && !successes.has(`${subject}.${detail}`)
  const meaning = done ? (accomplished[subject] ?? `${verdicts[2].meaning}.`) : shown.meaning
  const advice = done ? nothingToDo : shown.advice
  return describe(code, entry !== undefined, digit, { ...shown, meaning, advice })
}

/** Explains a basic reply code. */
function describeReplyCode(code: number): StatusDescription {
  const digit = firstDigit(code)
  return describe(String(code), replyTable[code] !== undefined, digit, replyTable[code] ?? byDigits(code, digit))
}

function describe(code: string, known: boolean, digit: FirstDigit, entry: CodeEntry): StatusDescription {
  const { name, meaning, reference } = entry
  const { severity, outlook } = verdicts[digit]
  const advice =
    severity === 'transient'
      ? `Try again later; if it keeps failing, ${entry.advice.charAt(0).toLowerCase()}${entry.advice.slice(1)}`
      : entry.advice
  return Object.freeze({ code, known, severity, name, meaning, outlook, advice, reference })
}

/** Explains an unknown reply code by severity and category (RFC 5321 section 4.2.1). */
function byDigits(code: number, digit: FirstDigit): CodeEntry {
  const { name, meaning, advice } = verdicts[digit]
  const concern = concerns[Math.trunc(code / 10) % 10]
  return {
    name,
    meaning: concern === undefined ? `${meaning}.` : `${meaning}; it concerns ${concern}.`,
    advice,
    reference: 'RFC 5321',
  }
}

function detailOf(key: string): CodeEntry | undefined {
  return Object.hasOwn(statusTable, key) ? statusTable[key as StatusDetail] : undefined
}

function firstDigit(code: number): FirstDigit {
  if (!Number.isInteger(code) || code < 200 || code > 599) throw argumentError('status', `no reply code: ${code}`)
  return Math.trunc(code / 100) as FirstDigit
}

type FirstDigit = 2 | 3 | 4 | 5

interface Verdict
  extends Pick<CodeEntry, 'name' | 'meaning' | 'advice'>,
    Pick<StatusDescription, 'severity' | 'outlook'> {}

const nothingToDo = 'Nothing needs to be done.'

// By first digit of a reply code, which is the class of an enhanced one.
const verdicts: Readonly<Record<FirstDigit, Verdict>> = {
  2: {
    severity: 'completion',
    name: 'Positive completion',
    meaning: 'The server did what it was asked to do',
    outlook: 'It worked.',
    advice: nothingToDo,
  },
  3: {
    severity: 'intermediate',
    name: 'Positive intermediate',
    meaning: 'The server agrees so far',
    outlook: 'It is not finished: the server waits.',
    advice: 'Send what the server waits for.',
  },
  4: {
    severity: 'transient',
    name: 'Transient negative completion',
    meaning: 'The server refuses for now',
    outlook: 'This is temporary: the same may work later.',
    advice: 'Read the text of the reply.',
  },
  5: {
    severity: 'permanent',
    name: 'Permanent negative completion',
    meaning: 'The server refuses',
    outlook: 'This is permanent: the same will not work later.',
    advice: 'Read the text of the reply.',
  },
}

// By second digit of a reply code; 3 and 4 are unspecified.
const concerns: Readonly<Record<number, string>> = {
  0: 'the form of a command',
  1: 'help or status information',
  2: 'the connection',
  5: 'the mail system',
}

// Details that the registry words as a success, or that a success can have.
const successes: ReadonlySet<string> = new Set(['1.9', '3.6', '6.4'])

// What class 2 means, by subject: the registry words most details as failures. Subject 0 says no more than the class.
const accomplished: Readonly<Record<number, string>> = {
  1: 'The address is accepted.',
  2: 'The mailbox takes the message.',
  3: 'The mail system did what it was asked to do.',
  4: 'The message found its way.',
  5: 'The command was carried out.',
  6: 'The content is accepted.',
  7: 'The security check was passed.',
}
