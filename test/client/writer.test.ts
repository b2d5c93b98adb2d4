/** `client.data()` without a message: a writable stream that tells what became of it. */
import { Readable } from 'node:stream'
import { describe, expect, it, test, vi } from 'vitest'
import { type Client, type MessageWriter, newClient } from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled } from '../helpers/conversation.ts'
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

async function opened(rest: string): Promise<{
  client: Client
  message: MessageWriter
  socket: HeldSocket
  server: ReturnType<typeof serve>
}> {
  const server = serve(begun + rest)
  const socket = new HeldSocket(server.socket)
  const client = await newClient(socket, 'mx.example')
  await client.mail('a@b.example')
  await client.rcpt('c@d.example')
  return { client, message: await client.data(), socket, server }
}

const accepted = { accepted: ['c@d.example'], rejected: [], reply: { code: 250 }, queueId: '7F' }

it('takes text and bytes, and closes with the result', async () => {
  const { client, message } = await opened('C: one\nC: ..\nC: two\nC: .\nS: 250 queued as 7F\nC: QUIT\nS: 221 bye')
  const writer = message.getWriter()
  await writer.write('one\n.')
  await writer.write(new TextEncoder().encode('\ntwo'))
  await writer.close()
  expect(await message.result).toMatchObject(accepted)
  await client.quit()
})

it('of nothing is an empty message', async () => {
  const { client, message } = await opened('C: .\nS: 250 ok')
  await message.close()
  expect((await message.result).reply.text).toBe('ok')
  client.close()
})

it('can be piped to, from a web stream and from Node', async () => {
  const { client, message } = await opened(
    `C: one\nC: two\nC: .\nS: 250 queued as 7F\n${begun.slice(begun.indexOf('C: MAIL'))}C: three\nC: .\nS: 250 ok`,
  )
  await new Response('one\ntwo\n').body?.pipeTo(message)
  expect(await message.result).toMatchObject(accepted)
  await client.mail('a@b.example')
  await client.rcpt('c@d.example')
  const next = await client.data()
  await Readable.toWeb(Readable.from([Buffer.from('three\n')])).pipeTo(next)
  expect((await next.result).reply.text).toBe('ok')
  client.close()
})

it('holds its writer back as the server does', async () => {
  const { client, message, socket } = await opened('C: one\nC: two\nC: .\nS: 250 ok')
  const writer = message.getWriter()
  await writer.ready
  socket.held = true
  const first = vi.fn()
  void writer.write('one\n').then(first)
  const ready = vi.fn()
  void writer.ready.then(ready)
  await settled()
  expect([writer.desiredSize, first.mock.calls.length, ready.mock.calls.length]).toEqual([0, 0, 0])
  socket.held = false
  socket.release()
  await settled()
  expect([writer.desiredSize, first.mock.calls.length, ready.mock.calls.length]).toEqual([1, 1, 1])
  await writer.write('two\n')
  await writer.close()
  client.close()
})

it('keeps other calls waiting until it is closed', async () => {
  const { client, message, server } = await opened('C: one\nC: .\nS: 250 ok\nC: NOOP\nS: 250 ok')
  const noop = client.noop()
  const writer = message.getWriter()
  await writer.write('one\n')
  await settled()
  expect(server.received).not.toContain('NOOP')
  await writer.close()
  await noop
  client.close()
})

it('rejects its close when the message is refused, and the session goes on', async () => {
  const { client, message } = await opened('C: .\nS: 554 5.7.1 no\nC: NOOP\nS: 250 ok')
  const writer = message.getWriter()
  const error = await failure(writer.close())
  expect(error).toMatchObject({ code: 'refused', phase: 'end-of-data', delivery: 'rejected' })
  expect(await failure(message.result)).toBe(error)
  await client.noop()
  client.close()
})

