/** OAUTHBEARER and XOAUTH2: what they say, how a refusal is told, and where a token goes. */
import { inspect } from 'node:util'
import { describe, expect, it, test, vi } from 'vitest'
import type { Auth, ServerInfo } from '../../../src/protocol/sasl/auth.ts'
import { oauthBearerAuth, type TokenCredentials, xoauth2Auth } from '../../../src/protocol/sasl/oauth.ts'
import { SaslRefusal } from '../../../src/protocol/sasl/refusal.ts'
import { memoryTls } from '../../../src/testing/index.ts'
import { failure } from '../../helpers/conversation.ts'
import { type Steps, smtpPeer, talkTo } from './smtp-peer.ts'

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const base64 = (plain: string): string => Buffer.from(plain).toString('base64')
const secure: ServerInfo = { host: 'mx.example', tls: true, loopback: false, mechanisms: [] }
const token = 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=='
const someuser = { username: 'someuser@example.com', accessToken: token }
const both: readonly (readonly [string, (credentials: TokenCredentials) => Auth])[] = [
  ['OAUTHBEARER', oauthBearerAuth],
  ['XOAUTH2', xoauth2Auth],
]

test('XOAUTH2 says what its inventor prints', async () => {
  const exchange = await xoauth2Auth({
    ...someuser,
    accessToken: 'ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg',
  }).start(secure)
  expect(Buffer.from(exchange.initialResponse ?? []).toString('base64')).toBe(
    'dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==',
  )
})

test('OAUTHBEARER says what RFC 7628 section 4.1 prints, without the port', async () => {
  const exchange = await oauthBearerAuth(someuser).start({ ...secure, host: 'server.example.com' })
  expect(text(exchange.initialResponse)).toBe(
    `n,a=someuser@example.com,\x01host=server.example.com\x01auth=Bearer ${token}\x01\x01`,
  )
})

test('OAUTHBEARER escapes the name', async () => {
  const exchange = await oauthBearerAuth({ ...someuser, username: 'a=b,c' }).start(secure)
  expect(text(exchange.initialResponse)).toContain('n,a=a=3Db=2Cc,\x01host')
})

