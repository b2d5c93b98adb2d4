import { argumentError, SmtpError, type SmtpErrorInit } from '../protocol/errors.ts'
import { after } from '../stream/deadlines.ts'

/** What every call takes. */
export interface CallOptions {
  /** Ends the session when it fires: the call rejects with `aborted`, and `delivery` tells what became of the message. */
  readonly signal?: AbortSignal
  /**
   * Milliseconds for the whole call, from the moment it is made; no bound unless given. When they are over the session
   * ends and the call rejects with `timeout` in the phase it was in.
   */
  readonly deadline?: number
}

/**
 * Runs a call within its bounds: the signal that it is given fires with the caller's, or when the deadline passes.
 *
 * @throws SmtpError `invalid-argument`, at once.
 */
export function bounded<T>(options: CallOptions, run: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
  checkBounds(options)
  const { signal, deadline } = options
  return deadline === undefined ? run(signal) : withDeadline(deadline, signal, run)
}

async function withDeadline<T>(
  deadline: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController()
  const onAbort = (): void => stopping.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()
  const stopTimer = after(deadline, () => stopping.abort(new OutOfTime(deadline)))
  try {
    return await run(stopping.signal)
  } finally {
    stopTimer()
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The reason of a signal that fires because a deadline has passed. */
export class OutOfTime {
  readonly ms: number

  constructor(ms: number) {
    this.ms = ms
  }
}

/** Why a call is stopped, in the words of an error. */
export interface Stop {
  readonly code: 'timeout' | 'aborted'
  readonly message: string
  readonly cause?: unknown
}

/** Tells why a signal has fired. */
export function stopOf(reason: unknown): Stop {
  return reason instanceof OutOfTime
    ? { code: 'timeout', message: `not done within ${reason.ms} ms` }
    : { code: 'aborted', message: 'aborted by the caller', cause: reason }
}

/** Builds the error for a call that was stopped while nothing of it was under way. */
export function stoppedBefore(reason: unknown, init: SmtpErrorInit): SmtpError<'timeout' | 'aborted'> {
  const { code, message, cause } = stopOf(reason)
  return new SmtpError(code, message, { ...init, cause })
}

/**
 * Checks bounds that a caller gave.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function checkBounds({ signal, deadline }: { readonly signal?: unknown; readonly deadline?: unknown }): void {
  if (deadline !== undefined && !(typeof deadline === 'number' && deadline > 0)) {
    throw argumentError('deadline', 'not a number of milliseconds above 0')
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw argumentError('signal', 'not an AbortSignal')
}
