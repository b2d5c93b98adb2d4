/**
 * Channel binding over real TLS on loopback: both ends compute it for themselves, and whoever stands between two
 * connections is found out.
 */
import { createHash } from 'node:crypto'
import { type AddressInfo, createServer as createTcpServer, type Server, Socket } from 'node:net'
import { Transform } from 'node:stream'
import { connect as connectTls, createServer as createTlsServer, type SecureVersion, TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { channelBindingOf } from '../../../src/adapters/node/channel-binding.ts'
import { type Client, dial, type TlsOptions } from '../../../src/index.ts'
import { scramAuth } from '../../../src/node.ts'
import type { ChannelBindingType } from '../../../src/protocol/sasl/auth.ts'
import { failure } from '../../helpers/conversation.ts'
import { ScramServer } from './scram-server.ts'
import { scramSteps, smtpPeer } from './smtp-peer.ts'

const ann = { username: 'ann', password: 'wonderland' }
const known = { ...ann, hash: 'sha256' }
const both = ['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS']
const types: readonly ChannelBindingType[] = ['tls-exporter', 'tls-server-end-point']

interface Certificate {
  readonly key: string
  readonly cert: string
  /** The hash that RFC 5929 wants for it. */
  readonly hash: string
}

const certificates: Record<string, Certificate> = {}
const open: (Server | Socket | Client)[] = []

beforeAll(async () => {
  for (const [name, keyType, algorithm] of [
    ['ECDSA with SHA-256', 'ec', 'sha256'],
    ['RSA with SHA-384', 'rsa', 'sha384'],
    ['RSA with SHA-512', 'rsa', 'sha512'],
    ['of somebody between', 'ec', 'sha256'],
  ] as const) {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'mx.example' }], {
      keyType,
      algorithm,
      keySize: 2048,
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    })
    certificates[name] = { key, cert, hash: algorithm }
  }
})

afterEach(() => {
  for (const each of open.splice(0)) {
    if ('destroy' in each) each.destroy()
    else each.close()
  }
})

afterAll(() => expect(open).toEqual([]))

function certificate(name: string): Certificate {
  const found = certificates[name]
  if (found === undefined) throw new Error(`no certificate ${name}`)
  return found
}

/** What the server's end knows of the connection, computed there. */
function bindingsOf(socket: TLSSocket, hash: string): Record<ChannelBindingType, Buffer> {
  const own = socket.getCertificate()
  if (own === null || !('raw' in own)) throw new Error('the server has no certificate')
  return {
    'tls-exporter': socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)),
    'tls-server-end-point': createHash(hash).update(own.raw).digest(),
  }
}

interface Seen {
  bindings?: Record<ChannelBindingType, Buffer>
  /** What the last client said of channel binding. */
  scram?: ScramServer
}

/** Speaks SMTP over TLS that is established. */
function serve(socket: TLSSocket, hash: string, offered: readonly string[], seen: Seen): void {
  open.push(socket)
  const bindings = bindingsOf(socket, hash)
  seen.bindings = bindings
  const answer = smtpPeer(offered, () => {
    seen.scram = new ScramServer({ ...known, bindings })
    return scramSteps(seen.scram)
  })
  onLines(socket, (line) => void socket.write(`${answer(line)}\r\n`))
}

