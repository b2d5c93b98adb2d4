/** The parameters of MAIL that extensions have brought, as options and as they are written. */
import { accepts } from '../grammar/path.ts'
import type { Capabilities } from './capabilities.ts'
import type { EsmtpParams } from './command.ts'
import { argumentError } from './errors.ts'
import { asciiAddress, needsUtf8 } from './path.ts'
import { printable } from './printable.ts'
import { timestampOf } from './timestamp.ts'
import { xtextOf } from './xtext.ts'

/** What MAIL can ask for beside the sender; each needs its extension. */
export interface MailParams {
  /** What a delivery status notification gives back of a message that failed: all of it or its header (RFC 3461). */
  readonly ret?: 'full' | 'headers'
  /** A name for this message in its notifications: printable ASCII, up to 100 characters as `xtext` (RFC 3461). */
  readonly envid?: string
  /** Who submitted the message first, `''` where that is not known; for servers that trust each other (RFC 4954). */
  readonly authenticatedSender?: string
  /** How soon the message is of no use any more (RFC 2852). */
  readonly deliverBy?: DeliverBy
  /** Seconds that the server keeps the message before it delivers it, from 1 to 999,999,999 (RFC 4865). */
  readonly holdFor?: number
  /** When the server begins to deliver the message, to the second (RFC 4865). */
  readonly holdUntil?: Date
  /** From -9, the lowest, to 9; 0 is what other messages have (RFC 6710). */
  readonly priority?: number
  /** Lets the message travel over verified TLS only, from here to its mailbox, or not at all (RFC 8689). */
  readonly requireTls?: boolean
}

/** A time limit for delivery (RFC 2852). */
export interface DeliverBy {
  /** Seconds from now, at most 999,999,999; below 1 only with `notify`. */
  readonly seconds: number
  /** What happens then: the message comes back undelivered, or goes on and the sender is told of the delay. */
  readonly mode: 'return' | 'notify'
  /** Asks every server on the way to report that it passed the message on. */
  readonly trace?: boolean
}

/** The extension that brings each parameter. */
export const mailExtensions = {
  BODY: '8BITMIME',
  SMTPUTF8: 'SMTPUTF8',
  RET: 'DSN',
  ENVID: 'DSN',
  AUTH: 'AUTH',
  BY: 'DELIVERBY',
  HOLDFOR: 'FUTURERELEASE',
  HOLDUNTIL: 'FUTURERELEASE',
  'MT-PRIORITY': 'MT-PRIORITY',
  REQUIRETLS: 'REQUIRETLS',
} as const

/**
 * Writes the parameters of MAIL; undefined where none are asked for.
 *
 * @throws SmtpError `invalid-argument` that names the option.
 */
export function mailParams(options: MailParams): EsmtpParams | undefined {
  const { ret, envid, authenticatedSender, deliverBy, holdFor, holdUntil, priority, requireTls } = options
  // As most messages do.
  const asksNothing =
    ret === undefined &&
    envid === undefined &&
    authenticatedSender === undefined &&
    deliverBy === undefined &&
    holdFor === undefined &&
    holdUntil === undefined &&
    priority === undefined &&
    requireTls === undefined
  if (asksNothing) return undefined
  if (holdFor !== undefined && holdUntil !== undefined) throw unusable('holdUntil', 'not together with holdFor')
  return {
    RET: given(ret, (value) => choice('ret', value, returns)),
    ENVID: given(envid, envidOf),
    AUTH: given(authenticatedSender, submitterOf),
    BY: given(deliverBy, byValue),
    HOLDFOR: given(holdFor, (value) => integer('holdFor', value, 1, longest)),
    HOLDUNTIL: given(holdUntil, (value) => timestampOf(value, 'holdUntil', 'mail')),
    'MT-PRIORITY': given(priority, (value) => integer('priority', value, -9, 9)),
    REQUIRETLS: given(requireTls, (value) => flag('requireTls', value)),
  }
}

