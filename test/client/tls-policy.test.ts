/** One option for TLS, whichever way a session is opened. */
import { lastValueFrom } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { memoryTls } from '../../src/adapters/memory/memory-socket.ts'
import {
  hello,
  type OpenSocket,
  plainAuth,
  quit,
  type SendMailOptions,
  type SmtpErrorCode,
  smtpOver,
  startTls,
  type TlsLevel,
  type TlsOptions,
  type TlsPolicy,
} from '../../src/index.ts'
import type { ScriptedServer } from '../../src/testing/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled } from '../helpers/conversation.ts'

nothingLeftBehind()

type Tls = TlsLevel | TlsPolicy

const remote = { remoteAddress: '192.0.2.25' }
const goodbye = 'C: QUIT\nS: 221 bye\n'
const upgrade = 'C: STARTTLS\nS: 220 go\nT:\nC: EHLO localhost\nS: 250 mx.example\n'
const delivery = `C: MAIL FROM:<a@b.example>
  S: 250 ok
  C: RCPT TO:<c@d.example>
  S: 250 ok
  C: DATA
  S: 354 go
  C: hi
  C: .
  S: 250 ok
`
const mail = { host: 'mx.example', from: 'a@b.example', to: 'c@d.example', message: 'hi' } as const

/** The ways to a session that has said EHLO, and to a goodbye. */
const ways: Readonly<Record<string, (server: ScriptedServer, tls: Tls) => Promise<unknown>>> = {
  sendMail: (server, tls) =>
    smtpOver(server.open)
      .sendMail({ ...mail, tls })
      .finally(settled),
  dial: async (server, tls) => {
    const client = await smtpOver(server.open).dial('mx.example:25', { tls })
    try {
      return await client.send(mail)
    } finally {
      await client.quit()
    }
  },
}

describe.each(Object.entries(ways))('%s', (_, run) => {
  it.each<[string, Tls, string, boolean]>([
    ['verified', 'verified', greeted('STARTTLS') + upgrade, true],
    ['opportunistic, offered', 'opportunistic', greeted('STARTTLS') + upgrade, true],
    ['opportunistic, not offered', 'opportunistic', greeted(), false],
    ['none, offered', 'none', greeted('STARTTLS'), false],
    ['verified, as a policy', { level: 'verified', minVersion: 'TLSv1.3' }, greeted('STARTTLS') + upgrade, true],
  ])('%s', async (__, tls, script, secured) => {
    const server = serve(script + delivery + goodbye, remote)
    expect(await run(server, tls)).toMatchObject(secured ? { tls: { protocol: 'TLSv1.3' } } : { tls: undefined })
  })

  it.each<[string, Tls, string, SmtpErrorCode, object]>([
    ['verified, not offered', 'verified', greeted() + goodbye, 'tls-required', remote],
    ['verified, not offered, on this machine', 'verified', greeted() + goodbye, 'tls-required', {}],
    [
      'verified, a server that knows only HELO',
      'verified',
      `S: 220 mx\nC: EHLO localhost\nS: 502 no\nC: HELO localhost\nS: 250 mx\n${goodbye}`,
      'tls-required',
      remote,
    ],
    ['refused for now', 'verified', `${greeted('STARTTLS')}C: STARTTLS\nS: 454 no\n${goodbye}`, 'refused', remote],
    [
      'refused for ever',
      'opportunistic',
      `${greeted('STARTTLS')}C: STARTTLS\nS: 502 no\n${goodbye}`,
      'refused',
      remote,
    ],
    [
      'an adapter that does not verify',
      'verified',
      `${greeted('STARTTLS')}C: STARTTLS\nS: 220 go\nT:`,
      'tls-failed',
      { ...remote, tlsState: { ...memoryTls, authorized: false, authorizationError: 'EXPIRED' } },
    ],
    [
      'an adapter that knows no pins',
      { level: 'verified', pins: ['0'.repeat(64)] },
      `${greeted('STARTTLS')}C: STARTTLS\nS: 220 go\nT:`,
      'tls-failed',
      remote,
    ],
  ])('sends nothing: %s', async (__, tls, script, code, options) => {
    const server = serve(script, options)
    const error = await failure(run(server, tls))
    expect(error).toMatchObject({ code, phase: 'starttls', delivery: 'not-sent' })
    expect(server.received).not.toContain('MAIL')
  })
})

describe('operators', () => {
  it('hello sees to it', async () => {
    const server = serve(`${greeted('STARTTLS')}${upgrade}${goodbye}`, remote)
    const { connect } = smtpOver(server.open)
    const session = await lastValueFrom(
      connect({ host: 'mx.example', port: 25, tls: 'verified' }).pipe(hello(), quit()),
    )
    expect(session.tls).toBe(memoryTls)
  })

  it('startTls takes the policy where it is given nothing else', async () => {
    const asked: TlsOptions[] = []
    const server = serve(`${greeted('STARTTLS')}${upgrade}${goodbye}`, {
      ...remote,
      startTls: (options) => {
        asked.push(options)
        return memoryTls
      },
    })
    const { connect } = smtpOver(server.open)
    const tls = { ca: 'PEM', minVersion: 'TLSv1.3' } as const
    await lastValueFrom(
      connect({ host: 'mx.example', port: 25, tls }).pipe(hello(), startTls({ minVersion: 'TLSv1.2' }), quit()),
    )
    expect(asked).toEqual([{ ca: 'PEM', minVersion: 'TLSv1.2', servername: 'mx.example' }])
  })

  it('startTls does not go against none', async () => {
    const server = serve(greeted('STARTTLS'), remote)
    const { connect } = smtpOver(server.open)
    const session$ = connect({ host: 'mx.example', port: 25, tls: 'none' }).pipe(hello(), startTls())
    expect(await failure(lastValueFrom(session$))).toMatchObject({ code: 'bad-sequence', phase: 'starttls' })
  })
})

