/**
 * What a test of a threat checks, whatever the threat: the verdict with all that it says, the time it took, every octet on
 * the wire, and that nothing is left behind.
 */
import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type AnySmtpError, type SendMailOptions, type Smtp, smtpOver } from '../../src/index.ts'
import { type Act, type HostileServer, type HostileServerOptions, hostileServer } from '../../src/testing/index.ts'
import { settled } from './conversation.ts'

/** The verdict that is expected: all that an error says of itself, or what is in the result. */
export type Verdict =
  | (Pick<AnySmtpError, 'code' | 'phase' | 'delivery' | 'safeToRetry'> & { readonly message?: RegExp })
  | { readonly accepted: readonly string[]; readonly rejected?: readonly string[] }
  | 'done'

/** What a server does, and what is to come of it. */
export interface Threat {
  readonly acts: readonly Act[]
  readonly verdict: Verdict
  /** Everything that is written, `\r\n` as line ends; what was written when the verdict came where it ends in `…`. */
  readonly wire: string
  /** Milliseconds until the verdict; 0 unless given. */
  readonly ms?: number
  /** Settings of `sendMail` that differ from {@link letter}. */
  readonly options?: Partial<SendMailOptions>
  readonly server?: HostileServerOptions
  /** What is done in place of `sendMail`. */
  readonly run?: (smtp: Smtp, server: HostileServer, signal: AbortSignal) => Promise<unknown>
  /** When the caller's signal fires; never unless given. */
  readonly abortAfter?: number
  /** Waits for what is computed beside the event loop before it lets time pass. */
  readonly computes?: boolean
}

/** The message that is sent. */
export const letter = { host: 'mx.example', port: 25, from: 'a@b.example', to: 'c@d.example', message: 'hi' } as const

/** Makes the tests of a file use a clock that goes on only when nothing else can happen. */
export function withFakeClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
}

/** Makes one test for each threat. */
export function threats(table: Readonly<Record<string, Threat>>): void {
  it.each(Object.entries(table))('%s', (_, threat) => meet(threat))
}

/** Meets a threat and checks everything. */
export async function meet(threat: Threat): Promise<void> {
  const { acts, verdict, wire, ms = 0, options, server: serverOptions, run, computes = false } = threat
  const server = hostileServer(acts, { remoteAddress: '192.0.2.25', ...serverOptions })
  const smtp = smtpOver(server.open)
  const abort = new AbortController()
  const { signal } = abort
  const begin = Date.now()
  const attempt = run?.(smtp, server, signal) ?? smtp.sendMail({ ...letter, signal, ...options })
  if (threat.abortAfter !== undefined) setTimeout(() => abort.abort(new Error('enough')), threat.abortAfter)
  const outcome = await settledOf(attempt, computes)
  const took = Date.now() - begin
  const early = server.received
  if (verdict === 'done') expect(outcome).not.toHaveProperty('error')
  else if ('accepted' in verdict) {
    const { accepted, rejected = [] } = verdict
    expect(outcome).toMatchObject({
      value: { accepted, rejected: rejected.map((recipient) => ({ recipient })) },
    })
  } else {
    const { message, ...said } = verdict
    expect(outcome, JSON.stringify(outcome)).toHaveProperty('error')
    const { error } = outcome as { error: AnySmtpError }
    const { code, phase, delivery, safeToRetry } = error
    expect({ code, phase, delivery, safeToRetry, why: error.message }).toEqual({ ...said, why: expect.any(String) })
    if (message !== undefined) expect(error.message).toMatch(message)
    expect(error.message).toMatch(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]{0,1400}$/u)
  }
  expect(took, 'milliseconds').toBe(ms)
  await allQuiet(server)
  if (wire.endsWith('…')) expect(early).toBe(wire.slice(0, -1))
  else expect(server.received).toBe(wire)
  expect(server.released, 'released').toBe(true)
  expect(vi.getTimerCount(), 'timers left').toBe(0)
  expect(getEventListeners(signal, 'abort'), 'listeners left').toEqual([])
  await server.finished
}

type Outcome = { readonly value: unknown } | { readonly error: unknown }

/** Lets time pass until a promise is settled. */
async function settledOf(attempt: Promise<unknown>, computes: boolean): Promise<Outcome> {
  let outcome: Outcome | undefined
  attempt.then(
    (value) => {
      outcome = { value }
    },
    (error: unknown) => {
      outcome = { error }
    },
  )
  for (let step = 0; step < 20_000; step++) {
    await settled()
    for (let turn = 0; computes && outcome === undefined && turn < 400; turn++) await settled()
    if (outcome !== undefined) return outcome
    if (vi.getTimerCount() === 0) throw new Error('it waits for ever: no timer runs')
    await vi.advanceTimersToNextTimerAsync()
  }
  throw new Error('it goes on and on')
}

/** Lets time pass until the goodbye is over. */
async function allQuiet(server: HostileServer): Promise<void> {
  for (let step = 0; step < 1_000; step++) {
    await settled()
    if (server.released || vi.getTimerCount() === 0) break
    await vi.advanceTimersToNextTimerAsync()
  }
  await settled()
}
