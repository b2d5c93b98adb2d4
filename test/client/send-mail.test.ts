import { describe, expect, it, test, vi } from 'vitest'
import { memorySocket, memoryTls } from '../../src/adapters/memory/memory-socket.ts'
import {
  type Auth,
  deadlines,
  formatTranscript,
  loginAuth,
  type OpenSocket,
  plainAuth,
  type SendMailOptions,
  type Socket,
  type SocketOptions,
  smtpOver,
} from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const auth = plainAuth({ username: 'ann', password: 'wonderland' })
const mail = { host: 'mx.example', from: 'a@b.example', to: 'c@d.example', message: 'hi' } as const
const delivery = `C: MAIL FROM:<a@b.example>
  S: 250 ok
  C: RCPT TO:<c@d.example>
  S: 250 ok
  C: DATA
  S: 354 go
  C: hi
  C: .
  S: 250 ok
  C: QUIT
  S: 221 bye
`
const upgrade = 'C: STARTTLS\nS: 220 go\nT:\nC: EHLO localhost\n'
const login = 'C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: 235 ok\n'
const goodbye = 'C: QUIT\nS: 221 bye\n'
const remote = '192.0.2.25'
const loopback = '127.0.0.1'

describe('how much TLS a message gets', () => {
  const clear = (keywords: string[], more: string): string => greeted(...keywords) + more
  const secured = (keywords: string[], over: string, more: string): string =>
    `${greeted('STARTTLS', ...keywords)}${upgrade}${over}${more}`

  it.each<[string, Partial<SendMailOptions>, string, string]>([
    ['no password, TLS offered', {}, remote, secured([], 'S: 250 mx.example\n', delivery)],
    ['no password, no TLS offered', {}, remote, clear([], delivery)],
    ['opportunistic, no TLS offered', { tls: 'opportunistic' }, remote, clear([], delivery)],
    ['none, TLS offered', { tls: 'none' }, remote, clear(['STARTTLS'], delivery)],
    [
      'a password, TLS offered',
      { auth },
      remote,
      secured([], 'S: 250-mx.example\nS: 250 AUTH PLAIN\n', login + delivery),
    ],
    ['a password, no TLS offered, on this machine', { auth }, loopback, clear(['AUTH PLAIN'], login + delivery)],
    [
      'a password, TLS offered, on this machine',
      { auth },
      loopback,
      secured(['AUTH PLAIN'], 'S: 250-mx.example\nS: 250 AUTH PLAIN\n', login + delivery),
    ],
    [
      'a password and none, on this machine',
      { auth, tls: 'none' },
      loopback,
      clear(['STARTTLS', 'AUTH PLAIN'], login + delivery),
    ],
  ])('sends: %s', async (_, options, remoteAddress, script) => {
    const server = serve(script, { remoteAddress })
    const result = await smtpOver(server.open).sendMail({ ...mail, ...options })
    expect(result.accepted).toEqual(['c@d.example'])
  })

  it.each<[string, Partial<SendMailOptions>, string, string, string]>([
    ['a password, no TLS offered', { auth }, remote, clear(['AUTH PLAIN'], goodbye), 'tls-required'],
    ['verified, no TLS offered', { tls: 'verified' }, remote, clear([], goodbye), 'tls-required'],
    [
      'verified, no TLS offered, on this machine',
      { tls: 'verified', auth },
      loopback,
      clear(['AUTH PLAIN'], goodbye),
      'tls-required',
    ],
    [
      'a password and opportunistic, no TLS offered',
      { auth, tls: 'opportunistic' },
      remote,
      clear(['AUTH PLAIN'], goodbye),
      'auth-unusable',
    ],
    ['a password and none', { auth, tls: 'none' }, remote, clear(['STARTTLS', 'AUTH PLAIN'], goodbye), 'auth-unusable'],
    ['TLS offered and refused', {}, remote, `${greeted('STARTTLS')}C: STARTTLS\nS: 454 not now\n${goodbye}`, 'refused'],
  ])('sends nothing: %s', async (_, options, remoteAddress, script, code) => {
    const server = serve(script, { remoteAddress })
    const error = await failure(smtpOver(server.open).sendMail({ ...mail, ...options }))
    expect(error).toMatchObject({ code, delivery: 'not-sent' })
    await settled()
    expect(server.received).not.toMatch(/MAIL|AUTH PLAIN/)
  })

  it('sends nothing, and nothing in clear, when the certificate is not accepted', async () => {
    const server = serve(`${greeted('STARTTLS')}C: STARTTLS\nS: 220 go\nT:`, {
      startTls: () => {
        throw new Error('self-signed certificate')
      },
    })
    const error = await failure(smtpOver(server.open).sendMail(mail))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'starttls', delivery: 'not-sent', safeToRetry: true })
    expect(server.received).toBe('EHLO localhost\r\nSTARTTLS\r\n')
  })

  it('hands the policy to STARTTLS, and the host as the name to verify', async () => {
    const startTls = vi.fn(() => memoryTls)
    const server = serve(`${greeted('STARTTLS')}${upgrade}S: 250 mx.example\n${delivery}`, { startTls })
    await smtpOver(server.open).sendMail({ ...mail, tls: { ca: 'PEM', minVersion: 'TLSv1.3' } })
    expect(startTls).toHaveBeenCalledExactlyOnceWith({ servername: 'mx.example', ca: 'PEM', minVersion: 'TLSv1.3' })
  })
})

