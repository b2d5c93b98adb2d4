/** Messages that try to end early, to say more than they are, or never to end; and what becomes of each. */
import { describe } from 'vitest'
import { deadlines, type MessageSource, type SmtpErrorCode } from '../../src/index.ts'
import { hears, says } from '../../src/testing/index.ts'
import { slowly } from '../helpers/sources.ts'
import {
  bye,
  data,
  ehlo,
  envelope,
  greets,
  mail,
  ok,
  quit,
  rcpt,
  takesEnvelope,
  takesMessage,
} from '../helpers/steps.ts'
import { type Threat, threats, type Verdict, withFakeClock } from '../helpers/threats.ts'

withFakeClock()

const accepted: Verdict = { accepted: ['c@d.example'] }

describe('whatever stands in a message, it is one message', () => {
  const rows: Readonly<Record<string, readonly [message: MessageSource, wire: string]>> = {
    nothing: ['', '.\r\n'],
    'a dot': ['.', '..\r\n.\r\n'],
    'two dots': ['..', '...\r\n.\r\n'],
    'a line with a dot': ['a\r\n.\r\nQUIT\r\n', 'a\r\n..\r\nQUIT\r\n.\r\n'],
    'LF . LF': ['a\n.\nMAIL FROM:<x@y>\n', 'a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n'],
    'LF . CRLF': ['a\n.\r\nDATA', 'a\r\n..\r\nDATA\r\n.\r\n'],
    'CR . CR': ['a\r.\rDATA', 'a\r\n..\r\nDATA\r\n.\r\n'],
    'CR . LF': ['a\r.\nDATA', 'a\r\n..\r\nDATA\r\n.\r\n'],
    'CRLF . LF': ['a\r\n.\nDATA', 'a\r\n..\r\nDATA\r\n.\r\n'],
    'CRLF . CR': ['a\r\n.\rDATA', 'a\r\n..\r\nDATA\r\n.\r\n'],
    'CR CR LF . CR CR LF': ['a\r\r\n.\r\r\nb', 'a\r\n\r\n..\r\n\r\nb\r\n.\r\n'],
    'LF LF . LF LF': ['a\n\n.\n\nb', 'a\r\n\r\n..\r\n\r\nb\r\n.\r\n'],
    'a lone CR at the end': ['a\r', 'a\r\n.\r\n'],
    'a dot behind a lone CR at the end of a piece': [['a\r', '.\r\n'], 'a\r\n..\r\n.\r\n'],
    'CR and LF in two pieces': [['a\r', '\n.', '\r', '\nb'], 'a\r\n..\r\nb\r\n.\r\n'],
    'one octet in each piece': ['a\r\n.\r\n.b'.split(''), 'a\r\n..\r\n..b\r\n.\r\n'],
    'empty pieces between': [['a', '', '\n', '', '.', '', '\n'], 'a\r\n..\r\n.\r\n'],
    'NUL, and what is no UTF-8': [Uint8Array.of(0, 255, 254, 10, 46, 10), '\0\u00ff\u00fe\r\n..\r\n.\r\n'],
    'a vertical tab, a form feed, NEL': ['a\v.\f.\u0085.\n', 'a\v.\f.\u00c2\u0085.\r\n.\r\n'],
    'the separators of Unicode': ['a\u2028.\u2029.\n', 'a\u00e2\u0080\u00a8.\u00e2\u0080\u00a9.\r\n.\r\n'],
    'a line of a megabyte': ['x'.repeat(1_048_576), `${'x'.repeat(1_048_576)}\r\n.\r\n`],
  }
  threats(
    Object.fromEntries(
      Object.entries(rows).map(([name, [message, wire]]): [string, Threat] => [
        name,
        {
          acts: [...greets(...keywordsFor(wire)), ...takesMessage, says('250 queued'), ...bye],
          options: { message },
          verdict: accepted,
          wire: envelopeOf(wire) + data + wire + quit,
        },
      ]),
    ),
  )
  threats(
    Object.fromEntries(
      Object.entries(rows)
        .filter(([, [message]]) => typeof message === 'string' && message.length < 100)
        .map(([name, [message, wire]]): [string, Threat] => {
          // In a chunk dots are ordinary octets, and its size says where it ends.
          const octets = wire.slice(0, -3).replace(/^\.\./gm, '.')
          return [
            `${name}, by BDAT`,
            {
              acts: [
                ...greets('PIPELINING', 'CHUNKING', '8BITMIME'),
                hears('MAIL'),
                hears('RCPT'),
                hears('BDAT'),
                ok,
                ok,
                says('250 queued'),
                (line) => readUntilQuit(line.hear),
              ],
              options: { message },
              verdict: accepted,
              wire: `${envelopeOf(octets)}BDAT ${octets.length} LAST\r\n${octets}${quit}`,
              ms: 0,
            },
          ]
        }),
    ),
  )

  /** What is beyond ASCII has to be offered. */
  function keywordsFor(octets: string): string[] {
    return /[\u0080-\u00ff]/.test(octets) ? ['8BITMIME'] : []
  }

  /** What is beyond ASCII is announced. */
  function envelopeOf(octets: string): string {
    return /[\u0080-\u00ff]/.test(octets) ? envelope.replace('b.example>', 'b.example> BODY=8BITMIME') : envelope
  }

  /** Says nothing more: the goodbye is the client's own affair. */
  async function readUntilQuit(_: unknown): Promise<void> {}
})

