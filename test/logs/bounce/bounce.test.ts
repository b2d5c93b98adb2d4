import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBounce } from '../../../src/logs/bounce/index.ts'
import { classifier } from '../../../src/logs/classify/classify.ts'
import { isSmtpError } from '../../../src/protocol/errors.ts'
import * as messages from './messages.ts'

test('reads every field of a report', async () => {
  const bounce = await parseBounce(messages.postfix)
  expect(bounce).toMatchObject({
    kind: 'delivery-status',
    reportingMta: 'mx.a.example',
    originalEnvelopeId: 'QQ314159',
    arrival: Date.UTC(2026, 2, 4, 6, 5, 9),
    original: {
      messageId: '<1@a.example>',
      from: 'ann@a.example',
      to: ['info@a.example', 'cem@c.example'],
      subject: 'Grüße',
    },
  })
  expect([...bounce.fields]).toEqual([['x-postfix-queue-id', '7D0A31C44']])
  expect(bounce.recipients).toMatchObject([
    {
      address: 'bob@b.example',
      originalAddress: 'info@a.example',
      action: 'failed',
      status: { code: '5.1.1' },
      remoteMta: 'mx.b.example',
      diagnosticType: 'smtp',
      lastAttempt: Date.UTC(2026, 2, 4, 6, 5, 11),
      reply: {
        code: 550,
        partial: false,
        lines: ['5.1.1 The mailbox bob@b.example', '5.1.1 is not known here'],
      },
      verdict: { category: 'unknown-recipient', severity: 'hard', disposition: 'failed' },
    },
    {
      address: 'cem@c.example',
      action: 'delayed',
      willRetryUntil: Date.UTC(2026, 2, 9, 6, 5, 9),
      verdict: { category: 'mailbox-full', severity: 'soft', action: 'retry', disposition: 'deferred' },
    },
  ])
})

test('decodes addresses beyond ASCII (RFC 6533)', async () => {
  const { recipients } = await parseBounce(messages.global)
  expect(recipients).toMatchObject([{ address: 'jörg@b.example', status: { code: '5.1.1' } }])
})

test('takes fields without types and blank lines, and the reason out of the words', async () => {
  const { kind, recipients, reportingMta } = await parseBounce(messages.careless)
  expect(kind).toBe('delivery-status')
  expect(reportingMta).toBe('mx.a.example')
  expect(recipients).toMatchObject([
    {
      address: 'bob@b.example',
      action: 'failed',
      status: { code: '5.0.0' },
      verdict: { category: 'mailbox-full', severity: 'soft' },
    },
  ])
})

test('reads a complaint (RFC 5965)', async () => {
  const bounce = await parseBounce(messages.complaint)
  expect(bounce).toMatchObject({
    kind: 'feedback',
    feedback: {
      type: 'abuse',
      userAgent: 'SomeLoop/1.0',
      sourceIp: '192.0.2.1',
      originalMailFrom: 'news@a.example',
      reportedDomains: ['a.example'],
      incidents: 3,
    },
    recipients: [{ address: 'bob@b.example', verdict: { category: 'complaint', action: 'suppress' } }],
    original: { messageId: '<2@a.example>', subject: 'News' },
  })
})

test('reads a report about authentication (RFC 6591)', async () => {
  const bounce = await parseBounce(messages.unauthenticated)
  expect(bounce).toMatchObject({
    kind: 'feedback',
    feedback: { type: 'auth-failure' },
    recipients: [{ verdict: { category: 'auth-policy' } }],
  })
  expect(bounce.fields.get('auth-failure')).toBe('dkim')
})

test.each([
  [
    'qmail',
    messages.qmail,
    [
      ['bob@b.example', 'unknown-recipient', 550],
      ['cem@c.example', 'mailbox-full', 552],
    ],
  ],
  ['Exim', messages.exim, [['bob@b.example', 'ip-blocklisted', 554]]],
  ['Sendmail', messages.sendmail, [['bob@b.example', 'relay-denied', 550]]],
  ['Postfix without fields', messages.oldPostfix, [['bob@b.example', 'greylisted', 451]]],
  ['Exchange', messages.exchange, [['bob@b.example', 'unknown-recipient', 550]]],
  ['Exchange Online', messages.office, [['bob@b.example', 'mailbox-full', 554]]],
  ['Google', messages.gmail, [['bob@b.example', 'unknown-recipient', 550]]],
  ['HTML alone', messages.html, [['bob@b.example', 'unknown-recipient', 550]]],
  ['German', messages.german, [['bob@b.example', 'mailbox-full', undefined]]],
  ['a warning', messages.delayed, [['bob@b.example', 'network', undefined]]],
])('understands the notice of %s', async (_, source, expected) => {
  const { kind, recipients } = await parseBounce(source)
  expect(kind).toBe('notice')
  expect(recipients.map(({ address, verdict, reply }) => [address, verdict.category, reply?.code])).toEqual(expected)
})

