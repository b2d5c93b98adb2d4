/** The client as a whole: calls in their order, its life and its end. */
import { lastValueFrom, materialize, toArray } from 'rxjs'
import { describe, expect, it, test, vi } from 'vitest'
import { type Auth, type Client, deadlines, formatTranscript, hello, quit, smtpOver } from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

describe('calls at the same time', () => {
  it('are made one after the other, and hello once', async () => {
    const { client } = await talk(`${greeted()}
      C: NOOP
      S: 250 first
      C: MAIL FROM:<a@b.example>
      S: 250 second
      C: RCPT TO:<c@d.example>
      S: 250 third
      C: DATA
      S: 354 go
      C: hi
      C: .
      S: 250 fourth
      C: QUIT
      S: 221 bye`)
    const all = [
      client.noop(),
      client.mail('a@b.example'),
      client.rcpt('c@d.example'),
      client.data('hi').then(({ reply }) => reply),
      client.quit(),
    ]
    expect((await Promise.all(all)).map((reply) => reply?.text)).toEqual(['first', 'second', 'third', 'fourth', 'bye'])
  })

  it('that are refused do not keep the next from being made', async () => {
    const { client } = await talk(`${greeted()}C: VRFY x\nS: 550 no\nC: NOOP\nS: 250 ok`)
    const [refused, fine] = await Promise.allSettled([client.verify('x'), client.noop()])
    expect([refused.status, fine.status]).toEqual(['rejected', 'fulfilled'])
    client.close()
  })

  it('all get their verdict when the session ends', async () => {
    const { client } = await talk(`${greeted()}C: NOOP\nX: reset`)
    const all = await Promise.all([failure(client.noop()), failure(client.noop()), failure(client.mail('a@b.example'))])
    expect(all.map(({ code }) => code)).toEqual(['connection-lost', 'closed', 'closed'])
    expect(all[1]?.cause).toBe(all[0])
  })

  it('that are given up before their turn write nothing and leave the others alone', async () => {
    const { client, server } = await talk(`${greeted()}C: NOOP\nS: 250-wait\\`)
    const abort = new AbortController()
    const first = client.noop()
    const second = failure(client.mail('a@b.example', { signal: abort.signal }))
    await settled()
    abort.abort(new Error('enough'))
    expect(await second).toMatchObject({ code: 'aborted', phase: 'idle', cause: new Error('enough') })
    expect(server.released).toBe(false)
    client.close()
    expect(await failure(first)).toMatchObject({ code: 'aborted', phase: 'noop' })
  })

  it('with a signal that has fired write nothing', async () => {
    const { client } = await talk(`${greeted()}C: NOOP\nS: 250 ok`)
    const signal = AbortSignal.abort()
    for (const call of [client.noop({ signal }), client.data('x', { signal }), client.data(undefined, { signal })])
      expect(await failure(call)).toMatchObject({ code: 'aborted' })
    await client.noop()
    client.close()
  })

  it('leave no listener on the signal', async () => {
    const { client } = await talk(`${greeted()}C: NOOP\nS: 250 ok\nC: NOOP\nS: 550 no`)
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await client.noop({ signal })
    await failure(client.noop({ signal }))
    await settled()
    expect(removed.mock.calls.length).toBe(added.mock.calls.length)
    client.close()
  })
})

describe('hello', () => {
  it('is said by name once', async () => {
    const { client } = await talk('S: 220 mx.example\nC: EHLO me.example\nS: 250 mx.example')
    await client.hello('me.example')
    expect(await failure(client.hello())).toMatchObject({ code: 'bad-sequence', phase: 'hello' })
    client.close()
  })

  it('is said again over TLS by the same name', async () => {
    const { client } = await talk(`
      S: 220 mx.example
      C: EHLO me.example
      S: 250-mx.example
      S: 250 STARTTLS
      C: STARTTLS
      S: 220 go
      T:
      C: EHLO me.example
      S: 250-mx.example
      S: 250 SIZE`)
    await client.hello('me.example')
    await client.startTls()
    const capabilities = await client.capabilities()
    expect([capabilities.has('STARTTLS'), capabilities.has('SIZE')]).toEqual([false, true])
    expect(await failure(client.startTls())).toMatchObject({ code: 'bad-sequence', phase: 'starttls' })
    client.close()
  })

  it('that was refused is not tried again unasked', async () => {
    const { client } = await talk('S: 220 mx.example\nC: EHLO localhost\nS: 554 no\nC: QUIT\nS: 221 bye')
    const first = await failure(client.noop())
    expect(first).toMatchObject({ code: 'refused', phase: 'hello' })
    expect(await failure(client.mail('a@b.example'))).toBe(first)
    await client.quit()
  })
})

describe('text.exchange', () => {
  it('gives the reply to a line of one’s own', async () => {
    const { client } = await talk(`${greeted('XQUEUE')}C: XQUEUE all\nS: 250-one\nS: 250 two`)
    expect((await client.text.exchange('XQUEUE all')).lines).toEqual(['one', 'two'])
    client.close()
  })

  it('takes any positive reply unless told otherwise', async () => {
    const { client } = await talk(`${greeted()}C: HELP\nS: 214 help yourself\nC: XDUMP\nS: 354 no end\n`)
    expect((await client.text.exchange('HELP')).code).toBe(214)
    expect(await failure(client.text.exchange('XDUMP', { positive: [250] }))).toMatchObject({
      code: 'unexpected-reply',
      phase: 'command',
    })
  })

  it('rejects with the refusal', async () => {
    const { client } = await talk(`${greeted()}C: XNO\nS: 500 what?\nC: NOOP\nS: 250 ok`)
    expect(await failure(client.text.exchange('XNO'))).toMatchObject({
      code: 'refused',
      phase: 'command',
      delivery: 'not-sent',
      message: 'XNO: 500 what?',
    })
    await client.noop()
    client.close()
  })

  it.each(['', 'NOOP\r\nQUIT', 'NOOP\n', 'A\0B', 'TAB\tBED', 'X'.repeat(20_000)])('writes no %j', async (line) => {
    const { client, server } = await talk(greeted())
    expect(await failure(client.text.exchange(line))).toMatchObject({ code: 'invalid-argument', argument: 'line' })
    expect(server.received).toBe('EHLO localhost\r\n')
    client.close()
  })
})

