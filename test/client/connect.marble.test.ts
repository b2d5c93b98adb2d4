import type { Subscription } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { memorySocket } from '../../src/adapters/memory/memory-socket.ts'
import { type ConnectOptions, deadlines, type Session, type Socket, smtpOver } from '../../src/index.ts'
import { utf8 } from '../helpers/chunks.ts'
import { nothingLeftBehind, settled } from '../helpers/conversation.ts'
import { marksOf, Stage } from '../helpers/stage.ts'

nothingLeftBehind()

const says = {
  g: '220 mx.example ESMTP',
  h: '220-mx.example\r\n220 hi',
  n: '554 no service',
  l: '451 later',
  y: '421 bye',
  x: '250 what?',
  m: 'HTTP/1.1 400 Bad Request',
  t: '220 mx.example\r\n250 too',
  Q: 'QUIT',
}

/** `socket`: when the connection is there (`s`), or `#`; the other rows as in the pictures of operators. */
interface Picture {
  socket: string
  server?: string
  client?: string
  subscriber?: string
  leave?: string
  abort?: string
  result: string
  error?: string
}

const mx: ConnectOptions = { host: 'mx.example', port: 25 }

async function play({
  socket,
  server = '',
  client = '',
  leave = '',
  abort = '',
  result,
  error,
}: Picture): Promise<void> {
  const stage = new Stage()
  const memory = memorySocket()
  memory.peer.received$.subscribe({
    next: (bytes) => stage.note('client', 'N', new TextDecoder().decode(bytes).trimEnd()),
    complete: () => stage.note('client', 'C'),
  })
  const aborting = new AbortController()
  let opened = 0
  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      opened++
      for (const { frame, kind } of marksOf(socket)) {
        stage.at(frame, () => (kind === 'N' ? resolve(memory.socket) : reject(new Error('ECONNREFUSED'))))
      }
    })
  for (const { frame, kind, value } of marksOf(server, says)) {
    stage.at(frame, () => (kind === 'N' ? memory.peer.send(utf8(`${value}\r\n`)) : memory.peer.end()))
  }
  let subscription: Subscription | undefined
  stage.at(0, () => {
    const session$ = smtpOver(open).connect({ ...mx, signal: aborting.signal })
    expect(opened, 'nothing is opened before the subscription').toBe(0)
    subscription = session$.subscribe({
      next: (session: Session) => stage.note('result', 'N', session.phase === 'connected' ? 'a' : session.phase),
      error: (error: unknown) => stage.note('result', 'E', error),
      complete: () => stage.note('result', 'C'),
    })
  })
  for (const { frame } of marksOf(leave)) stage.at(frame, () => subscription?.unsubscribe())
  for (const { frame } of marksOf(abort)) stage.at(frame, () => aborting.abort(new Error('enough')))
  await stage.run(20)
  expect({ client: stage.notes.get('client') ?? [], result: stage.notes.get('result') ?? [] }).toEqual({
    client: marksOf(client, says),
    result: marksOf(result, undefined, error),
  })
  subscription?.unsubscribe()
  expect(opened).toBe(1)
}

