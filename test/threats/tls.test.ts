/** What servers do with TLS, over real sockets: certificates of every bad kind, and handshakes that are none. */
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, type TlsOptions as ServerOptions, type TLSSocket } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  dial,
  plainAuth,
  type SmtpErrorCode,
  type SmtpPhase,
  sendMail,
  smtpOver,
  type TlsPolicy,
} from '../../src/index.ts'
import { openSocket } from '../../src/node.ts'
import { anyIssuer, type Claims, type Issuer, selfSigned } from '../helpers/bad-certificates.ts'
import type { Leaf } from '../helpers/certificates.ts'
import { failure } from '../helpers/conversation.ts'
import { polite, tcpServer, withServers } from '../helpers/servers.ts'

withServers()

const letter = { from: 'a@b.example', to: 'c@d.example', message: 'hi' } as const
const closing: (() => void)[] = []
let issuer: Issuer

beforeAll(async () => {
  issuer = await anyIssuer()
})
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Resolves every name to this machine, as a test's own `/etc/hosts`. */
const here = smtpOver((options) => openSocket({ ...options, host: '127.0.0.1' }))

interface Seen {
  port: number
  /** The name that the client asked for, `false` for none. */
  names: (string | false)[]
  /** What was written over TLS. */
  text: string
  open: Set<Socket>
}

/** Starts a server with TLS from the first byte. */
async function secureServer({ certificate, privateKey }: Leaf, options: ServerOptions = {}): Promise<Seen> {
  const seen: Seen = { port: 0, names: [], text: '', open: new Set() }
  const server = createServer({ cert: certificate, key: privateKey, ...options }, (socket: TLSSocket) => {
    seen.names.push(socket.servername as string | false)
    socket.on('error', () => {})
    polite(socket, (line) => {
      seen.text += `${line}\n`
    })
  })
  server.on('connection', (socket: Socket) => {
    seen.open.add(socket)
    socket.on('error', () => {}).on('close', () => seen.open.delete(socket))
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    for (const socket of seen.open) socket.destroy()
    server.close()
  })
  seen.port = (server.address() as AddressInfo).port
  return seen
}

