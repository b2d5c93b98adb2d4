import { type EsmtpParams, formatCommand } from '../protocol/command.ts'
import { argumentError } from '../protocol/errors.ts'
import { asciiAddress, isAscii, isPlainMailbox } from '../protocol/path.ts'
import { printable } from '../protocol/printable.ts'
import { rcptExtensions, rcptParams } from '../protocol/rcpt-params.ts'
import type { Line } from '../stream/owed.ts'
import type { RcptOptions } from './rcpt.ts'

/** A recipient: a mailbox without brackets or `Postmaster`, alone or with options of its own. */
export type Recipient = string | RecipientOptions

/** A recipient with options of its own. */
export interface RecipientOptions extends RcptOptions {
  /** A mailbox without brackets, or `Postmaster`. */
  readonly address: string
}

/**
 * A recipient with the command that names it, checked and ready to be written: nothing of it depends on the server but
 * whether it may be said at all.
 */
export interface NamedRecipient extends Line {
  readonly address: string
  readonly text: string
  /** The extensions without which the server would not understand the command. */
  readonly needs: readonly string[]
}

/**
 * Writes RCPT for every recipient; `common` is for those that have nothing of their own.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function nameRecipients(to: Recipient | readonly Recipient[], common?: RcptOptions): readonly NamedRecipient[] {
  let alike = true
  const named = (isList(to) ? to : [to]).map((recipient) => {
    if (typeof recipient === 'string') return nameRecipient(recipient, common)
    alike = false
    const { address, ...own } = recipientOf(recipient)
    return nameRecipient(address, { ...common, ...own })
  })
  if (!alike) checkTwins(named)
  return named
}

function nameRecipient(address: string, options: RcptOptions | undefined): NamedRecipient {
  if (options === undefined && isPlainMailbox(address)) return new PlainRecipient(address)
  const beyondAscii = !isAscii(address)
  const to = beyondAscii ? asciiAddress(address) : address
  const asked = options && rcptParams(address, options)
  const command = { verb: 'RCPT', to } as const
  const text = formatCommand(asked === undefined ? command : { ...command, params: { ...asked, ...options?.params } })
  const needs = beyondAscii && !isAscii(to) ? [...utf8, ...neededFor(asked)] : neededFor(asked)
  return { address, needs, text, phase: 'rcpt' }
}

/** A recipient of the usual kind, whose command is put together when it is written: there may be thousands. */
class PlainRecipient implements NamedRecipient {
  readonly address: string

  constructor(address: string) {
    this.address = address
  }

  get text(): string {
    return `RCPT TO:<${this.address}>`
  }

  get phase(): 'rcpt' {
    return 'rcpt'
  }

  get needs(): readonly string[] {
    return nothing
  }
}

const nothing: readonly string[] = []
const utf8: readonly string[] = ['SMTPUTF8']

/** Lists the extensions that bring the parameters of a recipient. */
function neededFor(asked: EsmtpParams | undefined): readonly string[] {
  if (asked === undefined) return nothing
  return Object.entries(rcptExtensions).flatMap(([keyword, extension]) =>
    asked[keyword] === undefined ? [] : [extension],
  )
}

/** Outcomes are told by address: two of one address must not differ. */
function checkTwins(named: readonly NamedRecipient[]): void {
  const written = new Map<string, string>()
  for (const { address, text } of named) {
    if ((written.get(address) ?? text) !== text) {
      throw argumentError('to', `twice, with other options: ${printable(address, 128)}`, { phase: 'rcpt' })
    }
    written.set(address, text)
  }
}

function recipientOf(recipient: RecipientOptions): RecipientOptions {
  // From JavaScript anything may come.
  if (typeof recipient === 'object' && recipient !== null && typeof recipient.address === 'string') return recipient
  throw argumentError('to', `no recipient: ${printable(String(recipient), 64)}`, { phase: 'rcpt' })
}

function isList(to: Recipient | readonly Recipient[]): to is readonly Recipient[] {
  return Array.isArray(to)
}
