/**
 * What a failure says of the message, for every phase of the conversation and every way in which a server, the
 * network or the caller can break it off there.
 */
import { describe, expect, it, test, vi } from 'vitest'
import {
  type AnySmtpError,
  type Client,
  type Delivery,
  deadlines,
  loginAuth,
  newClient,
  plainAuth,
  type SmtpErrorCode,
  type SmtpPhase,
} from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

/** Where a fault happens: what goes before, what the client says then, and the call that fails. */
interface Place {
  phase: SmtpPhase
  before: string
  says: string
  /** What the call gives when all goes well. */
  answer: string
  lead(client: Client): Promise<unknown>
  call(client: Client, signal?: AbortSignal): Promise<unknown>
  /** What becomes of the message when the connection breaks here. */
  lost: Delivery
  /** What becomes of it when the server says no here. */
  refused: Delivery
  refusal?: SmtpErrorCode
  /** A positive reply that the command does not have. */
  odd: string
}

const nothing = async (): Promise<void> => {}
const options = (signal: AbortSignal | undefined): { signal?: AbortSignal } => (signal ? { signal } : {})
const toRcpt = 'C: MAIL FROM:<a@b.example>\nS: 250 ok\n'
const toData = `${toRcpt}C: RCPT TO:<c@d.example>\nS: 250 ok\n`
const toEnd = `${toData}C: DATA\nS: 354 go\n`
const sent = `${toEnd}C: hi\nC: .\nS: 250 taken\n`
const leadRcpt = (client: Client): Promise<unknown> => client.mail('a@b.example')
const leadData = async (client: Client): Promise<unknown> => {
  await client.mail('a@b.example')
  return client.rcpt('c@d.example')
}
const leadSent = (client: Client): Promise<unknown> =>
  client.send({ from: 'a@b.example', to: 'c@d.example', message: 'hi' })
const ann = { username: 'ann', password: 'wonderland' }

const harmless = { lost: 'not-sent', refused: 'not-sent', odd: '211 hm', answer: '250 ok' } as const
const inTransaction = { lost: 'not-sent', refused: 'rejected', odd: '211 hm', answer: '250 ok' } as const
const afterwards = { lost: 'accepted', refused: 'accepted', odd: '211 hm', answer: '250 ok', lead: leadSent } as const

