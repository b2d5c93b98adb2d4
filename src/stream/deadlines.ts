import { requireObject } from '../protocol/arguments.ts'
import { argumentError, type SmtpPhase } from '../protocol/errors.ts'
import { printable } from '../protocol/printable.ts'

/**
 * How long each phase may take, in milliseconds, from the command to its whole reply: trickled bytes do not extend it.
 * `Infinity` waits for ever.
 */
export type Deadlines = Readonly<Record<SmtpPhase, number>>

const seconds = 1_000
const minutes = 60 * seconds

/** The default {@link Deadlines}: those of RFC 5321 section 4.5.3.2 where it names one. */
export const deadlines: Deadlines = Object.freeze({
  connect: 30 * seconds,
  greeting: 5 * minutes,
  hello: 5 * minutes,
  starttls: 60 * seconds,
  auth: 5 * minutes,
  mail: 5 * minutes,
  rcpt: 5 * minutes,
  data: 2 * minutes,
  // For each block that the peer does not take.
  body: 3 * minutes,
  'end-of-data': 10 * minutes,
  reset: 5 * minutes,
  noop: 5 * minutes,
  verify: 5 * minutes,
  command: 5 * minutes,
  idle: Number.POSITIVE_INFINITY,
  quit: 5 * seconds,
})

/**
 * Completes the deadlines that a caller gave.
 *
 * @throws SmtpError `invalid-argument` for a phase that there is not, and for what is no number of milliseconds above 0.
 */
export function checkDeadlines(given?: Partial<Deadlines>): Deadlines {
  if (given === undefined) return deadlines
  const checked: Record<SmtpPhase, number> = { ...deadlines }
  for (const [phase, ms] of Object.entries(requireObject('deadlines', given))) {
    const argument = `deadlines.${printable(phase, 64)}`
    if (!isPhase(phase)) throw argumentError(argument, 'no phase of a conversation')
    if (ms === undefined) continue
    if (!(typeof ms === 'number' && ms > 0)) throw argumentError(argument, 'not a number of milliseconds')
    checked[phase] = ms
  }
  return checked
}

function isPhase(name: string): name is SmtpPhase {
  return Object.hasOwn(deadlines, name)
}

// setTimeout takes a larger delay for one millisecond.
const longest = 2 ** 31 - 1

/** Calls `late` after `ms` milliseconds unless the returned function is called before. */
export function after(ms: number, late: () => void): () => void {
  if (ms > longest) return () => {}
  const timer = setTimeout(late, ms)
  return () => clearTimeout(timer)
}
