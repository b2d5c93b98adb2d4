import { formatCommand } from '../protocol/command.ts'
import { argumentError } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'
import { type RcptParams, rcptParams } from '../protocol/rcpt-params.ts'
import type { RcptOptions } from './rcpt.ts'

/** A recipient: a mailbox without brackets or `Postmaster`, alone or with options of its own. */
export type Recipient = string | RecipientOptions

/** A recipient with options of its own. */
export interface RecipientOptions extends RcptOptions {
  /** A mailbox without brackets, or `Postmaster`. */
  readonly address: string
}

/** Recipients, and what is asked for those that have nothing of their own. */
export interface Recipients extends Pick<RcptParams, 'notify' | 'validSince'> {
  readonly to: Recipient | readonly Recipient[]
}

/**
 * Returns recipients in one form.
 *
 * @throws SmtpError `invalid-argument` for what is none.
 */
export function recipientsOf(to: Recipient | readonly Recipient[]): readonly RecipientOptions[] {
  const recipients: readonly Recipient[] = isList(to) ? to : [to]
  return recipients.map((recipient) => {
    if (typeof recipient === 'string') return { address: recipient }
    // From JavaScript anything may come.
    if (typeof recipient === 'object' && recipient !== null && typeof recipient.address === 'string') return recipient
    throw argumentError('to', `no recipient: ${printable(String(recipient), 64)}`, { phase: 'rcpt' })
  })
}

/**
 * Checks what does not depend on the server; returns the addresses.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function checkRecipients(recipients: Recipients): readonly string[] {
  const written = new Map<string, string>()
  for (const [address, options] of withOptions(recipients)) {
    const params = { ...rcptParams(address, options), ...options.params }
    const command = formatCommand({ verb: 'RCPT', to: address, params })
    // Outcomes are told by address: two of one address must not differ.
    if ((written.get(address) ?? command) !== command) {
      throw argumentError('to', `twice, with other options: ${printable(address, 128)}`, { phase: 'rcpt' })
    }
    written.set(address, command)
  }
  return withOptions(recipients).map(([address]) => address)
}

/** Returns a way to find the options of a recipient by its address. */
export function rcptOptionsOf(recipients: Recipients): (address: string) => RcptOptions {
  const options = new Map(withOptions(recipients))
  return (address) => options.get(address) ?? {}
}

function withOptions({ to, notify, validSince }: Recipients): (readonly [string, RcptOptions])[] {
  const common = { ...(notify !== undefined && { notify }), ...(validSince !== undefined && { validSince }) }
  return recipientsOf(to).map(({ address, ...own }) => [address, { ...common, ...own }])
}

function isList(to: Recipient | readonly Recipient[]): to is readonly Recipient[] {
  return Array.isArray(to)
}
