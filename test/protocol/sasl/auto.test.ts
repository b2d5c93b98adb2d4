/** What is chosen for each credentials, by what the server offers and by who can listen. */
import { describe, expect, it, test } from 'vitest'
import { autoAuth } from '../../../src/node.ts'
import { argumentError } from '../../../src/protocol/errors.ts'
import { anonymousAuth } from '../../../src/protocol/sasl/anonymous.ts'
import type { Auth, ServerInfo } from '../../../src/protocol/sasl/auth.ts'
import { type AutoCredentials, autoWith } from '../../../src/protocol/sasl/auto.ts'
import { externalAuth } from '../../../src/protocol/sasl/external.ts'
import { memoryTls } from '../../../src/testing/index.ts'
import { failure } from '../../helpers/conversation.ts'
import { smtpPeer, talkTo } from './smtp-peer.ts'

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const password = { username: 'ann', password: 'wonderland' }
const token = { username: 'ann', accessToken: 'token' }
const ranked = [
  'SCRAM-SHA-512-PLUS',
  'SCRAM-SHA-256-PLUS',
  'SCRAM-SHA-1-PLUS',
  'SCRAM-SHA-512',
  'SCRAM-SHA-256',
  'SCRAM-SHA-1',
  'PLAIN',
  'LOGIN',
  'CRAM-MD5',
]
const others = [
  'ANONYMOUS',
  'DIGEST-MD5',
  'EXTERNAL',
  'GSSAPI',
  'NTLM',
  'SCRAM-SHA3-512',
  'SCRAM-SHA-224',
  'X-SCRAM-SHA-256',
]

const where: Readonly<Record<string, Partial<ServerInfo>>> = {
  'over TLS': { tls: true, channelBinding: () => Uint8Array.of(1) },
  'over TLS without binding': { tls: true },
  'on this machine': { loopback: true },
  'in clear': {},
}

function chosen(credentials: AutoCredentials, place: string, mechanisms: readonly string[]): Auth | undefined {
  const info = { host: 'mx.example', tls: false, loopback: false, mechanisms, ...where[place] }
  return autoAuth(credentials).choose?.(info)
}

describe.each<[string, AutoCredentials, readonly string[]]>([
  ['over TLS', password, ranked],
  ['over TLS without binding', password, ranked.slice(3)],
  ['on this machine', password, ranked.slice(3)],
  ['in clear', password, ranked.slice(3, 6)],
  ['over TLS', token, ['OAUTHBEARER', 'XOAUTH2']],
  ['on this machine', token, ['OAUTHBEARER', 'XOAUTH2']],
])('%s, %j', (place, credentials, usable) => {
  it('chooses the strongest of what is left, whatever the server prefers', () => {
    for (let left = usable; left.length > 0; left = left.slice(1)) {
      const offered = [...others, ...left]
      expect(chosen(credentials, place, offered)?.mechanism).toBe(left[0])
      expect(chosen(credentials, place, offered.toReversed())?.mechanism).toBe(left[0])
    }
  })

  it('chooses nothing where there is nothing', async () => {
    const error = await failure((async () => chosen(credentials, place, others))())
    expect(error).toMatchObject({ code: 'not-offered', extension: 'AUTH', phase: 'auth' })
    expect(error.message).toContain('ANONYMOUS')
  })
})

it.each<[AutoCredentials, readonly string[]]>([
  [password, ['PLAIN', 'LOGIN']],
  [password, ['LOGIN', 'CRAM-MD5']],
  [password, ['CRAM-MD5']],
  [token, ['XOAUTH2', 'PLAIN']],
  [token, ['OAUTHBEARER']],
])('%j sends nothing in clear to %j', async (credentials, offered) => {
  const error = await failure((async () => chosen(credentials, 'in clear', offered))())
  expect(error).toMatchObject({ code: 'auth-unusable', message: expect.stringContaining('unencrypted') })
})

it('has no CRAM-MD5 where the runtime has none', () => {
  const info = { host: 'mx.example', tls: true, loopback: false, mechanisms: ['CRAM-MD5'] }
  expect(() => autoWith()(password).choose?.(info)).toThrow('no mechanism in common')
})

it('refuses another host', async () => {
  const error = await failure((async () => chosen({ ...password, host: 'other.example' }, 'over TLS', ranked))())
  expect(error).toMatchObject({ code: 'auth-unusable', message: expect.stringContaining('wrong host') })
})

it.each([{ username: 'ann' }, { ...password, ...token }])('takes one of password and token: %j', (credentials) => {
  expect(() => autoAuth(credentials as AutoCredentials)).toThrow(
    argumentError('password', 'one of password and accessToken is needed, and only one', { phase: 'auth' }),
  )
})

it.each<[AutoCredentials, string, string]>([
  [password, 'PLAIN', '\0ann\0wonderland'],
  [token, 'XOAUTH2', 'user=ann\x01auth=Bearer token\x01\x01'],
])('%j speaks %s as that does', async (credentials, mechanism, said) => {
  const heard: string[] = []
  const peer = smtpPeer([mechanism], (asked) => (response) => {
    heard.push(asked, response)
    return '235 ok'
  })
  const { client } = await talkTo(peer, { tls: memoryTls })
  await client.auth(autoAuth(credentials))
  expect(heard).toEqual([mechanism, said])
  client.close()
})

test('EXTERNAL is the name or nothing', async () => {
  const heard: string[] = []
  const peer = smtpPeer(['EXTERNAL'], () => (response) => {
    heard.push(response)
    return '235 ok'
  })
  for (const [credentials, line] of [
    [undefined, 'AUTH EXTERNAL ='],
    [{ identity: 'ann' }, 'AUTH EXTERNAL YW5u'],
  ] as const) {
    const { client, lines } = await talkTo(peer)
    await client.auth(externalAuth(credentials))
    expect(lines[1]).toBe(line)
    client.close()
  }
  expect(heard).toEqual(['', 'ann'])
})

test('ANONYMOUS is a trace or nothing', async () => {
  const info = { host: 'mx.example', tls: false, loopback: false, mechanisms: [] }
  expect(text((await anonymousAuth().start(info)).initialResponse)).toBe('')
  expect(text((await anonymousAuth('sirhc').start(info)).initialResponse)).toBe('sirhc')
  expect(text((await anonymousAuth('ö'.repeat(255)).start(info)).initialResponse)).toBe('ö'.repeat(255))
  expect(() => anonymousAuth('x'.repeat(256))).toThrow('255')
  expect(() => anonymousAuth('\0')).toThrow('NUL')
})

it.each([
  ['EXTERNAL', externalAuth()],
  ['ANONYMOUS', anonymousAuth()],
])('%s has no second challenge', async (mechanism, auth) => {
  const { client, lines } = await talkTo(smtpPeer([mechanism], () => () => '334 '))
  expect(await failure(client.auth(auth))).toMatchObject({ code: 'auth-unusable' })
  expect(lines.at(-1)).toBe('*')
  await client.noop()
  client.close()
})

test('EXTERNAL is for its host', () => {
  const info = { host: 'mx.example', tls: true, loopback: false, mechanisms: [] }
  expect(() => externalAuth({ host: 'other.example' }).start(info)).toThrow('wrong host')
  expect(() => externalAuth({ identity: '\0' })).toThrow('NUL')
})
