/**
 * A secret is on the wire, where the mechanism puts it, and nowhere else: not in a transcript, an error, a result or an
 * object, in no encoding, whatever the server makes of it.
 */
import { describe, expect, it } from 'vitest'
import {
  type Auth,
  autoAuth,
  cramMd5Auth,
  formatTranscript,
  loginAuth,
  oauthBearerAuth,
  plainAuth,
  type SaslExchange,
  Secret,
  scramAuth,
  smtpOver,
  type TranscriptEntry,
  xoauth2Auth,
} from '../../src/index.ts'
import { hears, hostileServer, plays, says, sends } from '../../src/testing/index.ts'
import { greeted, settled } from '../helpers/conversation.ts'
import { encodingsOf, printed } from '../helpers/printed.ts'
import { withFakeClock } from '../helpers/threats.ts'

withFakeClock()

const username = 'ann.liddell'
// With everything in it that an encoding treats in its own way.
const passwords = [
  'through-the-Looking-Glass',
  'p+s=s/w%rd "q\\ü&?€~',
  '////++++====::::',
  '\u00ff\u00fe\u00fd\u00fc',
] as const

/** A mechanism, and what the server says until the response with the secret has come. */
const mechanisms: Readonly<Record<string, (secret: Secret) => { auth: Auth; challenges: readonly string[] }>> = {
  PLAIN: (password) => ({ auth: plainAuth({ username, password }), challenges: [] }),
  LOGIN: (password) => ({
    auth: loginAuth({ username, password }),
    challenges: ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6'],
  }),
  'CRAM-MD5': (password) => ({
    auth: cramMd5Auth({ username, password }),
    challenges: ['334 PDEuMkBteC5leGFtcGxlPg=='],
  }),
}
const tokens: typeof mechanisms = {
  OAUTHBEARER: (accessToken) => ({ auth: oauthBearerAuth({ username, accessToken }), challenges: [] }),
  XOAUTH2: (accessToken) => ({ auth: xoauth2Auth({ username, accessToken: async () => accessToken }), challenges: [] }),
}

/** What a server makes of a text, `%s`, behind the exchange. */
const echoes: Readonly<Record<string, string>> = {
  'a refusal': '535 5.7.8 not with %s\r\n',
  'a refusal of several lines': '535-5.7.8 %s\r\n535 5.7.8 %s%s\r\n',
  'a yes': '235 welcome %s\r\n',
  'a challenge': '334 %s\r\n',
  'a goodbye': '421 %s\r\n',
  'what is no reply': '%s\r\n',
  'a reply with a control character': '535 %s\\x07\r\n'.replace('\\x07', '\x07'),
  'a reply with two codes': '535-%s\r\n550 %s\r\n',
  'a reply that AUTH does not have': '250 %s\r\n',
  'a refusal cut off': '535 %s',
}

describe.each([
  ...Object.entries(mechanisms).flatMap(([name, make]) => passwords.map((secret) => [name, secret, make] as const)),
  ...Object.entries(tokens).map(([name, make]) => [name, 'ya29.A0ARrdaM-token_with~all+of/it==', make] as const),
])('%s with %s', (name, secret, make) => {
  it.each(Object.entries(echoes))('the server repeats it in %s, in every encoding', async (_, echo) => {
    for (const [encoding, form] of Object.entries(encodingsOf(secret))) {
      const { auth, challenges } = make(new Secret(secret))
      const entries: TranscriptEntry[] = []
      const options = { transcript: { next: (entry: TranscriptEntry) => void entries.push(entry) }, auth }
      const server = hostileServer([
        plays(greeted(`AUTH ${name}`)),
        hears('AUTH'),
        ...challenges.flatMap((challenge) => [says(challenge), hears()]),
        sends(new TextEncoder().encode(echo.replaceAll('%s', form))),
        ...(echo.endsWith('\n') ? [hears(), sends(new TextEncoder().encode(`501 ${form}\r\n`))] : []),
      ])
      const client = await smtpOver(server.open).dial('mx.example:25', options)
      const error: unknown = await Promise.race([client.auth(auth), late()]).catch((reason: unknown) => reason)
      const after: unknown = await Promise.race([client.noop(), late()]).catch((reason: unknown) => reason)
      const shown = [error, after, client, client.reply, client.greeting, options, auth, ...entries].map(printed)
      shown.push(...entries.map(formatTranscript))
      client.close()
      for (const [other, text] of Object.entries(encodingsOf(secret))) {
        expect(shown.join('\n').includes(text), `${encoding} shows ${other}`).toBe(false)
      }
    }
  })
})

