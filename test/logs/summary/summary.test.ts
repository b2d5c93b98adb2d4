import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../../../src/logs/record.ts'
import { type Overview, overview } from '../../../src/logs/summary/overview.ts'
import { Summary } from '../../../src/logs/summary/summary.ts'
import { bounce, deferral, delivery, judge, logged, message, noon, refusal, removed } from './records.ts'

function summaryOf(...records: readonly LogRecord[]): Summary {
  const summary = new Summary({ judge })
  for (const record of records) summary.add(record)
  return summary
}

function viewOf(...records: readonly LogRecord[]): Overview {
  return overview(summaryOf(...records).state())
}

const minute = 60_000
const some = [
  message({ time: noon - minute, queueId: 'A1', messageId: '<1@x>' }),
  message({ time: noon - minute, queueId: 'A1', messageId: undefined, size: 1_200, from: 'a@here.example' }),
  delivery({ queueId: 'A1' }),
  bounce({ time: noon + minute }),
  bounce({ time: noon + 2 * minute, recipient: 'eve@dest.example' }),
  deferral({ time: noon + 3 * minute }),
  refusal({ time: noon + 3 * minute }),
  removed({ time: noon + 3 * minute, queueId: 'A1' }),
]

describe('an overview', () => {
  const view = viewOf(...some)

  test('counts records, messages and what became of recipients', () => {
    expect(view.outcomes).toEqual({ delivered: 1, deferred: 1, failed: 2, expired: 0, rejected: 1 })
    expect(view.counts).toMatchObject({ records: 8, messages: 1, removed: 1, octets: 1_200, refusals: 1 })
    expect([view.counts.first, view.counts.last]).toEqual([noon - minute, noon + 3 * minute])
  })

  test('tells domains apart, with what belongs to each', () => {
    expect(view.domains.rows.map(({ key }) => key)).toEqual(['dest.example', 'slow.example'])
    expect(view.domains.rows[0]).toMatchObject({
      outcomes: { delivered: 1, failed: 2 },
      delays: { count: 1, median: 1.5 },
      categories: [{ key: 'class-5.1.1' }, { key: 'delivered' }],
      relays: [{ key: 'mx.dest.example' }],
      replies: [{ key: '* 5.1.1 *: no such user', outcomes: { failed: 2 } }],
    })
  })

  test.each([
    ['relays', ['mx.dest.example', '']],
    ['categories', ['class-5.1.1', 'class-4.4.1', 'delivered']],
    ['refusals', ['class-5.7.1']],
    ['codes', ['550', '', '250']],
    ['enhanced', ['5.1.1', '2.0.0', '4.4.1']],
    ['tls', ['']],
    ['clients', ['203.0.113.9']],
  ] as const)('has a table of %s', (name, keys) => {
    expect(view[name].rows.map(({ key }) => key)).toEqual(keys)
  })

  test('groups what was said by its pattern, with one sample as it was written', () => {
    expect(view.replies.rows[0]).toEqual({
      key: '* 5.1.1 *: no such user',
      outcomes: { delivered: 0, deferred: 0, failed: 2, expired: 0, rejected: 0 },
      sample: '550 5.1.1 <bob@dest.example>: no such user',
      category: 'class-5.1.1',
      code: 550,
      enhanced: '5.1.1',
      first: noon + minute,
      last: noon + 2 * minute,
    })
  })

  test('measures delivered mail alone, in all stages', () => {
    expect(view.delays.total).toMatchObject({ count: 1, mean: 1.5, median: 1.5, max: 1.5 })
    expect(view.delays.connecting.max).toBe(0.9)
    expect(view.delays.inQueue.max).toBe(0)
  })

  test('has a point for every minute, with the queue at its end', () => {
    expect(view.timeline.width).toBe(minute)
    expect(view.timeline.points.map(({ delivered, failed, queue }) => [delivered, failed, queue])).toEqual([
      [0, 0, 1],
      [1, 0, 1],
      [0, 1, 1],
      [0, 1, 1],
      [0, 0, 0],
    ])
  })

  test('is plain data', () => {
    expect(structuredClone(view)).toEqual(view)
    expect(JSON.parse(JSON.stringify(view))).toMatchObject({ outcomes: { delivered: 1 } })
  })

  test('has as many rows as asked for, and sums up the others', () => {
    const { domains, replies, ownReplies } = overview(summaryOf(...some).state(), { top: 1 })
    expect(domains).toMatchObject({ rows: [{ key: 'dest.example' }], others: 1, other: { deferred: 1 } })
    expect(replies).toMatchObject({ others: 1, other: { deferred: 1 } })
    expect(ownReplies).toMatchObject({ rows: [{ outcomes: { rejected: 1 } }], others: 0 })
  })
})

