/**
 * Marble pictures of operators whose answers come by promises. A picture has one row for each party and one column for
 * each frame, in the language of RxJS:
 *
 *     source      -a----|     sessions that arrive
 *     subs        ^-----!     how long the operator listens to the source
 *     client      -R---       lines that the client writes; | when it lets go of the connection
 *     server      ---o--      what the server says; | when it closes, # when the connection breaks
 *     result      ---a--|     sessions that the operator emits; behind a # stands the code of the error
 *     connection  ------      how the session ends for whoever connected
 *     leave       ----!       when the subscriber leaves
 *
 * `client`, `server` and `connection` are those of session `a`, `client-b` and so on those of `b`. A party whose row is
 * left out is silent; `source`, `subs` and `result` are never left out.
 */
import { type OperatorFunction, Subscription } from 'rxjs'
import { expect, it } from 'vitest'
import { conversationOf } from '../../src/client/session.ts'
import type { Phase, Session } from '../../src/index.ts'
import { type Actor, type EnterOptions, enter, released } from './actor.ts'
import { utf8 } from './chunks.ts'
import { listeningOf, type Mark, marksOf, Stage } from './stage.ts'

/** What the pictures of one operator have in common. */
export interface Cast<From extends Phase, To extends Phase> extends EnterOptions {
  readonly operator: () => OperatorFunction<Session<From>, Session<To>>
  /** The phase in which sessions arrive. */
  readonly from: From
  /** The phase in which they leave. */
  readonly to: To
  /** What the letters of client and server stand for, line ends left out. */
  readonly lines: Readonly<Record<string, string>>
}

/** Makes the tests of one operator out of titles and pictures. */
export function pictures<From extends Phase, To extends Phase>(
  cast: Cast<From, To>,
): (title: string, picture: string) => void {
  return (title, picture) => it(title, () => play(cast, new Rows(picture, cast.lines)))
}

/** The rows of one picture. */
class Rows {
  readonly length: number
  readonly #rows: ReadonlyMap<string, { readonly marbles: string; readonly note: string | undefined }>
  readonly #lines: Readonly<Record<string, string>>

  constructor(picture: string, lines: Readonly<Record<string, string>>) {
    const rows = picture.split('\n').filter((row) => row.trim() !== '')
    this.#rows = new Map(rows.map((row) => entryOf(row)))
    this.#lines = lines
    this.length = Math.max(...[...this.#rows.values()].map(({ marbles }) => marbles.length))
    for (const name of ['source', 'subs', 'result']) {
      if (!this.#rows.has(name)) throw new Error(`a picture without ${name}`)
    }
  }

  /** Marks of a row whose letters are lines. */
  lines(name: string): Mark[] {
    return this.#marks(name, this.#lines)
  }

  /** Marks of a row whose letters are sessions. */
  sessions(name: string): Mark[] {
    return this.#marks(name)
  }

  listening(name: string): { subscribed: number; unsubscribed: number } {
    return listeningOf(this.#rows.get(name)?.marbles ?? '')
  }

  #marks(name: string, values?: Readonly<Record<string, string>>): Mark[] {
    const { marbles, note } = this.#rows.get(name) ?? { marbles: '', note: undefined }
    return marksOf(marbles, values, note)
  }
}

function entryOf(row: string): [string, { marbles: string; note: string | undefined }] {
  const [name = '', marbles, note] = row.trim().split(/\s+/)
  if (marbles === undefined || !/^(?:source|subs|result|leave|(?:client|server|connection)(?:-b)?)$/.test(name)) {
    throw new Error(`no row of a picture: ${row}`)
  }
  return [name, { marbles, note }]
}

async function play<From extends Phase, To extends Phase>(cast: Cast<From, To>, rows: Rows): Promise<void> {
  const a = await enter(cast.from, cast)
  const b = await enter(cast.from, cast)
  const stage = new Stage()
  direct(stage, a, rows, '')
  direct(stage, b, rows, '-b')
  const source = stage.cold(rows.sessions('source'), (name) => (name === 'a' ? a : b).session)
  const nameOf = (session: Session<To>): string => {
    const name = conversationOf(session) === conversationOf(a.session) ? 'a' : 'b'
    return session.phase === cast.to ? name : `${name} in phase ${session.phase}`
  }
  const subscription = new Subscription()
  stage.at(0, () => {
    const observer = {
      next: (session: Session<To>) => stage.note('result', 'N', nameOf(session)),
      error: (error: unknown) => stage.note('result', 'E', error),
      complete: () => stage.note('result', 'C'),
    }
    subscription.add(source.pipe(cast.operator()).subscribe(observer))
  })
  const leaving = rows.listening('leave').unsubscribed
  if (Number.isFinite(leaving)) stage.at(leaving, () => subscription.unsubscribe())
  await stage.run(rows.length + 2)
  const parties = ['client', 'connection', 'client-b', 'connection-b']
  const expected = [
    ...parties.map((name) => [name, rows.lines(name)] as const),
    ['result', rows.sessions('result')] as const,
  ]
  expect(Object.fromEntries(expected.map(([name]) => [name, stage.notes.get(name) ?? []]))).toEqual(
    Object.fromEntries(expected),
  )
  expect(stage.listenings, 'subs').toEqual([rows.listening('subs')])
  subscription.unsubscribe()
  expect([await released(a), await released(b)], 'connections let go').toEqual([true, true])
}

/** Lets a server play its row, and takes notes of the client and of the session. */
function direct(stage: Stage, actor: Actor<Phase>, rows: Rows, suffix: string): void {
  actor.heard = (kind, line) => stage.note(`client${suffix}`, kind, line)
  actor.ended = (kind, error) => stage.note(`connection${suffix}`, kind, error)
  for (const { frame, kind, value } of rows.lines(`server${suffix}`)) {
    stage.at(frame, () => {
      if (kind === 'N') actor.peer.send(utf8(`${value}\r\n`))
      else actor.peer.end(kind === 'E' ? new Error('connection reset by peer') : undefined)
    })
  }
}