describe('a source', () => {
  const lost = { phase: 'body', delivery: 'not-sent', safeToRetry: true } as const
  const half = `${envelope}${data}half\r\n`
  const acts = [...greets(), ...takesEnvelope, hears('DATA'), says('354 go')]
  const failing = (error: unknown): MessageSource =>
    (async function* () {
      yield 'half\n'
      throw error
    })()

  threats({
    'that fails half-way': {
      acts,
      options: { message: failing(new Error('disk')) },
      verdict: { ...lost, code: 'body-failed', message: /disk/ },
      wire: half,
    },
    'that throws what is no error': {
      acts,
      options: { message: failing('no') },
      verdict: { ...lost, code: 'body-failed' },
      wire: half,
    },
    'that throws nothing': {
      acts,
      options: { message: failing(undefined) },
      verdict: { ...lost, code: 'body-failed' },
      wire: half,
    },
    'that fails at once': {
      acts,
      options: {
        message: (async function* (): AsyncGenerator<string> {
          yield Promise.reject(new Error('disk'))
        })(),
      },
      verdict: { ...lost, code: 'body-failed' },
      wire: envelope + data,
    },
    'whose iterator cannot be had': {
      acts,
      options: {
        message: {
          [Symbol.asyncIterator]() {
            throw new Error('used up')
          },
        },
      },
      verdict: { ...lost, code: 'body-failed' },
      wire: envelope + data,
    },
    'that gives what is no text': {
      acts,
      options: { message: ['half\n', 7 as never] },
      verdict: { ...lost, code: 'body-failed' },
      wire: half,
    },
    'that is slower than the deadline': {
      acts,
      options: { message: slowly('half\n', undefined) },
      verdict: { ...lost, code: 'body-failed' },
      wire: half,
      ms: deadlines.body,
    },
    'that is slower than its own deadline': {
      acts,
      options: { message: slowly('half\n', 'more\n'), deadlines: { body: 999 } },
      verdict: { ...lost, code: 'body-failed' },
      wire: half,
      ms: 999,
    },
    'that gives nothing, again and again, for ever': {
      acts,
      options: {
        message: (function* () {
          yield 'half\n'
          for (;;) yield ''
        })(),
        deadlines: { body: 1_000 },
      },
      verdict: { ...lost, code: 'body-failed' },
      wire: half,
      ms: 1_000,
    },
    'that never ends, where the server takes a kilobyte': {
      acts: [...greets('SIZE 1000'), ...takesEnvelope, hears('DATA'), says('354 go')],
      options: {
        message: (async function* () {
          for (;;) yield 'x'.repeat(600)
        })(),
      },
      verdict: { code: 'message-too-large', phase: 'body', delivery: 'not-sent', safeToRetry: false },
      wire: `${envelope}${data}${'x'.repeat(600)}`,
    },
    'larger than the server takes': {
      acts: [...greets('SIZE 3'), ...bye],
      options: { message: 'four' },
      verdict: { code: 'message-too-large', phase: 'mail', delivery: 'not-sent', safeToRetry: false },
      wire: ehlo + quit,
    },
    'larger than the server takes, in chunks': {
      acts: [...greets('PIPELINING', 'CHUNKING', 'SIZE 1000'), ...takesEnvelope, hears('RSET'), ok, ...bye],
      options: {
        message: (async function* () {
          for (;;) yield 'x'.repeat(600)
        })(),
      },
      verdict: { code: 'message-too-large', phase: 'body', delivery: 'not-sent', safeToRetry: false },
      wire: `${envelope}RSET\r\n${quit}`,
    },
  })
})

describe('octets above 127', () => {
  threats({
    'are announced where that is known': {
      acts: [...greets('8BITMIME'), ...takesMessage, says('250 queued'), ...bye],
      options: { message: 'ü' },
      verdict: accepted,
      wire: `${ehlo}MAIL FROM:<a@b.example> BODY=8BITMIME\r\n${rcpt}${data}\u00c3\u00bc\r\n.\r\n${quit}`,
    },
    'are not sent where it is not': {
      acts: [...greets(), ...bye],
      options: { message: 'ü' },
      verdict: { code: 'not-offered', phase: 'mail', delivery: 'not-sent', safeToRetry: false },
      wire: ehlo + quit,
    },
  })
})