test('a queue that was not empty when the log began is as long as it has to be', () => {
  const times = [0, 1, 2].map((at) => noon + at * minute)
  const view = viewOf(...times.map((time) => removed({ time })))
  expect(view.timeline.points.map(({ queue }) => queue)).toEqual([2, 1, 0])
})

test('a log that tells of no message leaving has no queue', () => {
  expect(viewOf(message(), delivery()).timeline.points[0]?.queue).toBeUndefined()
})

test('what goes through a filter counts once', () => {
  const { outcomes, counts } = viewOf(
    message({ queueId: 'B1', messageId: '<1@x>' }),
    message({ queueId: 'B2', messageId: '<1@x>' }),
    delivery({ queueId: 'B1', nextQueueId: 'B2' }),
    bounce({ queueId: 'B2' }),
  )
  expect(outcomes).toMatchObject({ delivered: 0, failed: 1 })
  expect(counts.handedOn).toBe(1)
})

test('what the part before has told of is handed on as well, and counts there', () => {
  const summary = new Summary({ judge })
  summary.foresee(message({ queueId: 'B2', messageId: '<1@x>' }))
  summary.add(delivery({ queueId: 'B1', nextQueueId: 'B2' }))
  const { counts, outcomes } = summary.state()
  expect([counts.handedOn, counts.messages, counts.records, outcomes.delivered]).toEqual([1, 0, 1, 0])
})

test('refusals of other programs than Postfix are refusals whatever they are called', () => {
  const others = [
    refusal({ format: 'exim', action: 'temporarily rejected' }),
    refusal({ format: 'sendmail', action: 'check_rcpt' }),
    refusal({ format: 'opensmtpd', action: 'failed-command' }),
  ]
  expect(viewOf(...others).counts.refusals).toBe(3)
})

test('warnings are no refusals', () => {
  const { counts, outcomes } = viewOf(refusal({ action: 'reject_warning' }), refusal({ action: 'milter-reject' }))
  expect([counts.refusals, outcomes.rejected]).toEqual([1, 1])
})

test.each([
  ['postfix', 'may', 'may'],
  ['postfix', undefined, ''],
  ['exim', undefined, 'none'],
] as const)('%s with tls %s counts as %j', (format, tls, key) => {
  expect(viewOf(delivery({ format, tls })).tls.rows.map((row) => row.key)).toEqual([key])
})

test('deliveries on the same machine have no part in the share of TLS', () => {
  const local = { name: '127.0.0.1', address: '127.0.0.1', port: 24 }
  expect(viewOf(delivery({ relay: local }), delivery({ relay: undefined })).tls.rows).toEqual([])
})

test.each([undefined, Number.NaN, -1, 8e15])('a record of time %d is counted and has no place in time', (time) => {
  const view = viewOf(delivery({ time }))
  expect(view.outcomes.delivered).toBe(1)
  expect(view.timeline.points).toEqual([])
  expect(view.counts.first).toBeUndefined()
})

describe('lines that were not understood', () => {
  const samples = [0, 1, 2].map((at) => `line ${at} ${'x'.repeat(1e6)}`)
  const unparsed = new Map([
    ['dovecot', { count: 5, samples }],
    ['', { count: 1, samples: ['?'] }],
  ])
  const parser = { counters: { lines: 10, unparsed } }

  test('are counted by program, with samples of bounded length', () => {
    const { unparsed: rows, counts } = overview(new Summary({ judge, parser }).state())
    expect(counts).toMatchObject({ lines: 10, unparsed: 6 })
    expect(rows.map((row) => [row.program, row.count, row.samples.length])).toEqual([
      ['dovecot', 5, 3],
      ['', 1, 1],
    ])
    expect(JSON.stringify(rows).length).toBeLessThan(4_000)
  })

  test('add up', () => {
    const sum = new Summary({ judge, parser })
    sum.absorb(new Summary({ judge, parser }).state())
    expect(sum.state()).toEqual(sum.state())
    expect(overview(sum.state()).counts).toMatchObject({ lines: 20, unparsed: 12 })
  })
})

