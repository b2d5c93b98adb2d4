import type { Workload } from './workloads.ts'

/** A message that is made once and sent again and again. */
export interface Message {
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  /** The whole message with CRLF line ends, none of its lines beginning with a dot: what stands on the wire. */
  readonly bytes: Buffer
  /** What follows the header, for clients that write the header themselves. */
  readonly body: string
}

const from = 'ann@client.example'
const subject = 'A message of a certain size'
const text = 'The quick brown fox jumps over the lazy dog, and nobody in the town is surprised. '
const width = 76

/** Makes the message of a workload, exact to the octet. */
export function messageFor({ size, recipients }: Pick<Workload, 'size' | 'recipients'>): Message {
  const to = Array.from({ length: recipients }, (_, index) => `recipient${index}@dest.example`)
  const header = [
    `From: Ann <${from}>`,
    `To: ${to[0]}`,
    `Subject: ${subject}`,
    'Date: Thu, 01 Jan 2026 12:00:00 +0000',
    'Message-ID: <1.bench@client.example>',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '\r\n',
  ].join('\r\n')
  const body = bodyOf(size - header.length)
  return { from, to, subject, bytes: Buffer.from(header + body, 'latin1'), body }
}

/** Writes lines of text, `length` octets with their ends. */
function bodyOf(length: number): string {
  const line = `${text.slice(0, width)}\r\n`
  const whole = line.repeat(Math.max(0, Math.floor(length / line.length) - 1))
  const rest = length - whole.length
  // What is left is one line and a part of one: two lines, neither of them empty.
  const half = Math.floor(rest / 2)
  return `${whole}${text.slice(0, half - 2)}\r\n${text.slice(0, rest - half - 2)}\r\n`
}