/** Waits until the server has seen the end of every connection. */
async function released(open: ReadonlySet<Socket>): Promise<void> {
  for (let turn = 0; turn < 200 && open.size > 0; turn++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(open.size, 'connections left').toBe(0)
}

const long = { from: new Date('2001-01-01'), until: new Date('2002-01-01') }
const far = { from: new Date('2090-01-01'), until: new Date('2091-01-01') }

describe('a certificate', () => {
  const bad: Readonly<Record<string, readonly [host: string, claims: Claims, why: RegExp]>> = {
    'for another name': ['mx.example', { dns: ['other.example'] }, /altnames/],
    'with the name in its common name only': ['mx.example', { commonName: 'mx.example' }, /DNS name/],
    'with the name in its common name, and other names': [
      'mx.example',
      { commonName: 'mx.example', dns: ['x.example'] },
      /altnames/,
    ],
    'with the name in its common name, and an address': [
      'mx.example',
      { commonName: 'mx.example', ip: ['127.0.0.1'] },
      /DNS name|altnames/,
    ],
    'with the name in its common name, and a mailbox': [
      'mx.example',
      { commonName: 'mx.example', email: ['a@mx.example'] },
      /DNS name|altnames/,
    ],
    'that has expired': ['mx.example', { dns: ['mx.example'], ...long }, /expired/],
    'that is not valid yet': ['mx.example', { dns: ['mx.example'], ...far }, /not yet valid/],
    'for names below the name': ['mx.example', { dns: ['*.mx.example'] }, /altnames/],
    'for names two levels up': ['a.b.mx.example', { dns: ['*.mx.example'] }, /altnames/],
    'for everything': ['mx.example', { dns: ['*'] }, /altnames/],
    'for a name that begins like the name': ['mx.example', { dns: ['mx.example.evil.example'] }, /altnames/],
    'for a name that ends like the name': ['mx.example', { dns: ['notmx.example'] }, /altnames/],
    'for the domain of the name': ['mx.mail.example', { dns: ['mail.example'] }, /altnames/],
    'for an address written as a name': ['127.0.0.1', { dns: ['127.0.0.1'] }, /altnames|IP|cert's list/],
    'for another address': ['127.0.0.1', { ip: ['192.0.2.1'] }, /cert's list/],
    'for the address, to a name': ['mx.example', { ip: ['127.0.0.1'] }, /DNS name|altnames/],
    'for a name that looks like the name': ['mх.example', { dns: ['mx.example'] }, /altnames/],
    'for clients only': ['mx.example', { dns: ['mx.example'], usage: 'clientAuth' }, /purpose/],
  }

  it.each(Object.entries(bad))('%s is refused', async (_, [host, claims, why]) => {
    const seen = await secureServer(await issuer.issue(claims))
    const tls: TlsPolicy = { implicit: true, ca: issuer.certificate }
    const error = await failure(here.sendMail({ ...letter, host, port: seen.port, tls }))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'connect', delivery: 'not-sent', safeToRetry: true })
    expect(error.message).toMatch(why)
    await released(seen.open)
    expect(seen.text).toBe('')
    expect(seen.names.length).toBeLessThanOrEqual(1)
  })

  it.each<[string, () => Promise<Leaf>, TlsPolicy]>([
    ['that signed itself', () => selfSigned({ dns: ['mx.example'] }), {}],
    ['of an authority that nobody knows', async () => (await anyIssuer()).issue({ dns: ['mx.example'] }), {}],
    [
      'of an authority that is not the one to trust',
      async () => (await anyIssuer()).issue({ dns: ['mx.example'] }),
      { ca: 'issuer' },
    ],
  ])('%s is refused', async (_, make, policy) => {
    const seen = await secureServer(await make())
    const tls: TlsPolicy = { implicit: true, ...(policy.ca !== undefined && { ca: issuer.certificate }) }
    const error = await failure(here.sendMail({ ...letter, host: 'mx.example', port: seen.port, tls }))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'connect', delivery: 'not-sent', safeToRetry: true })
    await released(seen.open)
    expect(seen.text).toBe('')
  })

  it.each<[string, string, Claims, string | false]>([
    ['with the name', 'mx.example', { dns: ['mx.example'] }, 'mx.example'],
    ['with the name in another case', 'MX.Example', { dns: ['mx.EXAMPLE'] }, 'MX.Example'],
    ['for a label of any name', 'mx.mail.example', { dns: ['*.mail.example'] }, 'mx.mail.example'],
    ['with the A-labels of the name', 'bücher.example', { dns: ['xn--bcher-kva.example'] }, 'xn--bcher-kva.example'],
    ['with the address', '127.0.0.1', { ip: ['127.0.0.1'] }, false],
  ])('%s is accepted', async (_, host, claims, asked) => {
    const seen = await secureServer(await issuer.issue(claims))
    const tls: TlsPolicy = { implicit: true, ca: issuer.certificate }
    const result = await here.sendMail({ ...letter, host, port: seen.port, tls })
    expect(result.tls).toMatchObject({ authorized: true, protocol: 'TLSv1.3' })
    await released(seen.open)
    expect(seen.names).toEqual([asked])
    expect(seen.text).toContain('MAIL FROM')
  })
})

describe('pins', () => {
  const fingerprint = ({ certificate }: Leaf): string => new X509Certificate(certificate).fingerprint256
  const ofKey = ({ certificate }: Leaf, encoding: 'hex' | 'base64'): string =>
    createHash('sha256')
      .update(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }))
      .digest(encoding)

  const forms: readonly [string, (leaf: Leaf) => string][] = [
    ['the certificate', fingerprint],
    ['the certificate, without colons', (leaf) => fingerprint(leaf).replaceAll(':', '')],
    ['the certificate, in lower case', (leaf) => fingerprint(leaf).toLowerCase()],
    ['the key, in base64', (leaf) => ofKey(leaf, 'base64')],
    ['the key, as browsers write it', (leaf) => `sha256/${ofKey(leaf, 'base64')}`],
    ['the key, as curl writes it', (leaf) => `sha256//${ofKey(leaf, 'base64')}`],
    ['the key, in hexadecimal', (leaf) => ofKey(leaf, 'hex')],
  ]

  it.each(forms)('%s: whoever issued it, for whatever name', async (_, pinOf) => {
    const leaf = await selfSigned({ commonName: 'nobody', ...long })
    const seen = await secureServer(leaf)
    const tls: TlsPolicy = { level: 'verified', implicit: true, pins: ['00'.repeat(32), pinOf(leaf)] }
    const { tls: state } = await here.sendMail({ ...letter, host: 'mx.example', port: seen.port, tls })
    expect(state).toMatchObject({ pinned: true, authorized: false })
    expect(forms.map(([, make]) => make(leaf))).toEqual(
      expect.arrayContaining([state?.peerCertificate?.fingerprint256]),
    )
    expect(state?.peerCertificate?.publicKeyFingerprint256.replaceAll(':', '').toLowerCase()).toBe(ofKey(leaf, 'hex'))
    await released(seen.open)
  })

  it.each(forms)('%s of another: refused, also where an authority vouches for it', async (_, pinOf) => {
    const leaf = await issuer.issue({ dns: ['mx.example'] })
    const seen = await secureServer(leaf)
    const pins = [pinOf(await selfSigned({}))]
    for (const more of [{}, { rejectUnauthorized: false }]) {
      const tls: TlsPolicy = { implicit: true, ca: issuer.certificate, pins, ...more }
      const error = await failure(here.sendMail({ ...letter, host: 'mx.example', port: seen.port, tls }))
      expect(error).toMatchObject({ code: 'tls-failed', phase: 'connect', delivery: 'not-sent' })
      expect(error.message).toContain('none of those pinned')
    }
    await released(seen.open)
    expect(seen.text).toBe('')
  })
})

