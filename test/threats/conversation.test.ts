/** Greetings, capabilities, addresses, text and goodbyes that are meant to do harm. */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { deadlines, formatTranscript, isSmtpError, printable, smtpOver, type TranscriptEntry } from '../../src/index.ts'
import { closes, hears, hostileServer, resets, says, sends, trickles, waits } from '../../src/testing/index.ts'
import { octetByOctet } from '../helpers/chunks.ts'
import { failure, settled } from '../helpers/conversation.ts'
import { body, bye, ehlo, greets, ok, quit, takesMessage } from '../helpers/steps.ts'
import { letter, type Threat, threats, type Verdict, withFakeClock } from '../helpers/threats.ts'

withFakeClock()

const accepted: Verdict = { accepted: ['c@d.example'] }
const sent = [...takesMessage, says('250 queued'), ...bye]

describe('a greeting', () => {
  const refusals: Readonly<Record<string, readonly [reply: string, safeToRetry: boolean]>> = {
    '554': ['554 no SMTP service here', false],
    '554 of several lines': ['554-go away\r\n554-now\r\n554 please', false],
    '521': ['521 5.3.2 no mail', false],
    '550': ['550 blocked', false],
    '450': ['450 busy', true],
  }
  threats(
    Object.fromEntries(
      Object.entries(refusals).map(([code, [reply, safeToRetry]]): [string, Threat] => [
        `${code}: a goodbye, and nothing else`,
        {
          acts: [says(...reply.split('\r\n'))],
          verdict: { code: 'refused', phase: 'greeting', delivery: 'not-sent', safeToRetry },
          wire: quit,
        },
      ]),
    ),
  )
  threats({
    '421: no goodbye': {
      acts: [says('421 busy')],
      verdict: { code: 'service-closing', phase: 'greeting', delivery: 'not-sent', safeToRetry: true },
      wire: '',
    },
    'of many lines': {
      acts: [says('220-mx.example', '220-a', '220 b'), ...greets().slice(1), ...sent],
      verdict: accepted,
      wire: body + quit,
    },
    'of a code alone': { acts: [says('220'), ...greets().slice(1), ...sent], verdict: accepted, wire: body + quit },
    'with keywords in it': {
      acts: [says('220 mx.example PIPELINING CHUNKING STARTTLS'), ...greets().slice(1), ...sent],
      verdict: accepted,
      wire: body + quit,
    },
    'that says another name in every line': {
      acts: [says('220-a.example', '220 b.example'), ...greets().slice(1), ...sent],
      verdict: accepted,
      wire: body + quit,
    },
    'at an octet a second, in time': {
      acts: [trickles('220 mx.example\r\n', 1_000), ...greets().slice(1), ...sent],
      verdict: accepted,
      wire: body + quit,
      ms: 16_000,
    },
    'at an octet a minute': {
      acts: [trickles('220 mx.example\r\n', 60_000)],
      verdict: { code: 'timeout', phase: 'greeting', delivery: 'not-sent', safeToRetry: true },
      wire: '',
      ms: deadlines.greeting,
    },
    'behind a close': {
      acts: [closes()],
      verdict: { code: 'connection-lost', phase: 'greeting', delivery: 'not-sent', safeToRetry: true },
      wire: '',
    },
    '554 that is never closed': {
      acts: [says('554 no'), hears('QUIT'), waits(60_000)],
      verdict: { code: 'refused', phase: 'greeting', delivery: 'not-sent', safeToRetry: false },
      wire: quit,
    },
  })
})

