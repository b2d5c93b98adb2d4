/** The adapter for Node against real sockets on this machine: connections, backpressure, and how they end. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket as TcpSocket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Auth, cramMd5Auth, loginAuth, plainAuth, sendMail } from '../../src/index.ts'
import { failure } from '../helpers/conversation.ts'
import { ann, authority, closeServers, polite, smtpServer, tcpServer, withServers } from '../helpers/servers.ts'

withServers()

const message = 'Subject: hi\r\n\r\n.dot\r\nGrüße\r\n'
const mail = { from: 'a@b.example', to: 'c@d.example', message } as const

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
    await sendMail({ ...mail, host: 'localhost', port, tls: { level: 'verified', ca: authority.certificate } })
    expect(messages).toEqual([{ text: message, secure: true, user: undefined }])
  })

  it('over STARTTLS with a certificate for the address', async () => {
    const { port, messages } = await smtpServer()
    await sendMail({ ...mail, host: '127.0.0.1', port, tls: { ca: [authority.certificate] } })
    expect(messages[0]?.secure).toBe(true)
  })

  it('over TLS from the first byte', async () => {
    const { port, messages } = await smtpServer({ secure: true })
    await sendMail({ ...mail, host: '127.0.0.1', port, tls: { implicit: true, ca: authority.certificate } })
    expect(messages).toEqual([{ text: message, secure: true, user: undefined }])
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
  it.runIf(hasIpv6)('over IPv6', async () => {
    const { port, messages } = await smtpServer({}, '::1')
    await sendMail({ ...mail, host: '::1', port, tls: { ca: authority.certificate } })
    expect(messages[0]?.secure).toBe(true)
  })

  it.skipIf(process.platform === 'win32')('over a Unix socket, which is this machine', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'rxsmtp-')), 'smtp')
    const { messages } = await smtpServer({ hideSTARTTLS: true, allowInsecureAuth: true }, path)
    await sendMail({ ...mail, host: path, auth: plainAuth(ann) })
    await sendMail(path, undefined, 'a@b.example', ['c@d.example'], message)
    expect(messages.map(({ user }) => user)).toEqual(['ann', undefined])
    await closeServers()
    const error = await failure(sendMail({ ...mail, host: path }))
    expect(error).toMatchObject({
      code: 'connect-failed',
      message: expect.stringContaining(`no connection to ${path}:`),
    })
    await rm(dirname(path), { recursive: true })
  })

  it.skipIf(process.platform === 'win32')('over LMTP on a Unix socket, with a reply for each recipient', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'rxsmtp-')), 'lmtp')
    await smtpServer(
      {
        lmtp: true,
        hideSTARTTLS: true,
        onData: (stream, _, done) => {
          stream.resume()
          // One outcome for each recipient, as its documentation has it.
          const full = Object.assign(new Error('over quota'), { responseCode: 452 })
          stream.on('end', () => done(null, ['saved', full] as never))
        },
      },
      path,
    )
    const to = ['c@d.example', 'e@d.example']
    const result = await sendMail({ ...mail, host: path, to, protocol: 'lmtp' })
    expect(result).toMatchObject({
      accepted: ['c@d.example'],
      rejected: [{ recipient: 'e@d.example', reply: { code: 452 }, phase: 'end-of-data' }],
      replies: [{ code: 250 }],
    })
    await rm(dirname(path), { recursive: true })
  })

  it.each<[string, Auth]>([
    ['PLAIN', plainAuth(ann)],
    ['LOGIN', loginAuth(ann)],
    ['CRAM-MD5', cramMd5Auth(ann)],
  ])('for a user known by %s', async (_, auth) => {
    const { port, messages } = await smtpServer({ authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'], authOptional: false })
    await sendMail({ ...mail, host: 'localhost', port, auth, tls: { ca: authority.certificate } })
    expect(messages).toEqual([{ text: message, secure: true, user: 'ann' }])
  })

  it('and tells a wrong password', async () => {
    const { port, messages } = await smtpServer()
    const auth = plainAuth({ ...ann, password: 'guess' })
    const error = await failure(
      sendMail({ ...mail, host: 'localhost', port, auth, tls: { ca: authority.certificate } }),
    )
    expect(error).toMatchObject({ code: 'auth-failed', delivery: 'not-sent', reply: { code: 535 } })
    expect(messages).toEqual([])
  })
})

describe('no connection', () => {
  it.each(['127.0.0.1', 'localhost'])('to %s: says why', async (host) => {
    const { port } = await smtpServer()
    await closeServers()
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
  ])('in a handshake %s that is never answered', async (_, implicit, phase) => {
    const abort = new AbortController()
    const { port, sockets } = await tcpServer((socket) => {
      if (!implicit) socket.write('220 mx.example\r\n')
      socket.on('data', (bytes: Buffer) => {
        const text = bytes.toString('latin1')
        if (text.startsWith('EHLO')) socket.write('250-mx.example\r\n250 STARTTLS\r\n')
        else if (text.startsWith('STARTTLS')) socket.write('220 go\r\n')
        else abort.abort()
      })
    })
    const sending = sendMail({ ...mail, host: '127.0.0.1', port, tls: { implicit }, signal: abort.signal })
    expect(await failure(sending)).toMatchObject({ code: 'aborted', phase, delivery: 'not-sent' })
    await gone(sockets)
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
    await gone(sockets)
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
    await sendMail({ ...mail, host: 'localhost', port, message: large, tls: { ca: authority.certificate } })
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

/** Waits until the server has seen the end of every connection. */
async function gone(sockets: ReadonlySet<TcpSocket>): Promise<void> {
  while (sockets.size > 0) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits until a number has stopped to change. */
async function unchanging(read: () => number): Promise<void> {
  let last = -1
  for (let same = 0; same < 20; ) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    same = read() === last && last > 0 ? same + 1 : 0
    last = read()
  }
}
