import { concat, EMPTY, finalize, NEVER, type Observable, of, throwError } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { deadlines, type Reply } from '../../src/index.ts'
import { Channel } from '../../src/stream/channel.ts'
import { utf8 } from '../helpers/chunks.ts'
import { failure, settled } from '../helpers/conversation.ts'
import { greetedLine, type Line, noLineLeftOpen, openLine } from '../helpers/line.ts'

noLineLeftOpen()

describe('the end of the connection', () => {
  it.each<[string, Error | undefined, string]>([
    ['a clean close', undefined, 'the server closed the connection'],
    ['a broken one', new Error('connection reset by peer'), 'the connection broke: connection reset by peer'],
  ])('%s', async (_, error, message) => {
    const line = await greetedLine()
    const failing = [line.channel.request('A', 'mail'), line.channel.request('B', 'rcpt')].map(failure)
    line.peer.end(error)
    expect(await Promise.all(failing)).toMatchObject([
      { code: 'connection-lost', phase: 'mail', command: 'A', delivery: 'not-sent', message },
      { code: 'connection-lost', phase: 'rcpt', command: 'B', delivery: 'not-sent', message },
    ])
    expect(line.closed).toMatchObject({ code: 'connection-lost', phase: 'mail' })
    if (error !== undefined) expect(line.closed).toMatchObject({ cause: error })
  })

  it('in mid-reply', async () => {
    const line = await greetedLine()
    const failing = failure(line.channel.request('A', 'mail'))
    line.peer.send(utf8('250-almost\r\n'))
    line.peer.end()
    expect(await failing).toMatchObject({ code: 'connection-lost', phase: 'mail', command: 'A' })
  })

  it('behind a refusal without a line end, which still counts', async () => {
    const line = await greetedLine()
    const reply = line.channel.request('A', 'mail')
    line.peer.send(utf8('550 no'))
    line.peer.end()
    expect((await reply).code).toBe(550)
    expect(line.closed).toMatchObject({ code: 'connection-lost', phase: 'idle' })
  })

  it('each message has its own fate', async () => {
    const line = await greetedLine()
    const failing: Promise<object>[] = []
    for (const delivery of ['unknown', 'not-sent'] as const) {
      line.channel.transaction = { delivery }
      failing.push(failure(line.channel.request('X', 'end-of-data')))
    }
    line.channel.transaction = { delivery: 'accepted' }
    line.peer.end()
    expect(await Promise.all(failing)).toMatchObject([{ delivery: 'unknown' }, { delivery: 'not-sent' }])
    expect(line.closed).toMatchObject({ delivery: 'unknown' })
    expect(await failure(line.channel.request('X', 'noop'))).toMatchObject({ code: 'closed', delivery: 'accepted' })
  })

  it('after a goodbye is no fault', async () => {
    const line = await greetedLine()
    line.channel.leaving = true
    line.peer.end(new Error('connection reset by peer'))
    await settled()
    expect(line.closed).toBe('completed')
  })
})

