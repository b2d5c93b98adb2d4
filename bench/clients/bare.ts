/**
 * No clients but ceilings: prebuilt bytes out, line feeds counted in, nothing checked. They show how much of the way a
 * client has gone, and that the sink is faster than all of them.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Peer, Task } from '../client.ts'
import { measure } from '../measure.ts'
import type { Message } from '../message.ts'

/** Sends messages over a connection that is ready for them. */
type Drive = (connection: Connection, message: Message, count: number) => Promise<void>

/** MAIL, RCPT and DATA in one write, the next envelope behind the final dot (RFC 2920). */
export const bareData: Peer = {
  name: 'bare DATA',
  what: 'no client: prebuilt bytes, envelope in one write, the next one behind the final dot',
  workloads: 'ABCDEFG',
  run: (task, message, count) => runBare(pipelinedData, task, message, count),
}

/** Whole transactions in one write, many of them in flight (RFC 3030). */
export const bareBdat: Peer = {
  name: 'bare BDAT',
  what: 'no client: prebuilt bytes, whole transactions in one write, up to 64 in flight',
  workloads: 'ABCDEFG',
  run: (task, message, count) => runBare(pipelinedBdat, task, message, count),
}

const pipelinedData: Drive = async (connection, message, count) => {
  const envelope = envelopeOf(message, 'DATA')
  const last = Buffer.concat([message.bytes, Buffer.from('.\r\n')])
  const next = Buffer.concat([last, envelope])
  const perEnvelope = message.to.length + 2
  connection.socket.write(envelope)
  for (let sent = 1; sent <= count; sent++) {
    await connection.lines(sent * perEnvelope + sent - 1)
    connection.socket.write(sent < count ? next : last)
  }
  await connection.lines(count * (perEnvelope + 1))
}

const pipelinedBdat: Drive = async (connection, message, count) => {
  const envelope = envelopeOf(message, `BDAT ${message.bytes.length} LAST`)
  const one = Buffer.concat([envelope, message.bytes])
  const perWrite = Math.max(1, Math.min(32, Math.floor((256 * 1024) / one.length)))
  const several = Buffer.concat(Array.from({ length: perWrite }, () => one))
  const perMessage = message.to.length + 2
  for (let sent = 0; sent < count; ) {
    const batch = Math.min(perWrite, count - sent)
    connection.socket.write(several.subarray(0, batch * one.length))
    sent += batch
    await connection.lines((sent - perWrite) * perMessage)
  }
  await connection.lines(count * perMessage)
}

async function runBare(drive: Drive, task: Task, message: Message, count: number): ReturnType<Peer['run']> {
  const { connections, oneShot } = task.workload
  if (oneShot) {
    return measure(async () => {
      for (let sent = 0; sent < count; sent++) {
        const connection = await open(task)
        await drive(connection, message, 1)
        connection.socket.end('QUIT\r\n')
      }
    })
  }
  const all = await Promise.all(Array.from({ length: connections }, () => open(task)))
  const shares = all.map((_, index) => Math.floor((count + index) / connections))
  const figures = await measure(() =>
    Promise.all(all.map((connection, index) => drive(connection, message, shares[index] ?? 0))),
  )
  for (const { socket } of all) socket.end('QUIT\r\n')
  return figures
}

function envelopeOf({ from, to }: Message, last: string): Buffer {
  return Buffer.from(`MAIL FROM:<${from}>\r\n${to.map((each) => `RCPT TO:<${each}>\r\n`).join('')}${last}\r\n`)
}

/** Connects and greets; the sink writes each of these replies in one piece. */
async function open({ host, port, ca }: Task): Promise<Connection> {
  const socket = connect({ host, port, noDelay: true })
  await once(socket, 'data')
  await ask(socket, 'EHLO client.example')
  if (ca === undefined) return new Connection(socket)
  await ask(socket, 'STARTTLS')
  const secured = connectTls({ socket, ca, host })
  await once(secured, 'secureConnect')
  await ask(secured, 'EHLO client.example')
  return new Connection(secured)
}

async function ask(socket: Socket, command: string): Promise<void> {
  socket.write(`${command}\r\n`)
  await once(socket, 'data')
}

/** Counts the lines that arrive; all replies from now on have one. */
class Connection {
  readonly socket: Socket
  #count = 0
  #wanted = 0
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', (error) => this.#settle?.reject(error))
    socket.on('close', () => this.#settle?.reject(new Error('the connection was closed')))
  }

  /** Resolves when so many lines have come since the connection was ready. */
  lines(wanted: number): Promise<void> | undefined {
    if (this.#count >= wanted) return undefined
    this.#wanted = wanted
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  #read(chunk: Buffer): void {
    for (const octet of chunk) if (octet === 10) this.#count++
    if (this.#count < this.#wanted) return
    this.#settle?.resolve()
    this.#settle = undefined
  }
}
