/** SCRAM: the vectors of the RFCs, whole exchanges with a server of its own, and everything a false server can try. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type AnySmtpError, isSmtpError } from '../../../src/protocol/errors.ts'
import type { SaslExchange, ServerInfo } from '../../../src/protocol/sasl/auth.ts'
import { type ScramCredentials, scramWith } from '../../../src/protocol/sasl/scram.ts'
import type { ScramHash } from '../../../src/protocol/sasl/scram-crypto.ts'
import { ScramServer } from './scram-server.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const hashes: Readonly<Record<ScramHash, string>> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' }
const all = Object.keys(hashes).map((hash) => `SCRAM-${hash}`)
const server = (mechanisms: readonly string[], info: Partial<ServerInfo> = {}): ServerInfo => ({
  host: 'mx.example',
  tls: true,
  loopback: false,
  mechanisms,
  ...info,
})
const pencil = { username: 'user', password: 'pencil' }

/** Begins an exchange with a nonce that is known. */
async function begin(
  credentials: ScramCredentials = pencil,
  info: ServerInfo = server(all),
  nonce = 'ofTheClient',
): Promise<{ exchange: SaslExchange; mechanism: string }> {
  const auth = scramWith({ nonce: () => nonce })(credentials)
  const { mechanism } = auth.choose?.(info) ?? auth
  return { exchange: await auth.start(info), mechanism }
}

async function failure(run: () => unknown): Promise<AnySmtpError> {
  try {
    await run()
  } catch (error) {
    if (isSmtpError(error)) return error
    throw error
  }
  throw new Error('no failure')
}

interface Vector {
  readonly hash: ScramHash
  readonly nonce: string
  readonly serverFirst: string
  readonly clientFinal: string
  readonly serverFinal: string
}

