/** Where a message comes from, and what happens when it does not come to its end. */
import { Readable } from 'node:stream'
import { concat, from, NEVER, Observable, observable, of, Subject, throwError } from 'rxjs'
import { describe, expect, it, test, vi } from 'vitest'
import { type Client, deadlines, type MessageSource, newClient } from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled, talk } from '../helpers/conversation.ts'
import { HeldSocket } from '../helpers/held-socket.ts'

nothingLeftBehind()

const begun = `${greeted()}
  C: MAIL FROM:<a@b.example>
  S: 250 ok
  C: RCPT TO:<c@d.example>
  S: 250 ok
  C: DATA
  S: 354 go
`
const begin = async (client: Client): Promise<void> => {
  await client.mail('a@b.example')
  await client.rcpt('c@d.example')
}
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const webStream = (...pieces: (string | Uint8Array)[]): ReadableStream<string | Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
async function* generated(...pieces: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const piece of pieces) {
    await settled()
    yield piece
  }
}

describe('a message comes as', () => {
  it.each<[string, () => MessageSource]>([
    ['text', () => 'one\n.two\nthr€e'],
    ['bytes', () => utf8('one\r\n.two\r\nthr€e')],
    ['a list of pieces', () => ['one\r', '\n', utf8('.two\r\nthr'), '€e']],
    ['a set', () => new Set(['one\n', '.two\n', 'thr€e'])],
    ['an asynchronous generator', () => generated('one\n', '', '.', utf8('two\nthr'), '€e')],
    ['a stream of Node', () => Readable.from([utf8('one\n.two'), utf8('\nthr€e')])],
    ['a stream of Node in text', () => Readable.from(['one\n.two', '\nthr€e'])],
    ['a web stream', () => webStream('one\n.two', utf8('\nthr€e'))],
    ['a cold Observable', () => of('one\n', utf8('.two\n'), 'thr€e')],
    ['an Observable that takes its time', () => from(generated('one\n', utf8('.two\n'), 'thr€e'))],
    ['something with an Observable in it', () => ({ [observable]: () => of('one\n.two\nthr€e') }) as never],
    ['bytes cut inside a character', () => [utf8('one\n.two\nthr€e').slice(0, 14), utf8('one\n.two\nthr€e').slice(14)]],
  ])('%s', async (_, source) => {
    const { client, server } = await talk(`${begun}C: one\nC: ..two\nC: thr€e\nC: .\nS: 250 ok`)
    await begin(client)
    expect(await client.data(source())).toMatchObject({ accepted: ['c@d.example'], reply: { code: 250 } })
    expect(server.received).toMatch(/DATA\r\none\r\n\.\.two\r\nthr€e\r\n\.\r\n$/)
    client.close()
  })

  it.each<[string, () => MessageSource]>([
    ['empty text', () => ''],
    ['no bytes', () => new Uint8Array()],
    ['no pieces', () => []],
    ['an empty stream', () => webStream()],
    ['an Observable that only completes', () => of()],
  ])('%s: the end and nothing before it', async (_, source) => {
    const { client, server } = await talk(`${begun}C: .\nS: 250 ok`)
    await begin(client)
    await client.data(source())
    expect(server.received).toMatch(/DATA\r\n\.\r\n$/)
    client.close()
  })

  it('what is no message is found before DATA', async () => {
    const { client, server } = await talk(begun.slice(0, begun.indexOf('C: DATA')))
    await begin(client)
    for (const wrong of [42, {}, null, () => 'hi'] as never[]) {
      expect(await failure(client.data(wrong))).toMatchObject({ code: 'invalid-argument', argument: 'message' })
    }
    expect(server.received).not.toContain('DATA')
    client.close()
  })
})