/**
 * Checks options against the bounds that the server has announced.
 *
 * @throws SmtpError `invalid-argument` that names the option.
 */
export function checkBounds(capabilities: Capabilities, { deliverBy, holdFor, holdUntil }: MailParams): void {
  if (deliverBy !== undefined) checkDelivery(capabilities, deliverBy)
  if (holdFor === undefined && holdUntil === undefined) return
  const { maxInterval, maxDateTime } = capabilities.get('FUTURERELEASE') ?? {}
  if (holdFor !== undefined && maxInterval !== undefined && holdFor > maxInterval) {
    throw unusable('holdFor', `the server holds no message for more than ${maxInterval} seconds`)
  }
  if (holdUntil !== undefined && maxDateTime !== undefined && holdUntil.getTime() > Date.parse(maxDateTime)) {
    throw unusable('holdUntil', `the server holds no message beyond ${maxDateTime}`)
  }
}

/** RFC 2852 section 3: the minimum is about messages that are to come back. */
function checkDelivery(capabilities: Capabilities, { mode, seconds }: DeliverBy): void {
  const minimum = capabilities.get('DELIVERBY')?.minimum
  if (mode === 'return' && minimum !== undefined && seconds < minimum) {
    throw unusable('deliverBy', `the server takes no less than ${minimum} seconds`)
  }
}

function given<T, U>(value: T | undefined, write: (value: T) => U): U | undefined {
  return value === undefined ? undefined : write(value)
}

const returns = { full: 'FULL', headers: 'HDRS' } as const
const modes = { return: 'R', notify: 'N' } as const
// 9 digits, RFC 2852 section 4 and RFC 4865 section 4.
const longest = 999_999_999

/** `envid-parameter`, RFC 3461 section 4.4: printable before it is encoded, and no more than 100 characters after. */
function envidOf(envid: string): string {
  const text = xtextOf(envid, 'envid', 'mail')
  if (!/^[ -~]+$/.test(envid)) throw unusable('envid', `not printable ASCII: ${printable(envid, 64)}`)
  if (text.length > 100) throw unusable('envid', 'longer than 100 characters as xtext')
  return text
}

/** RFC 4954 section 5: `<>`, or a mailbox as `xtext`. */
function submitterOf(address: string): string {
  if (address === '') return '<>'
  const mailbox = typeof address === 'string' ? asciiAddress(address) : ''
  if (!accepts(mailbox, 'Mailbox') || needsUtf8(mailbox)) {
    throw unusable('authenticatedSender', `not a mailbox in ASCII: ${printable(String(address), 128)}`)
  }
  return xtextOf(mailbox, 'authenticatedSender', 'mail')
}

/** `by-value`, RFC 2852 section 4. */
function byValue(deliverBy: DeliverBy): string {
  if (typeof deliverBy !== 'object' || deliverBy === null) throw unusable('deliverBy', 'not a time and a mode')
  const { seconds, mode, trace = false } = deliverBy
  const letter = choice('deliverBy.mode', mode, modes)
  const from = mode === 'return' ? 1 : -longest
  const traced = flag('deliverBy.trace', trace) ? 'T' : ''
  return `${integer('deliverBy.seconds', seconds, from, longest)};${letter}${traced}`
}

function choice(argument: string, value: string, words: Readonly<Record<string, string>>): string {
  const word = typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined
  if (word === undefined) throw unusable(argument, `not one of ${Object.keys(words).join(', ')}`)
  return word
}

function integer(argument: string, value: number, from: number, to: number): number {
  if (!Number.isInteger(value) || value < from || value > to) {
    throw unusable(argument, `not an integer from ${from} to ${to}`)
  }
  return value
}

function flag(argument: string, value: boolean): true | undefined {
  if (typeof value !== 'boolean') throw unusable(argument, 'not true or false')
  return value || undefined
}

function unusable(argument: string, why: string): Error {
  return argumentError(argument, why, { phase: 'mail' })
}