const places: Readonly<Record<string, Place>> = {
  EHLO: {
    ...harmless,
    phase: 'hello',
    before: 'S: 220 mx.example\n',
    says: 'C: EHLO localhost',
    lead: nothing,
    call: (client, signal) => client.hello('localhost', options(signal)),
  },
  STARTTLS: {
    ...harmless,
    phase: 'starttls',
    before: greeted('STARTTLS'),
    says: 'C: STARTTLS',
    answer: '220 go\nT:\nC: EHLO localhost\nS: 250 mx.example',
    lead: nothing,
    call: (client, signal) => client.startTls(options(signal)),
  },
  'EHLO over TLS': {
    ...harmless,
    phase: 'hello',
    before: `${greeted('STARTTLS')}C: STARTTLS\nS: 220 go\nT:\n`,
    says: 'C: EHLO localhost',
    lead: nothing,
    call: (client, signal) => client.startTls(options(signal)),
  },
  AUTH: {
    ...harmless,
    phase: 'auth',
    refusal: 'auth-failed',
    before: greeted('AUTH PLAIN'),
    says: 'C: AUTH PLAIN AGFubgB3b25kZXJsYW5k',
    answer: '235 ok',
    lead: nothing,
    call: (client, signal) => client.auth(plainAuth(ann), options(signal)),
  },
  'the answer to a challenge': {
    ...harmless,
    phase: 'auth',
    refusal: 'auth-failed',
    before: `${greeted('AUTH LOGIN')}C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YW5u\nS: 334 UGFzc3dvcmQ6\n`,
    says: 'C: d29uZGVybGFuZA==',
    answer: '235 ok',
    lead: nothing,
    call: (client, signal) => client.auth(loginAuth(ann), options(signal)),
  },
  MAIL: {
    ...inTransaction,
    phase: 'mail',
    before: greeted(),
    says: 'C: MAIL FROM:<a@b.example>',
    lead: nothing,
    call: (client, signal) => client.mail('a@b.example', options(signal)),
  },
  RCPT: {
    ...inTransaction,
    phase: 'rcpt',
    before: `${greeted()}${toRcpt}`,
    says: 'C: RCPT TO:<c@d.example>',
    lead: leadRcpt,
    call: (client, signal) => client.rcpt('c@d.example', options(signal)),
  },
  DATA: {
    ...inTransaction,
    phase: 'data',
    before: `${greeted()}${toData}`,
    says: 'C: DATA',
    answer: '354 go\nC: hi\nC: .\nS: 250 ok',
    odd: '250 hm',
    lead: leadData,
    call: (client, signal) => client.data('hi', options(signal)),
  },
  'the end of the message': {
    ...inTransaction,
    lost: 'unknown',
    phase: 'end-of-data',
    before: `${greeted()}${toEnd}`,
    says: 'C: hi\nC: .',
    lead: leadData,
    call: (client, signal) => client.data('hi', options(signal)),
  },
  RSET: {
    ...harmless,
    phase: 'reset',
    before: `${greeted()}${toData}`,
    says: 'C: RSET',
    lead: leadData,
    call: (client, signal) => client.reset(options(signal)),
  },
  VRFY: {
    ...harmless,
    phase: 'verify',
    before: greeted(),
    says: 'C: VRFY ann',
    lead: nothing,
    call: (client, signal) => client.verify('ann', options(signal)),
  },
  NOOP: {
    ...harmless,
    phase: 'noop',
    before: `${greeted()}${toRcpt}`,
    says: 'C: NOOP',
    lead: leadRcpt,
    call: (client, signal) => client.noop(options(signal)),
  },
  'NOOP behind an accepted message': {
    ...afterwards,
    phase: 'noop',
    before: `${greeted()}${sent}`,
    says: 'C: NOOP',
    call: (client, signal) => client.noop(options(signal)),
  },
  'RSET behind an accepted message': {
    ...afterwards,
    phase: 'reset',
    before: `${greeted()}${sent}`,
    says: 'C: RSET',
    call: (client, signal) => client.reset(options(signal)),
  },
  'MAIL behind an accepted message': {
    ...inTransaction,
    phase: 'mail',
    before: `${greeted()}${sent}`,
    says: 'C: MAIL FROM:<e@f.example>',
    lead: leadSent,
    call: (client, signal) => client.mail('e@f.example', options(signal)),
  },
  'a line of one’s own': {
    ...harmless,
    phase: 'command',
    before: greeted(),
    says: 'C: XTEST',
    lead: (client) => client.hello(),
    call: (client, signal) => client.text.exchange('XTEST', { positive: [250], ...options(signal) }),
  },
}

/** What a fault makes of the call. */
interface Verdict {
  code: SmtpErrorCode
  delivery: Delivery
  safeToRetry: boolean
  /** Whether the session still serves. */
  usable: boolean
}

/** A way to break a conversation off: what the server does, and what is to be expected. */
interface Fault {
  server: string
  expected(place: Place): Verdict
  /** Who acts in place of the server. */
  act?(place: Place, abort: AbortController): Promise<unknown>
}

const safe = (delivery: Delivery): boolean => delivery === 'not-sent' || delivery === 'rejected'
const broken = (code: SmtpErrorCode) => (place: Place) => ({
  code,
  delivery: place.lost,
  safeToRetry: safe(place.lost),
  usable: false,
})

