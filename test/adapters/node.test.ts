/** The adapter for Node against real sockets on this machine: TCP, TLS, backpressure, and what is left behind. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket as TcpSocket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Auth, cramMd5Auth, dial, loginAuth, plainAuth, type SendMailOptions, sendMail } from '../../src/index.ts'
import { type Authority, type Leaf, newAuthority } from '../helpers/certificates.ts'
import { failure } from '../helpers/conversation.ts'

let authority: Authority
let leaf: Leaf
let closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  authority = await newAuthority()
  leaf = await authority.issue(['mx.example'])
})

afterEach(async () => {
  await Promise.all(closing.map((close) => close()))
  closing = []
})

const message = 'Subject: hi\r\n\r\n.dot\r\nGrüße\r\n'
const mail = { from: 'a@b.example', to: 'c@d.example', message } as const
const ann = { username: 'ann', password: 'wonderland' }

/** What a server was given. */
interface Inbox {
  port: number
  messages: { text: string; secure: boolean; user: string | undefined }[]
}

/** Starts a whole SMTP server. */
async function smtpServer(options: SMTPServerOptions = {}, host = '127.0.0.1'): Promise<Inbox> {
  const messages: Inbox['messages'] = []
  const server = new SMTPServer({
    authOptional: true,
    key: leaf.privateKey,
    cert: leaf.certificate,
    closeTimeout: 10,
    onAuth: (auth, _session, done) => {
      const right =
        auth.username === ann.username && (auth.password === ann.password || auth.validatePassword(ann.password))
      if (right) done(null, { user: auth.username })
      else done(new Error('no'))
    },
    onData: (stream, session, done) => {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        messages.push({
          text: Buffer.concat(pieces).toString(),
          secure: session.secure,
          user: session.user as string | undefined,
        })
        done(null, 'queued as 4711')
      })
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(0, host)
  await once(server.server, 'listening')
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port: (server.server.address() as AddressInfo).port, messages }
}

/** Starts a server that does as told with each connection. */
async function tcpServer(serve: (socket: TcpSocket) => void): Promise<{ port: number; sockets: Set<TcpSocket> }> {
  const sockets = new Set<TcpSocket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { port: (server.address() as AddressInfo).port, sockets }
}

/** Answers every command with what it should want to hear; `on` sees each line before, and may answer itself. */
function polite(socket: TcpSocket, on: (line: string) => boolean | void = () => {}): void {
  let text = ''
  let inMessage = false
  socket.write('220 mx.example\r\n')
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
    const lines = text.split('\r\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      if (on(line)) continue
      if (inMessage && line !== '.') continue
      if (line === 'DATA') inMessage = true
      else if (line === '.') inMessage = false
      socket.write(line === 'DATA' ? '354 go\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
    }
  })
}

