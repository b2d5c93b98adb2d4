// What every test of the client does: play a server's part, catch the error, and find that nothing is left behind.
import { afterEach, beforeEach, expect, vi } from 'vitest'
import type { Client } from '../../src/index.ts'
import { type AnySmtpError, isSmtpError, type NewClientOptions, newClient } from '../../src/index.ts'
import { type ScriptedServer, type ScriptedServerOptions, scriptedServer } from '../../src/testing/index.ts'

let servers: ScriptedServer[] = []

/**
 * Makes every test of a file end clean: each conversation went as written to its last line, each connection was
 * let go, and no timer runs. Deadlines pass only when a test advances the clock.
 */
export function nothingLeftBehind(): void {
  beforeEach(() => {
    servers = []
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(async () => {
    await settled()
    try {
      for (const server of servers) {
        server.assertFinished()
        expect(server.released, 'the connection was let go').toBe(true)
      }
      expect(vi.getTimerCount(), 'timers left').toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
}

/** Waits until everything that waits for nothing but promises has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Plays a script that {@link nothingLeftBehind} checks. */
export function serve(script: string, options?: ScriptedServerOptions): ScriptedServer {
  const server = scriptedServer(script, options)
  servers.push(server)
  return server
}

/** Plays a script and greets it with a client of `mx.example`. */
export async function talk(
  script: string,
  options?: ScriptedServerOptions,
  clientOptions?: NewClientOptions,
): Promise<{ client: Client; server: ScriptedServer }> {
  const server = serve(script, options)
  return { server, client: await newClient(server.socket, 'mx.example', clientOptions) }
}

/** Resolves with the error of something that has to fail. */
export async function failure(doing: Promise<unknown>): Promise<AnySmtpError> {
  const outcome = await doing.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`no failure, but ${JSON.stringify(outcome.value)}`)
  if (!isSmtpError(outcome.error)) throw outcome.error
  return outcome.error
}

/** The greeting and an EHLO reply with these keywords, for the beginning of a script. */
export function greeted(...keywords: readonly string[]): string {
  const lines = ['mx.example', ...keywords]
  const reply = lines.map((line, index) => `S: 250${index < lines.length - 1 ? '-' : ' '}${line}`)
  return `S: 220 mx.example ESMTP\nC: EHLO localhost\n${reply.join('\n')}\n`
}
