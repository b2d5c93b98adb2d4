/** What the caller does in the middle: gives up, leaves, calls twice, calls too late; and bounds that pass. */
import { lastValueFrom } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import {
  type Client,
  hello,
  type OpenSocket,
  plainAuth,
  quit as quits,
  type SmtpErrorCode,
  type SmtpPhase,
  send,
  smtpOver,
} from '../../src/index.ts'
import { type Act, hears, hearsMessage, hostileServer, says, sends, stopsReading } from '../../src/testing/index.ts'
import { failure, settled } from '../helpers/conversation.ts'
import { slowly } from '../helpers/sources.ts'
import {
  asksForMessage,
  body,
  data,
  ehlo,
  envelope,
  greets,
  mail,
  ok,
  takesEnvelope,
  takesMessage,
} from '../helpers/steps.ts'
import { letter, type Threat, threats, withFakeClock } from '../helpers/threats.ts'

withFakeClock()

/** Where a caller gives up: the way there, and what is on the wire by then. */
interface Moment {
  readonly acts: readonly Act[]
  readonly phase: SmtpPhase
  readonly wire: string
  readonly delivery?: 'unknown'
  readonly options?: Threat['options']
  readonly server?: Threat['server']
}

const near = { remoteAddress: '127.0.0.1' }
const large = 'x'.repeat(300_000)
const moments: Readonly<Record<string, Moment>> = {
  'before the greeting': { acts: [], phase: 'greeting', wire: '' },
  'in half a greeting': { acts: [sends('220-mx')], phase: 'greeting', wire: '' },
  'before the reply to EHLO': { acts: [says('220 mx.example'), hears('EHLO')], phase: 'hello', wire: ehlo },
  'before the reply to STARTTLS': {
    acts: [...greets('STARTTLS'), hears('STARTTLS')],
    phase: 'starttls',
    wire: `${ehlo}STARTTLS\r\n`,
  },
  'in the handshake': {
    acts: [...greets('STARTTLS'), hears('STARTTLS'), says('220 go')],
    phase: 'starttls',
    wire: `${ehlo}STARTTLS\r\n`,
  },
  'before the reply to AUTH': {
    acts: [...greets('AUTH PLAIN'), hears('AUTH')],
    phase: 'auth',
    wire: `${ehlo}AUTH PLAIN AGFubgB3b25kZXJsYW5k\r\n`,
    options: { tls: 'none', auth: plainAuth({ username: 'ann', password: 'wonderland' }) },
    server: near,
  },
  'while a token is fetched': {
    acts: [...greets('AUTH X')],
    phase: 'auth',
    wire: ehlo,
    options: { tls: 'none', auth: { mechanism: 'X', start: () => new Promise(() => {}) } },
    server: near,
  },
  'before the reply to MAIL': { acts: [...greets(), hears('MAIL')], phase: 'mail', wire: ehlo + mail },
  'before the reply to RCPT': { acts: [...greets(), hears('MAIL'), ok, hears('RCPT')], phase: 'rcpt', wire: envelope },
  'before the reply to DATA': {
    acts: [...greets(), ...takesEnvelope, hears('DATA')],
    phase: 'data',
    wire: envelope + data,
  },
  'before the replies to a group': {
    acts: [...greets('PIPELINING'), hears('MAIL')],
    phase: 'mail',
    wire: envelope + data,
  },
  'while the source gives nothing': {
    acts: [...greets(), ...asksForMessage, hears('half')],
    phase: 'body',
    wire: `${envelope}${data}half\r\n`,
    options: { message: slowly('half\n', undefined) },
  },
  'while the source gives nothing, by BDAT': {
    acts: [...greets('PIPELINING', 'CHUNKING'), ...takesEnvelope],
    phase: 'body',
    wire: envelope,
    options: { message: slowly('half\n', undefined) },
  },
  'while the server takes nothing': {
    acts: [...greets(), ...takesEnvelope, stopsReading(), hears('DATA'), says('354 go')],
    phase: 'body',
    wire: `${envelope}${data}${large.slice(0, 262_144)}`,
    options: { message: large },
  },
  'before the last reply': {
    acts: [...greets(), ...takesMessage],
    phase: 'end-of-data',
    wire: body,
    delivery: 'unknown',
  },
  'in half of the last reply': {
    acts: [...greets(), ...takesMessage, sends('250 que')],
    phase: 'end-of-data',
    wire: body,
    delivery: 'unknown',
  },
  'before the replies to one piece': {
    acts: [...greets('PIPELINING', 'CHUNKING'), hears('MAIL')],
    phase: 'mail',
    wire: `${envelope}BDAT 4 LAST\r\nhi\r\n`,
    delivery: 'unknown',
  },
}

/** What becomes of a moment when `code` ends it half a second after the call. */
function ending(moment: Moment, code: SmtpErrorCode, more: Partial<Threat>): Threat {
  const { acts, phase, wire, delivery = 'not-sent', options, server } = moment
  return {
    acts,
    wire,
    ms: 500,
    ...more,
    options: { ...options, ...more.options },
    ...(server && { server }),
    verdict: { code, phase, delivery, safeToRetry: delivery === 'not-sent' },
  }
}

