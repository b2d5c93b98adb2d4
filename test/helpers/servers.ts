// Real servers on this machine for the tests of an adapter; each test ends those that it started.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket as TcpSocket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeAll } from 'vitest'
import { type Authority, type Leaf, newAuthority } from './certificates.ts'

/** Who signs the certificates of {@link smtpServer}; set before the first test. */
export let authority: Authority
/** The only user that {@link smtpServer} knows. */
export const ann = { username: 'ann', password: 'wonderland' }

let leaf: Leaf
const closing: (() => Promise<unknown>)[] = []

/** Makes an authority for the tests of a file, and ends after each what it started. */
export function withServers(): void {
  beforeAll(async () => {
    authority = await newAuthority()
    leaf = await authority.issue(['mx.example'])
  })
  afterEach(closeServers)
}

/** Ends every server, with its connections. */
export async function closeServers(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()))
}

/** What a server was given. */
export interface Inbox {
  port: number
  messages: { text: string; secure: boolean; user: string | undefined }[]
}

/** Starts a whole SMTP server, at an address or the path of a Unix socket. */
export async function smtpServer(options: SMTPServerOptions = {}, host = '127.0.0.1'): Promise<Inbox> {
  const messages: Inbox['messages'] = []
  const server = new SMTPServer({
    authOptional: true,
    key: leaf.privateKey,
    cert: leaf.certificate,
    closeTimeout: 10,
    onAuth: (auth, _session, done) => {
      const known = auth.method === 'CRAM-MD5' ? auth.validatePassword(ann.password) : auth.password === ann.password
      if (known && auth.username === ann.username) done(null, { user: auth.username })
      else done(new Error('no'))
    },
    onData: (stream, session, done) => {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        messages.push({
          text: Buffer.concat(pieces).toString(),
          secure: session.secure,
          user: session.user ? String(session.user) : undefined,
        })
        done(null, 'queued as 4711')
      })
    },
    ...options,
  })
  server.on('error', () => {})
  if (host.startsWith('/')) server.listen(host)
  else server.listen(0, host)
  await once(server.server, 'listening')
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.server.address()
  return { port: address !== null && typeof address === 'object' ? address.port : 0, messages }
}

/** Starts a server that does as told with each connection. */
export async function tcpServer(
  serve: (socket: TcpSocket) => void,
): Promise<{ port: number; sockets: Set<TcpSocket> }> {
  const sockets = new Set<TcpSocket>()
  const server = createServer((socket) => {
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
export function polite(socket: TcpSocket, on: (line: string) => boolean | void = () => {}): void {
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
