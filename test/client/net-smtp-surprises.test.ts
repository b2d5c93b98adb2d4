/**
 * Where Go's net/smtp surprises its callers, and what happens here in its place; the numbers are those of the table in
 * net-smtp.test.ts, where 1, 4, 7, 11 and 13 have tests of their own.
 */
import { expect, it, test, vi } from 'vitest'
import { type Auth, type Client, loginAuth, plainAuth, type ServerInfo, smtpOver } from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const ann = { username: 'ann', password: 'wonderland' }

test('2: after a failed AUTH another one may be tried, and the connection serves on', async () => {
  const { client } = await talk(`${greeted('AUTH PLAIN LOGIN')}
    C: AUTH PLAIN AGFubgB3b25kZXJsYW5k
    S: 535 no
    C: NOOP
    S: 250 ok
    C: AUTH LOGIN
    S: 334 VXNlcm5hbWU6
    C: YW5u
    S: 334 UGFzc3dvcmQ6
    C: d29uZGVybGFuZA==
    S: 235 welcome`)
  await failure(client.auth(plainAuth(ann)))
  await client.noop()
  await client.auth(loginAuth(ann))
  client.close()
})

it.each([
  ['another code', 'S: 250 what?'],
  ['a refusal', 'S: 502 never'],
  ['421', 'S: 421 in a hurry'],
  ['nothing but the end of the connection', 'X:'],
  ['a broken connection', 'X: reset'],
  ['something that is no reply', 'S: bye!'],
])('3: QUIT answered with %s closes, too', async (_, answer) => {
  const { client, server } = await talk(`${greeted()}C: QUIT\n${answer}`)
  await client.quit()
  expect(server.released).toBe(true)
  expect(await failure(client.noop())).toMatchObject({ delivery: 'not-sent' })
})

test('3: QUIT that is never answered closes after its deadline', async () => {
  const { client, server } = await talk(`${greeted()}C: QUIT`)
  await client.hello()
  const leaving = client.quit()
  await vi.advanceTimersByTimeAsync(4_999)
  expect(server.released).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(await leaving).toBeUndefined()
  expect(server.released).toBe(true)
})

test.each([500, 501, 502, 504, 550])('5: HELO is tried after %i', async (code) => {
  const { client } = await talk(`
    S: 220 mx.example
    C: EHLO localhost
    S: ${code} no
    C: HELO localhost
    S: 250 mx.example`)
  await client.hello()
  client.close()
})

test.each([421, 450, 451, 503, 521, 530, 554])('5: HELO is not tried after %i', async (code) => {
  const { client } = await talk(`S: 220 mx.example\nC: EHLO localhost\nS: ${code} no`)
  expect(await failure(client.hello())).toMatchObject({ phase: 'hello', reply: { code } })
  await settled()
  client.close()
})

test('5: HELO is not tried when the connection is gone', async () => {
  const { client } = await talk('S: 220 mx.example\nC: EHLO localhost\nX:')
  expect(await failure(client.hello())).toMatchObject({ code: 'connection-lost', phase: 'hello' })
})

test('6: a failed handshake is no TLS, and nothing is said in clear afterwards', async () => {
  const { client, server } = await talk(`${greeted('STARTTLS')}C: STARTTLS\nS: 220 go ahead\nT:`, {
    startTls: () => {
      throw new Error('certificate has expired')
    },
  })
  const error = await failure(client.startTls())
  expect(error).toMatchObject({
    code: 'tls-failed',
    phase: 'starttls',
    message: 'TLS handshake: certificate has expired',
  })
  expect(client.tls).toBeUndefined()
  expect(await failure(client.mail('ann@mx.example'))).toMatchObject({ code: 'closed', cause: error })
  expect(server.received).toBe('EHLO localhost\r\nSTARTTLS\r\n')
})