describe('capabilities', () => {
  const offers: Readonly<Record<string, readonly string[]>> = {
    'with names of objects': ['__proto__', 'constructor 1', 'toString', 'hasOwnProperty', 'valueOf'],
    'that make no sense': [
      'SIZE -1',
      'SIZE 1e9',
      'SIZE NaN',
      'SIZE 99999999999999999999',
      'LIMITS RCPTMAX=0',
      'LIMITS RCPTMAX=-5 MAILMAX=x',
    ],
    'that are no keywords': ['', ' ', '-', '250 ok', '\u00ff\u00fe', '😀'],
    'that come again and again': ['SIZE 10000', 'SIZE 10000', 'size 10000', 'AUTH=PLAIN', 'AUTH LOGIN'],
    'of a thousand kinds': Array.from({ length: 1_000 }, (_, at) => `X${at}`),
    'with a thousand parameters': [`AUTH ${'X-LONG '.repeat(500)}`],
  }
  threats(
    Object.fromEntries(
      Object.entries(offers).map(([name, keywords]): [string, Threat] => [
        name,
        {
          acts: [...greets(...keywords), ...sent],
          verdict: accepted,
          wire: keywords.join().toUpperCase().includes('SIZE')
            ? body.replace('b.example>', 'b.example> SIZE=4') + quit
            : body + quit,
        },
      ]),
    ),
  )

  it('are kept up to a number, and never as properties', async () => {
    const keywords = ['__proto__', ...Array.from({ length: 1_000 }, (_, at) => `X${at}`)]
    const server = hostileServer(greets(...keywords))
    const client = await smtpOver(server.open).dial('mx.example:25', { limits: { capabilities: 7 } })
    const capabilities = await client.capabilities()
    expect(capabilities.keywords.size + capabilities.malformed.length).toBeLessThanOrEqual(14)
    expect(Object.getPrototypeOf(capabilities)).toBe(Object.prototype)
    expect(capabilities.has('constructor')).toBe(false)
    client.close()
  })

  threats({
    'of before TLS are not those of after': {
      acts: [
        ...greets('STARTTLS', 'PIPELINING', 'CHUNKING', 'SIZE 1'),
        hears('STARTTLS'),
        says('220 go'),
        (line) => line.secure(),
        hears('EHLO'),
        says('250 mx.example'),
        ...sent,
      ],
      verdict: accepted,
      wire: `${ehlo}STARTTLS\r\n${body}${quit}`,
    },
  })
})

describe('addresses and names', () => {
  const evil = [
    'a@b.example\r\nRCPT TO:<x@y.example>',
    'a@b.example>\r\nDATA\r\n',
    'a@b.example\nQUIT',
    'a@b.example\rQUIT',
    'a@b.example\0',
    'a@b.example> SIZE=1',
    'a@b.example SIZE=1',
    '<a@b.example>',
    'Ann <a@b.example>',
    'a@b.example, c@d.example',
    'a@b.example(comment)',
    '"a"b@c.example',
    '"a\r\n"@b.example',
    '"a\\\r\n"@b.example',
    'a@[127.0.0.1]\r\n',
    'a@b..example',
    'a@-b.example',
    '@b.example',
    'a@',
    'a',
    ' ',
    `${'x'.repeat(300)}@b.example`,
    '\u010d\u010a@b.example\u010d\u010a',
    'a@b.example\u2028DATA',
    'a@b.example\u0085DATA',
    'a\u202e@b.example',
  ]

  it.each(evil)('%j writes nothing', async (address) => {
    for (const [argument, options] of [
      ['from', { from: address }],
      ['to', { to: address }],
      ['to', { to: ['c@d.example', address] }],
    ] as const) {
      const server = hostileServer([...greets(), ...bye])
      const error = await failure(smtpOver(server.open).sendMail({ ...letter, ...options }))
      expect(error.delivery).toBe('not-sent')
      expect(error.safeToRetry).toBe(false)
      expect(['invalid-argument', 'not-offered']).toContain(error.code)
      if (error.code === 'invalid-argument') expect(error.argument).toBe(argument)
      await settled()
      expect(server.received).not.toMatch(/MAIL|RCPT|DATA/)
    }
  })

  it.each(['my host', 'me\r\nMAIL', 'me\0', '', `${'x'.repeat(600)}.example`])(
    'name %j writes nothing',
    async (name) => {
      const server = hostileServer([])
      const error = await failure(smtpOver(server.open).sendMail({ ...letter, name }))
      expect(error).toMatchObject({ code: 'invalid-argument', argument: 'name' })
      expect(server.received).toBe('')
    },
  )
})