test('tells a warning from a failure', async () => {
  const [warned] = (await parseBounce(messages.delayed)).recipients
  expect(warned).toMatchObject({ action: 'delayed', verdict: { severity: 'soft', disposition: 'deferred' } })
  const [failed] = (await parseBounce(messages.exim)).recipients
  expect(failed).toMatchObject({ action: 'failed', remoteMta: 'mx.b.example' })
})

test('finds the returned message below a notice', async () => {
  expect((await parseBounce(messages.qmail)).original).toEqual({
    messageId: '<3@a.example>',
    from: undefined,
    to: [],
    subject: 'hi',
  })
})

test.each([
  ['an answer that says so', messages.vacation, 'auto-reply'],
  ['a notice of absence', messages.outOfOffice, 'auto-reply'],
  ['a receipt', messages.receipt, 'disposition'],
  ['a letter', messages.letter, 'none'],
  ['nothing', '', 'none'],
])('does not take %s for a bounce', async (_, source, kind) => {
  expect(await parseBounce(source)).toMatchObject({ kind, recipients: [] })
})

test('judges by the rules that it is given', async () => {
  const classify = classifier({
    rules: [{ name: 'ours', category: 'policy', phrases: ['mailbox'], why: 'Ours.', example: '550 A mailbox of ours' }],
  })
  const { recipients } = await parseBounce(messages.postfix, { classify })
  expect(recipients[0]?.verdict.evidence.rule).toBe('ours')
})

test('takes octets, in whatever charset', async () => {
  const source = Uint8Array.from(messages.postfix.replaceAll('is not known', 'n\u00b4est pas connu'), (c) =>
    c.charCodeAt(0),
  )
  expect((await parseBounce(source)).recipients[0]?.reply?.lines[1]).toBe('5.1.1 n´est pas connu here')
})

test.each([
  ['a large message', 'x'.repeat(2_000), { message: 1_000 }],
  ['a large header', `Subject: ${'x'.repeat(2_000)}\r\n\r\n`, { headers: 1_000 }],
  ['parts within parts', nested(9), { nesting: 4 }],
])('refuses %s', async (_, source, limits) => {
  await expect(parseBounce(source, { limits })).rejects.toSatisfy(
    (error) => isSmtpError(error, 'invalid-argument') && error.argument === 'message',
  )
})

function nested(depth: number): string {
  let message = 'Content-Type: text/plain\r\n\r\nhello\r\n'
  for (let at = 0; at < depth; at++) {
    message = `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n${message}--b${at}--\r\n`
  }
  return message
}

const all: readonly string[] = Object.values(messages).filter((value) => typeof value === 'string')

test('makes something of every beginning of a bounce', async () => {
  for (const source of all) {
    for (let end = 0; end < source.length; end += 97) {
      const { recipients } = await parseBounce(source.slice(0, end))
      for (const { verdict } of recipients) expect(verdict.category).toBeTypeOf('string')
    }
  }
})

test('makes something of bounces with anything in them', async () => {
  const anywhere = fc.tuple(fc.constantFrom(...all), fc.nat(), fc.nat(60), fc.string({ unit: 'binary', maxLength: 40 }))
  await fc.assert(
    fc.asyncProperty(anywhere, async ([source, at, cut, put]) => {
      const from = at % (source.length + 1)
      const bounce = await parseBounce(source.slice(0, from) + put + source.slice(from + cut))
      expect(bounce.kind).toBeTypeOf('string')
    }),
  )
})

test('makes something of any octets', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (octets) => {
      expect((await parseBounce(octets)).kind).toBeTypeOf('string')
    }),
  )
})

test.each([
  ['blanks', ' '.repeat(200_000)],
  ['lines', 'a@b.example\n'.repeat(5_000)],
  ['colons', '550 '.repeat(50_000)],
  ['brackets', '<'.repeat(200_000)],
  ['addresses in one line', 'a@b.example '.repeat(5_000)],
  ['dashes', `${'-'.repeat(100_000)}\n`],
  ['fields', 'a: b\n'.repeat(5_000)],
])('comes to an end with many %s', async (_, text) => {
  const header = 'From: mailer-daemon@a.example\r\nSubject: failure notice\r\n'
  const parts = `Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\n${text}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${text}\r\n--b--`
  await parseBounce(`${header}\r\n${text}`)
  await parseBounce(`${header}Content-Type: text/html\r\n\r\n${text}`)
  await parseBounce(header + parts)
})
