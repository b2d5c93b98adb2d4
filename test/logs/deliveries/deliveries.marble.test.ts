import { map } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { deliveries, type LogRecord, logParser } from '../../../src/logs/index.ts'

const parse = logParser('postfix', { year: 2026 })

function lines(id: string): readonly LogRecord[][] {
  const head = 'Mar  4 07:05:09 mx1 postfix'
  return [
    parse([`${head}/smtpd[1]: ${id}: client=mua.example[192.0.2.9]`]),
    parse([`${head}/smtp[2]: ${id}: to=<ann@a.example>, relay=none, status=sent (250 ok)`]),
    parse([`${head}/qmgr[3]: ${id}: removed`]),
  ]
}

const [clientA = [], sentA = [], removedA = []] = lines('AAAAAAA')
const [clientB = [], sentB = [], removedB = []] = lines('BBBBBBB')
const arrays: Readonly<Record<string, readonly LogRecord[]>> = {
  c: clientA,
  s: sentA,
  r: removedA,
  a: [...clientA, ...sentA, ...removedA],
  t: [...clientA, ...clientB, ...sentB, ...removedB, ...sentA, ...removedA],
  b: [...clientB, ...sentB, ...removedB],
  _: [],
}

const shown = {
  A: 'AAAAAAA delivered removed',
  B: 'BBBBBBB delivered removed',
  T: 'BBBBBBB delivered removed|AAAAAAA delivered removed',
  L: 'AAAAAAA delivered log-end',
}

function marbles(source: string, subscription: string, result: string, leave?: string): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
    ({ cold, expectObservable, expectSubscriptions }) => {
      const records = cold(source, arrays, 'broken')
      const messages = records.pipe(
        deliveries(),
        map((found) =>
          found.map(({ queueId, recipients, end }) => `${queueId} ${recipients[0]?.outcome} ${end}`).join('|'),
        ),
      )
      expectObservable(messages, leave).toBe(result, shown, 'broken')
      expectSubscriptions(records.subscriptions).toBe(subscription)
    },
  )
}

describe('deliveries()', () => {
  it.each([
    ['never', '-------', '^------', '-------'],
    ['empty', '---|', '^--!', '---|'],
    ['one, in one array', '--a--|', '^----!', '--A--|'],
    ['one, in three arrays', '-c-s-r-|', '^------!', '-----A-|'],
    ['many, one after the other', '-a-b-a|', '^-----!', '-A-B-A|'],
    ['many in one array, in the order of their ends', '--t--|', '^----!', '--T--|'],
    ['arrays without a record', '-_-a-_|', '^-----!', '---A--|'],
    ['what is unfinished, at the end', '-c-s-|', '^----!', '-----(L|)'],
    ['error: what is unfinished is not told', '-c-s-#', '^----!', '-----#'],
  ])('%s', (_name, source, subscription, result) => {
    marbles(source, subscription, result)
  })

  it('early unsubscribe', () => {
    marbles('--a-b-a-', '^----!', '--A-B-', '^----!')
  })

  it('remembers nothing of another subscription', () => {
    marbles('-c-s-|', '^----!', '-----(L|)')
    marbles('-r-|', '^--!', '---|')
  })
})
