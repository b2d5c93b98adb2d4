import { map } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { expect, test } from 'vitest'
import type { LogRecord } from '../../../src/logs/record.ts'
import { type SummarizeOptions, summarize } from '../../../src/logs/summary/summarize.ts'
import { bounce, delivery, judge } from './records.ts'

const batches: Record<string, readonly LogRecord[]> = { d: [delivery()], b: [bounce(), bounce()], n: [] }

interface Picture {
  readonly source: string
  readonly subs: string
  readonly snapshots?: string
  readonly snapshotSubs?: string
  readonly leave?: string
  readonly result: string
}

// A result is what was delivered and what failed, in two digits.
test.each<[string, Picture]>([
  ['never', { source: '-----', subs: '^----', result: '-----' }],
  ['empty', { source: '--|', subs: '^-!', result: '--(A|)' }],
  ['one', { source: '-d-|', subs: '^--!', result: '---(B|)' }],
  ['many', { source: '-db-nd|', subs: '^-----!', result: '------(C|)' }],
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
      const input = cold(source, batches)
      const clock = snapshots === undefined ? undefined : cold(snapshots)
      const options: SummarizeOptions = { judge, snapshots: clock }
      const output = input.pipe(
        summarize(options),
        map(({ outcomes }) => `${outcomes.delivered}${outcomes.failed}`),
      )
      expectObservable(output, leave).toBe(result, { A: '00', B: '10', C: '22', D: '12' })
      expectSubscriptions(input.subscriptions).toBe(subs)
      if (clock !== undefined) expectSubscriptions(clock.subscriptions).toBe(snapshotSubs ?? '')
    },
  )
})
