/** What every operator checks at run time, for JavaScript and for sessions that are used twice. */
import { firstValueFrom, type OperatorFunction, of, Subject, share } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  authenticate,
  command,
  data,
  hello,
  mail,
  noop,
  type Phase,
  plainAuth,
  quit,
  rcpt,
  reset,
  type Session,
  send,
  startTls,
  verify,
} from '../../src/index.ts'
import { type Actor, enter, released } from '../helpers/actor.ts'
import { utf8 } from '../helpers/chunks.ts'
import { failure, nothingLeftBehind, settled } from '../helpers/conversation.ts'

nothingLeftBehind()

type AnyStep = OperatorFunction<Session<never>, Session>

const operators: Readonly<Record<string, [AnyStep, readonly Phase[]]>> = {
  hello: [hello(), ['connected']],
  startTls: [startTls(), ['ready', 'sent']],
  authenticate: [authenticate(plainAuth({ username: 'ann', password: 'wonderland' })), ['ready', 'sent']],
  mail: [mail(''), ['ready', 'sent']],
  rcpt: [rcpt('c@d.example'), ['mail', 'rcpt']],
  data: [data('hi'), ['rcpt']],
  send: [send({ from: '', to: 'c@d.example', message: 'hi' }), ['ready', 'sent']],
  reset: [reset(), ['ready', 'mail', 'rcpt', 'sent']],
  noop: [noop(), ['ready', 'mail', 'rcpt', 'sent']],
  verify: [verify('ann'), ['ready', 'sent']],
  command: [command('X'), ['connected', 'ready', 'mail', 'rcpt', 'sent']],
  quit: [quit(), ['connected', 'ready', 'mail', 'rcpt', 'sent']],
}
const phases: readonly Phase[] = ['connected', 'ready', 'mail', 'rcpt', 'sent', 'closed']

const run = (session: Session, operator: AnyStep): Promise<Session> =>
  firstValueFrom(of(session as Session<never>).pipe(operator))

/** Takes notes of what the client writes. */
function listen(actor: Actor<Phase>): string[] {
  const heard: string[] = []
  actor.heard = (kind, line) => heard.push(kind === 'C' ? 'closed' : (line ?? ''))
  return heard
}

const wrong = Object.entries(operators).flatMap(([name, [operator, right]]) =>
  phases.filter((phase) => !right.includes(phase)).map((phase) => [name, phase, operator] as const),
)

describe('an operator in a phase that is not its own', () => {
  it.each(wrong)('%s in %s writes nothing, and the session stays as it is', async (_, phase, operator) => {
    const actor = await enter(phase)
    const heard = listen(actor)
    const error = await failure(run(actor.session, operator))
    await settled()
    if (phase === 'closed') {
      expect(error).toMatchObject({ code: 'closed', delivery: 'not-sent' })
    } else {
      expect(error).toMatchObject({ code: 'bad-sequence', message: expect.stringContaining(`the session is ${phase}`) })
      expect(heard).toEqual([])
      const answer = run(actor.session, command('X'))
      actor.peer.send(utf8('250 ok\r\n'))
      expect((await answer).phase).toBe(phase)
    }
    expect(await released(actor)).toBe(true)
  })
})

describe('a view that is spent', () => {
  it('does not begin another message behind the first', async () => {
    const actor = await enter('ready')
    const heard = listen(actor)
    actor.peer.send(utf8(''))
    const mailing = run(actor.session, mail('a@b.example'))
    actor.peer.send(utf8('250 ok\r\n'))
    const next = await mailing
    expect(await failure(run(actor.session, mail('x@b.example')))).toMatchObject({
      code: 'bad-sequence',
      message: 'the session has moved on from ready to mail',
    })
    expect(heard).toEqual(['MAIL FROM:<a@b.example>'])
    // The view that came out of it goes on.
    const naming = run(next, rcpt('c@d.example'))
    actor.peer.send(utf8('250 ok\r\n'))
    expect((await naming).phase).toBe('rcpt')
    expect(await released(actor)).toBe(true)
  })

  it('is the same session: what it was keeps standing in it', async () => {
    const actor = await enter('ready', { offers: ['SIZE 10'] })
    const mailing = run(actor.session, mail('a@b.example'))
    actor.peer.send(utf8('250 2.1.0 ok\r\n'))
    const next = await mailing
    expect([actor.session.phase, next.phase]).toEqual(['ready', 'mail'])
    expect(next.reply?.text).toBe('2.1.0 ok')
    expect(next.capabilities).toBe(actor.session.capabilities)
    expect(next.greeting).toBe(actor.session.greeting)
    expect(await released(actor)).toBe(true)
  })
})

describe('two operators at once', () => {
  it('the second is told, and the first is not disturbed', async () => {
    const actor = await enter('ready')
    const heard = listen(actor)
    const first = run(actor.session, noop())
    expect(await failure(run(actor.session, mail('a@b.example')))).toMatchObject({
      code: 'bad-sequence',
      phase: 'mail',
      message: 'another operator is at work on the session',
    })
    actor.peer.send(utf8('250 ok\r\n'))
    expect((await first).phase).toBe('ready')
    expect(heard).toEqual(['NOOP'])
    expect(await released(actor)).toBe(true)
  })

  it('on two branches of one source', async () => {
    const actor = await enter('ready')
    const heard = listen(actor)
    const source = new Subject<Session<'ready'>>()
    const shared$ = source.pipe(share())
    const outcomes: string[] = []
    for (const [name, operator] of [
      ['noop', noop<'ready'>()],
      ['reset', reset()],
    ] as const) {
      shared$.pipe(operator).subscribe({
        next: () => outcomes.push(`${name}: done`),
        error: (error: Error) => outcomes.push(`${name}: ${error.message}`),
      })
    }
    source.next(actor.session)
    await settled()
    actor.peer.send(utf8('250 ok\r\n'))
    await settled()
    expect(outcomes).toEqual(['reset: another operator is at work on the session', 'noop: done'])
    expect(heard).toEqual(['NOOP'])
    expect(await released(actor)).toBe(true)
  })

  it('a second that is given up at once does not end the session', async () => {
    const actor = await enter('ready')
    const heard = listen(actor)
    const first = run(actor.session, noop())
    of(actor.session).pipe(mail('a@b.example')).subscribe().unsubscribe()
    await settled()
    expect(heard).toEqual(['NOOP'])
    actor.peer.send(utf8('250 ok\r\n'))
    expect((await first).phase).toBe('ready')
    expect(await released(actor)).toBe(true)
  })
})

describe('what is no session', () => {
  it.each([[undefined], [null], [{}], [{ phase: 'ready' }], ['ready']])('%j', async (value) => {
    expect(await failure(run(value as never, mail('')))).toMatchObject({
      code: 'invalid-argument',
      argument: 'session',
    })
  })
})
