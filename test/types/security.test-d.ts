import type { Observable } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'
import {
  type CallOptions,
  type Client,
  connect,
  dial,
  oauthBearerAuth,
  plainAuth,
  Secret,
  type SendResult,
  type Session,
  sendMail,
  type TlsLevel,
  type TlsPolicy,
  type TlsState,
} from '../../src/index.ts'
import { type Act, type HostileServer, hostileServer, says } from '../../src/testing/index.ts'

declare const client: Client
declare const result: SendResult
const letter = { host: 'mx.example', from: 'ann@a.example', to: 'bob@b.example', message: 'hi' }

describe('TLS', () => {
  it('is one option, the same for all', () => {
    const policy: TlsPolicy = { level: 'verified', implicit: true, pins: ['sha256/x'], minVersion: 'TLSv1.3' }
    for (const tls of ['verified', 'opportunistic', 'none', policy] satisfies (TlsLevel | TlsPolicy)[]) {
      expectTypeOf(sendMail({ ...letter, tls })).toEqualTypeOf<Promise<SendResult>>()
      expectTypeOf(dial('mx.example:25', { tls })).toEqualTypeOf<Promise<Client>>()
      expectTypeOf(connect({ host: 'mx.example', port: 25, tls })).toEqualTypeOf<Observable<Session<'connected'>>>()
    }
    expectTypeOf(result.tls).toEqualTypeOf<TlsState | undefined>()
    expectTypeOf(client.tls).toEqualTypeOf<TlsState | undefined>()
  })

  it('has no other levels, versions or names', () => {
    // @ts-expect-error that is not how much, but how
    dial('mx.example:25', { tls: 'starttls' })
    // @ts-expect-error older versions are not spoken
    dial('mx.example:25', { tls: { minVersion: 'TLSv1' } })
    // @ts-expect-error pins are a list
    dial('mx.example:25', { tls: { pins: 'sha256/x' } })
    // @ts-expect-error no such option
    dial('mx.example:25', { tlsOptions: { ca: 'PEM' } })
  })
})

describe('a secret', () => {
  it('is taken wherever text is', () => {
    const secret = new Secret('wonderland')
    plainAuth({ username: 'ann', password: secret })
    oauthBearerAuth({ username: 'ann', accessToken: secret })
    oauthBearerAuth({ username: 'ann', accessToken: async () => secret })
    dial('mx.example:25', { tls: { cert: 'PEM', key: secret } })
    expectTypeOf(secret.reveal()).toEqualTypeOf<string>()
    // @ts-expect-error a secret is no text
    const text: string = secret
    return text
  })
})

describe('bounds', () => {
  it('are taken by every call', () => {
    const bounds: CallOptions = { deadline: 1_000, signal: new AbortController().signal }
    client.noop(bounds)
    client.send(letter, bounds)
    client.startTls({ ...bounds, ca: 'PEM' })
    sendMail({ ...letter, ...bounds, limits: { authRounds: 3 } })
    // @ts-expect-error a number of milliseconds
    client.noop({ deadline: '1s' })
    // @ts-expect-error no such limit
    sendMail({ ...letter, limits: { patience: 3 } })
  })
})

describe('a hostile server', () => {
  it('is made of acts', () => {
    const act: Act = async (line) => {
      expectTypeOf(line.hear()).toEqualTypeOf<Promise<string>>()
      await line.wait(1)
    }
    expectTypeOf(hostileServer([says('220 mx.example'), act])).toEqualTypeOf<HostileServer>()
  })
})
