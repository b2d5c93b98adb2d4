/** A refusal in the middle of a large message, over real sockets: what is told is the refusal, whatever happens to the connection. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type MessageSource, sendMail } from '../../src/index.ts'
import { type Authority, type Leaf, newAuthority } from '../helpers/certificates.ts'
import { failure } from '../helpers/conversation.ts'

let authority: Authority
let leaf: Leaf
beforeAll(async () => {
  authority = await newAuthority()
  leaf = await authority.issue()
})

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const refusal = '552 5.3.4 too large\r\n'
const endings: Readonly<Record<string, (socket: Socket) => void>> = {
  'closes its half': (socket) => void socket.end(refusal),
  'drops the connection': (socket) => void socket.write(refusal, () => setTimeout(() => socket.destroy(), 1)),
  'stops reading': (socket) => {
    socket.pause()
    socket.write(refusal)
  },
  'stops reading, and drops the connection': (socket) => {
    socket.pause()
    socket.write(refusal, () => setTimeout(() => socket.destroy(), 5))
  },
}

/** Starts a server that refuses a message after a quarter of a megabyte. */
async function refusing(keywords: readonly string[], tls: boolean, end: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const serve = (socket: Socket): void => {
    let octets: number | undefined
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.write('220 mx.example\r\n')
    socket.on('data', (bytes: Buffer) => {
      if (octets !== undefined) {
        const before = octets
        octets += bytes.length
        if (before < 262_144 && octets >= 262_144) end(socket)
        return
      }
      const text = bytes.toString('latin1')
      if (text.startsWith('EHLO')) {
        socket.write(
          ['mx.example', ...keywords].map((line, at) => `250${at < keywords.length ? '-' : ' '}${line}\r\n`).join(''),
        )
      } else if (text.includes('BDAT')) octets = bytes.length
      else {
        if (text.startsWith('DATA')) octets = 0
        socket.write(text.startsWith('DATA') ? '354 go\r\n' : '250 ok\r\n'.repeat(text.split('\r\n').length - 1))
      }
    })
  }
  const server: Server = tls
    ? createTlsServer({ cert: leaf.certificate, key: leaf.privateKey }, serve)
    : createServer(serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

describe.each([
  ['DATA', []],
  ['BDAT', ['PIPELINING', 'CHUNKING']],
] as const)('by %s', (_, keywords) => {
  describe.each([
    ['in clear', false],
    ['over TLS', true],
  ] as const)('%s', (__, tls) => {
    it.each(Object.entries(endings))('a server that refuses and %s', async (___, end) => {
      const port = await refusing(keywords, tls, end)
      const policy = tls ? { implicit: true, ca: authority.certificate } : ('none' as const)
      const stream = async function* (): AsyncGenerator<string> {
        for (let piece = 0; piece < 200; piece++) yield 'y'.repeat(65_536)
      }
      for (const message of ['x'.repeat(12_000_000), stream()] satisfies MessageSource[]) {
        const sending = sendMail({
          host: '127.0.0.1',
          port,
          tls: policy,
          from: 'a@b.example',
          to: 'c@d.example',
          message,
          deadlines: { body: 300, reset: 500, quit: 500 },
        })
        expect(await failure(sending)).toMatchObject({
          code: 'refused',
          phase: 'body',
          delivery: 'rejected',
          safeToRetry: false,
          reply: { code: 552 },
        })
      }
    })
  })
})