describe('delivers', () => {
  it('in clear', async () => {
    const { port, messages } = await smtpServer({ hideSTARTTLS: true })
    const result = await sendMail({ ...mail, host: '127.0.0.1', port })
    expect(result).toMatchObject({ accepted: ['c@d.example'], rejected: [], queueId: '4711' })
    expect(messages).toEqual([{ text: message, secure: false, user: undefined }])
  })

  it('in the order of arguments of Go’s SendMail', async () => {
    const { port, messages } = await smtpServer({ hideSTARTTLS: true })
    await sendMail(`127.0.0.1:${port}`, undefined, 'a@b.example', ['c@d.example'], message)
    expect(messages).toHaveLength(1)
  })

  it('over STARTTLS with a certificate for the name', async () => {
    const { port, messages } = await smtpServer()
    await sendMail({ ...mail, host: 'localhost', port, tls: 'verified', tlsOptions: { ca: authority.certificate } })
    expect(messages).toEqual([{ text: message, secure: true, user: undefined }])
  })

  it('over STARTTLS with a certificate for the address', async () => {
    const { port, messages } = await smtpServer()
    await sendMail({ ...mail, host: '127.0.0.1', port, tlsOptions: { ca: [authority.certificate] } })
    expect(messages[0]?.secure).toBe(true)
  })

  it('over TLS from the first byte', async () => {
    const { port, messages } = await smtpServer({ secure: true })
    await sendMail({ ...mail, host: '127.0.0.1', port, implicitTls: true, tlsOptions: { ca: authority.certificate } })
    expect(messages).toEqual([{ text: message, secure: true, user: undefined }])
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
  it.runIf(hasIpv6)('over IPv6', async () => {
    const { port, messages } = await smtpServer({}, '::1')
    await sendMail({ ...mail, host: '::1', port, tlsOptions: { ca: authority.certificate } })
    expect(messages[0]?.secure).toBe(true)
  })

  it.each<[string, Auth]>([
    ['PLAIN', plainAuth(ann)],
    ['LOGIN', loginAuth(ann)],
    ['CRAM-MD5', cramMd5Auth(ann)],
  ])('for a user known by %s', async (_, auth) => {
    const { port, messages } = await smtpServer({ authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'], authOptional: false })
    await sendMail({ ...mail, host: 'localhost', port, auth, tlsOptions: { ca: authority.certificate } })
    expect(messages).toEqual([{ text: message, secure: true, user: 'ann' }])
  })

  it('and tells a wrong password', async () => {
    const { port, messages } = await smtpServer()
    const auth = plainAuth({ ...ann, password: 'guess' })
    const error = await failure(
      sendMail({ ...mail, host: 'localhost', port, auth, tlsOptions: { ca: authority.certificate } }),
    )
    expect(error).toMatchObject({ code: 'auth-failed', delivery: 'not-sent', reply: { code: 535 } })
    expect(messages).toEqual([])
  })
})

describe('TLS', () => {
  it('tells what was agreed on', async () => {
    const { port } = await smtpServer()
    const client = await dial(`localhost:${port}`)
    expect(client.tls).toBeUndefined()
    await client.startTls({ ca: authority.certificate })
    expect(client.tls).toMatchObject({
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_/),
      authorized: true,
      authorizationError: undefined,
      peerCertificate: {
        subject: 'CN=mx.example',
        issuer: expect.stringContaining('rxsmtp test authority'),
        subjectAltName: expect.stringContaining('DNS:mx.example'),
        validTo: expect.any(Date),
        fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      },
    })
    await client.quit()
  })

  const rows: readonly (readonly [string, (port: number) => Partial<SendMailOptions>, RegExp])[] = [
    ['an authority that nobody knows', () => ({}), /self-signed|unable to (verify|get)/],
    [
      'another name',
      () => ({ tlsOptions: { ca: authority.certificate, servername: 'other.example' } }),
      /other\.example/,
    ],
  ]
  describe.each([
    ['behind STARTTLS', false, 'starttls'],
    ['from the first byte', true, 'connect'],
  ] as const)('%s', (_, secure, phase) => {
    it.each(rows)('is not accepted with a certificate of %s', async (__, options, why) => {
      const { port, messages } = await smtpServer({ secure })
      const sending = sendMail({ ...mail, host: 'localhost', port, implicitTls: secure, ...options(port) })
      const error = await failure(sending)
      expect(error).toMatchObject({ code: 'tls-failed', phase, delivery: 'not-sent', safeToRetry: true })
      expect(error.message).toMatch(why)
      expect(error.message).toMatch(/^TLS handshake: (?!TLS handshake)/)
      expect(messages).toEqual([])
    })

    it('is not accepted with a certificate that has expired', async () => {
      const old = await authority.issue([], { from: new Date('2001-01-01'), until: new Date('2002-01-01') })
      const { port } = await smtpServer({ secure, key: old.privateKey, cert: old.certificate })
      const tlsOptions = { ca: authority.certificate }
      const error = await failure(sendMail({ ...mail, host: 'localhost', port, implicitTls: secure, tlsOptions }))
      expect(error).toMatchObject({ code: 'tls-failed', phase, message: expect.stringContaining('expired') })
    })

    it('is accepted without verification only when told so, and then told', async () => {
      const { port } = await smtpServer({ secure })
      const client = await dial(`localhost:${port}`, { implicitTls: secure, tlsOptions: { rejectUnauthorized: false } })
      if (!secure) await client.startTls({ rejectUnauthorized: false })
      expect(client.tls).toMatchObject({ authorized: false, authorizationError: expect.stringMatching(/\w/) })
      await client.quit()
    })
  })

  it('older than was asked for is refused', async () => {
    const { port } = await smtpServer({ maxVersion: 'TLSv1.2' })
    const tlsOptions = { ca: authority.certificate, minVersion: 'TLSv1.3' } as const
    const error = await failure(sendMail({ ...mail, host: 'localhost', port, tlsOptions }))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'starttls' })
  })

  it('is not there on a port that speaks in clear', async () => {
    const { port } = await smtpServer()
    const error = await failure(sendMail({ ...mail, host: 'localhost', port, implicitTls: true }))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'connect', delivery: 'not-sent' })
  })

  it('is not there where STARTTLS is promised and something else follows', async () => {
    const { port } = await tcpServer((socket) => {
      socket.write('220 mx.example\r\n')
      socket.on('data', (bytes: Buffer) => {
        const text = bytes.toString('latin1')
        if (text.startsWith('EHLO')) socket.write('250-mx.example\r\n250 STARTTLS\r\n')
        else if (text.startsWith('STARTTLS')) socket.write('220 go\r\n')
        else socket.write('500 what?\r\n')
      })
    })
    expect(await failure(sendMail({ ...mail, host: '127.0.0.1', port }))).toMatchObject({
      code: 'tls-failed',
      phase: 'starttls',
    })
  })

  it('that speaks first where text should be is no greeting', async () => {
    const { port } = await tcpServer((socket) => void socket.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 40, 10])))
    expect(await failure(dial(`127.0.0.1:${port}`))).toMatchObject({ code: 'malformed-reply', phase: 'greeting' })
  })

  it('that waits to be spoken to is given up in time', async () => {
    const { port } = await smtpServer({ secure: true })
    const error = await failure(dial(`127.0.0.1:${port}`, { deadlines: { greeting: 50 } }))
    expect(error).toMatchObject({ code: 'timeout', phase: 'greeting' })
  })
})