/** What a test waits for when the server says nothing more. */
async function late(): Promise<string> {
  await settled()
  await settled()
  return 'late'
}

describe('a server that cuts off what it repeats', () => {
  const secret = 'through-the-Looking-Glass'
  const response = Buffer.from(`\0${username}\0${secret}`).toString('base64')

  it.each([20, 24, 30, 40, response.length - 1])('at %i characters', async (length) => {
    const server = hostileServer([
      plays(greeted('AUTH PLAIN')),
      hears('AUTH'),
      says(`500 line too long: AUTH PLAIN ${response.slice(0, length)}`),
    ])
    const client = await smtpOver(server.open).dial('mx.example:25')
    const error: unknown = await client
      .auth(plainAuth({ username, password: secret }))
      .catch((reason: unknown) => reason)
    client.close()
    expect(printed(error)).not.toContain(response.slice(0, 12))
    expect(printed(error)).toContain('line too long: AUTH PLAIN ********')
  })
})

describe('what holds a secret shows nothing of it', () => {
  const secret = 'through-the-Looking-Glass'
  const password = new Secret(secret)
  const server = {
    host: 'mx.example',
    tls: true,
    loopback: true,
    secure: true,
    mechanisms: ['PLAIN', 'LOGIN', 'SCRAM-SHA-256'],
  }
  const things: Readonly<Record<string, () => unknown>> = {
    'a Secret': () => password,
    'an array of one': () => [password],
    'a Map': () => new Map([[password, password]]),
    'an error with one as its cause': () => new Error('no', { cause: { password } }),
    'options of sendMail': () => ({
      host: 'mx.example',
      auth: plainAuth({ username, password }),
      tls: { key: password },
    }),
    credentials: () => ({ username, password }),
    ...Object.fromEntries(
      Object.entries({ plainAuth, loginAuth, cramMd5Auth, scramAuth, autoAuth }).flatMap(([name, make]) => [
        [name, () => make({ username, password })],
        [`${name} of a plain text`, () => make({ username, password: secret })],
        [`an exchange of ${name}`, () => make({ username, password: secret }).start(server)],
      ]),
    ),
    'an exchange of oauthBearerAuth': () => oauthBearerAuth({ username, accessToken: password }).start(server),
    'an exchange of xoauth2Auth': () => xoauth2Auth({ username, accessToken: () => password }).start(server),
    'an exchange of SCRAM under way': async () => {
      const exchange: SaslExchange = await scramAuth({ username, password }).start(server)
      const nonce = /r=(.*)$/.exec(Buffer.from(exchange.initialResponse ?? []).toString())?.[1]
      await exchange.respond(Buffer.from(`r=${nonce}server,s=c2FsdHNhbHQ=,i=4096`))
      return exchange
    },
  }

  it.each(Object.entries(things))('%s', async (_, make) => {
    const shown = printed(await make())
    for (const [encoding, text] of Object.entries(encodingsOf(secret))) {
      expect(shown.includes(text), encoding).toBe(false)
    }
  })
})

describe('Secret', () => {
  const secret = new Secret('wonderland')

  it('is given out by reveal() and by nothing else', () => {
    expect(secret.reveal()).toBe('wonderland')
    expect([String(secret), `${secret}`, `${secret}!`, JSON.stringify({ secret }), [secret].join()]).toEqual([
      '********',
      '********',
      '********!',
      '{"secret":"********"}',
      '********',
    ])
    expect(Object.keys(secret)).toEqual([])
    expect(structuredClone(secret)).toEqual({})
    expect(Object.isFrozen(secret)).toBe(true)
  })

  it.each([undefined, null, 7, {}, ['a']])('cannot be %o', (value) => {
    expect(() => new Secret(value as never)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })

  it.each([
    ['plainAuth', () => plainAuth({ username, password: undefined as never })],
    ['loginAuth', () => loginAuth({ username, password: null as never })],
    ['scramAuth', () => scramAuth({ username, password: 7 as never })],
    ['plainAuth', () => plainAuth({ username: undefined as never, password: 'x' })],
    ['plainAuth', () => plainAuth({ username, password: new Secret('a\0b') })],
  ])('what is no secret is not sent as a word: %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
