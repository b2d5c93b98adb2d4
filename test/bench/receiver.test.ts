import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Received, Receiver } from '../../bench/receiver.ts'
import { cutAt, everyCut } from '../helpers/chunks.ts'

const nothing: Received = { messages: 0, recipients: 0, octets: 0, quits: 0 }

/** Feeds a receiver and tells what it answers and counts. */
function receive(pieces: readonly Buffer[], offers = ['CHUNKING']): { codes: string; received: Received } {
  const received = { ...nothing }
  const receiver = new Receiver(received, offers)
  const replies = Buffer.concat(pieces.map((piece) => receiver.push(piece))).toString()
  const codes = replies
    .split('\r\n')
    .filter((line) => line[3] === ' ')
    .map((line) => line.slice(0, 3))
    .join(' ')
  return { codes, received }
}

const envelope = 'MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nRCPT TO:<c@b.example>\r\n'

const conversations: readonly (readonly [name: string, sent: string, codes: string, received: Partial<Received>])[] = [
  ['nothing', '', '', {}],
  ['a greeting and a goodbye', 'EHLO a.example\r\nQUIT\r\n', '250 221', { quits: 1 }],
  ['DATA', `${envelope}DATA\r\nhello\r\n.\r\n`, '250 250 250 354 250', { messages: 1, recipients: 2, octets: 7 }],
  ['an empty message', `${envelope}DATA\r\n.\r\n`, '250 250 250 354 250', { messages: 1, recipients: 2 }],
  [
    'dots that end nothing',
    `${envelope}DATA\r\n..\r\n\n.\n\r\r\n.x\r\n\r\n.\r\n`,
    '250 250 250 354 250',
    { messages: 1, recipients: 2, octets: 16 },
  ],
  [
    'BDAT',
    `${envelope}BDAT 5\r\nhelloBDAT 0 LAST\r\n`,
    '250 250 250 250 250',
    { messages: 1, recipients: 2, octets: 5 },
  ],
  [
    'commands inside a chunk',
    `${envelope}BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n`,
    '250 250 250 250 250',
    { messages: 1, recipients: 2, octets: 6 },
  ],
  ['a chunk without a recipient', 'MAIL FROM:<>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n', '250 503 250', {}],
  ['DATA without a recipient', 'MAIL FROM:<>\r\nDATA\r\nQUIT\r\n', '250 503 221', { quits: 1 }],
  ['RCPT without a sender', 'RCPT TO:<b@b.example>\r\n', '503', {}],
  ['a second sender', 'MAIL FROM:<>\r\nMAIL FROM:<>\r\n', '250 503', {}],
  [
    'RSET',
    `${envelope}RSET\r\nDATA\r\n${envelope}DATA\r\n.\r\n`,
    '250 250 250 250 503 250 250 250 354 250',
    { messages: 1, recipients: 2 },
  ],
  [
    'small letters',
    'mail from:<>\r\nrcpt to:<b@b.example>\r\ndata\r\n.\r\n',
    '250 250 354 250',
    { messages: 1, recipients: 1 },
  ],
  ['what it does not know', 'X\r\nHELP\r\nBDAT\r\nBDAT x\r\n', '500 500 501 501', {}],
  ['STARTTLS where it is not offered', 'STARTTLS\r\n', '500', {}],
  ['what follows a goodbye', 'QUIT\r\nNOOP\r\n', '221', { quits: 1 }],
]

describe('Receiver', () => {
  it.each(conversations)('takes %s', (_, sent, codes, received) => {
    expect(receive([Buffer.from(sent)])).toEqual({ codes, received: { ...nothing, ...received } })
  })

  it('answers and counts the same however the bytes are cut', () => {
    const whole = conversations
      .slice(2)
      .map(([, sent]) => `RSET\r\n${sent}`)
      .filter((sent) => !sent.includes('QUIT\r\nNOOP'))
    fc.assert(
      fc.property(fc.shuffledSubarray(whole), fc.array(fc.nat(600)), (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''))
        const pieces = cutAt(
          bytes,
          cuts.filter((cut) => cut < bytes.length),
        ).map((piece) => Buffer.from(piece))
        expect(receive(pieces)).toEqual(receive([bytes]))
      }),
    )
  })

  it('finds the end of data wherever it is cut', () => {
    const bytes = Buffer.from(`${envelope}DATA\r\nhello\r\n.\r\r\n.\r\n`)
    for (const pieces of everyCut(bytes)) {
      const { received } = receive(pieces.map((piece) => Buffer.from(piece)))
      expect(received).toEqual({ messages: 1, recipients: 2, octets: 11, quits: 0 })
    }
  })
})