describe('RSET', () => {
  it('forgets the envelope and makes ready for the next', async () => {
    const { client } = await talk(`${greeted()}
      C: MAIL FROM:<a@b.example>
      S: 250 ok
      C: RCPT TO:<c@d.example>
      S: 250 ok
      C: RSET
      S: 250 ok
      C: MAIL FROM:<>
      S: 250 ok
      C: RCPT TO:<Postmaster>
      S: 250 ok
      C: DATA
      S: 354 go
      C: bounce
      C: .
      S: 250 ok`)
    await client.mail('a@b.example')
    await client.rcpt('c@d.example')
    await client.reset()
    await client.mail('')
    await client.rcpt('Postmaster')
    expect((await client.data('bounce')).accepted).toEqual(['Postmaster'])
    client.close()
  })
})

describe('the end', () => {
  it('is said by await using', async () => {
    const { client } = await talk(`${greeted()}C: QUIT\nS: 221 bye`)
    await client[Symbol.asyncDispose]()
    await client[Symbol.asyncDispose]()
  })

  it('is nothing to say where the session has ended', async () => {
    const { client, server } = await talk(`${greeted()}C: NOOP\nX:`)
    await failure(client.noop())
    await client[Symbol.asyncDispose]()
    expect(await client.quit()).toBeUndefined()
    expect(server.received).toBe('EHLO localhost\r\nNOOP\r\n')
  })

  it('is final', async () => {
    const { client } = await talk(`${greeted()}C: QUIT\nS: 221 bye`)
    expect((await client.quit())?.text).toBe('bye')
    const calls: ((client: Client) => Promise<unknown>)[] = [
      (c) => c.hello(),
      (c) => c.noop(),
      (c) => c.mail('a@b.example'),
      (c) => c.data('hi'),
      (c) => c.data(),
      (c) => c.send({ from: 'a@b.example', to: 'c@d.example', message: 'hi' }),
      (c) => c.text.exchange('HELP'),
      (c) => c.startTls(),
    ]
    for (const call of calls) expect(await failure(call(client))).toMatchObject({ code: 'closed' })
  })

  it('comes at once with close(), also while a mechanism waits for something else', async () => {
    const { client } = await talk(greeted('AUTH X'))
    const waiting: Auth = { mechanism: 'X', start: () => new Promise(() => {}) }
    const authenticating = failure(client.auth(waiting))
    await settled()
    client.close()
    expect(await authenticating).toMatchObject({ code: 'aborted', delivery: 'not-sent' })
  })

  it('comes with the signal that dial was given', async () => {
    const server = serve(`${greeted()}C: NOOP`)
    const abort = new AbortController()
    const client = await smtpOver(server.open).dial('mx.example:smtp', { signal: abort.signal })
    const noop = failure(client.noop())
    await settled()
    abort.abort()
    expect(await noop).toMatchObject({ code: 'aborted', phase: 'noop' })
  })
})

it.each([
  ['its answer', 'S: 221 bye'],
  ['another answer', 'S: 500 what?'],
  ['421', 'S: 421 bye'],
  ['the end of the connection', 'X:'],
  ['a broken connection', 'X: reset'],
])('an Observable of a session completes when QUIT is followed by %s', async (_, step) => {
  const server = serve(`${greeted()}C: QUIT\n${step}`)
  const session$ = smtpOver(server.open).connect({ host: 'mx.example', port: 25 }).pipe(hello(), quit())
  const notifications = await lastValueFrom(session$.pipe(materialize(), toArray()))
  expect(notifications.map(({ kind }) => kind)).toEqual(['N', 'C'])
})

test('the transcript shows every step, and ends with the session', async () => {
  const { client } = await talk(`${greeted()}C: NOOP\nS: 250-two\nS: 250 lines\nC: QUIT\nS: 221 bye`)
  const transcript = lastValueFrom(client.transcript$.pipe(toArray()))
  await client.noop()
  await client.quit()
  expect((await transcript).map(formatTranscript).join('\n')).toBe(
    'C: EHLO localhost\nS: 250 mx.example\nC: NOOP\nS: 250-two\nS: 250 lines\nC: QUIT\nS: 221 bye',
  )
})

test('an observer of the transcript that throws does not disturb the session', async () => {
  const reported = vi.fn()
  const { config } = await import('rxjs')
  config.onUnhandledError = reported
  try {
    const { client } = await talk(
      `${greeted()}C: NOOP\nS: 250 ok`,
      {},
      {
        transcript: {
          next() {
            throw new Error('log is full')
          },
        },
      },
    )
    await client.noop()
    client.close()
    await vi.runAllTimersAsync()
  } finally {
    config.onUnhandledError = null
  }
  expect(reported).toHaveBeenCalledWith(new Error('log is full'))
})

test('each phase may have a deadline of its own', async () => {
  const { client } = await talk(`${greeted()}C: NOOP`, {}, { deadlines: { noop: 10 } })
  const failing = failure(client.noop())
  await settled()
  await vi.advanceTimersByTimeAsync(10)
  expect(await failing).toMatchObject({ code: 'timeout', phase: 'noop' })
  expect(deadlines.noop).toBe(300_000)
})
