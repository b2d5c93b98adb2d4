/**
 * A server that never stops talking, or never listens, makes the client no larger. Each runs against a process of its own,
 * which measures itself while octets are poured at it.
 */
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { runNode } from '../docs/run-node.ts'
import { tcpServer, withServers } from '../helpers/servers.ts'

withServers()

const megabyte = 1_048_576
const allowed = 10 * megabyte

/** Writes for ever, as fast as the client takes it. */
function pour(socket: Socket, text: string): void {
  const octets = Buffer.from(text, 'latin1')
  const more = (): void => {
    while (!socket.destroyed && socket.write(octets));
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}

/** Answers each line in turn, and pours behind the last answer. */
function answers(replies: readonly string[], poured: string): (socket: Socket) => void {
  return (socket) => {
    const left = [...replies]
    let heard = ''
    socket.write(left.shift() ?? '')
    if (left.length === 0) return pour(socket, poured)
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1')
      const lines = heard.split('\r\n')
      heard = lines.pop() ?? ''
      for (const _ of lines) {
        const reply = left.shift()
        if (reply === undefined) continue
        socket.write(reply)
        if (left.length === 0) pour(socket, poured)
      }
    })
  }
}

const greeting = '220 mx.example\r\n'
const ehlo = '250-mx.example\r\n250 AUTH PLAIN LOGIN\r\n'
const ok = '250 ok\r\n'
const line = 'x'.repeat(65_536)
const manyLines = '250-more\r\n'.repeat(6_000)
const manyReplies = '250 ok\r\n'.repeat(8_000)

const send = "sendMail({ ...mail, message: 'hi' })"
const floods: Readonly<Record<string, readonly [serve: (socket: Socket) => void, program: string, outcome: string]>> = {
  'a greeting line without end': [answers([''], `220 ${line}`), send, 'reply-too-large'],
  'a greeting of lines without end': [answers([''], '220-hello\r\n'.repeat(6_000)), send, 'reply-too-large'],
  'octets that are no text': [answers([''], '\0'.repeat(65_536)), send, 'reply-too-large'],
  'line ends without end': [answers([''], '\r\n'.repeat(32_768)), send, 'malformed-reply'],
  'an EHLO reply of a million keywords': [
    answers([greeting, ''], Array.from({ length: 50_000 }, (_, at) => `250-X${at}\r\n`).join('')),
    send,
    'reply-too-large',
  ],
  'an EHLO line without end': [answers([greeting, '250-mx.example\r\n250-'], line), send, 'reply-too-large'],
  'replies that nobody asked for': [answers([greeting, ehlo], manyReplies), send, 'unsolicited-reply'],
  'lines behind MAIL': [answers([greeting, ehlo, ''], manyLines), send, 'reply-too-large'],
  'lines behind RCPT': [answers([greeting, ehlo, ok, ''], manyLines), send, 'reply-too-large'],
  'lines behind DATA': [answers([greeting, ehlo, ok, ok, ''], manyLines), send, 'reply-too-large'],
  'replies in mid-message': [
    answers([greeting, ehlo, ok, ok, '354 go\r\n'], manyReplies),
    'sendMail({ ...mail, message: endless() })',
    'unsolicited-reply',
  ],
  'lines behind the end': [answers([greeting, ehlo, ok, ok, '354 go\r\n', '', ''], manyLines), send, 'reply-too-large'],
  'lines behind QUIT': [
    answers([greeting, ehlo, ok, ok, '354 go\r\n', '', ok, ''], manyLines),
    `${send}.then(() => new Promise((resolve) => setTimeout(resolve, 500)))`,
    'done',
  ],
  'challenges without end': [
    (socket) => {
      socket.write(greeting)
      socket.on('data', (bytes: Buffer) => {
        socket.write(bytes.toString().startsWith('EHLO') ? ehlo : `334 ${Buffer.alloc(2_900).toString('base64')}\r\n`)
      })
    },
    "sendMail({ ...mail, message: 'hi', auth: { mechanism: 'LOGIN', start: () => ({ respond: () => new Uint8Array(3_000) }) } })",
    'auth-unusable',
  ],
  'a server that never reads': [
    (socket) => {
      const left = [ehlo, ok, ok, '354 go\r\n']
      socket.write(greeting)
      socket.on('data', () => {
        socket.write(left.shift() ?? '')
        if (left.length === 0) socket.pause()
      })
    },
    'sendMail({ ...mail, message: endless(), deadlines: { body: 1_000 } })',
    'timeout',
  ],
  'a server that reads for ever': [
    (socket) => {
      const left = [ehlo, ok, ok, '354 go\r\n']
      socket.write(greeting)
      socket.on('data', () => socket.write(left.shift() ?? ''))
    },
    'sendMail({ ...mail, message: endless(), deadline: 1_000 })',
    'timeout',
  ],
  'a session of a thousand large replies': [
    (socket) => {
      socket.write(greeting)
      const large = `250-${'x'.repeat(4_000)}\r\n`.repeat(15) + ok
      socket.on('data', () => socket.write(large))
    },
    'dial("127.0.0.1:" + port).then(async (client) => { for (let n = 0; n < 1_000; n++) await client.noop(); client.close() })',
    'done',
  ],
  'plaintext in place of a handshake': [
    answers([''], manyReplies),
    "sendMail({ ...mail, message: 'hi', tls: { level: 'verified', implicit: true } })",
    'tls-failed',
  ],
}

const measuring = `
  import { dial, sendMail } from 'rxsmtp'
  const port = Number(process.argv[1])
  const mail = { host: '127.0.0.1', port, from: 'a@b.example', to: 'c@d.example' }
  const block = new Uint8Array(65_536).fill(120)
  async function* endless() { for (;;) yield block }
  const size = () => {
    global.gc()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  // What is loaded and compiled once is no growth.
  await sendMail({ ...mail, port: 1, message: 'x' }).catch(() => {})
  const before = size()
  let most = 0
  const timer = setInterval(() => { most = Math.max(most, size() - before) }, 50)
  const outcome = await (ACTION).then(() => 'done', (error) => error.code)
  await new Promise((resolve) => setTimeout(resolve, 100))
  clearInterval(timer)
  console.log(JSON.stringify({ outcome, most: Math.max(most, size() - before) }))
  process.exit(0)
`

describe('the client stays as small as it is', () => {
  it.each(Object.entries(floods))(
    '%s',
    async (_, [serve, action, outcome]) => {
      const { port } = await tcpServer(serve)
      const program = measuring.replace('ACTION', action)
      const { stdout, stderr } = await runNode(['--expose-gc', '--input-type=module', '-e', program, String(port)])
      expect(stderr).toBe('')
      const measured = JSON.parse(stdout) as { outcome: string; most: number }
      expect(measured.outcome).toBe(outcome)
      expect(measured.most).toBeLessThan(allowed)
    },
    60_000,
  )
})
