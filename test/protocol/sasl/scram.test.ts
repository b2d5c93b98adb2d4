/** SCRAM: the vectors of the RFCs, whole exchanges with a server of its own, and what is chosen. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { SaslExchange, ServerInfo } from '../../../src/protocol/sasl/auth.ts'
import { type ScramCredentials, scramWith } from '../../../src/protocol/sasl/scram.ts'
import type { ScramHash } from '../../../src/protocol/sasl/scram-crypto.ts'
import { all, begin, failure, hashes, pencil, server, text, utf8, vectors } from './scram-client.ts'
import { ScramServer } from './scram-server.ts'

describe.each(Object.entries(vectors))('%s', (_, { hash, nonce, serverFirst, clientFinal, serverFinal }) => {
  it('says what is printed there, and believes it', async () => {
    const { exchange, mechanism } = await begin({ ...pencil, hash }, server([`SCRAM-${hash}`]), nonce)
    expect(mechanism).toBe(`SCRAM-${hash}`)
    expect(text(exchange.initialResponse)).toBe(`n,,n=user,r=${nonce}`)
    expect(text(await exchange.respond(utf8(serverFirst)))).toBe(clientFinal)
    expect(text(await exchange.respond(utf8(serverFinal)))).toBe('')
    await exchange.finish?.()
  })

  it('is what the server of these tests says, too', () => {
    const [, serverNonce = '', salt = ''] = /^r=(.*),s=(.*),i=/.exec(serverFirst) ?? []
    const peer = new ScramServer({
      ...pencil,
      hash: hashes[hash],
      nonce: serverNonce.slice(nonce.length),
      salt: Buffer.from(salt, 'base64'),
    })
    expect(peer.first(`n,,n=user,r=${nonce}`)).toBe(serverFirst)
    expect(peer.final(clientFinal)).toBe(serverFinal)
  })
})

/** Goes through a whole exchange; resolves with what the server has found out. */
async function converse(
  credentials: ScramCredentials,
  info: ServerInfo,
  peer: ScramServer,
): Promise<{ exchange: SaslExchange; last: string }> {
  const { exchange } = await begin(credentials, info)
  const first = peer.first(text(exchange.initialResponse))
  const answer = text(await exchange.respond(utf8(first)))
  if (first.startsWith('e=')) return { exchange, last: first }
  const last = peer.final(answer)
  expect(text(await exchange.respond(utf8(last)))).toBe('')
  return { exchange, last }
}

const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1 })
const octets = (most: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 1, maxLength: most })

test('both sides believe each other, whatever name, password, salt, hash and binding', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        username: printable,
        password: printable,
        identity: fc.string({ unit: 'grapheme-ascii' }),
        hash: fc.constantFrom<ScramHash>('SHA-1', 'SHA-256', 'SHA-512'),
      }),
      octets(40),
      fc.integer({ min: 4096, max: 4200 }),
      fc.option(octets(64), { nil: undefined }),
      async (credentials, salt, iterations, binding) => {
        const { hash, username, password, identity } = credentials
        const offered = [`SCRAM-${hash}`, ...(binding === undefined ? [] : [`SCRAM-${hash}-PLUS`])]
        const bindings = binding === undefined ? {} : { 'tls-exporter': binding }
        const peer = new ScramServer({ hash: hashes[hash], username, password, salt, iterations, bindings })
        const channelBinding = (type: string): Uint8Array | undefined => (type === 'tls-exporter' ? binding : undefined)
        const { exchange, last } = await converse(credentials, server(offered, { channelBinding }), peer)
        expect(last).toMatch(/^v=/)
        expect(peer).toMatchObject({ username, identity, bindingFlag: binding === undefined ? 'n' : 'p=tls-exporter' })
        await exchange.finish?.()
      },
    ),
    { numRuns: 60 },
  )
})