describe('versions and client certificates', () => {
  it.each(['TLSv1', 'TLSv1.1'] as const)('%s alone is refused', async (version) => {
    const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
    const seen = await secureServer(await issuer.issue({ dns: ['mx.example'] }), options)
    const tls: TlsPolicy = { implicit: true, ca: issuer.certificate }
    const error = await failure(here.sendMail({ ...letter, host: 'mx.example', port: seen.port, tls }))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'connect', delivery: 'not-sent' })
    await released(seen.open)
    expect(seen.text).toBe('')
  })

  it('a server that wants a certificate gets it, and none is a failure', async () => {
    const options = { requestCert: true, rejectUnauthorized: true, ca: issuer.certificate }
    const seen = await secureServer(await issuer.issue({ dns: ['mx.example'] }), options)
    const own = await issuer.issue({ commonName: 'ann', usage: 'clientAuth' })
    const tls: TlsPolicy = { implicit: true, ca: issuer.certificate }
    const keys = { cert: own.certificate, key: own.privateKey }
    await here.sendMail({ ...letter, host: 'mx.example', port: seen.port, tls: { ...tls, ...keys } })
    // With TLS 1.3 the client is done before the server has looked.
    const error = await failure(here.sendMail({ ...letter, host: 'mx.example', port: seen.port, tls }))
    expect(['tls-failed', 'connection-lost']).toContain(error.code)
    expect(error.delivery).toBe('not-sent')
    await released(seen.open)
  })
})