describe('where it connects', () => {
  it.each<[string, Partial<SendMailOptions>, Partial<SocketOptions>]>([
    ['25 without credentials', {}, { port: 25, tls: 'starttls' }],
    ['587 with credentials', { auth }, { port: 587, tls: 'starttls' }],
    ['465: TLS from the first byte', { port: 465 }, { port: 465, tls: 'implicit' }],
    ['465, where TLS is not', { port: 465, tls: { implicit: false } }, { port: 465, tls: 'starttls' }],
    [
      'another port with TLS from the first byte',
      { port: 4650, tls: { implicit: true } },
      { port: 4650, tls: 'implicit' },
    ],
    ['an address', { host: '2001:db8::1' }, { host: '2001:db8::1' }],
  ])('%s', async (_, options, expected) => {
    const open = vi.fn<OpenSocket>(async () => {
      throw new Error('no route')
    })
    const error = await failure(smtpOver(open).sendMail({ ...mail, ...options }))
    expect(error).toMatchObject({
      code: 'connect-failed',
      phase: 'connect',
      message: expect.stringContaining('no route'),
    })
    expect(open).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ host: 'mx.example', ...expected }))
  })

  it('needs no STARTTLS over implicit TLS', async () => {
    const server = serve(`${greeted('STARTTLS', 'AUTH PLAIN')}${login}${delivery}`, {
      tls: memoryTls,
      remoteAddress: remote,
    })
    await smtpOver(server.open).sendMail({ ...mail, auth, port: 465 })
  })

  it('says why each address of a name failed', async () => {
    const open: OpenSocket = async () => {
      throw new AggregateError([
        new Error('connect ECONNREFUSED ::1:25'),
        new Error('connect ECONNREFUSED 127.0.0.1:25'),
      ])
    }
    expect(await failure(smtpOver(open).sendMail(mail))).toMatchObject({
      code: 'connect-failed',
      message: 'no connection to mx.example:25: connect ECONNREFUSED ::1:25, connect ECONNREFUSED 127.0.0.1:25',
    })
  })

  it('gives up when there is no connection in time, and drops one that comes too late', async () => {
    const { socket, peer } = memorySocket()
    let connect: (socket: Socket) => void = () => {}
    const open: OpenSocket = () =>
      new Promise((resolve) => {
        connect = resolve
      })
    const failing = failure(smtpOver(open).sendMail(mail))
    await vi.advanceTimersByTimeAsync(deadlines.connect)
    expect(await failing).toMatchObject({ code: 'timeout', phase: 'connect', delivery: 'not-sent', safeToRetry: true })
    let released = false
    peer.received$.subscribe({ complete: () => (released = true) })
    connect(socket)
    await settled()
    expect(released).toBe(true)
  })
})

describe('what a caller can get wrong is found before anything is connected', () => {
  // From JavaScript anything may come.
  const wrong = (value: unknown): never => value as never

  it.each<[string, Partial<SendMailOptions>]>([
    ['host', { host: '' }],
    ['host', { host: 'mx example' }],
    ['host', { host: 'mx.example\r\nQUIT' }],
    ['host', { host: wrong(undefined) }],
    ['port', { port: 0 }],
    ['port', { port: 65_536 }],
    ['port', { port: 25.5 }],
    ['port', { port: wrong('25') }],
    ['name', { name: 'my host' }],
    ['name', { name: 'me\r\nDATA' }],
    ['from', { from: 'Ann <a@b.example>' }],
    ['from', { from: wrong(undefined) }],
    ['to', { to: '' }],
    ['to', { to: [] }],
    ['to', { to: ['c@d.example', 'c@d.example, e@f.example'] }],
    ['to', { to: wrong(undefined) }],
    ['to', { to: wrong(7) }],
    ['to', { to: wrong([undefined]) }],
    ['message', { message: wrong(undefined) }],
    ['message', { message: wrong(42) }],
    ['message', { message: wrong({}) }],
    ['tls', { tls: wrong('maybe') }],
    ['auth', { auth: wrong({ user: 'ann', pass: 'wonderland' }) }],
    ['body', { body: wrong('9BIT') }],
    ['params.SIZE 1', { params: { 'SIZE 1': true } }],
  ])('%s: %o', async (argument, options) => {
    const open = vi.fn<OpenSocket>()
    const error = await failure(smtpOver(open).sendMail({ ...mail, ...options }))
    expect(error).toMatchObject({ code: 'invalid-argument', argument, delivery: 'not-sent', safeToRetry: false })
    expect(error.message).toMatch(new RegExp(`^${argument.replace('.', '\\.')}: `))
    expect(open).not.toHaveBeenCalled()
  })

  it.each(['mx.example', 'mx.example:', ':25', 'mx.example:http', 'mx.example:0', '::1:25', '[::1', 'a b:25', ''])(
    'addr: %j',
    async (address) => {
      const open = vi.fn<OpenSocket>()
      const error = await failure(smtpOver(open).sendMail(address, undefined, 'a@b.example', 'c@d.example', 'hi'))
      expect(error).toMatchObject({ code: 'invalid-argument', argument: 'addr' })
      expect(open).not.toHaveBeenCalled()
    },
  )
})

