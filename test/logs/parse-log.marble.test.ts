import { map } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { logParser, parseLog } from '../../src/logs/index.ts'

const removed = 'Mar  4 07:05:09 mx1 postfix/qmgr[9]: 4F2A1C0D9E: removed'
const arrays: Readonly<Record<string, readonly string[]>> = {
  r: [removed],
  t: [removed, removed],
  c: ['Mar  4 07:05:09 mx1 cron[9]: hello'],
  m: ['Mar  4 07:05:09 mx1 cron[9]: hello', removed],
  _: [],
}

function marbles(source: string, subscription: string, result: string, leave?: string): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ cold, expectObservable, expectSubscriptions }) => {
      const lines = cold(source, arrays, 'broken')
      const shown = lines.pipe(
        parseLog('auto', { year: 2026 }),
        map((records) => records.map(({ kind }) => kind).join()),
      )
      expectObservable(shown, leave).toBe(result, { r: 'removed', t: 'removed,removed' }, 'broken')
      expectSubscriptions(lines.subscriptions).toBe(subscription)
    },
  )
}

describe('parseLog()', () => {
  it.each([
    ['never', '-------', '^------', '-------'],
    ['empty', '---|', '^--!', '---|'],
    ['one', '--r--|', '^----!', '--r--|'],
    ['many', '--r-t-r--|', '^--------!', '--r-t-r--|'],
    ['nothing for lines of other programs', '--c-_-m--|', '^--------!', '------r--|'],
    ['error', '--r--#', '^----!', '--r--#'],
  ])('%s', (_name, source, subscription, result) => {
    marbles(source, subscription, result)
  })

  it('early unsubscribe', () => {
    marbles('--r-r-r-', '^----!', '--r-r-', '^----!')
  })

  it('counts with the parser that it is given', () => {
    const parser = logParser('auto', { year: 2026 })
    new TestScheduler(() => {}).run(({ cold, flush }) => {
      cold('mc|', arrays).pipe(parseLog(parser)).subscribe()
      flush()
    })
    expect(parser.counters.lines).toBe(3)
    expect(parser.counters.parsed).toBe(1)
    expect([...parser.counters.unparsed]).toEqual([
      ['cron', { count: 2, samples: [arrays['c']?.[0], arrays['c']?.[0]] }],
    ])
  })
})