const faults: Readonly<Record<string, Fault>> = {
  '451': {
    server: 'S: 451 4.3.0 later',
    expected: ({ refused, refusal = 'refused' }) => ({
      code: refusal,
      delivery: refused,
      safeToRetry: safe(refused),
      usable: true,
    }),
  },
  '554': {
    server: 'S: 554 5.7.1 never',
    expected: ({ refused, refusal = 'refused' }) => ({
      code: refusal,
      delivery: refused,
      safeToRetry: false,
      usable: true,
    }),
  },
  '421': {
    server: 'S: 421 4.3.2 going down',
    expected: ({ refused }) => ({
      code: 'service-closing',
      delivery: refused,
      safeToRetry: safe(refused),
      usable: false,
    }),
  },
  '554 without its line end, and the end of the connection': {
    server: 'S: 554 5.7.1 never\\\nX:',
    expected: ({ refused, refusal = 'refused' }) => ({
      code: refusal,
      delivery: refused,
      safeToRetry: false,
      usable: false,
    }),
  },
  'the end of the connection': { server: 'X:', expected: broken('connection-lost') },
  'half a reply and the end of the connection': { server: 'S: 250-half\\\nX:', expected: broken('connection-lost') },
  'a broken connection': { server: 'X: reset', expected: broken('connection-lost') },
  silence: {
    server: '',
    expected: broken('timeout'),
    act: async ({ phase }) => {
      await vi.advanceTimersByTimeAsync(deadlines[phase] - 1)
      await vi.advanceTimersByTimeAsync(1)
    },
  },
  'half a reply and silence': {
    server: 'S: 250-half',
    expected: broken('timeout'),
    act: ({ phase }) => vi.advanceTimersByTimeAsync(deadlines[phase]),
  },
  'the caller’s signal': {
    server: '',
    expected: broken('aborted'),
    act: async (_, abort) => abort.abort(new Error('enough')),
  },
  'something that is no reply': { server: 'S: what?', expected: broken('malformed-reply') },
  'TLS where none should be': {
    server: 'S: \\x16\\x03\\x01\\x00\\x05\\x01\\',
    expected: broken('timeout'),
    act: ({ phase }) => vi.advanceTimersByTimeAsync(deadlines[phase]),
  },
  'a line that never ends': { server: `S: 250 ${'x'.repeat(13_000)}\\`, expected: broken('reply-too-large') },
  'lines that never end': { server: 'S: 250-and on\n'.repeat(6_000), expected: broken('reply-too-large') },
}

describe.each(Object.entries(places))('%s', (_, place) => {
  it.each(Object.entries(faults))('meets %s', async (__, fault) => {
    const { client, server } = await talk(`${place.before}${place.says}\n${fault.server}`)
    await place.lead(client)
    const abort = new AbortController()
    const failing = failure(place.call(client, abort.signal))
    await settled()
    await fault.act?.(place, abort)
    const error = await failing
    const { usable, ...verdict } = fault.expected(place)
    expect(verdictOf(error)).toEqual({ phase: place.phase, ...verdict })
    await settled()
    expect(server.released).toBe(!usable)
    if (usable) client.close()
    expect(await failure(client.hello())).toMatchObject({ code: 'closed' })
  })

  it('meets a positive reply that it does not have', async () => {
    const { client } = await talk(`${place.before}${place.says}\nS: ${place.odd}`)
    await place.lead(client)
    const error = await failure(place.call(client))
    expect(verdictOf(error)).toEqual({
      code: 'unexpected-reply',
      phase: place.phase,
      delivery: place.lost,
      safeToRetry: safe(place.lost),
    })
    client.close()
  })

  it('meets a second reply behind its own', async () => {
    const { client, server } = await talk(
      `${place.before}${place.says}\nS: ${place.answer.replace(/\n[\s\S]*/, '')}\nS: 250 and another`,
    )
    await place.lead(client)
    // Whether the call was answered before depends on what it still had to do: but the session is over.
    await place.call(client).catch((error: unknown) => {
      expect(error).toMatchObject({ code: expect.stringMatching(/^(unsolicited-reply|tls-injection)$/) })
    })
    await settled()
    expect(server.released).toBe(true)
    expect(await failure(client.mail('x@y.example'))).toMatchObject({ code: 'closed' })
  })
})

describe('a second reply in the middle of a call is what the call fails with', () => {
  it.each<[string, string, (client: Client) => Promise<unknown>]>([
    ['EHLO, before HELO', 'S: 220 mx.example\nC: EHLO localhost\nS: 502 no\nS: 250 yes', (client) => client.hello()],
    ['MAIL', `${greeted()}C: MAIL FROM:<a@b.example>\nS: 250 ok\nS: 250 more`, leadSent],
    ['RCPT', `${greeted()}${toRcpt}C: RCPT TO:<c@d.example>\nS: 250 ok\nS: 354 more`, leadSent],
    ['DATA', `${greeted()}${toEnd}S: 250 more`, leadSent],
  ])('behind %s', async (_, script, call) => {
    const { client } = await talk(script)
    expect(await failure(call(client))).toMatchObject({
      code: 'unsolicited-reply',
      delivery: 'not-sent',
      safeToRetry: true,
    })
  })
})

