/** AUTH: what a mechanism is asked, what becomes of its answers, and how an exchange is given up (RFC 4954). */
import { describe, expect, it, vi } from 'vitest'
import { type Auth, cramMd5Auth, loginAuth, plainAuth, type SaslExchange } from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, settled, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const ann = { username: 'ann', password: 'wonderland' }
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const mechanism = (exchange: Partial<SaslExchange>, name = 'X'): Auth => ({
  mechanism: name,
  start: () => ({ respond: () => utf8('answer'), ...exchange }),
})
const offered = greeted('AUTH X PLAIN LOGIN CRAM-MD5')

describe('an exchange', () => {
  it('of CRAM-MD5', async () => {
    // RFC 2195 section 2.
    const { client } = await talk(`${offered}
      C: AUTH CRAM-MD5
      S: 334 ${base64('<1896.697170952@postoffice.reston.mci.net>')}
      C: ${base64('tim b913a602c7eda7a495b4e6e7334d3890')}
      S: 235 welcome`)
    expect((await client.auth(cramMd5Auth({ username: 'tim', password: 'tanstaaftanstaaf' }))).text).toBe('welcome')
    client.close()
  })

  it('hands over each challenge, decoded, and an empty one too', async () => {
    const respond = vi.fn((challenge: Uint8Array) => challenge)
    const { client } = await talk(`${offered}
      C: AUTH X
      S: 334 ${base64('one')}
      C: ${base64('one')}
      S: 334
      C: 
      S: 334 ${base64('\0ÿ')}
      C: ${base64('\0ÿ')}
      S: 235 ok`)
    await client.auth(mechanism({ respond }))
    expect(respond.mock.calls.map(([challenge]) => Buffer.from(challenge).toString())).toEqual(['one', '', '\0ÿ'])
    client.close()
  })

  it('may take its time, begin with nothing, and check the end', async () => {
    const finish = vi.fn(settled)
    const { client } = await talk(`${offered}C: AUTH X =\nS: 334 ${base64('go')}\nC: ${base64('late')}\nS: 235 ok`)
    const slow: Auth = {
      mechanism: 'X',
      async start() {
        await settled()
        return {
          initialResponse: new Uint8Array(),
          async respond() {
            await settled()
            return utf8('late')
          },
          finish,
        }
      },
    }
    await client.auth(slow)
    expect(finish).toHaveBeenCalledOnce()
    client.close()
  })

  it('sends an initial response that makes the line too long after an empty challenge', async () => {
    const token = 'x'.repeat(600)
    const { client } = await talk(`${offered}C: AUTH X\nS: 334 \nC: ${base64(token)}\nS: 235 ok`)
    const respond = vi.fn()
    await client.auth(mechanism({ initialResponse: utf8(token), respond }))
    expect(respond).not.toHaveBeenCalled()
    client.close()
  })

  it('uses a state of its own for each session', async () => {
    const login = loginAuth(ann)
    for (let session = 0; session < 2; session++) {
      const { client } = await talk(`${offered}
        C: AUTH LOGIN
        S: 334 ${base64('Name?')}
        C: YW5u
        S: 334
        C: d29uZGVybGFuZA==
        S: 235 ok`)
      await client.auth(login)
      client.close()
    }
  })

  it('happens once', async () => {
    const { client, server } = await talk(`${offered}C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: 235 ok`)
    await client.auth(plainAuth(ann))
    expect(await failure(client.auth(loginAuth(ann)))).toMatchObject({ code: 'bad-sequence', phase: 'auth' })
    expect(server.received).not.toContain('LOGIN')
    client.close()
  })

  it('does not happen inside a transaction', async () => {
    const { client } = await talk(`${offered}C: MAIL FROM:<a@b.example>\nS: 250 ok`)
    await client.mail('a@b.example')
    expect(await failure(client.auth(plainAuth(ann)))).toMatchObject({ code: 'bad-sequence', phase: 'auth' })
    client.close()
  })
})

describe('is cancelled, and the session serves on, when', () => {
  const cancelled = (challenges: string): string => `${challenges}C: *\nS: 501 cancelled\nC: NOOP\nS: 250 ok`
  const ten = `C: AUTH X\n${`S: 334 Zm9v\nC: ${base64('answer')}\n`.repeat(10)}S: 334 Zm9v\n`
  const broken = new Error('no more tokens')

  it.each<[string, Auth, string, object]>([
    [
      'a challenge is no base64',
      mechanism({}),
      'C: AUTH X\nS: 334 not base64!\n',
      { message: expect.stringContaining('base64') },
    ],
    ['a challenge has stray bits of padding', mechanism({}), 'C: AUTH X\nS: 334 Zm9\n', {}],
    ['a challenge has two lines', mechanism({}), 'C: AUTH X\nS: 334-Zm9v\nS: 334 Zm9v\n', {}],
    ['challenges do not end', mechanism({}), ten, { message: expect.stringContaining('10') }],
    ['PLAIN is asked for more', plainAuth(ann), 'C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: 334\n', {}],
    [
      'LOGIN is asked for more',
      loginAuth(ann),
      'C: AUTH LOGIN\nS: 334\nC: YW5u\nS: 334\nC: d29uZGVybGFuZA==\nS: 334\n',
      {},
    ],
    [
      'the mechanism throws',
      mechanism({
        respond() {
          throw broken
        },
      }),
      'C: AUTH X\nS: 334\n',
      { message: 'no more tokens', cause: broken },
    ],
    [
      'the mechanism rejects',
      mechanism({ respond: () => Promise.reject(broken) }),
      'C: AUTH X\nS: 334\n',
      { cause: broken },
    ],
  ])('%s', async (_, auth, challenges, expected) => {
    const { client } = await talk(offered + cancelled(challenges))
    const error = await failure(client.auth(auth))
    expect(error).toMatchObject({
      code: 'auth-unusable',
      phase: 'auth',
      delivery: 'not-sent',
      safeToRetry: false,
      ...expected,
    })
    await client.noop()
    client.close()
  })

  it('the mechanism throws before it begins: nothing is written', async () => {
    const { client, server } = await talk(offered)
    const auth: Auth = { mechanism: 'X', start: () => Promise.reject(broken) }
    expect(await failure(client.auth(auth))).toMatchObject({ code: 'auth-unusable', cause: broken })
    expect(server.received).toBe('EHLO localhost\r\n')
    client.close()
  })
})