describe('what is no handshake', () => {
  const implicit: TlsPolicy = { implicit: true }
  type Row = readonly [
    serve: (socket: Socket) => void,
    tls: TlsPolicy,
    code: SmtpErrorCode,
    phase: SmtpPhase,
    wire: readonly string[],
  ]
  const asked = 'EHLO localhost\r\nSTARTTLS\r\n'
  const upTo = ['', '(TLS)'].map((more) => asked + more)
  const offers = (go: (socket: Socket) => void): ((socket: Socket) => void) => {
    return (socket) => {
      socket.write('220 mx.example\r\n')
      socket.on('data', (bytes: Buffer) => {
        const text = bytes.toString('latin1')
        if (text.startsWith('EHLO')) socket.write('250-mx.example\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n')
        if (text.startsWith('STARTTLS')) go(socket)
      })
    }
  }
  const rows: Readonly<Record<string, Row>> = {
    'text on a port for TLS': [(socket) => polite(socket), implicit, 'tls-failed', 'connect', ['(TLS)']],
    'HTTP on a port for TLS': [
      (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
      implicit,
      'tls-failed',
      'connect',
      ['(TLS)'],
    ],
    'a close on a port for TLS': [(socket) => void socket.end(), implicit, 'tls-failed', 'connect', ['', '(TLS)']],
    'a reset on a port for TLS': [
      (socket) => void socket.on('data', () => socket.resetAndDestroy()),
      implicit,
      'tls-failed',
      'connect',
      ['(TLS)'],
    ],
    'silence on a port for TLS': [() => {}, implicit, 'timeout', 'connect', ['(TLS)']],
    'half a handshake': [
      (socket) => void socket.write(Buffer.from([0x16, 3, 3, 0, 90, 2, 0])),
      implicit,
      'timeout',
      'connect',
      ['(TLS)'],
    ],
    'an alert': [
      (socket) => void socket.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])),
      implicit,
      'tls-failed',
      'connect',
      ['(TLS)'],
    ],
    'TLS on a port for text': [
      (socket) => void socket.write(Buffer.from([0x16, 3, 3, 0, 2, 13, 10])),
      {},
      'malformed-reply',
      'greeting',
      [''],
    ],
    'STARTTLS, then a close': [offers((socket) => void socket.end('220 go\r\n')), {}, 'tls-failed', 'starttls', upTo],
    'STARTTLS, then a reset': [
      offers((socket) => void socket.write('220 go\r\n', () => socket.resetAndDestroy())),
      {},
      'tls-failed',
      'starttls',
      upTo,
    ],
    'STARTTLS, then text': [
      offers((socket) => {
        socket.write('220 go\r\n')
        setTimeout(() => socket.write('250 not really\r\n'), 20)
      }),
      {},
      'tls-failed',
      'starttls',
      upTo,
    ],
    'STARTTLS, then silence': [offers((socket) => void socket.write('220 go\r\n')), {}, 'timeout', 'starttls', upTo],
    'text behind the 220 in one piece': [
      offers((socket) => void socket.write('220 go\r\n250-mx.example\r\n250 AUTH PLAIN\r\n')),
      {},
      'tls-injection',
      'starttls',
      [asked],
    ],
    'a byte behind the 220': [
      offers((socket) => void socket.write('220 go\r\n2')),
      {},
      'tls-injection',
      'starttls',
      [asked],
    ],
    'a line end behind the 220': [
      offers((socket) => void socket.write('220 go\r\n\r\n')),
      {},
      'tls-injection',
      'starttls',
      [asked],
    ],
    'STARTTLS taken away': [
      (socket) => polite(socket),
      { level: 'verified' },
      'tls-required',
      'starttls',
      ['EHLO localhost\r\nQUIT\r\n'],
    ],
    'STARTTLS refused for now': [
      offers((socket) => void socket.write('454 not now\r\n')),
      {},
      'refused',
      'starttls',
      [`${asked}QUIT\r\n`],
    ],
    'STARTTLS refused': [
      offers((socket) => void socket.write('502 what?\r\n')),
      {},
      'refused',
      'starttls',
      [`${asked}QUIT\r\n`],
    ],
    'STARTTLS a matter of syntax': [
      offers((socket) => void socket.write('501 no\r\n')),
      {},
      'refused',
      'starttls',
      [`${asked}QUIT\r\n`],
    ],
  }

  it.each(Object.entries(rows))(
    '%s: no password, no message, nothing in clear',
    async (_, [serve, tls, code, phase, wire]) => {
      let text = ''
      const { port, sockets } = await tcpServer((socket) => {
        socket.on('data', (bytes: Buffer) => {
          text += bytes.toString('latin1')
        })
        serve(socket)
      })
      const auth = plainAuth({ username: 'ann', password: 'wonderland' })
      const deadlines = { connect: 300, starttls: 300, quit: 100, greeting: 2_000 }
      const error = await failure(
        sendMail({ ...letter, host: '127.0.0.1', port, auth, tls: { level: 'verified', ...tls }, deadlines }),
      )
      expect(error).toMatchObject({ code, phase, delivery: 'not-sent' })
      await released(sockets)
      const tlsAt = text.indexOf('\x16\x03')
      expect(wire).toContain(tlsAt < 0 ? text : `${text.slice(0, tlsAt)}(TLS)`)
      expect(text).not.toMatch(/AUTH|MAIL/)
    },
  )

  it('a certificate that is refused over STARTTLS leaves no second attempt in clear', async () => {
    let connections = 0
    const { port, sockets } = await tcpServer((socket) => {
      connections++
      offers((plain) => {
        plain.write('220 go\r\n')
        plain.removeAllListeners('data')
        createServer({}).emit('connection', plain)
      })(socket)
    })
    const error = await failure(sendMail({ ...letter, host: '127.0.0.1', port, deadlines: { starttls: 500 } }))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'starttls', delivery: 'not-sent' })
    await released(sockets)
    expect(connections).toBe(1)
  })
})

it('a name that is not resolved, or refuses, is told without a socket left', async () => {
  const { port, sockets } = await tcpServer(() => {})
  for (const socket of sockets) socket.destroy()
  const error = await failure(dial(`127.0.0.1:${port === 1 ? 2 : 1}`))
  expect(error).toMatchObject({ code: 'connect-failed', phase: 'connect', delivery: 'not-sent', safeToRetry: true })
})