function onLines(socket: Socket, hear: (line: string) => void): void {
  let rest = ''
  socket
    .on('error', () => {})
    .on('data', (bytes) => {
      const lines = (rest + bytes.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      lines.forEach(hear)
    })
}

function listen(server: Server): Promise<number> {
  open.push(server)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** Starts a server whose TLS begins with the first byte. */
async function start(
  name: string,
  { maxVersion = 'TLSv1.3', offered = both }: { maxVersion?: SecureVersion; offered?: readonly string[] } = {},
): Promise<{ port: number; seen: Seen }> {
  const { key, cert, hash } = certificate(name)
  const seen: Seen = {}
  const server = createTlsServer({ key, cert, maxVersion }, (socket) => {
    serve(socket, hash, offered, seen)
    socket.write('220 mx.example\r\n')
  })
  return { port: await listen(server), seen }
}

const trusting = (...names: readonly string[]): TlsOptions => ({ ca: names.map((name) => certificate(name).cert) })

async function connect(port: number, tlsOptions: TlsOptions, implicit = true): Promise<Client> {
  const client = await dial(`127.0.0.1:${port}`, { tls: { implicit, ...tlsOptions } })
  open.push(client)
  return client
}

describe.each(['ECDSA with SHA-256', 'RSA with SHA-384', 'RSA with SHA-512'])('a certificate, %s', (name) => {
  it('both ends come to the same octets, and log in by them', async () => {
    for (const bindingType of types) {
      const { port, seen } = await start(name)
      const client = await connect(port, trusting(name))
      for (const type of types) expect(client.tls?.channelBinding?.(type)).toEqual(seen.bindings?.[type])
      await client.auth(scramAuth({ ...ann, channelBinding: 'require', bindingType }))
      expect(seen.scram?.bindingFlag).toBe(`p=${bindingType}`)
      await client.quit()
    }
  })
})

it('keys of the connection are preferred, and are others for each connection', async () => {
  const { port, seen } = await start('ECDSA with SHA-256')
  const octets = new Set<string>()
  for (let connection = 0; connection < 3; connection++) {
    const client = await connect(port, trusting('ECDSA with SHA-256'))
    await client.auth(scramAuth(ann))
    expect(seen.scram?.bindingFlag).toBe('p=tls-exporter')
    octets.add(Buffer.from(client.tls?.channelBinding?.('tls-exporter') ?? []).toString('hex'))
    await client.quit()
  }
  expect(octets.size).toBe(3)
  for (const each of octets) expect(each).toHaveLength(64)
})

it('before TLS 1.3 there is the certificate alone', async () => {
  const { port, seen } = await start('RSA with SHA-384', { maxVersion: 'TLSv1.2' })
  const client = await connect(port, trusting('RSA with SHA-384'))
  expect(client.tls?.protocol).toBe('TLSv1.2')
  expect(client.tls?.channelBinding?.('tls-exporter')).toBeUndefined()
  await client.auth(scramAuth(ann))
  expect(seen.scram?.bindingFlag).toBe('p=tls-server-end-point')
})

it('TLS by STARTTLS is bound as well', async () => {
  const { key, cert, hash } = certificate('ECDSA with SHA-256')
  const seen: Seen = {}
  const server = createTcpServer((socket) => {
    open.push(socket)
    const hear = (bytes: Buffer): void => {
      if (!bytes.toString().startsWith('STARTTLS')) return void socket.write('250-mx.example\r\n250 STARTTLS\r\n')
      socket.off('data', hear)
      socket.write('220 go ahead\r\n')
      const tls = new TLSSocket(socket, { isServer: true, key, cert })
      tls.once('secure', () => serve(tls, hash, both, seen))
    }
    socket
      .on('error', () => {})
      .on('data', hear)
      .write('220 mx.example\r\n')
  })
  const client = await connect(await listen(server), {}, false)
  expect(client.tls).toBeUndefined()
  await client.startTls(trusting('ECDSA with SHA-256'))
  await client.auth(scramAuth({ ...ann, channelBinding: 'require' }))
  expect(seen.scram?.bindingFlag).toBe('p=tls-exporter')
})

it('a connection that is closed is bound to nothing, and asking does no harm', async () => {
  const { port } = await start('ECDSA with SHA-256')
  const client = await connect(port, trusting('ECDSA with SHA-256'))
  const { tls } = client
  await client.quit()
  expect(tls?.channelBinding?.('tls-exporter')).toBeUndefined()
})

it('where the runtime has no keys to tell, there are none', () => {
  const socket = Object.assign(new TLSSocket(new Socket()), { getProtocol: () => 'TLSv1.3' })
  expect(() => socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))).toThrow()
  for (const type of types) expect(channelBindingOf(socket, undefined, type)).toBeUndefined()
  socket.destroy()
})

describe('somebody between, whose certificate the client trusts,', () => {
  const between = 'of somebody between'

  /** Passes everything on between two TLS connections, as `change` makes it. */
  async function relay(target: number, change: (fromServer: string) => string = (same) => same): Promise<number> {
    const { key, cert } = certificate(between)
    const server = createTlsServer({ key, cert }, (client) => {
      const real = connectTls({ host: '127.0.0.1', port: target, ca: certificate('ECDSA with SHA-256').cert })
      open.push(client, real)
      const changed = new Transform({ transform: (bytes, _, done) => done(null, change(String(bytes))) })
      real
        .on('error', () => {})
        .pipe(changed)
        .pipe(client)
      client.on('error', () => {}).pipe(real)
    })
    return listen(server)
  }

  it.each(types)('is found out by %s', async (bindingType) => {
    const { port } = await start('ECDSA with SHA-256')
    const client = await connect(await relay(port), trusting(between))
    expect(await failure(client.auth(scramAuth({ ...ann, bindingType })))).toMatchObject({
      code: 'auth-failed',
      cause: { status: 'channel-bindings-dont-match' },
    })
  })

  it('is found out when it takes the binding out of the offer', async () => {
    const { port, seen } = await start('ECDSA with SHA-256')
    const withoutPlus = (text: string): string => text.replace(' SCRAM-SHA-256-PLUS', '')
    const client = await connect(await relay(port, withoutPlus), trusting(between))
    expect(await failure(client.auth(scramAuth(ann)))).toMatchObject({
      code: 'auth-failed',
      cause: { status: 'server-does-support-channel-binding' },
    })
    expect(seen.scram?.bindingFlag).toBe('y')
  })

  it('gets nothing out of a client that insists', async () => {
    const { port, seen } = await start('ECDSA with SHA-256')
    const withoutPlus = (text: string): string => text.replace(' SCRAM-SHA-256-PLUS', '')
    const client = await connect(await relay(port, withoutPlus), trusting(between))
    const error = await failure(client.auth(scramAuth({ ...ann, channelBinding: 'require' })))
    expect(error).toMatchObject({ code: 'auth-unusable' })
    expect(seen.scram).toBeUndefined()
  })

  it('is not found out without binding', async () => {
    const { port } = await start('ECDSA with SHA-256')
    const client = await connect(await relay(port), trusting(between))
    await client.auth(scramAuth({ ...ann, channelBinding: 'never' }))
  })
})