const every = (make: (moment: Moment) => Threat): Record<string, Threat> =>
  Object.fromEntries(Object.entries(moments).map(([name, moment]) => [name, make(freshSource(moment))]))

/** A source can be read once. */
function freshSource(moment: Moment): Moment {
  return moment.options?.message === undefined || typeof moment.options.message === 'string'
    ? moment
    : { ...moment, options: { ...moment.options, message: slowly('half\n', undefined) } }
}

describe('the caller’s signal fires', () => {
  threats(every((moment) => ending(moment, 'aborted', { abortAfter: 500 })))
})

describe('the deadline of the whole call passes', () => {
  threats(every((moment) => ending(moment, 'timeout', { options: { deadline: 500 } })))
})

describe('the deadline of a session passes, for operators', () => {
  threats(
    Object.fromEntries(
      Object.entries(moments)
        .filter(([, { options }]) => options === undefined)
        .map(([name, moment]) => [
          name,
          ending(moment, 'timeout', {
            run: ({ connect }, _, signal) =>
              lastValueFrom(
                connect({ ...letter, tls: 'opportunistic', deadline: 500, signal }).pipe(
                  hello(),
                  send(letter),
                  quits(),
                ),
              ),
          }),
        ]),
    ),
  )
})

describe('the source', () => {
  it.each(['aborted', 'timeout'] as const)('is told to stop: %s', async (code) => {
    for (const keywords of [[], ['PIPELINING', 'CHUNKING']]) {
      const source = slowly('half\n', undefined)
      const abort = new AbortController()
      const server = hostileServer([...greets(...keywords), ...takesEnvelope, hears('DATA'), says('354 go')])
      const bound = code === 'timeout' ? { deadline: 500 } : { signal: abort.signal }
      const failing = failure(smtpOver(server.open).sendMail({ ...letter, message: source, ...bound }))
      await vi.advanceTimersByTimeAsync(400)
      expect(source.returned).toBe(false)
      if (code === 'aborted') abort.abort()
      await vi.advanceTimersByTimeAsync(100)
      expect(await failing).toMatchObject({ code, phase: 'body', delivery: 'not-sent' })
      await settled()
      expect([source.returned, server.released, vi.getTimerCount()]).toEqual([true, true, 0])
    }
  })

  it('that is a web stream is cancelled', async () => {
    const cancel = vi.fn()
    const message = new ReadableStream<string>({ start: (controller) => controller.enqueue('half\n'), cancel })
    const server = hostileServer([...greets(), ...asksForMessage])
    const failing = failure(smtpOver(server.open).sendMail({ ...letter, message, deadline: 500 }))
    await vi.advanceTimersByTimeAsync(500)
    expect(await failing).toMatchObject({ code: 'timeout', phase: 'body' })
    await settled()
    expect(cancel).toHaveBeenCalledOnce()
    expect(server.released).toBe(true)
  })
})

