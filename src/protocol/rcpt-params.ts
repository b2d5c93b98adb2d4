/** The parameters of RCPT that extensions have brought, as options and as they are written. */
import type { EsmtpParams } from './command.ts'
import { argumentError } from './errors.ts'
import { needsUtf8, pathOf } from './path.ts'
import { timestampOf } from './timestamp.ts'
import { encodeUtf8Address, xtextOf } from './xtext.ts'

/** What RCPT can ask for beside the recipient; each needs its extension. */
export interface RcptParams {
  /** When a delivery status notification is wanted; the server decides unless given (RFC 3461). */
  readonly notify?: 'never' | readonly NotifyOn[]
  /** The address that the message was first meant for, to be told in notifications (RFC 3461, RFC 6533). */
  readonly orcpt?: string
  /** Refuses the message when the mailbox has changed hands since then (RFC 7293). */
  readonly validSince?: ValidSince
}

/** What becomes of a message, as far as one may be told of it. */
export type NotifyOn = 'success' | 'failure' | 'delay'

/** The time at which the owner of a mailbox was known (RFC 7293). */
export interface ValidSince {
  /** To the second. */
  readonly date: Date
  /** What a server does when the next one cannot check: deliver all the same, or refuse; unsaid unless given. */
  readonly noSupport?: 'continue' | 'reject'
}

/** The extension that brings each parameter. */
export const rcptExtensions = { NOTIFY: 'DSN', ORCPT: 'DSN', RRVS: 'RRVS' } as const

/**
 * Writes the parameters of RCPT for the recipient `to`.
 *
 * @throws SmtpError `invalid-argument` that names the option.
 */
export function rcptParams(to: string, { notify, orcpt, validSince }: RcptParams): EsmtpParams {
  return {
    NOTIFY: notify === undefined ? undefined : notifyValue(notify),
    ORCPT: orcpt === undefined ? undefined : originalRecipient(orcpt, to),
    RRVS: validSince === undefined ? undefined : rrvsValue(validSince),
  }
}

const occasions: readonly string[] = ['success', 'failure', 'delay'] satisfies NotifyOn[]

/** `notify-esmtp-value`, RFC 3461 section 4.1. */
function notifyValue(notify: 'never' | readonly NotifyOn[]): string {
  if (notify === 'never') return 'NEVER'
  if (Array.isArray(notify) && notify.length > 0 && notify.every((each) => occasions.includes(each))) {
    return [...new Set(notify)].join(',').toUpperCase()
  }
  throw unusable('notify', "neither 'never' nor a list of success, failure and delay")
}

/** `original-recipient-address`, RFC 3461 section 4.2, with the type of RFC 6533 section 3. */
function originalRecipient(orcpt: string, to: string): string {
  pathOf(orcpt, 'orcpt')
  // Beyond ASCII only where the recipient is, so that the server is known to take it.
  const value = /^[ -~]*$/.test(orcpt)
    ? `rfc822;${xtextOf(orcpt, 'orcpt', 'rcpt')}`
    : `utf-8;${encodeUtf8Address(orcpt, needsUtf8(to) ? 'unitext' : 'xtext')}`
  if (value.length > 500) throw unusable('orcpt', 'longer than 500 characters as it is written')
  return value
}

/** `rrvs-param`, RFC 7293 section 3.1. */
function rrvsValue(validSince: ValidSince): string {
  if (typeof validSince !== 'object' || validSince === null) throw unusable('validSince', 'not a date in an object')
  const { date, noSupport } = validSince
  const time = timestampOf(date, 'validSince.date', 'rcpt')
  switch (noSupport) {
    case undefined:
      return time
    case 'continue':
      return `${time};C`
    case 'reject':
      return `${time};R`
    default:
      throw unusable('validSince.noSupport', 'neither continue nor reject')
  }
}

function unusable(argument: string, why: string): Error {
  return argumentError(argument, why, { phase: 'rcpt' })
}
