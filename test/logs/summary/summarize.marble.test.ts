import { map } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { expect, test } from 'vitest'
import type { LogRecord } from '../../../src/logs/record.ts'
import { type SummarizeOptions, summarize, type UnparsedLine } from '../../../src/logs/summary/summarize.ts'
import { bounce, delivery, judge } from './records.ts'

type Lines = readonly (LogRecord | UnparsedLine)[]

const unparsed: UnparsedLine = { kind: 'unparsed', program: 'dovecot', text: '?' }
const lines: Record<string, Lines> = { d: [delivery()], b: [bounce(), bounce()], n: [], u: [unparsed] }

interface Picture {
  readonly source: string
  readonly subs: string
  readonly snapshots?: string
  readonly snapshotSubs?: string
  readonly leave?: string
  readonly result: string
}

// A result is what was delivered, what failed and what was not understood, in three digits.
test.each<[string, Picture]>([
  ['never', { source: '-----', subs: '^----', result: '-----' }],
  ['empty', { source: '--|', subs: '^-!', result: '--(A|)' }],
  ['one', { source: '-d-|', subs: '^--!', result: '---(B|)' }],
  ['many', { source: '-db-nu|', subs: '^-----!', result: '------(C|)' }],
  ['an error of the source', { source: '-d#', subs: '^-!', result: '--#' }],
  ['early unsubscribe', { source: '-d---|', subs: '^--!', leave: '---!', result: '----' }],
  [
    'snapshots on the way, the last one at the end',
    { source: '-d-b--|', subs: '^-----!', snapshots: '--s--s-s', snapshotSubs: '^-----!', result: '--B--D(D|)' },
  ],
  [
    'snapshots that end before the source',
    { source: '-d-b|', subs: '^---!', snapshots: 's-|', snapshotSubs: '^-!', result: 'A---(D|)' },
  ],
  ['an error of the snapshots', { source: '-d-b|', subs: '^-!', snapshots: '--#', snapshotSubs: '^-!', result: '--#' }],
  [
    'early unsubscribe with snapshots',
    { source: '-d-b|', subs: '^-!', snapshots: '-s---', snapshotSubs: '^-!', leave: '--!', result: '-A-' },
  ],
])('%s', (_, { source, subs, snapshots, snapshotSubs, leave, result }) => {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ cold, expectObservable, expectSubscriptions }) => {
      const input = cold(source, lines)
      const clock = snapshots === undefined ? undefined : cold(snapshots)
      const options: SummarizeOptions = { judge, snapshots: clock }
      const output = input.pipe(
        summarize(options),
        map(({ outcomes, counts }) => `${outcomes.delivered}${outcomes.failed}${counts.unparsed}`),
      )
      expectObservable(output, leave).toBe(result, { A: '000', B: '100', C: '121', D: '120' })
      expectSubscriptions(input.subscriptions).toBe(subs)
      if (clock !== undefined) expectSubscriptions(clock.subscriptions).toBe(snapshotSubs ?? '')
    },
  )
})