describe('opening a connection', () => {
  const never: OpenSocket = () => new Promise(() => {})

  it.each([
    ['sendMail', (bounds: object) => smtpOver(never).sendMail({ ...letter, ...bounds })],
    ['dial', (bounds: object) => smtpOver(never).dial('mx.example:25', bounds)],
    ['connect', (bounds: object) => lastValueFrom(smtpOver(never).connect({ ...letter, ...bounds }))],
  ])('%s ends with its deadline or signal, and drops a socket that comes too late', async (_, open) => {
    const late = failure(open({ deadline: 500 }))
    await vi.advanceTimersByTimeAsync(499)
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(await late).toMatchObject({ code: 'timeout', phase: 'connect', message: 'not done within 500 ms' })
    const abort = new AbortController()
    const aborted = failure(open({ signal: abort.signal }))
    await settled()
    abort.abort(new Error('enough'))
    expect(await aborted).toMatchObject({ code: 'aborted', phase: 'connect', cause: { message: 'enough' } })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('dial has done its part with the greeting', async () => {
    const server = hostileServer([...greets(), hears('NOOP'), ok])
    const client = await smtpOver(server.open).dial('mx.example:25', { deadline: 500 })
    await vi.advanceTimersByTimeAsync(10_000)
    await client.noop()
    expect(vi.getTimerCount()).toBe(0)
    client.close()
    await server.finished
  })
})

describe('calls of a client', () => {
  /** Opens a session that has said EHLO. */
  async function ready(...acts: readonly Act[]): Promise<{ client: Client; server: ReturnType<typeof hostileServer> }> {
    const server = hostileServer([...greets('AUTH PLAIN'), ...acts], near)
    const client = await smtpOver(server.open).dial('mx.example:25')
    await client.hello()
    return { client, server }
  }

  const calls: Readonly<
    Record<string, readonly [phase: SmtpPhase, call: (client: Client, bounds: object) => Promise<unknown>]>
  > = {
    auth: ['auth', (client, bounds) => client.auth(plainAuth({ username: 'ann', password: 'x' }), bounds)],
    mail: ['mail', (client, bounds) => client.mail('a@b.example', bounds)],
    send: ['mail', (client, bounds) => client.send(letter, bounds)],
    reset: ['reset', (client, bounds) => client.reset(bounds)],
    noop: ['noop', (client, bounds) => client.noop(bounds)],
    verify: ['verify', (client, bounds) => client.verify('ann', bounds)],
    'text.exchange': ['command', (client, bounds) => client.text.exchange('XTEST', bounds)],
  }

  it.each(Object.entries(calls))('%s ends with its deadline, and the session with it', async (_, [phase, call]) => {
    const { client, server } = await ready()
    const failing = failure(call(client, { deadline: 500 }))
    await vi.advanceTimersByTimeAsync(500)
    expect(await failing).toMatchObject({ code: 'timeout', phase, delivery: 'not-sent', safeToRetry: true })
    expect([server.released, vi.getTimerCount()]).toEqual([true, 0])
    expect(await failure(client.noop())).toMatchObject({ code: 'closed', cause: { code: 'timeout' } })
  })

  it.each(Object.entries(calls))('%s refuses bounds that are none', async (_, [, call]) => {
    const { client, server } = await ready()
    for (const deadline of [0, -1, Number.NaN, '500', null]) {
      expect(await failure(call(client, { deadline }))).toMatchObject({
        code: 'invalid-argument',
        argument: 'deadline',
      })
    }
    expect(await failure(call(client, { signal: {} }))).toMatchObject({ code: 'invalid-argument', argument: 'signal' })
    expect(server.received).toBe(ehlo)
    client.close()
  })

  it('one whose deadline passes in the queue leaves the session to the others', async () => {
    const { client, server } = await ready(hears('NOOP'), hears('NOOP'))
    const first = client.noop({ deadline: 60_000 })
    const second = failure(client.noop({ deadline: 500 }))
    const message = failure(client.send(letter, { deadline: 500 }))
    await vi.advanceTimersByTimeAsync(500)
    expect(await second).toMatchObject({ code: 'timeout', phase: 'idle', delivery: 'not-sent' })
    expect(await message).toMatchObject({ code: 'timeout', phase: 'idle', delivery: 'not-sent' })
    expect(server.released).toBe(false)
    const failing = failure(first)
    client.close()
    expect(await failing).toMatchObject({ code: 'aborted', phase: 'noop' })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('every message of a session that is dropped gets its verdict', async () => {
    const { client, server } = await ready(
      hears('MAIL'),
      ok,
      hears('RCPT'),
      ok,
      hears('DATA'),
      says('354 go'),
      hearsMessage(),
    )
    const verdicts = [1, 2, 3].map(() => failure(client.send(letter)))
    await settled()
    client.close()
    expect((await Promise.all(verdicts)).map(({ code, delivery }) => [code, delivery])).toEqual([
      ['aborted', 'unknown'],
      ['closed', 'not-sent'],
      ['closed', 'not-sent'],
    ])
    expect([server.released, vi.getTimerCount()]).toEqual([true, 0])
  })

  it('a second goodbye, and a call behind it, say that the session is closed', async () => {
    const { client } = await ready(hears('QUIT'), says('221 bye'))
    await client.quit()
    expect(await failure(client.quit())).toMatchObject({ code: 'closed' })
    expect(await failure(client.send(letter))).toMatchObject({ code: 'closed', delivery: 'not-sent' })
    client.close()
    client.close()
  })
})

describe('bounds that are none are found before anything is connected', () => {
  it.each<[string, object]>([
    ['deadline', { deadline: 0 }],
    ['deadline', { deadline: -5 }],
    ['deadline', { deadline: Number.NaN }],
    ['deadline', { deadline: '5' }],
    ['signal', { signal: 'stop' }],
    ['deadlines.mail', { deadlines: { mail: 0 } }],
    ['deadlines.mail', { deadlines: { mail: -1 } }],
    ['deadlines.mail', { deadlines: { mail: Number.NaN } }],
    ['deadlines.mail', { deadlines: { mail: '60' } }],
    ['deadlines.lunch', { deadlines: { lunch: 60 } }],
    ['deadlines.__proto__', { deadlines: JSON.parse('{"__proto__": 60}') }],
    ['limits.reply', { limits: { reply: 0 } }],
    ['limits.reply', { limits: { reply: Number.NaN } }],
    ['limits.patience', { limits: { patience: 1 } }],
    ['allowInsecureAuth', { allowInsecureAuth: 'yes' }],
  ])('%s: %o', async (argument, options) => {
    const open = vi.fn<OpenSocket>()
    const { sendMail, dial, connect } = smtpOver(open)
    for (const attempt of [
      sendMail({ ...letter, ...options }),
      dial('mx.example:25', options),
      lastValueFrom(connect({ ...letter, ...options })),
    ]) {
      expect(await failure(attempt)).toMatchObject({ code: 'invalid-argument', argument })
    }
    expect(open).not.toHaveBeenCalled()
  })
})
