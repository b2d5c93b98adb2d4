/** The client against its model: any schedule of messages, replies, aborts and ends, in every way messages travel. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Model, type Way } from './model.ts'
import { Real } from './real.ts'
import type { Line, Message } from './verdict.ts'

// Some hundred conversations each, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 })

const runs = Number(process.env['MODEL_RUNS'] ?? 200)

type Event = fc.AsyncCommand<Model, Real>

/** Something that happens, to the model and to the client; both must have come to the same. */
class Happening implements Event {
  readonly #name: string
  readonly #happen: (model: Model, real: Real) => void

  constructor(name: string, happen: (model: Model, real: Real) => void) {
    this.#name = name
    this.#happen = happen
  }

  check(): boolean {
    return true
  }

  async run(model: Model, real: Real): Promise<void> {
    this.#happen(model, real)
    await real.settled()
    expect(real.takeWire()).toBe(model.takeWire())
    const told = Object.fromEntries(real.verdicts)
    if (model.isClearingUp) expect(Object.fromEntries(model.verdicts)).toMatchObject(told)
    else expect(told).toEqual(Object.fromEntries(model.verdicts))
  }

  toString(): string {
    return this.#name
  }
}

/** The server's mind about one command. */
type Mood = 'good' | 'later' | 'never' | 'odd' | 'closing'

const good: Readonly<Partial<Record<Line, number>>> = { DATA: 354 }
const moods: Readonly<Record<Exclude<Mood, 'good'>, number>> = { later: 450, never: 550, odd: 214, closing: 421 }

const mood: fc.Arbitrary<Mood> = fc.oneof(
  { weight: 30, arbitrary: fc.constant('good' as const) },
  { weight: 4, arbitrary: fc.constantFrom('later' as const, 'never' as const) },
  { weight: 1, arbitrary: fc.constantFrom('odd' as const, 'closing' as const) },
)

const submit = fc
  .record({
    recipients: fc.integer({ min: 1, max: 3 }),
    source: fc.constantFrom<Message['source'][]>('whole', 'whole', 'stream', 'stream', 'failing'),
  })
  .map(
    ({ recipients, source }) =>
      new Happening(`submit(${recipients}, ${source})`, (model, real) => {
        const number = model.unsettled.length + model.verdicts.size
        const to = Array.from({ length: recipients }, (_, index) => `r${index}@d.example`)
        const message = (): Message => ({
          number,
          recipients: to,
          source,
          answered: 0,
          refused: [],
          isWhole: false,
          verdict: undefined,
        })
        model.submit(message())
        real.submit(message())
      }),
  )

const answer = fc
  .record({ minds: fc.array(mood, { minLength: 1, maxLength: 5 }), exact: fc.integer({ max: 9 }), cut: fc.boolean() })
  .map(
    ({ minds, exact, cut }) =>
      new Happening(
        `answer(${minds}, ${exact > 0 ? 'to all' : 'to any'}, ${cut ? 'in pieces' : 'at once'})`,
        (...both) => {
          const [model, real] = both
          // Now and then there is a reply to no command.
          const due = cut ? model.dueTogether : exact > 0 ? model.due : [...model.due, 'MAIL' as const]
          const codes = minds.slice(0, due.length).map((mind, index) => {
            return mind === 'good' ? (good[due[index] ?? 'MAIL'] ?? 250) : moods[mind]
          })
          const text = codes.map((code) => `${code} so\r\n`).join('')
          model.replies(codes)
          if (codes.length > 0) real.say(text, cut)
        },
      ),
  )

const abort = fc.nat(3).map(
  (number) =>
    new Happening(`abort(${number})`, (model, real) => {
      const victim = model.unsettled[number]
      if (victim === undefined) return
      model.abort(victim)
      real.abort(victim)
    }),
)

const end = fc.boolean().map(
  (broken) =>
    new Happening(broken ? 'reset' : 'close', (model, real) => {
      model.end('connection-lost')
      real.end(broken)
    }),
)

const deadline = fc.constant(
  new Happening('deadline', (model, real) => {
    if (model.due.length === 0) return
    model.end('timeout')
    real.passDeadline()
  }),
)

const event: fc.Arbitrary<Event>[] = [submit, submit, submit, answer, answer, answer, answer, answer, answer, answer]
const schedule = fc.commands([...event, ...event, abort, end, deadline], { maxCommands: 40, size: 'max' })

const ways: readonly (readonly [string, Way])[] = [
  ['off', { pipelining: 'off', chunking: true, inFlight: 4 }],
  ['transaction, by DATA', { pipelining: 'transaction', chunking: false, inFlight: 4 }],
  ['transaction, by BDAT', { pipelining: 'transaction', chunking: true, inFlight: 4 }],
  ['auto, by DATA', { pipelining: 'auto', chunking: false, inFlight: 3 }],
  ['auto, by BDAT', { pipelining: 'auto', chunking: true, inFlight: 3 }],
]

describe.each(ways)('%s', (_, way) => {
  it('writes what the model writes, and tells the same of every message', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (events) => {
        const real = await Real.open(way)
        const model = new Model(way)
        try {
          await fc.asyncModelRun(() => ({ model, real }), events)
          await new Happening('end', () => {
            model.end('connection-lost')
            real.end(false)
          }).run(model, real)
          expect(model.unsettled).toEqual([])
        } finally {
          await real.close()
        }
        expect([real.released, real.timers]).toEqual([true, 0])
      }),
      { numRuns: runs },
    )
  })
})