describe('what the port is told', () => {
  it.each<[Partial<SendMailOptions>, string, string]>([
    [{}, 'starttls', 'mx.example'],
    [{ tls: 'none' }, 'none', 'mx.example'],
    [{ tls: 'none', port: 465 }, 'none', 'mx.example'],
    [{ port: 465 }, 'implicit', 'mx.example'],
    [{ port: 465, tls: 'opportunistic' }, 'implicit', 'mx.example'],
    [{ port: 465, tls: { implicit: false } }, 'starttls', 'mx.example'],
    [{ tls: { implicit: true } }, 'implicit', 'mx.example'],
    [{ tls: { servername: 'other.example' } }, 'starttls', 'other.example'],
    [{ host: 'bücher.example' }, 'starttls', 'xn--bcher-kva.example'],
    [{ host: 'BÜCHER.example' }, 'starttls', 'xn--bcher-kva.example'],
    [{ tls: { servername: 'bücher.example.' } }, 'starttls', 'xn--bcher-kva.example'],
    [{ host: '192.0.2.25' }, 'starttls', '192.0.2.25'],
    [{ host: '2001:db8::1' }, 'starttls', '2001:db8::1'],
  ])('%o: %s, %s', async (options, tls, servername) => {
    const open = vi.fn<OpenSocket>(async () => {
      throw new Error('no route')
    })
    await failure(smtpOver(open).sendMail({ ...mail, ...options }))
    expect(open).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ tls, tlsOptions: expect.objectContaining({ servername }) }),
    )
  })
})

describe('a policy that cannot be', () => {
  // From JavaScript anything may come.
  const wrong = (value: unknown): never => value as never

  it.each<[string, Tls]>([
    ['tls', wrong('maybe')],
    ['tls', wrong(null)],
    ['tls', wrong(true)],
    ['tls', { level: wrong('starttls') }],
    ['tls', { level: 'none', implicit: true }],
    ['tls.servername', { servername: '' }],
    ['tls.servername', { servername: 'mx example' }],
    ['tls.servername', { servername: 'mx.example\r\nQUIT' }],
    ['tls.servername', { servername: wrong(7) }],
    ['tls.minVersion', { minVersion: wrong('TLSv1') }],
    ['tls.rejectUnauthorized', { rejectUnauthorized: wrong(0) }],
    ['tls.pins', { pins: [] }],
    ['tls.pins', { pins: wrong('AA:BB') }],
    ['tls.pins', { pins: ['AA:BB'] }],
    ['tls.pins', { pins: [`${'0'.repeat(63)}g`] }],
    ['tls.pins', { pins: ['sha256/AAAA'] }],
    ['tls.pins', { pins: [wrong(undefined)] }],
  ])('%s: %o', async (argument, tls) => {
    const open = vi.fn<OpenSocket>()
    const { sendMail, dial, connect } = smtpOver(open)
    for (const attempt of [
      sendMail({ ...mail, tls }),
      dial('mx.example:25', { tls }),
      lastValueFrom(connect({ host: 'mx.example', port: 25, tls })),
    ]) {
      expect(await failure(attempt)).toMatchObject({ code: 'invalid-argument', argument, phase: 'starttls' })
    }
    expect(open).not.toHaveBeenCalled()
  })
})

describe('a password over TLS that nobody has verified', () => {
  const auth = plainAuth({ username: 'ann', password: 'wonderland' })
  const tls: TlsPolicy = { level: 'verified', rejectUnauthorized: false }
  const unverified = { ...memoryTls, authorized: false, authorizationError: 'SELF_SIGNED' }
  const over = `${greeted('STARTTLS')}C: STARTTLS\nS: 220 go\nT:\nC: EHLO localhost\nS: 250-mx.example\nS: 250 AUTH PLAIN\n`
  const login = 'C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: 235 ok\n'

  it.each<[string, Partial<SendMailOptions>, object]>([
    ['on this machine', { tls }, { tlsState: unverified }],
    ['pinned', { tls: { ...tls, pins: ['0'.repeat(64)] } }, { ...remote, tlsState: { ...unverified, pinned: true } }],
    ['allowed', { tls, allowInsecureAuth: true }, { ...remote, tlsState: unverified }],
  ])('goes: %s', async (_, options, server) => {
    await smtpOver(serve(over + login + delivery + goodbye, server).open).sendMail({ ...mail, auth, ...options })
  })

  it('does not go otherwise', async () => {
    const server = serve(over + goodbye, { ...remote, tlsState: unverified })
    const error = await failure(smtpOver(server.open).sendMail({ ...mail, auth, tls }))
    expect(error).toMatchObject({ code: 'auth-unusable', phase: 'auth', delivery: 'not-sent', safeToRetry: false })
    await settled()
  })
})