const vectors: Readonly<Record<string, Vector>> = {
  'RFC 5802 section 5': {
    hash: 'SHA-1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    serverFirst: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    clientFinal: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    serverFinal: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  'RFC 7677 section 3': {
    hash: 'SHA-256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    clientFinal:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
  // No RFC has one: computed with another implementation, Python's hashlib and hmac, from the values of RFC 7677.
  'SHA-512': {
    hash: 'SHA-512',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    clientFinal:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==',
    serverFinal: 'v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==',
  },
}

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

describe('a server-first-message is refused', () => {
  it.each([
    ['with a nonce of its own', 'r=another,s=AAAA,i=4096', 'nonce'],
    ['with our nonce at its end', 'r=xofTheClient,s=AAAA,i=4096', 'nonce'],
    ['with our nonce alone', 'r=ofTheClient,s=AAAA,i=4096', 'nonce'],
    ['with our nonce in other letters', 'r=OFTHECLIENTx,s=AAAA,i=4096', 'nonce'],
    ['with part of our nonce', 'r=ofTheClien,s=AAAA,i=4096', 'nonce'],
    ['without nonce', 's=AAAA,i=4096', 'not a server-first-message'],
    ['with an empty nonce', 'r=,s=AAAA,i=4096', 'not a server-first-message'],
    ['with a nonce beyond ASCII', 'r=ofTheClientä,s=AAAA,i=4096', 'not a server-first-message'],
    ['with a space in the nonce', 'r=ofTheClient x,s=AAAA,i=4096', 'not a server-first-message'],
    ['without salt', 'r=ofTheClientx,i=4096', 'not a server-first-message'],
    ['with empty salt', 'r=ofTheClientx,s=,i=4096', 'not a server-first-message'],
    ['with salt that is no base64', 'r=ofTheClientx,s=AAA,i=4096', 'not a server-first-message'],
    ['without count', 'r=ofTheClientx,s=AAAA', 'not a server-first-message'],
    ['with no iterations', 'r=ofTheClientx,s=AAAA,i=0', 'not a server-first-message'],
    ['with one iteration', 'r=ofTheClientx,s=AAAA,i=1', '1 iterations'],
    ['with too few iterations', 'r=ofTheClientx,s=AAAA,i=4095', '4095 iterations'],
    ['with too many iterations', 'r=ofTheClientx,s=AAAA,i=600001', '600001 iterations'],
    ['with iterations for years', 'r=ofTheClientx,s=AAAA,i=2147483647', 'iterations'],
    ['with more iterations than a number has digits for', 'r=ofTheClientx,s=AAAA,i=99999999999', 'not a'],
    ['with negative iterations', 'r=ofTheClientx,s=AAAA,i=-4096', 'not a server-first-message'],
    ['with iterations in hexadecimal', 'r=ofTheClientx,s=AAAA,i=0x2000', 'not a server-first-message'],
    ['with iterations as an exponent', 'r=ofTheClientx,s=AAAA,i=1e4', 'not a server-first-message'],
    ['with an extension that must be understood', 'm=x,r=ofTheClientx,s=AAAA,i=4096', 'extension'],
    ['with one at its end', 'r=ofTheClientx,s=AAAA,i=4096,m=x', 'extension'],
    ['in another order', 's=AAAA,r=ofTheClientx,i=4096', 'not a server-first-message'],
    ['with something before it', ',r=ofTheClientx,s=AAAA,i=4096', 'not a server-first-message'],
    ['with a byte order mark before it', '\ufeffr=ofTheClientx,s=AAAA,i=4096', 'not a server-first-message'],
    ['empty', '', 'not a server-first-message'],
    ['that is the last one', 'v=AAAA', 'not a server-first-message'],
  ])('%s', async (_, message, why) => {
    const { exchange } = await begin()
    const error = await failure(() => exchange.respond(utf8(message)))
    expect(error).toMatchObject({ code: 'auth-unusable', phase: 'auth', message: expect.stringContaining(why) })
    // Nor does it get a second chance.
    expect(await failure(() => exchange.respond(utf8('r=ofTheClientx,s=AAAA,i=4096')))).toMatchObject({
      message: expect.stringContaining('too many'),
    })
    expect(await failure(() => exchange.finish?.())).toMatchObject({ code: 'auth-unusable' })
  })

  it('that is not UTF-8', async () => {
    const { exchange } = await begin()
    const error = await failure(() => exchange.respond(Uint8Array.of(0x72, 0x3d, 0xff)))
    expect(error).toMatchObject({ code: 'auth-unusable', message: expect.stringContaining('UTF-8') })
  })

  it.each(['r=ofTheClientx,s=AAAA,i=4096', 'r=ofTheClientx,s=AAAA,i=600000', 'r=ofTheClientx,s=AAAA,i=4096,x=y,z=ä'])(
    'but not %s',
    async (message) => {
      const { exchange } = await begin({ ...pencil, hash: 'SHA-1' })
      expect(text(await exchange.respond(utf8(message)))).toMatch(/^c=biws,r=ofTheClientx,p=/)
    },
  )
})

describe('a server-final-message is refused', () => {
  const { hash, nonce, serverFirst, serverFinal } = vectors['RFC 7677 section 3'] as Vector
  const right = Buffer.from(serverFinal.slice(2), 'base64')
  const changed = (at: number): string =>
    `v=${Buffer.from(right.map((o, i) => (i === at ? o ^ 1 : o))).toString('base64')}`
  const verifier = (octets: Uint8Array): string => `v=${Buffer.from(octets).toString('base64')}`

  it.each([
    ['with another first octet', changed(0), 'signature'],
    ['with another last octet', changed(31), 'signature'],
    ['with a shorter signature', verifier(right.subarray(0, 31)), 'signature'],
    ['with a longer signature', verifier(Buffer.concat([right, Buffer.of(0)])), 'signature'],
    ['with one octet', verifier(right.subarray(0, 1)), 'signature'],
    ['with zeros', verifier(Buffer.alloc(32)), 'signature'],
    ['with the signature of another hash', verifier(createHash('sha256').update('x').digest()), 'signature'],
    ['with an empty signature', 'v=', 'not a server-final-message'],
    ['with a signature that is no base64', 'v=6rriTRBi23W!', 'not a server-final-message'],
    ['with a signature that is not padded', serverFinal.slice(0, -1), 'not a server-final-message'],
    ['empty', '', 'not a server-final-message'],
    ['that is the first one again', serverFirst, 'not a server-final-message'],
    ['in upper case', serverFinal.replace('v', 'V'), 'not a server-final-message'],
    ['with something before it', `x=y,${serverFinal}`, 'not a server-final-message'],
  ])('%s', async (_, message, why) => {
    const { exchange } = await begin({ ...pencil, hash }, server(all), nonce)
    await exchange.respond(utf8(serverFirst))
    expect(await failure(() => exchange.respond(utf8(message)))).toMatchObject({
      code: 'auth-unusable',
      message: expect.stringContaining(why),
    })
    expect(await failure(() => exchange.respond(utf8(serverFinal)))).toMatchObject({ code: 'auth-unusable' })
    expect(await failure(() => exchange.finish?.())).toMatchObject({ code: 'auth-unusable' })
  })

  it('in any octet of the signature', async () => {
    for (let at = 0; at < right.length; at++) {
      const { exchange } = await begin({ ...pencil, hash }, server(all), nonce)
      await exchange.respond(utf8(serverFirst))
      expect((await failure(() => exchange.respond(utf8(changed(at))))).message).toContain('signature')
    }
  })

  it('but not with an extension behind it', async () => {
    const { exchange } = await begin({ ...pencil, hash }, server(all), nonce)
    await exchange.respond(utf8(serverFirst))
    await exchange.respond(utf8(`${serverFinal},x=y`))
    await exchange.finish?.()
  })

  it('when there is another one behind it', async () => {
    const { exchange } = await begin({ ...pencil, hash }, server(all), nonce)
    await exchange.respond(utf8(serverFirst))
    await exchange.respond(utf8(serverFinal))
    expect((await failure(() => exchange.respond(utf8(serverFinal)))).message).toContain('too many')
  })
})

describe('success does not count', () => {
  it.each<[string, readonly string[]]>([
    ['before anything was said', []],
    ['before the server has signed', ['r=ofTheClientx,s=AAAA,i=4096']],
    ['behind an error', ['r=ofTheClientx,s=AAAA,i=4096', 'e=invalid-proof']],
    ['behind an error in place of the first message', ['e=unknown-user']],
  ])('%s', async (_, messages) => {
    const { exchange } = await begin()
    for (const message of messages) await exchange.respond(utf8(message))
    expect((await failure(() => exchange.finish?.())).message).toContain('not proved')
  })
})

test('what the server could be recognised by, or guessed from, is kept out of sight', async () => {
  const { exchange } = await begin()
  expect(exchange.secrets).toEqual(['pencil'])
  const answer = text(await exchange.respond(utf8('r=ofTheClientx,s=AAAA,i=4096')))
  expect(exchange.secrets).toEqual(['pencil', answer.replace(/^.*,p=/, '')])
})