describe('a source that fails takes the connection with it, and nothing passes for the whole', () => {
  const broken = new Error('disk on fire')
  it.each<[string, () => MessageSource]>([
    [
      'an asynchronous generator',
      async function* () {
        yield 'Subject: half\n'
        throw broken
      },
    ],
    [
      'an iterator',
      function* () {
        yield 'Subject: half\n'
        throw broken
      },
    ],
    [
      'a stream of Node',
      () =>
        Readable.from(
          (function* () {
            yield 'Subject: half\n'
            throw broken
          })(),
        ),
    ],
    [
      'a web stream',
      () => {
        let pulled = false
        return new ReadableStream<string>({
          pull(controller) {
            if (pulled) controller.error(broken)
            else controller.enqueue('Subject: half\n')
            pulled = true
          },
        })
      },
    ],
    [
      'an Observable',
      () =>
        concat(
          of('Subject: half\n'),
          throwError(() => broken),
        ),
    ],
  ])('%s', async (_, source) => {
    const { client, server } = await talk(`${begun}C: Subject: half`)
    await begin(client)
    const error = await failure(client.data(source()))
    expect(error).toMatchObject({
      code: 'body-failed',
      phase: 'body',
      delivery: 'not-sent',
      safeToRetry: true,
      cause: broken,
      message: 'the source of the message failed: disk on fire',
    })
    expect(server.released).toBe(true)
    expect(server.received).toMatch(/DATA\r\nSubject: half\r\n$/)
    expect(await failure(client.noop())).toMatchObject({ code: 'closed', cause: { code: 'body-failed' } })
  })

  it('a piece that is neither text nor bytes', async () => {
    const { client } = await talk(`${begun}C: Subject: half`)
    await begin(client)
    let left = false
    const source = async function* (): AsyncGenerator<string> {
      try {
        yield 'Subject: half\n'
        yield 7 as never
      } finally {
        left = true
      }
    }
    const error = await failure(client.data(source()))
    expect(error).toMatchObject({ code: 'body-failed', delivery: 'not-sent', cause: { code: 'invalid-argument' } })
    await settled()
    expect(left).toBe(true)
  })

  it('a web stream that somebody else reads', async () => {
    const { client } = await talk(begun)
    await begin(client)
    const stream = webStream('hi')
    stream.getReader()
    expect(await failure(client.data(stream))).toMatchObject({ code: 'body-failed', delivery: 'not-sent' })
  })
})

describe('a source that stalls', () => {
  it.each<[string, (gone: () => void) => MessageSource]>([
    ['an Observable', (gone) => concat(of('Subject: half\n'), new Observable<string>(() => gone))],
    [
      'a web stream',
      (gone) =>
        new ReadableStream<string>({
          start: (controller) => controller.enqueue('Subject: half\n'),
          cancel: gone,
        }),
    ],
  ])('is let go after the deadline: %s', async (_, source) => {
    const { client, server } = await talk(`${begun}C: Subject: half`)
    await begin(client)
    const gone = vi.fn()
    const failing = failure(client.data(source(gone)))
    await settled()
    await vi.advanceTimersByTimeAsync(deadlines.body - 1)
    expect([server.released, gone.mock.calls.length]).toEqual([false, 0])
    await vi.advanceTimersByTimeAsync(1)
    expect(await failing).toMatchObject({ code: 'body-failed', phase: 'body', delivery: 'not-sent' })
    await settled()
    expect(gone).toHaveBeenCalledOnce()
    expect(server.released).toBe(true)
  })

  it('is not waited for when its end cannot be reached', async () => {
    const { client } = await talk(begun)
    await begin(client)
    const source = async function* (): AsyncGenerator<string> {
      await new Promise(() => {})
      yield 'never'
    }
    const failing = failure(client.data(source()))
    await settled()
    await vi.advanceTimersByTimeAsync(deadlines.body)
    expect(await failing).toMatchObject({ code: 'body-failed', delivery: 'not-sent' })
  })

  it('does not run out of time while pieces come', async () => {
    const { client } = await talk(`${begun}C: one\nC: two\nC: .\nS: 250 ok`)
    await begin(client)
    const pieces = new Subject<string>()
    const sending = client.data(pieces)
    for (const piece of ['one\n', 'two\n']) {
      await settled()
      await vi.advanceTimersByTimeAsync(deadlines.body - 1)
      pieces.next(piece)
    }
    await settled()
    pieces.complete()
    await sending
    client.close()
  })
})

