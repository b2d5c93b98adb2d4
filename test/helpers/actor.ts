import type { Observable } from 'rxjs'
import { type MemoryOptions, type MemoryPeer, memorySocket } from '../../src/adapters/memory/memory-socket.ts'
import {
  type ConnectOptions,
  data,
  hello,
  mail,
  type Phase,
  quit,
  rcpt,
  type Session,
  smtpOver,
} from '../../src/index.ts'
import { utf8 } from './chunks.ts'

/** A session in the phase that a test begins in, with the server's end of it. */
export interface Actor<P extends Phase> {
  readonly session: Session<P>
  readonly peer: MemoryPeer
  /** What is told of the lines that the client writes from now on, and of the end of the connection. */
  heard: (kind: 'N' | 'C', line?: string) => void
  /** What is told of the end of the session, as whoever connected sees it. */
  ended: (kind: 'E' | 'C', error?: unknown) => void
  /** Leaves the session, as `unsubscribe()` by whoever connected. */
  leave(): void
}

/** Settings of {@link enter}. */
export interface EnterOptions {
  /** Keywords in the reply to EHLO. */
  readonly offers?: readonly string[]
  readonly memory?: MemoryOptions
  readonly connect?: Partial<ConnectOptions>
}

type Ways = { readonly [P in Phase]: (connected$: Observable<Session<'connected'>>) => Observable<Session<P>> }

const ways: Ways = {
  connected: (connected$) => connected$,
  ready: (connected$) => connected$.pipe(hello()),
  mail: (connected$) => connected$.pipe(hello(), mail('a@b.example')),
  rcpt: (connected$) => connected$.pipe(hello(), mail('a@b.example'), rcpt('c@d.example')),
  sent: (connected$) => connected$.pipe(hello(), mail('a@b.example'), rcpt('c@d.example'), data('hi')),
  closed: (connected$) => connected$.pipe(quit()),
}

/** Opens a session with a server that agrees to everything, up to a phase; from there on the server is silent. */
export async function enter<P extends Phase>(phase: P, options: EnterOptions = {}): Promise<Actor<P>> {
  const { offers = [], memory = {}, connect = {} } = options
  const { socket, peer } = memorySocket(memory)
  const ehlo = ['mx.example', ...offers].map((text, index) => `250${index < offers.length ? '-' : ' '}${text}\r\n`)
  const actor = {
    peer,
    heard(_: 'N' | 'C', line?: string): void {
      const replies: Readonly<Record<string, string>> = { EHLO: ehlo.join(''), DATA: '354 go\r\n', QUIT: '221 bye\r\n' }
      const [verb = ''] = line?.split(' ') ?? []
      if (line !== 'hi') peer.send(utf8(replies[verb] ?? '250 ok\r\n'))
    },
    ended(_: 'E' | 'C', error?: unknown): void {
      throw error ?? new Error('the session ended before the test began')
    },
  }
  let line = ''
  peer.received$.subscribe({
    next(bytes) {
      const lines = (line + new TextDecoder().decode(bytes)).split('\r\n')
      line = lines.pop() ?? ''
      for (const whole of lines) actor.heard('N', whole)
    },
    complete: () => actor.heard('C'),
  })
  peer.send(utf8('220 mx.example\r\n'))
  const { connect: connected } = smtpOver(async () => socket)
  return new Promise((resolve) => {
    const subscription = ways[phase](connected({ host: 'mx.example', port: 25, ...connect })).subscribe({
      next: (session) => {
        actor.heard = () => {}
        actor.ended = () => {}
        resolve(Object.assign(actor, { session, leave: () => subscription.unsubscribe() }))
      },
      error: (error) => actor.ended('E', error),
      complete: () => actor.ended('C'),
    })
  })
}

/** Leaves a session, and tells whether the connection was let go with it. */
export async function released(actor: Actor<Phase>): Promise<boolean> {
  actor.leave()
  let complete = false
  actor.peer.received$.subscribe({
    complete: () => {
      complete = true
    },
  })
  return complete
}