test('any number of domains, relays and replies takes bounded room', () => {
  const summary = new Summary({ judge, capacity: 10, buckets: 10 })
  for (let at = 0; at < 2_000; at++) {
    const name = `${at.toString(26).replace(/\d/g, (digit) => 'zyxwvutsrq'[Number(digit)] ?? '')}.example`
    const relay = { name, address: '192.0.2.1', port: 25 }
    summary.add(bounce({ recipient: `a@${name}`, relay, text: `no ${name}`, time: noon + at * minute }))
  }
  const { domains, replies, tables, timeline } = summary.state()
  expect([domains.rows.length, replies.rows.length, tables.relays.rows.length].map((size) => size <= 20)).toEqual([
    true,
    true,
    true,
  ])
  expect(timeline.buckets.length).toBeLessThanOrEqual(10)
  expect(overview(summary.state(), { top: 3 }).domains.other.failed).toBe(1_997)
})

test('names and texts of any length take bounded room', () => {
  const long = 'x'.repeat(60_000)
  const summary = new Summary()
  for (let at = 0; at < 50; at++) {
    const relay = { name: `${at}${long}`, address: '192.0.2.1', port: 25 }
    summary.add(
      bounce({ recipient: `a@${at}${long}`, relay, text: `${at}${long}`, reply: undefined, dsn: `${at}${long}` }),
    )
  }
  expect(JSON.stringify(summary.state()).length).toBeLessThan(50 * 10_000)
})

describe('judged by rules', () => {
  const viewed = (...records: readonly LogRecord[]): Overview => {
    const summary = new Summary()
    for (const record of records) summary.add(record)
    return overview(summary.state())
  }

  test('replies that differ in the recipient alone are one group', () => {
    const { replies } = viewed(
      ...['a@one.example', 'b@two.example'].map((recipient) => {
        const text = `550 5.1.1 <${recipient}>: no such user`
        return bounce({ recipient, text, reply: logged(text) })
      }),
    )
    expect(replies.rows).toMatchObject([
      { key: '550 5.1.1 <address>: no such user', category: 'unknown-recipient', outcomes: { failed: 2 } },
    ])
  })

  test('the same text means another thing at another step', () => {
    const text = '550 Requested action not taken'
    const { categories } = viewed(
      bounce({ text, reply: logged(text), stage: 'rcpt', dsn: undefined }),
      bounce({ text, reply: logged(text), stage: 'end-of-data', dsn: undefined }),
    )
    expect(categories.rows.length).toBe(2)
  })
})

test('summaries of parts add up to the summary of the whole', () => {
  const record = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'c'),
        fc.integer({ min: 0, max: 5_000 }),
        fc.double({ min: 0, max: 9, noNaN: true }),
      )
      .chain(([name, at, delay]) =>
        fc.constantFrom<LogRecord>(
          delivery({ recipient: `x@${name}.example`, time: noon + at * minute, delay }),
          bounce({ recipient: `x@${name}.example`, time: noon + at * minute }),
          deferral({ recipient: `x@${name}.example`, time: noon + at * minute }),
          refusal({ time: noon + at * minute }),
          message({ time: noon + at * minute, size: at }),
          removed({ time: noon + at * minute }),
        ),
      ),
  )
  const records = fc.array(record, { maxLength: 40 })
  fc.assert(
    fc.property(records, records, (first, second) => {
      const sum = new Summary({ judge })
      sum.absorb(structuredClone(summaryOf(...first).state()))
      sum.absorb(JSON.parse(JSON.stringify(summaryOf(...second).state())))
      const whole = summaryOf(...first, ...second).state()
      expect(exact(sum.state())).toEqual(exact(whole))
    }),
  )
})

/** Rounds what floating-point sums leave to chance, and takes null for nothing, as JSON does. */
function exact(state: unknown): unknown {
  return JSON.parse(
    JSON.stringify(state, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)),
  )
}
