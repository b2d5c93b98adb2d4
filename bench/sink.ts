/** A neutral server that takes every message at once, forgets it, and is faster than any client that it measures. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { type Received, Receiver } from './receiver.ts'

/** Settings of {@link startSink}. */
export interface SinkOptions {
  /** A free one unless given. */
  readonly port?: number
  /** Certificate and key in PEM; STARTTLS is offered only with them, since some clients cannot leave it alone. */
  readonly tls?: { readonly certificate: string; readonly privateKey: string }
  /** Whether CHUNKING is offered; true unless given. */
  readonly chunking?: boolean
  /** Milliseconds from a chunk of bytes to the answer to it: a round trip. 0 unless given. */
  readonly delay?: number
}

/** A server on 127.0.0.1. */
export interface Sink {
  readonly port: number
  /** What was received since the start or the last `reset`. */
  received(): Received
  reset(): void
  /** Resolves when no connection is open. */
  idle(): Promise<void>
  /** Drops every connection. */
  close(): Promise<void>
}

const keywords = ['PIPELINING', 'SIZE 10737418240', 'ENHANCEDSTATUSCODES', '8BITMIME', 'SMTPUTF8']
const greeting = Buffer.from('220 sink.example ESMTP\r\n')

/**
 * Starts a server that offers PIPELINING, SIZE, 8BITMIME, SMTPUTF8 and CHUNKING, and with a certificate STARTTLS.
 *
 * @example
 * const sink = await startSink()
 * await sendMail({ host: '127.0.0.1', port: sink.port, from, to, message })
 * sink.received() // { messages: 1, recipients: 1, octets: 21, quits: 0 }
 */
export async function startSink({ port = 0, tls, chunking = true, delay = 0 }: SinkOptions = {}): Promise<Sink> {
  const received: Received = { messages: 0, recipients: 0, octets: 0, quits: 0 }
  const context = tls && createSecureContext({ cert: tls.certificate, key: tls.privateKey })
  const offers = chunking ? [...keywords, 'CHUNKING'] : keywords
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) server.emit('idle')
    })
    const send = sender(socket, delay)
    send(greeting)
    serve(socket, { received, offers, delay, context })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received: () => ({ ...received }),
    reset: () => void Object.assign(received, { messages: 0, recipients: 0, octets: 0, quits: 0 }),
    idle: async () => {
      while (sockets.size > 0) await once(server, 'idle')
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** What every connection has in common. */
interface Service {
  readonly received: Received
  readonly offers: readonly string[]
  readonly delay: number
  readonly context: SecureContext | undefined
}

/** Answers what comes over a socket, until the goodbye or STARTTLS. */
function serve(socket: Socket, service: Service): void {
  const { received, offers, delay, context } = service
  const canSecure = context !== undefined && !(socket instanceof TLSSocket)
  const receiver = new Receiver(received, canSecure ? [...offers, 'STARTTLS'] : offers)
  const send = sender(socket, delay)
  const onData = (chunk: Buffer): void => {
    const answer = receiver.push(chunk)
    if (receiver.closed) socket.off('data', onData)
    if (receiver.wantsTls) {
      // No listener takes octets of the handshake from it.
      socket.off('data', onData)
      socket.write(answer)
      const secured = new TLSSocket(socket, { isServer: true, ...(context && { secureContext: context }) })
      return serve(secured, service)
    }
    if (answer.length > 0) send(answer, receiver.closed)
  }
  socket.on('data', onData)
  // A client that breaks off is not the sink's business: the counts tell.
  socket.on('error', () => socket.destroy())
}

/** Writes answers at once or, in order, `delay` milliseconds later. */
function sender(socket: Socket, delay: number): (answer: Buffer, last?: boolean) => void {
  const send = (answer: Buffer, last = false): void => {
    if (last) socket.end(answer)
    else socket.write(answer)
  }
  return delay === 0 ? send : (answer, last) => void setTimeout(send, delay, answer, last)
}