describe('no connection', () => {
  it.each(['127.0.0.1', 'localhost'])('to %s: says why', async (host) => {
    const { port } = await smtpServer()
    await Promise.all(closing.splice(0).map((close) => close()))
    const error = await failure(sendMail({ ...mail, host, port }))
    expect(error).toMatchObject({ code: 'connect-failed', phase: 'connect', delivery: 'not-sent', safeToRetry: true })
    expect(error.message).toContain(`no connection to ${host}:${port}: connect ECONNREFUSED`)
  })
})

describe('the caller’s signal', () => {
  it('before the connection is there', async () => {
    const { port } = await smtpServer()
    const abort = new AbortController()
    const sending = failure(sendMail({ ...mail, host: '127.0.0.1', port, signal: abort.signal }))
    abort.abort()
    expect(await sending).toMatchObject({ code: 'aborted', phase: 'connect', delivery: 'not-sent' })
  })

  it('that has fired already', async () => {
    const sockets: TcpSocket[] = []
    const { port } = await tcpServer((socket) => sockets.push(socket))
    const signal = AbortSignal.abort()
    expect(await failure(sendMail({ ...mail, host: '127.0.0.1', port, signal }))).toMatchObject({ code: 'aborted' })
    expect(sockets).toEqual([])
  })

  it.each([
    ['from the first byte', true, 'connect'],
    ['behind STARTTLS', false, 'starttls'],
  ])('in a handshake %s that is never answered', async (_, implicitTls, phase) => {
    const abort = new AbortController()
    const gone = new Promise<void>((resolve) => {
      void tcpServer((socket) => {
        socket.on('close', () => resolve())
        if (!implicitTls) socket.write('220 mx.example\r\n')
        socket.on('data', (bytes: Buffer) => {
          const text = bytes.toString('latin1')
          if (text.startsWith('EHLO')) socket.write('250-mx.example\r\n250 STARTTLS\r\n')
          else if (text.startsWith('STARTTLS')) socket.write('220 go\r\n')
          else abort.abort()
        })
      }).then(async ({ port }) => {
        const sending = sendMail({ ...mail, host: '127.0.0.1', port, implicitTls, signal: abort.signal })
        expect(await failure(sending)).toMatchObject({ code: 'aborted', phase, delivery: 'not-sent' })
      })
    })
    await gone
  })

  it('in a message', async () => {
    const abort = new AbortController()
    const lines: string[] = []
    const { port, sockets } = await tcpServer((socket) =>
      polite(socket, (line) => {
        lines.push(line)
        if (line === 'half') abort.abort()
      }),
    )
    const half = async function* (): AsyncGenerator<string> {
      yield 'half\r\n'
      await new Promise(() => {})
    }
    const sending = sendMail({ ...mail, host: '127.0.0.1', port, message: half(), signal: abort.signal })
    expect(await failure(sending)).toMatchObject({ code: 'aborted', phase: 'body', delivery: 'not-sent' })
    while (sockets.size > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(lines.at(-1)).toBe('half')
  })
})

describe('a large message', () => {
  it('is taken from its source no faster than the server takes it, and arrives whole', async () => {
    const piece = Buffer.from(`${'0123456789abcdef'.repeat(4)}\r\n`.repeat(1_000))
    const pieces = 1_000
    let asked = 0
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for (; asked < pieces; asked++) yield piece
    }
    const hash = createHash('sha256')
    let accept: TcpSocket | undefined
    let octets = 0
    const { port } = await tcpServer((socket) => {
      accept = socket
      socket.write('220 mx.example\r\n')
      let body = false
      socket.on('data', (bytes: Buffer) => {
        if (body) {
          octets += bytes.length
          hash.update(bytes)
          if (octets === piece.length * pieces + 3) {
            body = false
            socket.write('250 ok\r\n')
          }
          return
        }
        const text = bytes.toString('latin1')
        if (text.startsWith('DATA')) {
          body = true
          socket.write('354 go\r\n')
          socket.pause()
        } else socket.write(text.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n')
      })
    })
    const sending = sendMail({ ...mail, host: '127.0.0.1', port, message: source() })
    await unchanging(() => asked)
    expect(asked).toBeGreaterThan(0)
    // What lies between is no more than the buffers of the kernel, some megabytes of the 66.
    expect(asked).toBeLessThan(pieces / 2)
    accept?.resume()
    expect(await sending).toMatchObject({ accepted: ['c@d.example'] })
    const whole = createHash('sha256')
    for (let count = 0; count < pieces; count++) whole.update(piece)
    expect(hash.digest('hex')).toBe(whole.update('.\r\n').digest('hex'))
  })

  it('arrives whole over TLS', async () => {
    const { port, messages } = await smtpServer()
    const large = `${'x'.repeat(70)}\r\n`.repeat(50_000)
    await sendMail({ ...mail, host: 'localhost', port, message: large, tlsOptions: { ca: authority.certificate } })
    expect(messages[0]?.text === large).toBe(true)
  })

  it('that the server refuses half-way is a refusal', async () => {
    let octets = 0
    const { port } = await tcpServer((socket) => {
      let refused = false
      polite(socket, (line) => {
        octets += line.length
        if (octets > 100_000 && !refused) {
          refused = true
          socket.end('552 5.3.4 too big\r\n')
        }
        return refused
      })
    })
    const endless = async function* (): AsyncGenerator<string> {
      for (;;) yield `${'x'.repeat(70)}\r\n`.repeat(100)
    }
    const error = await failure(sendMail({ ...mail, host: '127.0.0.1', port, message: endless() }))
    expect(error).toMatchObject({ code: 'refused', phase: 'body', delivery: 'rejected', reply: { code: 552 } })
  })
})

describe('a connection that breaks', () => {
  it.each([
    ['in the message', 'half', 'body', 'not-sent'],
    ['behind its end', '.', 'end-of-data', 'unknown'],
    ['behind MAIL', 'MAIL FROM:<a@b.example>', 'mail', 'not-sent'],
  ])('%s', async (_, at, phase, delivery) => {
    const { port } = await tcpServer((socket) =>
      polite(socket, (line) => {
        if (line === at) socket.resetAndDestroy()
        return line === at
      }),
    )
    const half = async function* (): AsyncGenerator<string> {
      yield 'half\r\n'
      if (phase === 'body') await new Promise(() => {})
    }
    const error = await failure(sendMail({ ...mail, host: '127.0.0.1', port, message: half() }))
    expect(error).toMatchObject({ code: 'connection-lost', phase, delivery })
  })
})

describe('a process that uses it ends by itself', () => {
  const library = fileURLToPath(new URL('../../src/index.ts', import.meta.url))

  it.each([
    ['after a message', 'await sendMail({ ...mail, port })', 'done'],
    ['after a message over TLS', 'await sendMail({ ...mail, port, tlsOptions: { ca } })', 'done'],
    ['after a failed handshake', "await sendMail({ ...mail, port, tls: 'verified' })", 'tls-failed'],
    ['after quit', 'const c = await dial(`localhost:${port}`); await c.noop(); await c.quit()', 'done'],
    ['after close', 'const c = await dial(`localhost:${port}`); await c.noop(); c.close()', 'done'],
    ['after nothing but dial and close', 'const c = await dial(`localhost:${port}`); c.close()', 'done'],
    ['after a signal', 'await dial(`localhost:${port}`, { signal: AbortSignal.abort() })', 'aborted'],
    [
      'after a source that fails',
      "await sendMail({ ...mail, port, tls: 'none', message: (async function* () { yield 'half'; throw new Error('x') })() })",
      'body-failed',
    ],
  ])(
    '%s',
    async (_, action, outcome) => {
      const { port } = await smtpServer()
      const program = `
      import { dial, sendMail } from ${JSON.stringify(library)}
      const port = ${port}
      const ca = ${JSON.stringify(authority.certificate)}
      const mail = { host: 'localhost', tls: 'none', from: 'a@b.example', to: 'c@d.example', message: 'hi' }
      if (${JSON.stringify(action)}.includes('ca')) delete mail.tls
      try { ${action}; console.log('done') } catch (error) { console.log(error.code) }`
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: 20_000,
      })
      let output = ''
      child.stdout.on('data', (text: Buffer) => {
        output += text.toString()
      })
      const [code, signal] = await once(child, 'close')
      expect({ output: output.trim(), code, signal }).toEqual({ output: outcome, code: 0, signal: null })
    },
    30_000,
  )
})

/** Waits until a number has stopped to change. */
async function unchanging(read: () => number): Promise<void> {
  let last = -1
  for (let same = 0; same < 20; ) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    same = read() === last && last > 0 ? same + 1 : 0
    last = read()
  }
}