describe('what breaks a message off in the middle', () => {
  it.each([
    ['552 5.3.4 too big', 'refused', 'rejected', false],
    ['452 4.3.1 no room', 'refused', 'rejected', true],
    ['421 4.3.2 going down', 'service-closing', 'rejected', true],
    ['250 fine already', 'unsolicited-reply', 'not-sent', true],
  ])('the server says %s', async (reply, code, delivery, safeToRetry) => {
    const { client, server } = await talk(`${begun}C: one\nS: ${reply}`)
    await begin(client)
    const gone = vi.fn()
    const source = concat(of('one\n'), new Observable<string>(() => gone))
    const error = await failure(client.data(source))
    expect(error).toMatchObject({ code, phase: 'body', delivery, safeToRetry })
    await settled()
    expect(gone).toHaveBeenCalledOnce()
    expect(server.received).toMatch(/DATA\r\none\r\n$/)
    expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
  })

  it.each([
    ['closes', 'X:'],
    ['breaks off', 'X: reset'],
  ])('the server %s', async (_, step) => {
    const { client } = await talk(`${begun}C: one\n${step}`)
    await begin(client)
    const error = await failure(client.data(concat(of('one\n'), NEVER)))
    expect(error).toMatchObject({ code: 'connection-lost', phase: 'body', delivery: 'not-sent', safeToRetry: true })
  })

  it('the caller’s signal', async () => {
    const { client, server } = await talk(`${begun}C: one`)
    await begin(client)
    const abort = new AbortController()
    const failing = failure(client.data(concat(of('one\n'), NEVER), { signal: abort.signal }))
    await settled()
    abort.abort()
    expect(await failing).toMatchObject({ code: 'aborted', phase: 'body', delivery: 'not-sent', safeToRetry: true })
    expect(server.released).toBe(true)
  })

  it('a server that stops reading', async () => {
    const { client, socket } = await held('C: one\n')
    socket.held = true
    const failing = failure(client.data(['one\n', 'two\n']))
    await settled()
    await vi.advanceTimersByTimeAsync(deadlines.body)
    expect(await failing).toMatchObject({ code: 'timeout', phase: 'body', delivery: 'not-sent', safeToRetry: true })
  })

  it('a server that stops reading and says why', async () => {
    const { client, socket } = await held('C: one\nS: 552 too big')
    socket.held = true
    const error = await failure(client.data(['one\n', 'two\n']))
    expect(error).toMatchObject({ code: 'refused', phase: 'body', delivery: 'rejected', reply: { code: 552 } })
    expect(socket.writes.at(-1)).toBe(5)
  })

  it('a write that fails: nothing follows it, and least of all the end', async () => {
    const { client, server, socket } = await held('')
    const source = async function* (): AsyncGenerator<string> {
      socket.broken = new Error('EPIPE')
      yield 'one\n'
      socket.broken = undefined
      yield 'two\n'
    }
    const failing = failure(client.data(source()))
    await settled()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await failing).toMatchObject({
      code: 'connection-lost',
      phase: 'body',
      delivery: 'not-sent',
      safeToRetry: true,
      cause: new Error('EPIPE'),
    })
    expect(server.received).toMatch(/DATA\r\n$/)
  })

  it('a write that fails because the server has said no', async () => {
    const { client, socket } = await held('C: one\nS: 552 too big\nX: reset')
    const source = async function* (): AsyncGenerator<string> {
      yield 'one\n'
      socket.broken = new Error('EPIPE')
      yield 'two\n'
    }
    expect(await failure(client.data(source()))).toMatchObject({ code: 'refused', delivery: 'rejected' })
  })
})

test('backpressure: no piece is asked for while the server takes none', async () => {
  const { client, socket } = await held('C: 0\nC: 1\nC: 2\nC: .\nS: 250 ok')
  let asked = 0
  const source = async function* (): AsyncGenerator<string> {
    socket.held = true
    while (asked < 3) yield `${asked++}\n`
  }
  const sending = client.data(source())
  for (const expected of [1, 2, 3]) {
    await settled()
    expect([asked, socket.waiting]).toEqual([expected, 1])
    socket.release()
  }
  await settled()
  socket.release()
  await sending
  client.close()
})

test('a large piece goes out in blocks that each have their own deadline', async () => {
  const line = `${'x'.repeat(62)}\n`
  const message = line.repeat(16_384)
  const { client, socket } = await held(`${`C: ${line}`.repeat(16_384)}C: .\nS: 250 ok`)
  socket.held = true
  const sending = client.data(message)
  let blocks = 0
  for (;;) {
    await settled()
    if (socket.waiting === 0) break
    blocks++
    await vi.advanceTimersByTimeAsync(deadlines.body - 1)
    socket.release()
  }
  await sending
  expect(blocks).toBeGreaterThan(3)
  client.close()
})

/** A conversation up to 354 over a socket that can be held. */
async function held(rest: string): Promise<{ client: Client; socket: HeldSocket; server: ReturnType<typeof serve> }> {
  const server = serve(begun + rest)
  const socket = new HeldSocket(server.socket)
  const client = await newClient(socket, 'mx.example')
  await begin(client)
  return { client, socket, server }
}