describe('the end of the message', () => {
  const ends: Readonly<Record<string, readonly [reply: string, code: SmtpErrorCode, safeToRetry: boolean]>> = {
    '421': ['421 closing', 'service-closing', true],
    '450': ['450 greylisted', 'refused', true],
    '451': ['451 4.3.0 later', 'refused', true],
    '452': ['452 4.3.1 disk full', 'refused', true],
    '500': ['500 what?', 'refused', false],
    '550': ['550 5.7.1 spam', 'refused', false],
    '552': ['552 5.3.4 too large', 'refused', false],
    '554': ['554 5.6.0 no', 'refused', false],
    '554 of many lines': ['554-no\r\n554-and no\r\n554 again', 'refused', false],
  }
  threats(
    Object.fromEntries(
      Object.entries(ends).map(([name, [reply, code, safeToRetry]]): [string, Threat] => [
        `answered by ${name}`,
        {
          acts: [...greets(), ...takesMessage, says(...reply.split('\r\n')), ...(code === 'refused' ? bye : [])],
          verdict: { code, phase: 'end-of-data', delivery: 'rejected', safeToRetry },
          wire: `${envelope}${data}hi\r\n.\r\n${code === 'refused' ? quit : ''}`,
        },
      ]),
    ),
  )
})

describe('recipients', () => {
  const to = ['one@d.example', 'two@d.example', 'three@d.example']
  const rcpts = to.map((address) => `RCPT TO:<${address}>\r\n`)
  const all = `${ehlo}${mail}${rcpts.join('')}`
  const answers = (...replies: string[]): Threat['acts'] => [
    ...greets(),
    hears('MAIL'),
    ok,
    ...replies.flatMap((reply) => [hears('RCPT'), says(reply)]),
  ]
  const sent = [hears('DATA'), says('354 go'), hears('hi'), hears('.'), says('250 queued'), ...bye]

  threats({
    'some refused': {
      acts: [...answers('250 ok', '550 no', '450 later'), ...sent],
      options: { to },
      verdict: { accepted: ['one@d.example'], rejected: ['two@d.example', 'three@d.example'] },
      wire: `${all}${data}hi\r\n.\r\n${quit}`,
    },
    '251 and 252': {
      acts: [...answers('251 forwarded', '252 perhaps', '250 ok'), ...sent],
      options: { to },
      verdict: { accepted: to },
      wire: `${all}${data}hi\r\n.\r\n${quit}`,
    },
    'all refused for ever': {
      acts: [...answers('550 no', '551 no', '553 no'), hears('RSET'), ok, ...bye],
      options: { to },
      verdict: { code: 'recipients-refused', phase: 'rcpt', delivery: 'rejected', safeToRetry: false },
      wire: `${all}RSET\r\n${quit}`,
    },
    'all refused, one for now': {
      acts: [...answers('550 no', '450 later', '550 no'), hears('RSET'), ok, ...bye],
      options: { to },
      verdict: { code: 'recipients-refused', phase: 'rcpt', delivery: 'rejected', safeToRetry: true },
      wire: `${all}RSET\r\n${quit}`,
    },
    '421 in the middle': {
      acts: answers('250 ok', '421 closing'),
      options: { to },
      verdict: { code: 'service-closing', phase: 'rcpt', delivery: 'rejected', safeToRetry: true },
      wire: `${ehlo}${mail}${rcpts[0]}${rcpts[1]}`,
    },
    'DATA refused behind a yes': {
      acts: [
        ...answers('250 ok', '250 ok', '250 ok'),
        hears('DATA'),
        says('554 no valid recipients'),
        hears('RSET'),
        ok,
        ...bye,
      ],
      options: { to },
      verdict: { code: 'refused', phase: 'data', delivery: 'rejected', safeToRetry: false },
      wire: `${all}${data}RSET\r\n${quit}`,
    },
    'too many: the rest in a second transaction': {
      acts: [
        ...answers('250 ok', '452 4.5.3 too many', '452 4.5.3 too many'),
        hears('DATA'),
        says('354 go'),
        hears('hi'),
        hears('.'),
        says('250 queued'),
        hears('MAIL'),
        ok,
        hears('RCPT'),
        ok,
        hears('RCPT'),
        ok,
        hears('DATA'),
        says('354 go'),
        hears('hi'),
        hears('.'),
        says('250 queued'),
        ...bye,
      ],
      options: { to },
      verdict: { accepted: to },
      wire: `${all}${data}hi\r\n.\r\n${mail}${rcpts[1]}${rcpts[2]}${data}hi\r\n.\r\n${quit}`,
    },
    'too many, for ever': {
      acts: [
        ...answers('250 ok', '452 4.5.3 too many', '452 4.5.3 too many'),
        hears('DATA'),
        says('354 go'),
        hears('hi'),
        hears('.'),
        says('250 queued'),
        hears('MAIL'),
        ok,
        hears('RCPT'),
        says('452 4.5.3 too many'),
        hears('RCPT'),
        says('452 4.5.3 too many'),
        hears('RSET'),
        ok,
        ...bye,
      ],
      options: { to },
      verdict: { accepted: ['one@d.example'], rejected: ['two@d.example', 'three@d.example'] },
      wire: `${all}${data}hi\r\n.\r\n${mail}${rcpts[1]}${rcpts[2]}RSET\r\n${quit}`,
    },
  })
})