function verdictOf({ code, phase, delivery, safeToRetry }: AnySmtpError): object {
  return { code, phase, delivery, safeToRetry }
}

describe('the greeting', () => {
  const greetingFaults: readonly (readonly [string, string, SmtpErrorCode, boolean])[] = [
    ['554', 'S: 554 no service here\nC: QUIT', 'refused', false],
    ['450', 'S: 450 not now\nC: QUIT', 'refused', true],
    ['421', 'S: 421 too busy', 'service-closing', true],
    ['a positive reply that is no greeting', 'S: 250 hello', 'unexpected-reply', true],
    ['the end of the connection', 'X:', 'connection-lost', true],
    ['a broken connection', 'X: reset', 'connection-lost', true],
    ['half a line and the end', 'S: 220 mx\\\nX:', 'connection-lost', true],
    ['HTTP', 'S: HTTP/1.1 400 Bad Request', 'malformed-reply', true],
    ['bytes that are no text', 'S: \\x00\\xff\\x80', 'malformed-reply', true],
    ['silence', '', 'timeout', true],
    ['half a line and silence', 'S: 220 mx\\', 'timeout', true],
  ]

  it.each(greetingFaults)('meets %s', async (_, script, code, safeToRetry) => {
    const server = serve(script)
    const opening = failure(newClient(server.socket, 'mx.example'))
    await settled()
    await vi.advanceTimersByTimeAsync(code === 'timeout' ? deadlines.greeting : 0)
    expect(verdictOf(await opening)).toEqual({ code, phase: 'greeting', delivery: 'not-sent', safeToRetry })
  })

  it('meets the caller’s signal', async () => {
    const server = serve('')
    const abort = new AbortController()
    const opening = failure(newClient(server.socket, 'mx.example', { signal: abort.signal }))
    await settled()
    abort.abort()
    expect(verdictOf(await opening)).toEqual({
      code: 'aborted',
      phase: 'greeting',
      delivery: 'not-sent',
      safeToRetry: true,
    })
  })

  it('gets a second one behind the first', async () => {
    const server = serve('S: 220 mx.example\nS: 220 again')
    const outcome = await newClient(server.socket, 'mx.example').catch((error: unknown) => error)
    await settled()
    expect(server.released).toBe(true)
    expect(outcome).toBeDefined()
  })
})

describe('a message that was accepted stays accepted', () => {
  test.each([
    ['a second reply', 'S: 250 and another'],
    ['421', 'S: 421 going down'],
    ['the end of the connection', 'X:'],
    ['a broken connection', 'X: reset'],
    ['something that is no reply', 'S: what?'],
  ])('when %s comes with the acceptance', async (_, more) => {
    const { client } = await talk(`${greeted()}${sent}${more}`)
    expect(await leadSent(client)).toMatchObject({ accepted: ['c@d.example'], reply: { text: 'taken' } })
    await settled()
    expect(await failure(client.noop())).toMatchObject({ code: 'closed', delivery: 'accepted', safeToRetry: false })
  })

  test('when the signal fires behind it', async () => {
    const abort = new AbortController()
    const { client } = await talk(`${greeted()}${sent}`, {}, { signal: abort.signal })
    expect(await leadSent(client)).toMatchObject({ accepted: ['c@d.example'] })
    abort.abort()
    expect(await failure(client.noop())).toMatchObject({ delivery: 'accepted', safeToRetry: false })
  })
})

test('a 421 out of the blue ends the session with its text', async () => {
  const { client, server } = await talk(`${greeted()}S: 421 4.4.2 idle for too long`)
  await client.hello()
  await settled()
  expect(server.released).toBe(true)
  expect(await failure(client.mail('a@b.example'))).toMatchObject({
    code: 'closed',
    delivery: 'not-sent',
    message: expect.stringContaining('idle for too long'),
    cause: { code: 'service-closing', phase: 'idle', reply: { code: 421 } },
  })
})
