import { Readable } from 'node:stream'
import type { Observable } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'
import { follow, type LogReadError, readLog } from '../../src/adapters/node/logs/index.ts'
import {
  Correlator,
  type DeliveryRecord,
  deliveries,
  type LoggedEnvelope,
  type LoggedMessage,
  type LogRecord,
  lines,
  type MessageEnd,
  parseLog,
  type RecipientOutcome,
} from '../../src/logs/index.ts'
import { logParser, WholeLines } from '../../src/logs/parser.ts'

declare const bytes: Uint8Array
declare const texts: AsyncIterable<string>

describe('logs in files', () => {
  it('readLog', () => {
    expectTypeOf(readLog('mail.log')).toEqualTypeOf<Observable<Uint8Array>>()
    readLog(new URL('file:///var/log/mail.log'), { signal: AbortSignal.timeout(1_000), ready: () => Promise.resolve() })
    readLog(Readable.from([bytes]), { onProgress: ({ bytes, size = 0 }) => bytes / size })
    // @ts-expect-error text is no bytes
    readLog(texts)
  })

  it('follow', () => {
    expectTypeOf(follow('mail.log', { from: 'start', pollInterval: 100 })).toEqualTypeOf<Observable<Uint8Array>>()
    // @ts-expect-error there are two places to begin
    follow('mail.log', { from: 'middle' })
  })

  it('leads to records', () => {
    expectTypeOf(readLog('-').pipe(lines(), parseLog())).toEqualTypeOf<Observable<readonly LogRecord[]>>()
    expectTypeOf<LogReadError['code']>().toEqualTypeOf<'truncated' | 'corrupt' | 'unsupported' | 'missing-package'>()
  })
})

describe('without rxjs', () => {
  it('bytes become texts, and texts records', () => {
    const parse = logParser('auto', { events: false })
    expectTypeOf(parse(new WholeLines({ lineLength: 1_000 }).push(bytes))).toEqualTypeOf<LogRecord[]>()
    expectTypeOf(new WholeLines().end()).toEqualTypeOf<string>()
    // @ts-expect-error bytes are no texts
    parse(bytes)
  })
})

describe('times', () => {
  it('have zones by name', () => {
    parseLog('postfix', { zone: 'Europe/Berlin', year: 2026 })
    // @ts-expect-error an offset is written +01:00
    parseLog('postfix', { zone: 60 })
  })
})

describe('messages', () => {
  it('deliveries', () => {
    const messages$ = readLog('-').pipe(lines(), parseLog(), deliveries({ capacity: 1_000, age: 3_600_000 }))
    expectTypeOf(messages$).toEqualTypeOf<Observable<readonly LoggedMessage[]>>()
    expectTypeOf<LoggedMessage['recipients'][number]['attempts']>().toEqualTypeOf<readonly DeliveryRecord[]>()
    // @ts-expect-error lines are no records
    readLog('-').pipe(lines(), deliveries())
  })

  it('every outcome and every end', () => {
    const said: Record<RecipientOutcome, boolean> = {
      delivered: true,
      'handed-on': true,
      failed: false,
      expired: false,
      rejected: false,
      deferred: false,
      dropped: false,
    }
    const ends: Record<MessageEnd, boolean> = {
      removed: true,
      settled: true,
      rejected: true,
      'id-reused': false,
      evicted: false,
      'log-end': false,
    }
    expectTypeOf(said.delivered).toEqualTypeOf(ends.removed)
  })

  it('Correlator', () => {
    expectTypeOf(new Correlator().push([])).toEqualTypeOf<LoggedMessage[]>()
    new Correlator().push([], (record) => expectTypeOf(record).toEqualTypeOf<LogRecord>())
    expectTypeOf(new Correlator().envelopeOf).returns.toEqualTypeOf<LoggedEnvelope | undefined>()
    expectTypeOf<LoggedMessage>().toExtend<LoggedEnvelope>()
    // @ts-expect-error what has been put together is not to be changed
    for (const message of new Correlator().end()) message.end = 'removed'
  })
})