describe('given up half-way, nothing is delivered', () => {
  it.each<[string, (message: MessageWriter, client: Client) => unknown, string]>([
    ['by abort()', (message) => message.abort(new Error('changed my mind')), 'aborted'],
    ['by close() of the client', (_, client) => client.close(), 'aborted'],
  ])('%s', async (_, giveUp, code) => {
    const { client, message, server } = await opened('C: one')
    const writer = message.getWriter()
    await writer.write('one\n')
    writer.releaseLock()
    await giveUp(message, client)
    expect(await failure(message.result)).toMatchObject({
      code,
      phase: 'body',
      delivery: 'not-sent',
      safeToRetry: true,
    })
    expect(server.released).toBe(true)
    expect(server.received).toMatch(/DATA\r\none\r\n$/)
    expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
  })

  it('by the signal that data() was given', async () => {
    const server = serve(`${begun}C: one`)
    const client = await newClient(server.socket, 'mx.example')
    await client.mail('a@b.example')
    await client.rcpt('c@d.example')
    const abort = new AbortController()
    const message = await client.data(undefined, { signal: abort.signal })
    const writer = message.getWriter()
    await writer.write('one\n')
    abort.abort()
    expect(await failure(message.result)).toMatchObject({ code: 'aborted', phase: 'body', delivery: 'not-sent' })
    expect(await failure(writer.write('two\n'))).toMatchObject({ code: 'aborted' })
  })

  it('by a stream that fails while it is piped', async () => {
    const { message, server } = await opened('C: one')
    const broken = new Error('disk on fire')
    let pulled = false
    const source = new ReadableStream<string>({
      pull(controller) {
        if (pulled) controller.error(broken)
        else controller.enqueue('one\n')
        pulled = true
      },
    })
    await expect(source.pipeTo(message)).rejects.toBe(broken)
    expect(await failure(message.result)).toMatchObject({ code: 'aborted', delivery: 'not-sent', cause: broken })
    expect(server.released).toBe(true)
  })

  it('by a piece that is neither text nor bytes', async () => {
    const { message } = await opened('C: one')
    const writer = message.getWriter()
    await writer.write('one\n')
    const error = await failure(writer.write(42 as never))
    expect(error).toMatchObject({ code: 'body-failed', phase: 'body', delivery: 'not-sent' })
    expect(await failure(message.result)).toBe(error)
  })
})

describe('broken off by the server', () => {
  it.each([
    ['a refusal', 'S: 552 too big', { code: 'refused', delivery: 'rejected', reply: { code: 552 } }],
    ['421', 'S: 421 bye', { code: 'service-closing', delivery: 'rejected' }],
    ['the end of the connection', 'X:', { code: 'connection-lost', delivery: 'not-sent' }],
    ['an acceptance of nothing', 'S: 250 fine', { code: 'unsolicited-reply', delivery: 'not-sent' }],
  ])('while nobody writes: %s', async (_, script, verdict) => {
    const { client, message } = await opened(`C: one\n${script}`)
    const writer = message.getWriter()
    // The answer may come before the write has settled.
    await writer.write('one\n').catch(() => {})
    const error = await failure(message.result)
    expect(error).toMatchObject({ phase: 'body', ...verdict })
    expect(await failure(writer.closed)).toBe(error)
    expect(await failure(writer.write('two\n'))).toBe(error)
    expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
  })

  it('behind its end: the outcome is unknown', async () => {
    const { message } = await opened('C: .\nX: reset')
    expect(await failure(message.close())).toMatchObject({
      code: 'connection-lost',
      phase: 'end-of-data',
      delivery: 'unknown',
      safeToRetry: false,
    })
  })

  it('at once, with the 354', async () => {
    const { message } = await opened('S: 250 accepted')
    expect(await failure(message.result)).toMatchObject({ code: 'unsolicited-reply', delivery: 'not-sent' })
  })
})

test('a refused DATA opens nothing', async () => {
  const server = serve(begun.replace('354 go', '451 later'))
  const client = await newClient(server.socket, 'mx.example')
  await client.mail('a@b.example')
  await client.rcpt('c@d.example')
  expect(await failure(client.data())).toMatchObject({ code: 'refused', phase: 'data', delivery: 'rejected' })
  client.close()
})