describe.each(both)('%s', (mechanism, make) => {
  it('asks for a token at each login, and not before', async () => {
    const accessToken = vi.fn(async () => `token-${accessToken.mock.calls.length}`)
    const auth = make({ ...someuser, accessToken })
    expect(auth.mechanism).toBe(mechanism)
    expect(accessToken).not.toHaveBeenCalled()
    for (const expected of ['token-1', 'token-2']) {
      const exchange = await auth.start(secure)
      expect(text(exchange.initialResponse)).toContain(`auth=Bearer ${expected}\x01\x01`)
      expect(exchange.secrets).toEqual([expected])
    }
  })

  it.each([
    ['a connection that others can read', { tls: false }, 'unencrypted'],
    ['another host', { host: 'evil.example' }, 'wrong host'],
  ])('asks for no token on %s', async (_, info, why) => {
    const accessToken = vi.fn(() => 'token')
    const auth = make({ ...someuser, accessToken, host: 'mx.example' })
    const error = await failure((async () => auth.start({ ...secure, ...info }))())
    expect(error).toMatchObject({ code: 'auth-unusable', message: expect.stringContaining(why) })
    expect(accessToken).not.toHaveBeenCalled()
  })

  it('may go to this machine without TLS', async () => {
    expect((await make(someuser).start({ ...secure, tls: false, loopback: true })).initialResponse).toBeDefined()
  })

  it.each(['', 'with space', 'with\x01separator', 'with\r\nline end', 'ümlaut'])(
    'takes no token %j',
    async (accessToken) => {
      const error = await failure((async () => make({ ...someuser, accessToken }).start(secure))())
      expect(error).toMatchObject({ code: 'invalid-argument', argument: 'accessToken' })
      if (accessToken !== '') expect(inspect(error)).not.toContain(accessToken)
    },
  )

  it.each(['a\0b', 'a\x01auth=Bearer x'])('takes no name %j', async (username) => {
    const error = await failure((async () => make({ ...someuser, username }))())
    expect(error).toMatchObject({ code: 'invalid-argument', argument: 'username' })
  })

  /** Refuses every token, with an error in the mechanism's own words. */
  const refusing = (challenge: string, heard: string[], last = '535 5.7.8 no'): ((line: string) => string) =>
    smtpPeer([mechanism], (): Steps => {
      let round = 0
      return (response) => {
        heard.push(response)
        return ++round === 1 ? `334 ${challenge}` : last
      }
    })
  const acceptance = mechanism === 'XOAUTH2' ? '' : '\x01'

  it.each<[string, string, object]>([
    [
      'as RFC 7628 section 4.3 prints it',
      '{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/.well-known/openid-configuration"}',
      {
        status: 'invalid_token',
        scope: 'example_scope',
        openidConfiguration: 'https://example.com/.well-known/openid-configuration',
      },
    ],
    [
      'as a large provider does',
      '{"status":"401","schemes":"bearer","scope":"https://mail.example/"}',
      { status: '401', scope: 'https://mail.example/' },
    ],
    ['with fields of other types', '{"status":400,"scope":["a"],"openid-configuration":null}', { status: 'unknown' }],
    ['with a prototype', '{"__proto__":{"status":"inherited"}}', { status: 'unknown' }],
    ['with no JSON', 'invalid_token', { status: 'unknown' }],
    ['with no object', 'null', { status: 'unknown' }],
    ['with a list', '["status"]', { status: 'unknown' }],
    ['with nothing', '', { status: 'unknown' }],
  ])('tells why it was refused: %s', async (_, json, told) => {
    const heard: string[] = []
    const { client } = await talkTo(refusing(base64(json), heard), { tls: memoryTls })
    const error = await failure(client.auth(make(someuser)))
    expect(error).toMatchObject({ code: 'auth-failed', reply: { code: 535 }, command: `AUTH ${mechanism}` })
    expect(error.cause).toBeInstanceOf(SaslRefusal)
    expect({ ...(error.cause as SaslRefusal) }).toEqual({ name: 'SaslRefusal', ...told })
    expect(heard).toEqual([expect.stringContaining(token), acceptance])
    await client.noop()
    client.close()
  })

  it('is not logged in by a server that refuses and accepts', async () => {
    const { client } = await talkTo(refusing(base64('{"status":"invalid_token"}'), [], '235 welcome'), {
      tls: memoryTls,
    })
    expect(await failure(client.auth(make(someuser)))).toMatchObject({ code: 'auth-unusable' })
    expect(await failure(client.mail('a@b.example'))).toMatchObject({ code: 'closed' })
  })

  it('answers one challenge', async () => {
    const heard: string[] = []
    const { client, lines } = await talkTo(refusing('', heard, '334 '), { tls: memoryTls })
    expect(await failure(client.auth(make(someuser)))).toMatchObject({ code: 'auth-unusable' })
    expect(lines.at(-1)).toBe('*')
    expect(heard).toHaveLength(2)
  })

  it('writes a token of any usual length, behind an empty challenge where the line would be too long', async () => {
    const long = 'x'.repeat(4_000)
    const heard: string[] = []
    const peer = smtpPeer([mechanism], () => (response) => {
      heard.push(response)
      return '235 ok'
    })
    const { client, lines } = await talkTo(peer, { tls: memoryTls })
    await client.auth(make({ ...someuser, accessToken: long }))
    expect(lines[1]).toBe(`AUTH ${mechanism}`)
    expect(heard).toEqual([expect.stringContaining(`auth=Bearer ${long}\x01\x01`)])
    client.close()
  })

  it('shows its token to nobody, whatever the server makes of it', async () => {
    // Shifted by one and two octets the token has other forms in base64, which no list of secrets holds.
    for (const shift of ['', 'x', 'xx']) {
      const json = JSON.stringify({ [`${shift}token`]: token, status: `${shift}${token}` })
      const { client, transcript } = await talkTo(refusing(base64(json), [], `535 ${shift}${token}`), {
        tls: memoryTls,
      })
      const error = await failure(client.auth(make(someuser)))
      client.close()
      const visible = `${transcript.join('\n')}${inspect(error, { depth: 9 })}${JSON.stringify(error)}`
      for (const form of [token, base64(token).slice(4, -4), base64(json).slice(4, -4)]) {
        expect(visible.includes(form), `${form} is visible`).toBe(false)
      }
      expect(transcript).toContain(`C: AUTH ${mechanism} ********`)
    }
  })

  it('tells what went wrong with the token, before anything is written', async () => {
    const cause = new Error('no network')
    const { client, lines } = await talkTo(
      smtpPeer([mechanism], () => () => '235 ok'),
      { tls: memoryTls },
    )
    const error = await failure(client.auth(make({ ...someuser, accessToken: () => Promise.reject(cause) })))
    expect(error).toMatchObject({ code: 'auth-unusable', message: 'no network', cause })
    expect(lines).toEqual(['EHLO localhost'])
    client.close()
  })
})