describe('recipients', () => {
  it('sends to those who are accepted and tells who is not', async () => {
    const server = serve(`${greeted()}
      C: MAIL FROM:<a@b.example>
      S: 250 ok
      C: RCPT TO:<one@d.example>
      S: 550 5.1.1 unknown
      C: RCPT TO:<two@d.example>
      S: 250 ok
      C: RCPT TO:<three@d.example>
      S: 452 4.2.2 mailbox full
      C: DATA
      S: 354 go
      C: hi
      C: .
      S: 250 ok
      C: QUIT
      S: 221 bye`)
    const to = ['one@d.example', 'two@d.example', 'three@d.example']
    expect(await smtpOver(server.open).sendMail({ ...mail, to })).toMatchObject({
      accepted: ['two@d.example'],
      rejected: [
        { recipient: 'one@d.example', reply: { code: 550 } },
        { recipient: 'three@d.example', reply: { code: 452 } },
      ],
    })
  })

  it.each([
    ['550 5.1.1 unknown', '551 not here', false],
    ['550 5.1.1 unknown', '450 later', true],
    ['450 later', '550 5.1.1 unknown', true],
  ])('gives up when all are refused (%s, %s), and serves the next message', async (first, second, safeToRetry) => {
    const { client } = await talk(`${greeted()}
      C: MAIL FROM:<a@b.example>
      S: 250 ok
      C: RCPT TO:<one@d.example>
      S: ${first}
      C: RCPT TO:<two@d.example>
      S: ${second}
      C: RSET
      S: 250 ok
      ${delivery}`)
    const error = await failure(client.send({ ...mail, to: ['one@d.example', 'two@d.example'] }))
    expect(error).toMatchObject({
      code: 'recipients-refused',
      phase: 'rcpt',
      delivery: 'rejected',
      safeToRetry,
      rejected: [{ recipient: 'one@d.example' }, { recipient: 'two@d.example' }],
    })
    expect((await client.send(mail)).accepted).toEqual(['c@d.example'])
    await client.quit()
  })

  it.each([
    ['MAIL', 'S: 451 later', 'mail', ''],
    ['DATA', 'S: 250 ok\nC: RCPT TO:<c@d.example>\nS: 250 ok\nC: DATA\nS: 451 later', 'data', 'C: RSET\nS: 250 ok\n'],
    [
      'the end',
      'S: 250 ok\nC: RCPT TO:<c@d.example>\nS: 250 ok\nC: DATA\nS: 354 go\nC: hi\nC: .\nS: 451 later',
      'end-of-data',
      '',
    ],
  ])('serves the next message after a refusal of %s', async (_, refused, phase, recovery) => {
    const { client } = await talk(`${greeted()}C: MAIL FROM:<a@b.example>\n${refused}\n${recovery}${delivery}`)
    expect(await failure(client.send(mail))).toMatchObject({ code: 'refused', phase, delivery: 'rejected' })
    await client.send(mail)
    await client.quit()
  })

  it('keeps the refusal when RSET fails, and ends the session', async () => {
    const { client, server } = await talk(`${greeted()}
      C: MAIL FROM:<a@b.example>
      S: 250 ok
      C: RCPT TO:<c@d.example>
      S: 550 unknown
      C: RSET
      S: 500 what?`)
    expect(await failure(client.send(mail))).toMatchObject({ code: 'recipients-refused' })
    expect(server.released).toBe(true)
    expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
  })
})

