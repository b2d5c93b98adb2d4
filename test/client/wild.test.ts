/** Whatever a server does, each message has one verdict that the wire does not contradict, and nothing is left behind. */
import fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import { replyLikeOctets } from '../helpers/arbitraries.ts'
import { type Move, playWildly, type Setup } from '../helpers/wild-server.ts'

// Some hundred conversations each, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

const runs = Number(process.env['FUZZ_RUNS'] ?? 300)

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ kind: 'agree' } as const) },
  { weight: 10, arbitrary: fc.constant({ kind: 'pass' } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      recipients: fc.integer({ min: 1, max: 3 }),
      source: fc.constantFrom('whole', 'whole', 'stream', 'large', 'failing'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      code: fc.constantFrom(250, 251, 354, 220, 421, 450, 452, 500, 503, 550, 552, 554),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('say' as const), octets: replyLikeOctets }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), broken: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), message: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constantFrom<Move>({ kind: 'wait' }, { kind: 'break' }, { kind: 'noop' }) },
  { weight: 2, arbitrary: fc.constantFrom<Move>({ kind: 'hold' }, { kind: 'release' }, { kind: 'release' }) },
)

const ways: readonly (readonly [string, Pick<Setup, 'pipelining' | 'offers' | 'lmtp'>])[] = [
  ['off', { pipelining: 'off', offers: ['PIPELINING', 'CHUNKING'] }],
  ['transaction by DATA', { pipelining: 'transaction', offers: ['PIPELINING'] }],
  ['transaction by BDAT', { pipelining: 'transaction', offers: ['PIPELINING', 'CHUNKING'] }],
  ['auto by DATA', { pipelining: 'auto', offers: ['PIPELINING'] }],
  ['auto by BDAT', { pipelining: 'auto', offers: ['PIPELINING', 'CHUNKING', 'LIMITS RCPTMAX=2'] }],
  ['LMTP by DATA', { pipelining: 'transaction', offers: ['PIPELINING'], lmtp: true }],
  ['LMTP by BDAT', { pipelining: 'auto', offers: ['PIPELINING', 'CHUNKING'], lmtp: true }],
]

describe.each(ways)('%s', (_, way) => {
  it('ends in one verdict for each message', async () => {
    const setup = fc.record({
      pipelining: fc.constant(way.pipelining),
      offers: fc.constant(way.offers),
      lmtp: fc.constant(way.lmtp ?? false),
      inFlight: fc.integer({ min: 1, max: 4 }),
      chunk: fc.constantFrom(1, 2, 7, 1_000),
      fromGreeting: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    })
    await fc.assert(
      fc.asyncProperty(setup, fc.array(move, { maxLength: 40, size: 'max' }), (given, moves) =>
        playWildly(given, moves),
      ),
      { numRuns: runs },
    )
  })
})
