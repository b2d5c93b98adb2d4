/** What a reply or a failure means for each of those that it concerns. */
import { type Delivery, replyError, SmtpError, type SmtpPhase } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'
import type { Reply } from '../protocol/reply.ts'

/** Types a 4yz or 5yz reply: in a mail transaction it rejects the message. */
export function refusal(
  reply: Reply,
  phase: SmtpPhase,
  command: string | undefined,
  delivery: Delivery,
): SmtpError<'refused' | 'service-closing'> {
  return replyError(reply.code === 421 ? 'service-closing' : 'refused', reply, {
    phase,
    command,
    delivery: transaction.has(phase) ? 'rejected' : delivery,
  })
}

const transaction: ReadonlySet<SmtpPhase> = new Set(['mail', 'rcpt', 'data', 'body', 'end-of-data'])

/** What the reply to the end of a message says of its delivery; a reply that is none says nothing. */
export function fateIn({ code }: Reply): Delivery | undefined {
  if (code === 250) return 'accepted'
  return code >= 400 ? 'rejected' : undefined
}

/** The same failure, for whoever waits behind what it is about: a reply to another command refuses nothing of theirs. */
export function forOthers(
  error: SmtpError,
  phase: SmtpPhase,
  command: string | undefined,
  delivery: Delivery,
): SmtpError {
  if (error.code === 'refused' || error.code === 'unexpected-reply') return tooLate(error, phase, delivery)
  return asSeenBy(error, phase, command, delivery)
}

/** The same failure, as another command sees it. */
export function asSeenBy(
  error: SmtpError,
  phase: SmtpPhase,
  command: string | undefined,
  delivery: Delivery,
): SmtpError {
  if (error.phase === phase && error.command === command && error.delivery === delivery) return error
  const { code, message, reply, cause } = error
  return new SmtpError(code, message, { phase, command, delivery, reply, cause })
}

/** The failure of whoever comes when the session has ended. */
export function tooLate(cause: SmtpError, phase: SmtpPhase, delivery: Delivery): SmtpError<'closed'> {
  return new SmtpError('closed', `the session has ended: ${cause.message}`, { phase, delivery, cause })
}

/** What is said of a cause in an error of ours. */
export function messageOf(cause: unknown): string {
  return printable(cause instanceof Error ? cause.message : String(cause), 256)
}