describe('size', () => {
  it('is announced with the line ends that go over the wire', async () => {
    const server = serve(`${greeted('SIZE 1000')}${delivery.replace('b.example>', 'b.example> SIZE=4')}`)
    await smtpOver(server.open).sendMail(mail)
  })

  it('over the limit is found before MAIL', async () => {
    const server = serve(`${greeted('SIZE 3')}${goodbye}`)
    expect(await failure(smtpOver(server.open).sendMail(mail))).toMatchObject({
      code: 'message-too-large',
      phase: 'mail',
      delivery: 'not-sent',
      safeToRetry: false,
    })
  })

  it.each(['SIZE 0', 'SIZE', 'SIZE huge'])('%s is no limit', async (keyword) => {
    const server = serve(`${greeted(keyword)}${delivery.replace('b.example>', 'b.example> SIZE=4')}`)
    await smtpOver(server.open).sendMail(mail)
  })
})

test('a UTF-8 address without SMTPUTF8 writes no MAIL', async () => {
  const server = serve(`${greeted()}${goodbye}`)
  expect(await failure(smtpOver(server.open).sendMail({ ...mail, to: 'jörg@d.example' }))).toMatchObject({
    code: 'not-offered',
    extension: 'SMTPUTF8',
    delivery: 'not-sent',
  })
})

test('TLS comes before the password, and the password before the mail', async () => {
  const server = serve(
    `${greeted('STARTTLS', 'AUTH LOGIN')}${upgrade}S: 250-mx.example\nS: 250 AUTH LOGIN
    C: AUTH LOGIN
    S: 334 VXNlcm5hbWU6
    C: YW5u
    S: 334 UGFzc3dvcmQ6
    C: d29uZGVybGFuZA==
    S: 235 ok
    ${delivery}`,
    { remoteAddress: remote },
  )
  const transcript: string[] = []
  await smtpOver(server.open).sendMail({
    ...mail,
    auth: loginAuth({ username: 'ann', password: 'wonderland' }),
    transcript: { next: (entry) => void transcript.push(formatTranscript(entry)) },
  })
  await settled()
  expect(transcript.filter((line) => line.startsWith('C:'))).toEqual([
    'C: EHLO localhost',
    'C: STARTTLS',
    'C: (TLSv1.3 established)',
    'C: EHLO localhost',
    'C: AUTH LOGIN',
    'C: ********',
    'C: ********',
    'C: MAIL FROM:<a@b.example>',
    'C: RCPT TO:<c@d.example>',
    'C: DATA',
    'C: (7 octets of message)',
    'C: QUIT',
  ])
})

test('the result does not wait for the goodbye', async () => {
  const server = serve(`${greeted()}${delivery.replace('S: 221 bye', '')}`)
  expect((await smtpOver(server.open).sendMail(mail)).accepted).toEqual(['c@d.example'])
  await settled()
  expect(server.released).toBe(false)
  await vi.advanceTimersByTimeAsync(deadlines.quit)
  expect(server.released).toBe(true)
})

describe('the caller’s signal', () => {
  it('that has fired already connects to nothing', async () => {
    const open = vi.fn<OpenSocket>(async ({ signal }) => {
      signal?.throwIfAborted()
      throw new Error('reached')
    })
    const reason = new Error('enough')
    const error = await failure(smtpOver(open).sendMail({ ...mail, signal: AbortSignal.abort(reason) }))
    expect(error).toMatchObject({ code: 'aborted', phase: 'connect', delivery: 'not-sent', cause: reason })
  })

  it('ends an attempt to connect', async () => {
    const abort = new AbortController()
    const open: OpenSocket = () => new Promise(() => {})
    const failing = failure(smtpOver(open).sendMail({ ...mail, signal: abort.signal }))
    await settled()
    abort.abort()
    expect(await failing).toMatchObject({ code: 'aborted', phase: 'connect', delivery: 'not-sent' })
  })

  it.each([
    ['hello', 'S: 220 mx.example\nC: EHLO localhost', 'not-sent'],
    ['mail', `${greeted()}C: MAIL FROM:<a@b.example>`, 'not-sent'],
    ['end-of-data', `${greeted()}${delivery.slice(0, delivery.indexOf('S: 250 ok\n  C: QUIT'))}`, 'unknown'],
  ])('in phase %s', async (phase, script, verdict) => {
    const server = serve(script)
    const abort = new AbortController()
    const failing = failure(smtpOver(server.open).sendMail({ ...mail, signal: abort.signal }))
    await settled()
    abort.abort()
    expect(await failing).toMatchObject({ code: 'aborted', phase, delivery: verdict })
    expect(server.released).toBe(true)
  })
})

test('a mechanism that fails before it begins leaves with a goodbye', async () => {
  const server = serve(`${greeted('AUTH X')}${goodbye}`)
  const broken: Auth = {
    mechanism: 'X',
    start() {
      throw new Error('no token')
    },
  }
  expect(await failure(smtpOver(server.open).sendMail({ ...mail, auth: broken }))).toMatchObject({
    code: 'auth-unusable',
    message: 'no token',
  })
})