describe('ends the session when', () => {
  it.each([
    ['235', 'S: 235 welcome all the same', 'unexpected-reply'],
    ['one more challenge', 'S: 334 Zm9v', 'unexpected-reply'],
    ['the end of the connection', 'X:', 'connection-lost'],
  ])('the cancellation is answered with %s', async (_, answer) => {
    const { client, server } = await talk(`${offered}C: AUTH X\nS: 334 not base64!\nC: *\n${answer}`)
    expect(await failure(client.auth(mechanism({})))).toMatchObject({ phase: 'auth', delivery: 'not-sent' })
    expect(server.released).toBe(true)
    expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
  })

  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('wrong server signature')
      },
    ],
    ['rejects', () => Promise.reject(new Error('wrong server signature'))],
  ])('finish() %s: mail is not for a server that could not prove itself', async (_, finish) => {
    const { client, server } = await talk(`${offered}C: AUTH X\nS: 235 trust me`)
    expect(await failure(client.auth(mechanism({ finish })))).toMatchObject({
      code: 'auth-unusable',
      phase: 'auth',
      message: 'wrong server signature',
    })
    expect(server.released).toBe(true)
    expect(await failure(client.mail('a@b.example'))).toMatchObject({ code: 'closed' })
  })
})

describe('while a mechanism waits for something else', () => {
  const never = mechanism({ respond: () => new Promise<Uint8Array>(() => {}) })

  it.each([
    ['421', 'S: 421 4.4.2 too slow', 'service-closing'],
    ['the end of the connection', 'X: reset', 'connection-lost'],
  ])('it hears of %s', async (_, step, code) => {
    const { client } = await talk(`${offered}C: AUTH X\nS: 334\n${step}`)
    expect(await failure(client.auth(never))).toMatchObject({ code, delivery: 'not-sent' })
  })

  it('it hears of the signal', async () => {
    const { client } = await talk(`${offered}C: AUTH X\nS: 334`)
    const abort = new AbortController()
    const failing = failure(client.auth(never, { signal: abort.signal }))
    await settled()
    abort.abort()
    expect(await failing).toMatchObject({ code: 'aborted', phase: 'auth', delivery: 'not-sent' })
  })
})

describe('credentials', () => {
  it.each<[string, () => Auth]>([
    ['username', () => plainAuth({ username: 'ann\0bob', password: 'x' })],
    ['password', () => plainAuth({ username: 'ann', password: 'x\0y' })],
    ['identity', () => plainAuth({ ...ann, identity: '\0' })],
    ['username', () => loginAuth({ username: '\0', password: 'x' })],
    ['password', () => cramMd5Auth({ username: 'ann', password: '\0' })],
  ])('with a NUL in the %s are none', async (argument, make) => {
    expect(await failure((async () => make())())).toMatchObject({ code: 'invalid-argument', argument, phase: 'auth' })
  })

  it.each<[string, Auth]>([
    ['PLAIN', plainAuth({ ...ann, host: 'other.example' })],
    ['LOGIN', loginAuth({ ...ann, host: 'other.example' })],
    ['CRAM-MD5', cramMd5Auth({ ...ann, host: 'other.example' })],
  ])('of %s for one host go to no other', async (_, auth) => {
    const { client, server } = await talk(offered)
    expect(await failure(client.auth(auth))).toMatchObject({ code: 'auth-unusable' })
    expect(server.received).toBe('EHLO localhost\r\n')
    client.close()
  })

  it('of LOGIN go over no line that others can read, even when forced', async () => {
    const { client, server } = await talk(offered, { remoteAddress: '192.0.2.25' })
    expect(await failure(client.auth(loginAuth(ann), { force: true }))).toMatchObject({ code: 'auth-unusable' })
    expect(server.received).toBe('EHLO localhost\r\n')
    client.close()
  })

  it.each([
    ['535 5.7.8 wrong', false],
    ['454 4.7.0 later', true],
    ['534 5.7.9 too weak', false],
    ['504 5.5.4 unknown', false],
  ])('refused with %s: safe to retry %s', async (reply, safeToRetry) => {
    const { client } = await talk(`${offered}C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: ${reply}`)
    expect(await failure(client.auth(plainAuth(ann)))).toMatchObject({ code: 'auth-failed', safeToRetry })
    client.close()
  })
})