test('neither side believes another password', async () => {
  await fc.assert(
    fc.asyncProperty(printable, printable, async (ours, theirs) => {
      fc.pre(ours !== theirs)
      const peer = new ScramServer({ hash: 'sha256', username: 'ann', password: theirs })
      const { exchange, last } = await converse({ username: 'ann', password: ours }, server(['SCRAM-SHA-256']), peer)
      expect(last).toBe('e=invalid-proof')
      expect(exchange.refusal).toEqual({ status: 'invalid-proof' })
      expect(await failure(() => exchange.finish?.())).toMatchObject({ code: 'auth-unusable' })
    }),
    { numRuns: 20 },
  )
})

test('nonces are long, printable, without comma, and never the same', async () => {
  const nonces = new Set<string>()
  for (let round = 0; round < 200; round++) {
    const exchange = await scramWith()(pencil).start(server(all))
    const [, nonce = ''] = /^n,,n=user,r=([!-+\--~]{24,})$/.exec(text(exchange.initialResponse)) ?? []
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(200)
  expect(nonces).not.toContain('')
})

test('one Auth serves many sessions at once, each with a state of its own', async () => {
  const auth = scramWith()(pencil)
  const hosts = await Promise.all(
    [1, 2, 3].map(async (salt) => {
      const exchange = await auth.start(server(['SCRAM-SHA-256']))
      const peer = new ScramServer({ ...pencil, hash: 'sha256', salt: Uint8Array.of(salt % 2) })
      const answer = await exchange.respond(utf8(peer.first(text(exchange.initialResponse))))
      await exchange.respond(utf8(peer.final(text(answer))))
      return exchange.finish?.()
    }),
  )
  expect(hosts).toHaveLength(3)
})

describe('a name is escaped', () => {
  it.each([
    ['a,b', 'n=a=2Cb'],
    ['a=b', 'n=a=3Db'],
    ['=2C,', 'n==3D2C=2C'],
    ['ann', 'n=ann'],
  ])('%s', async (username, written) => {
    const { exchange } = await begin({ username, password: 'x' })
    expect(text(exchange.initialResponse)).toBe(`n,,${written},r=ofTheClient`)
  })

  it('and so is the identity', async () => {
    const { exchange } = await begin({ ...pencil, identity: 'b=o,b' })
    expect(text(exchange.initialResponse)).toBe('n,a=b=3Do=2Cb,n=user,r=ofTheClient')
  })
})

describe('the choice', () => {
  const bound = all.map((name) => `${name}-PLUS`)
  const exporter = (type: string): Uint8Array | undefined => (type === 'tls-exporter' ? utf8('exporter') : undefined)
  const endPoint = (type: string): Uint8Array | undefined => (type === 'tls-exporter' ? undefined : utf8('end point'))
  const both = (type: string): Uint8Array => utf8(type)
  const none = (): undefined => undefined

  it.each<[string, readonly string[], ServerInfo['channelBinding'], Partial<ScramCredentials>, string, string]>([
    ['the strongest hash', all, undefined, {}, 'SCRAM-SHA-512', 'n'],
    ['the strongest that is offered', ['SCRAM-SHA-1', 'SCRAM-SHA-256'], undefined, {}, 'SCRAM-SHA-256', 'n'],
    ['the hash that is asked for', all, undefined, { hash: 'SHA-1' }, 'SCRAM-SHA-1', 'n'],
    ['bound to the channel', [...all, ...bound], exporter, {}, 'SCRAM-SHA-512-PLUS', 'p=tls-exporter'],
    [
      'bound with a weaker hash before unbound',
      [...all, 'SCRAM-SHA-1-PLUS'],
      both,
      {},
      'SCRAM-SHA-1-PLUS',
      'p=tls-exporter',
    ],
    ['bound by the certificate, failing keys', bound, endPoint, {}, 'SCRAM-SHA-512-PLUS', 'p=tls-server-end-point'],
    [
      'bound as asked for',
      bound,
      both,
      { bindingType: 'tls-server-end-point' },
      'SCRAM-SHA-512-PLUS',
      'p=tls-server-end-point',
    ],
    ['"y": could, and was not offered', all, exporter, {}, 'SCRAM-SHA-512', 'y'],
    ['"n": cannot', [...all, ...bound], none, {}, 'SCRAM-SHA-512', 'n'],
    [
      '"n": cannot as asked for',
      [...all, ...bound],
      exporter,
      { bindingType: 'tls-server-end-point' },
      'SCRAM-SHA-512',
      'n',
    ],
    ['"n": does not want to', [...all, ...bound], exporter, { channelBinding: 'never' }, 'SCRAM-SHA-512', 'n'],
    [
      '"n": offered with another hash only',
      ['SCRAM-SHA-256', 'SCRAM-SHA-1-PLUS'],
      exporter,
      { hash: 'SHA-256' },
      'SCRAM-SHA-256',
      'n',
    ],
    ['"n": no TLS', all, undefined, {}, 'SCRAM-SHA-512', 'n'],
    ['the usual, when nothing is offered', [], undefined, {}, 'SCRAM-SHA-256', 'n'],
    ['what is asked for, when nothing is offered', [], undefined, { hash: 'SHA-512' }, 'SCRAM-SHA-512', 'n'],
  ])('%s', async (_, offered, channelBinding, credentials, mechanism, flag) => {
    const info = server(offered, { ...(channelBinding && { channelBinding }) })
    const begun = await begin({ ...pencil, ...credentials }, info)
    expect(begun.mechanism).toBe(mechanism)
    expect(text(begun.exchange.initialResponse)).toBe(`${flag},,n=user,r=ofTheClient`)
  })

  it('puts header and data into the proof', async () => {
    const info = server(bound, { channelBinding: () => Uint8Array.of(0, 255, 61) })
    const { exchange } = await begin({ ...pencil, identity: 'bob' }, info)
    const answer = text(await exchange.respond(utf8('r=ofTheClient!,s=AAAA,i=4096')))
    const header = Buffer.from('p=tls-exporter,a=bob,')
    expect(answer).toContain(
      `c=${Buffer.concat([header, Buffer.from([0, 255, 61])]).toString('base64')},r=ofTheClient!,p=`,
    )
  })

  it.each<[string, readonly string[], ServerInfo['channelBinding']]>([
    ['on this connection', [...all, ...bound], none],
    ['on this connection', [...all, ...bound], undefined],
    ['with this server', all, exporter],
  ])('insists on channel binding, and there is none %s', async (where, offered, channelBinding) => {
    const info = server(offered, { ...(channelBinding && { channelBinding }) })
    const error = await failure(() => begin({ ...pencil, channelBinding: 'require' }, info))
    expect(error).toMatchObject({ code: 'auth-unusable', message: expect.stringContaining(where) })
  })

  it('refuses another host before anything else', async () => {
    const error = await failure(() => begin({ ...pencil, host: 'other.example' }))
    expect(error).toMatchObject({ code: 'auth-unusable', message: expect.stringContaining('wrong host') })
  })

  it.each([
    ['username', { username: '' }],
    ['username', { username: 'a\0b' }],
    ['password', { password: '\0' }],
    ['identity', { identity: '\0' }],
  ])('refuses %s %j at once', async (argument, credentials) => {
    const error = await failure(() => scramWith()({ ...pencil, ...credentials }))
    expect(error).toMatchObject({ code: 'invalid-argument', argument, phase: 'auth' })
  })
})

test('what the server could be recognised by, or guessed from, is kept out of sight', async () => {
  const { exchange } = await begin()
  expect(exchange.secrets).toEqual(['pencil'])
  const answer = text(await exchange.respond(utf8('r=ofTheClientx,s=AAAA,i=4096')))
  expect(exchange.secrets).toEqual(['pencil', answer.replace(/^.*,p=/, '')])
})