test.each([
  ['127.0.0.1', true],
  ['127.0.0.2', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['192.0.2.25', false],
  ['2001:db8::1', false],
  ['128.0.0.1', false],
])('8: a password in clear to localhost at %s: %s', async (remoteAddress, allowed) => {
  const line = allowed ? 'C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: 235 welcome' : ''
  const server = serve(`${greeted('AUTH PLAIN')}${line}`, { remoteAddress })
  const client = await smtpOver(server.open).dial('localhost:25')
  expect(client.isLoopback).toBe(allowed)
  if (allowed) await client.auth(plainAuth(ann))
  else expect(await failure(client.auth(plainAuth(ann)))).toMatchObject({ code: 'auth-unusable' })
  client.close()
})

test('9: keywords in lower case and the old AUTH= are understood', async () => {
  const { client } = await talk(greeted('starttls', 'AUTH=PLAIN', 'size 1000'))
  const capabilities = await client.capabilities()
  expect(capabilities.has('STARTTLS')).toBe(true)
  expect(capabilities.get('AUTH')?.mechanisms).toEqual(['PLAIN'])
  expect(capabilities.get('SIZE')?.limit).toBe(1000)
  client.close()
})

test('9: a line of another code is no extension but the end', async () => {
  const { client } = await talk('S: 220 mx.example\nC: EHLO localhost\nS: 250-mx.example\nS: 550-SIZE\nS: 250 HELP')
  expect(await failure(client.capabilities())).toMatchObject({ code: 'malformed-reply', phase: 'hello' })
})

test.each([
  ['VRFY', 'S: 251 will forward', undefined],
  ['MAIL', 'S: 250 ok', undefined],
  ['MAIL', 'S: 251 ok', 'unexpected-reply'],
  ['RCPT', 'S: 250 ok', undefined],
  ['RCPT', 'S: 251 will forward', undefined],
  ['RCPT', 'S: 259 ok', 'unexpected-reply'],
  ['end of data', 'S: 250 ok', undefined],
  ['end of data', 'S: 251 ok', 'unexpected-reply'],
])('10: %s answered with %s', async (command, answer, code) => {
  const calls: readonly (readonly [string, string, (c: Client) => Promise<unknown>])[] =
    command === 'VRFY'
      ? [['VRFY', 'C: VRFY ann', (c) => c.verify('ann')]]
      : [
          ['MAIL', 'C: MAIL FROM:<a@b.example>', (c) => c.mail('a@b.example')],
          ['RCPT', 'C: RCPT TO:<c@d.example>', (c) => c.rcpt('c@d.example')],
          ['end of data', 'C: DATA\nS: 354 go\nC: hi\nC: .', (c) => c.data('hi')],
        ]
  const upTo = calls.slice(0, calls.findIndex(([name]) => name === command) + 1)
  const script = upTo.map(([name, line]) => `${line}\n${name === command ? answer : 'S: 250 ok'}`).join('\n')
  const { client } = await talk(`${greeted()}${script}`)
  const last = upTo.at(-1)
  for (const [name, , call] of upTo) if (name !== command) await call(client)
  if (code === undefined) await last?.[2](client)
  else expect(await failure(Promise.resolve(last?.[2](client)))).toMatchObject({ code })
  client.close()
})

test.each([
  'a@x.example> AUTH=<evil',
  'a@x.example>AUTH=<evil',
  'a@x.example SIZE=1',
  '<a@x.example>',
  'a@x.example\0',
  'a\tb@x.example',
  '@relay.example:a@x.example',
])('12: %j is no address, as sender or recipient', async (address) => {
  const { client, server } = await talk(`${greeted()}C: MAIL FROM:<a@x.example>\nS: 250 ok`)
  expect(await failure(client.mail(address))).toMatchObject({ code: 'invalid-argument', argument: 'from' })
  await client.mail('a@x.example')
  expect(await failure(client.rcpt(address))).toMatchObject({ code: 'invalid-argument', argument: 'to' })
  expect(server.received).toBe('EHLO localhost\r\nMAIL FROM:<a@x.example>\r\n')
  client.close()
})

test.each([{ 'SIZE=1 AUTH': '<>' }, { AUTH: '<> BODY=8BITMIME' }, { AUTH: '<>\r\nDATA' }, { '': 'x' }])(
  '12: no parameter hides in another: %j',
  async (params) => {
    const { client, server } = await talk(greeted())
    expect(await failure(client.mail('a@x.example', { params }))).toMatchObject({ code: 'invalid-argument' })
    expect(server.received).toBe('EHLO localhost\r\n')
    client.close()
  },
)

test('13: a lone CR in the message becomes a line end', async () => {
  const { client } = await talk(`${greeted()}
    C: MAIL FROM:<a@b.example>
    S: 250 ok
    C: RCPT TO:<c@d.example>
    S: 250 ok
    C: DATA
    S: 354 go
    C: one
    C: ..
    C: two
    C: .
    S: 250 ok`)
  await client.send({ from: 'a@b.example', to: 'c@d.example', message: 'one\r.\rtwo' })
  client.close()
})

test('14: a reply of nothing but its code is a reply', async () => {
  const { client } = await talk(`
    S: 220
    C: EHLO localhost
    S: 250
    C: NOOP
    S: 250
    C: QUIT
    S: 221`)
  expect(client.greeting).toEqual({ domain: undefined, text: '' })
  expect(await client.noop()).toMatchObject({ code: 250, text: '' })
  await client.quit()
})

test('15: AUTH that was offered in clear only is not offered over TLS', async () => {
  const seen: ServerInfo[] = []
  const { client } = await talk(`${greeted('STARTTLS', 'AUTH PLAIN')}
    C: STARTTLS
    S: 220 go ahead
    T:
    C: EHLO localhost
    S: 250 mx.example
    C: AUTH SPY
    S: 235 ok`)
  await client.startTls()
  expect(await failure(client.auth(plainAuth(ann)))).toMatchObject({ code: 'not-offered' })
  const spy: Auth = {
    mechanism: 'SPY',
    start: (server) => {
      seen.push(server)
      return { respond: () => new Uint8Array() }
    },
  }
  await client.auth(spy, { force: true })
  expect(seen).toEqual([{ host: 'mx.example', tls: true, loopback: true, secure: true, mechanisms: [] }])
  client.close()
})

test('15: nor is it when EHLO over TLS is refused', async () => {
  const { client } = await talk(`${greeted('STARTTLS', 'AUTH PLAIN')}
    C: STARTTLS
    S: 220 go ahead
    T:
    C: EHLO localhost
    S: 554 no`)
  expect(await failure(client.startTls())).toMatchObject({ code: 'refused', phase: 'hello' })
  expect((await client.capabilities()).keywords.size).toBe(0)
  expect(await failure(client.auth(plainAuth(ann)))).toMatchObject({ code: 'not-offered' })
  client.close()
})

test('16: RCPT and DATA out of their turn write nothing', async () => {
  const { client, server } = await talk(`${greeted()}C: MAIL FROM:<a@b.example>\nS: 250 ok`)
  expect(await failure(client.rcpt('c@d.example'))).toMatchObject({ code: 'bad-sequence', phase: 'rcpt' })
  expect(await failure(client.data('hi'))).toMatchObject({ code: 'bad-sequence', phase: 'data' })
  await client.mail('a@b.example')
  expect(await failure(client.data())).toMatchObject({ code: 'bad-sequence', phase: 'data' })
  expect(server.received).toBe('EHLO localhost\r\nMAIL FROM:<a@b.example>\r\n')
  client.close()
})

test.each(['FOO\r\nNOOP', 'FOO BAR', '', 'foo', 'A-NAME-THAT-IS-TOO-LONG'])(
  '17: %j is no name of a mechanism',
  async (mechanism) => {
    const { client, server } = await talk(greeted('AUTH PLAIN'))
    const auth: Auth = { mechanism, start: () => ({ respond: () => new Uint8Array() }) }
    expect(await failure(client.auth(auth, { force: true }))).toMatchObject({
      code: 'invalid-argument',
      argument: 'mechanism',
    })
    expect(server.received).toBe('EHLO localhost\r\n')
    client.close()
  },
)

test('18: a server that never answers is not waited for for ever', async () => {
  const { client, server } = await talk('S: 220 mx.example\nC: EHLO localhost')
  const waiting = failure(client.hello())
  await vi.advanceTimersByTimeAsync(5 * 60_000)
  expect(await waiting).toMatchObject({ code: 'timeout', phase: 'hello' })
  expect(server.released).toBe(true)
})