it('a name beyond ASCII is said in A-labels, never in octets that end a line', async () => {
  const server = hostileServer([says('220 mx.example'), hears('EHLO'), closes()])
  await failure(smtpOver(server.open).sendMail({ ...letter, name: 'me\u010d\u010a.example' }))
  expect(server.received).toBe('EHLO xn--me-8lah.example\r\n')
})

describe('text of a server', () => {
  const harm: Readonly<Record<string, string>> = {
    'bidirectional marks': 'no \u202eevil\u202c \u2066x\u2069',
    'C1 controls': 'no \u009b31m \u0085 \u0090',
    'line and paragraph separators': 'no \u2028DATA\u2029',
    'zero-width marks': 'no \ufeff \u200e\u200f \u061c',
    'a tab': 'no\tway',
    'a thousand lines': `no\r\n550-${'line\r\n550-'.repeat(999)}`,
    'four thousand characters': `no ${'x'.repeat(4_000)}`,
    'format strings': 'no %s %d %n $(reboot) {{x}} <script>',
  }

  it.each(Object.entries(harm))('%s: safe to print, and capped', async (_, text) => {
    const entries: TranscriptEntry[] = []
    const reply = text.includes('\r\n') ? `550-${text}\r\n550 end\r\n` : `550 ${text}\r\n`
    const server = hostileServer([...greets(), hears('MAIL'), sends(new TextEncoder().encode(reply)), ...bye])
    const transcript = { next: (entry: TranscriptEntry) => void entries.push(entry) }
    const error = await failure(smtpOver(server.open).sendMail({ ...letter, transcript }))
    expect(error).toMatchObject({ code: 'refused', phase: 'mail', delivery: 'rejected' })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
    const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
    expect(error.message).not.toMatch(unsafe)
    expect(error.message.length).toBeLessThan(2_000)
    expect(printable(inspect(error.toJSON()), 1e6)).not.toMatch(unsafe)
    for (const entry of entries) {
      for (const line of formatTranscript(entry).split('\n')) expect(printable(line)).not.toMatch(unsafe)
    }
    await settled()
  })

  it.each(['\x1b]0;owned\x07', '\x1b[2J', '\b\b\b', '\x7f', '\x00'])('%j in a reply is no reply', async (text) => {
    const server = hostileServer([...greets(), hears('MAIL'), sends(`550 ${text}\r\n`)])
    const error = await failure(smtpOver(server.open).sendMail(letter))
    expect(error).toMatchObject({ code: 'malformed-reply', phase: 'mail', delivery: 'not-sent' })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
    expect(`${error.message}${(error.cause as Error | undefined)?.message}`).not.toMatch(/[\u0000-\u001f\u007f]/)
  })
})

describe('a goodbye', () => {
  const goodbyes: Readonly<Record<string, Threat['acts']>> = {
    'is not answered': [hears('QUIT')],
    'is answered by 421': [hears('QUIT'), says('421 closing')],
    'is answered by 500': [hears('QUIT'), says('500 what?')],
    'is answered by 250': [hears('QUIT'), says('250 ok')],
    'is answered by what is no reply': [hears('QUIT'), sends('\0\0\0\r\n')],
    'is answered by half a reply': [hears('QUIT'), sends('22')],
    'is answered for ever': [hears('QUIT'), trickles('221-bye\r\n'.repeat(100), 1_000)],
    'meets a reset': [hears('QUIT'), resets()],
    'meets a close': [hears('QUIT'), closes()],
    'meets a half-closed connection': [closes()],
  }
  threats(
    Object.fromEntries(
      Object.entries(goodbyes).map(([name, acts]): [string, Threat] => [
        `that ${name} takes nothing back`,
        {
          acts: [...greets(), ...takesMessage, says('250 queued'), ...acts],
          verdict: accepted,
          wire: name.includes('half-closed') ? body : body + quit,
        },
      ]),
    ),
  )
})