describe('connect()', () => {
  it.each<[string, Picture]>([
    [
      'never: no connection, no end',
      {
        socket: '-----------',
        result: '-----------',
      },
    ],
    [
      'never: a server without a greeting',
      {
        socket: '--s--------',
        result: '-----------',
      },
    ],
    [
      'one, and no end as long as the session lives',
      {
        socket: '--s--------',
        server: '----g------',
        result: '----a------',
      },
    ],
    [
      'a greeting of two lines',
      {
        socket: '--s--------',
        server: '----h------',
        result: '----a------',
      },
    ],
    [
      'a greeting that is there before the socket',
      {
        socket: '----s------',
        server: '--g--------',
        result: '----a------',
      },
    ],
    [
      'no connection',
      {
        socket: '--#--------',
        result: '--#--------',
        error: 'connect-failed',
      },
    ],
    [
      'a refusal, which gets a QUIT',
      {
        socket: '--s--------',
        server: '----n------',
        client: '----(Q|)---',
        result: '----#------',
        error: 'refused',
      },
    ],
    [
      'a refusal for now, which gets a QUIT as well',
      {
        socket: '--s--------',
        server: '----l------',
        client: '----(Q|)---',
        result: '----#------',
        error: 'refused',
      },
    ],
    [
      '421',
      {
        socket: '--s--------',
        server: '----y------',
        client: '----|------',
        result: '----#------',
        error: 'service-closing',
      },
    ],
    [
      'a reply that is no greeting',
      {
        socket: '--s--------',
        server: '----x------',
        client: '----|------',
        result: '----#------',
        error: 'unexpected-reply',
      },
    ],
    [
      'what is no reply',
      {
        socket: '--s--------',
        server: '----m------',
        client: '----|------',
        result: '----#------',
        error: 'malformed-reply',
      },
    ],
    [
      'a server that closes at once',
      {
        socket: '--s--------',
        server: '----|------',
        client: '----|------',
        result: '----#------',
        error: 'connection-lost',
      },
    ],
    [
      'an error later, while nothing is under way',
      {
        socket: '--s--------',
        server: '----g--|---',
        client: '-------|---',
        result: '----a--#---',
        error: 'connection-lost',
      },
    ],
    [
      '421 later',
      {
        socket: '--s--------',
        server: '----g--y---',
        client: '-------|---',
        result: '----a--#---',
        error: 'service-closing',
      },
    ],
    [
      'a reply to nothing later',
      {
        socket: '--s--------',
        server: '----g--x---',
        client: '-------|---',
        result: '----a--#---',
        error: 'unsolicited-reply',
      },
    ],
    [
      'early unsubscribe, before the connection, which is dropped when it comes',
      {
        socket: '-----s-----',
        leave: ' ---x-------',
        client: '-----|-----',
        result: '-----------',
      },
    ],
    [
      'early unsubscribe, before the greeting',
      {
        socket: '--s--------',
        server: '-----g-----',
        leave: ' ---x-------',
        client: '---|-------',
        result: '-----------',
      },
    ],
    [
      'unsubscribe from a session',
      {
        socket: '--s--------',
        server: '----g------',
        leave: ' -------x---',
        client: '-------|---',
        result: '----a------',
      },
    ],
    [
      'the signal, before the connection',
      {
        socket: '-----s-----',
        abort: ' ---x-------',
        client: '-----|-----',
        result: '---#-------',
        error: 'aborted',
      },
    ],
    [
      'the signal, before the greeting',
      {
        socket: '--s--------',
        abort: ' ---x-------',
        client: '---|-------',
        result: '---#-------',
        error: 'aborted',
      },
    ],
    [
      'the signal, in a session',
      {
        socket: '--s--------',
        server: '----g------',
        abort: ' -------x---',
        client: '-------|---',
        result: '----a--#---',
        error: 'aborted',
      },
    ],
  ])('%s', (_, picture) => play(picture))

  it('a reply in the chunk of the greeting', () =>
    play({
      socket: '--s--------',
      server: '----t------',
      client: '----|------',
      result: '----#------',
      error: 'unsolicited-reply',
    }))

  it('many subscribers have a connection each', async () => {
    const open = vi.fn(async () => {
      const { socket, peer } = memorySocket()
      peer.send(utf8('220 mx.example\r\n'))
      return socket
    })
    const session$ = smtpOver(open).connect(mx)
    const sessions: Session[] = []
    const subscriptions = [1, 2].map(() => session$.subscribe((session) => sessions.push(session)))
    await settled()
    expect(open).toHaveBeenCalledTimes(2)
    expect(new Set(sessions).size).toBe(2)
    for (const subscription of subscriptions) subscription.unsubscribe()
  })

  it('a signal that has fired already: nothing is kept open', async () => {
    const { socket, peer } = memorySocket()
    const released = vi.fn()
    peer.received$.subscribe({ complete: released })
    const error = vi.fn()
    smtpOver(async () => socket)
      .connect({ ...mx, signal: AbortSignal.abort() })
      .subscribe({ error })
    await settled()
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ code: 'aborted', phase: 'connect' }))
    expect(released).toHaveBeenCalledOnce()
  })

  it('too late a connection is dropped when it comes', async () => {
    const { socket, peer } = memorySocket()
    const released = vi.fn()
    peer.received$.subscribe({ complete: released })
    let arrive: (socket: Socket) => void = () => {}
    const open = (): Promise<Socket> =>
      new Promise((resolve) => {
        arrive = resolve
      })
    const error = vi.fn()
    smtpOver(open).connect(mx).subscribe({ error })
    await vi.advanceTimersByTimeAsync(deadlines.connect)
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ code: 'timeout', phase: 'connect' }))
    expect(released).not.toHaveBeenCalled()
    arrive(socket)
    await settled()
    expect(released).toHaveBeenCalledOnce()
  })

  it('a greeting that does not come in time', async () => {
    const { socket } = memorySocket()
    const error = vi.fn()
    smtpOver(async () => socket)
      .connect(mx)
      .subscribe({ error })
    await settled()
    await vi.advanceTimersByTimeAsync(deadlines.greeting)
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ code: 'timeout', phase: 'greeting' }))
  })

  it.each(Array.from({ length: 25 }, (_, turns) => turns))(
    'whoever leaves %d microtasks after the subscription leaves nothing open',
    async (turns) => {
      const { socket, peer } = memorySocket()
      const released = vi.fn()
      peer.received$.subscribe({ complete: released })
      peer.send(utf8('220 mx.example\r\n'))
      const subscription = smtpOver(async () => socket)
        .connect(mx)
        .subscribe()
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      subscription.unsubscribe()
      await settled()
      expect(released).toHaveBeenCalledOnce()
    },
  )
})