describe('closing on purpose', () => {
  it('fails what is awaited, completes closed$, and lets the socket go', async () => {
    const line = await greetedLine()
    const failing = failure(line.channel.request('NOOP', 'noop'))
    await line.channel.close()
    expect(await failing).toMatchObject({ code: 'closed', phase: 'noop', command: 'NOOP' })
    expect([line.closed, line.released, line.listening]).toEqual(['completed', true, false])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('twice is once', async () => {
    const line = await greetedLine()
    const close = vi.spyOn(line.socket, 'close')
    await Promise.all([line.channel.close(), line.channel.close()])
    await line.channel.close()
    expect(close).toHaveBeenCalledOnce()
  })

  it('tells whoever asks later', async () => {
    const line = await greetedLine()
    await line.channel.close()
    const complete = vi.fn()
    line.channel.closed$.subscribe({ complete })
    expect(complete).toHaveBeenCalledOnce()
    expect(await failure(line.channel.request('NOOP', 'noop'))).toMatchObject({ code: 'closed', phase: 'noop' })
    expect(await failure(line.channel.expect('mail').reply)).toMatchObject({ code: 'closed', phase: 'mail' })
    expect(await failure(Promise.resolve(line.channel.write(utf8('x'))))).toMatchObject({ code: 'closed' })
    expect(line.heard).toBe('')
  })

  it('takes nothing back: a fault that comes later changes nothing', async () => {
    const line = await greetedLine()
    await line.channel.close()
    const { ended } = line.channel
    expect(line.channel.end('aborted', 'too late')).toBe(ended)
    expect(line.closed).toBe('completed')
  })

  it('hears nothing more', async () => {
    const line = await greetedLine()
    await line.channel.close()
    await line.say('nonsense\r\n')
    expect(line.transcript).toEqual(['S: 220 mx.example'])
  })
})

describe('ending because of a fault', () => {
  it('tells the first fault, to everyone, and drops the connection', async () => {
    const line = await greetedLine()
    const destroy = vi.spyOn(line.socket, 'destroy')
    const failing = [line.channel.request('A', 'mail'), line.channel.request('B', 'rcpt')].map(failure)
    const cause = new Error('why')
    line.channel.end('aborted', 'enough', { cause })
    line.channel.end('timeout', 'too late')
    const about = { code: 'aborted', message: 'enough', cause }
    expect(await Promise.all(failing)).toMatchObject([
      { ...about, phase: 'mail', command: 'A' },
      { ...about, phase: 'rcpt', command: 'B' },
    ])
    expect(line.closed).toMatchObject(about)
    expect(destroy).toHaveBeenCalledOnce()
    await expect(new Promise((_, reject) => line.channel.closed$.subscribe({ error: reject }))).rejects.toBe(
      line.closed,
    )
  })
})

describe('a write that fails', () => {
  const broken = new Error('broken pipe')
  const ways: [string, (line: Line) => void][] = [
    [
      'at once',
      ({ socket }) =>
        vi.spyOn(socket, 'write').mockImplementation(() => {
          throw broken
        }),
    ],
    ['later', ({ socket }) => vi.spyOn(socket, 'write').mockImplementation(() => Promise.reject(broken))],
  ]

  it.each(ways)('%s: the reply that is still on its way counts', async (_, breakIt) => {
    const line = await greetedLine()
    breakIt(line)
    const reply = line.channel.request('MAIL', 'mail')
    await vi.advanceTimersByTimeAsync(249)
    await line.say('554 no\r\n')
    expect((await reply).code).toBe(554)
  })

  it.each(ways)('%s: a moment later the connection is lost', async (_, breakIt) => {
    const line = await greetedLine()
    breakIt(line)
    const failing = failure(line.channel.request('MAIL', 'mail'))
    await vi.advanceTimersByTimeAsync(249)
    expect(line.closed).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(await failing).toMatchObject({
      code: 'connection-lost',
      phase: 'mail',
      message: 'the connection broke: broken pipe',
      cause: broken,
    })
  })

  it.each(ways)('%s: nothing is written behind the gap', async (_, breakIt) => {
    const line = await greetedLine()
    breakIt(line)
    const write = vi.mocked(line.socket.write)
    const failing = ['A', 'B'].map((text) => failure(line.channel.request(text, 'mail')))
    await settled()
    const third = failure(line.channel.request('C', 'mail'))
    await vi.advanceTimersByTimeAsync(250)
    expect(await Promise.all([...failing, third])).toMatchObject([{ command: 'A' }, { command: 'B' }, { command: 'C' }])
    const texts = write.mock.calls.map(([bytes]) => new TextDecoder().decode(bytes))
    expect(texts).not.toContain('C\r\n')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('resolves only when the channel has ended, so that nobody goes on', async () => {
    const line = await greetedLine()
    vi.spyOn(line.socket, 'write').mockRejectedValue(broken)
    let done = false
    const writing = Promise.resolve(line.channel.write(utf8('x'))).then(() => {
      done = true
    })
    await settled()
    expect(done).toBe(false)
    await vi.advanceTimersByTimeAsync(250)
    await writing
    expect(line.closed).toMatchObject({ code: 'connection-lost' })
  })
})

describe('a socket that speaks or ends while it is subscribed to', () => {
  it.each<[string, Observable<Uint8Array>, object]>([
    ['ends', EMPTY, { code: 'connection-lost', message: 'the server closed the connection' }],
    [
      'breaks',
      throwError(() => new Error('reset')),
      { code: 'connection-lost', message: 'the connection broke: reset' },
    ],
    ['speaks and ends', of(utf8('220 hi\r\n')), { code: 'unsolicited-reply' }],
  ])('%s', async (_, bytes$, expected) => {
    const destroy = vi.fn()
    const { socket } = openLine()
    const channel = new Channel({ ...socket, bytes$, destroy })
    expect(channel.ended).toMatchObject(expected)
    expect(destroy).toHaveBeenCalledOnce()
    expect(await failure(awaitReplyOf(channel))).toMatchObject({ code: 'closed', phase: 'greeting', cause: expected })
  })

  it('speaks out of turn and is not listened to any longer', () => {
    const left = vi.fn()
    const { socket } = openLine()
    const bytes$ = concat(of(utf8('220 hi\r\n')), NEVER).pipe(finalize(left))
    expect(new Channel({ ...socket, bytes$ }).ended).toMatchObject({ code: 'unsolicited-reply' })
    expect(left).toHaveBeenCalledOnce()
  })

  it('never speaks', async () => {
    const { socket } = openLine()
    const channel = new Channel({ ...socket, bytes$: NEVER })
    const failing = failure(awaitReplyOf(channel))
    await vi.advanceTimersByTimeAsync(deadlines.greeting)
    expect(await failing).toMatchObject({ code: 'timeout', phase: 'greeting' })
  })

  const awaitReplyOf = (channel: Channel): Promise<Reply> => {
    const { reply, written } = channel.expect('greeting')
    written()
    return reply
  }
})