describe('segmentation', () => {
  const conversation = (cut: (octets: Uint8Array) => readonly Uint8Array[]): Threat['acts'] => [
    sends('220-mx.example\r\n220 ESMTP\r\n', cut),
    hears('EHLO'),
    sends('250-mx.example ü\r\n250-SIZE 1000\r\n250 8BITMIME\r\n', cut),
    hears('MAIL'),
    sends('250 2.1.0 ok\r\n', cut),
    hears('RCPT'),
    sends('250\r\n', cut),
    hears('DATA'),
    sends('354-go\r\n354 ahead\r\n', cut),
    hears('hi'),
    hears('.'),
    sends('250-2.0.0 ok\r\n250 2.0.0 queued as 4711\r\n', cut),
    hears('QUIT'),
    sends('221 bye\r\n', cut),
  ]
  const pieces = (size: number) => (octets: Uint8Array) =>
    Array.from({ length: Math.ceil(octets.length / size) }, (_, at) => octets.slice(at * size, (at + 1) * size))
  threats({
    ...Object.fromEntries(
      [2, 3, 5, 7, 1_000].map((size): [string, Threat] => [
        `${size} octets at a time`,
        {
          acts: conversation(pieces(size)),
          verdict: accepted,
          wire: body.replace('b.example>', 'b.example> SIZE=4') + quit,
        },
      ]),
    ),
    'one octet at a time': {
      acts: conversation(octetByOctet),
      verdict: accepted,
      wire: body.replace('b.example>', 'b.example> SIZE=4') + quit,
    },
    'with nothing between': {
      acts: conversation((octets) => [...octetByOctet(octets)].flatMap((octet) => [new Uint8Array(), octet])),
      verdict: accepted,
      wire: body.replace('b.example>', 'b.example> SIZE=4') + quit,
    },
  })
})

describe('LMTP', () => {
  const options = { protocol: 'lmtp', port: 24, to: ['one@d.example', 'two@d.example'] } as const
  const lhlo =
    'LHLO localhost\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<one@d.example>\r\nRCPT TO:<two@d.example>\r\nDATA\r\nhi\r\n.\r\n'
  const way = [
    says('220 mx.example'),
    hears('LHLO'),
    says('250 mx.example'),
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
  ]
  threats({
    'a reply for each': {
      acts: [...way, says('250 one', '250 two'), ...bye],
      options,
      verdict: { accepted: options.to },
      wire: lhlo + quit,
    },
    'a refusal for one': {
      acts: [...way, says('250 one', '550 two'), ...bye],
      options,
      verdict: { accepted: ['one@d.example'], rejected: ['two@d.example'] },
      wire: lhlo + quit,
    },
    'one reply too many': {
      acts: [...way, says('250 one', '250 two', '250 three')],
      options,
      verdict: { accepted: options.to },
      wire: lhlo,
    },
    'one too few, then silence': {
      acts: [...way, says('250 one')],
      options,
      verdict: { accepted: ['one@d.example'] },
      wire: lhlo,
      ms: deadlines['end-of-data'],
    },
    'one too few, then a close': {
      acts: [...way, says('250 one'), closes()],
      options,
      verdict: { accepted: ['one@d.example'] },
      wire: lhlo,
    },
    'none at all': {
      acts: [...way, closes()],
      options,
      verdict: { code: 'connection-lost', phase: 'end-of-data', delivery: 'unknown', safeToRetry: false },
      wire: lhlo,
    },
  })
})

it('whatever is thrown is an SmtpError, also for what only JavaScript can say', async () => {
  const wrong = (value: unknown): never => value as never
  for (const options of [
    wrong(undefined),
    wrong(null),
    wrong({}),
    wrong({ host: 'mx.example' }),
    wrong('mx.example'),
    wrong([]),
  ]) {
    const server = hostileServer([])
    const outcome: unknown = await smtpOver(server.open)
      .sendMail(options)
      .catch((error: unknown) => error)
    expect(isSmtpError(outcome, 'invalid-argument')).toBe(true)
    expect(server.received).toBe('')
  }
})
