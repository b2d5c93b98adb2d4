import { randomUUID } from 'node:crypto'
import { world } from './real-server.ts'

/** A message that no server has a reason to complete or rewrite, with a token to find it again. */
export interface TestMessage {
  readonly token: string
  readonly text: string
  readonly bytes: Uint8Array
}

/** Puts the usual header fields above a body. Characters up to U+00FF stand for the octets of the same number. */
export function newMessage(body: string, lineEnds: (text: string) => string = (text) => text): TestMessage {
  const token = randomUUID()
  const header = [
    `From: <${world.sender}>`,
    `To: <${world.users[0]}>`,
    `Subject: ${token}`,
    'Date: Tue, 14 Jul 2026 09:30:00 +0000',
    `Message-ID: <${token}@${world.domain}>`,
  ]
  const text = lineEnds([...header, '', body].join('\r\n'))
  return { token, text, bytes: Buffer.from(text, 'latin1') }
}

/** What must arrive: every line end a CRLF, and one at the end (RFC 5321 section 2.3.8). */
export function onTheWire(message: TestMessage): string {
  const lines = message.text.split(/\r\n|\r|\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => `${line}\r\n`).join('')
}

/** Shows bytes so that a difference can be read. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

const text = 'first\r\n.dot\r\n..two dots\r\n.\r\n\r\nend. \r\n.\r\n'

/** Bodies and line ends that have broken mail software. */
export const shapes: readonly [name: string, make: () => TestMessage][] = [
  ['CRLF, dots at line starts', () => newMessage(text)],
  ['LF only', () => newMessage(text, (whole) => whole.replaceAll('\r\n', '\n'))],
  ['lone CR only', () => newMessage(text, (whole) => whole.replaceAll('\r\n', '\r'))],
  ['all three kinds of line end in turn', () => newMessage(text, inTurn)],
  ['no final line end', () => newMessage('first\r\nlast')],
  ['ending in a lone CR', () => newMessage('first\r\nlast\r')],
  ['ending in a dot', () => newMessage('first\r\n.')],
  ['blank lines at the end', () => newMessage('first\r\n\r\n\r\n\r\n')],
  ['an empty body', () => newMessage('')],
  ['what a smuggler would write', () => newMessage('a\n.\nMAIL FROM:<>\r\n.\nb\n.\r\nc\r.\rd\r\n.\re\r.\r\nRSET\r\n')],
  ['octets above 127', () => newMessage('gr\xfc\xdfe \xa0\xff\r\n\x80.\r\n.\x80\r\n')],
  ['a line of 998 octets', () => newMessage(`${'x'.repeat(998)}\r\n.${'y'.repeat(997)}\r\n`)],
]

function inTurn(whole: string): string {
  const ends = ['\r\n', '\n', '\r']
  let next = 0
  return whole.replaceAll('\r\n', () => ends[next++ % ends.length] ?? '')
}

/** A message of about this many octets, every other line beginning with a dot. */
export function bigMessage(octets: number): TestMessage {
  const pair = `${'m'.repeat(76)}\r\n.${'n'.repeat(75)}\r\n`
  return newMessage(pair.repeat(Math.ceil(octets / pair.length)))
}
