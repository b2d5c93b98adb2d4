import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LogRecord, logParser } from '../../src/logs/index.ts'
import { logExamples } from '../grammar/log-examples.ts'

const options = { year: 2025, zone: '+01:00' }

/** Heads of every kind, with a tag or without. */
const heads = [
  'Mar  4 07:05:09 mx1 postfix/qmgr[9]: ',
  'Mar  4 07:05:09 mx1 postfix/smtp[123456]: ',
  'Mar  4 07:05:09 mx22 postfix/qmgr[9]: ',
  'Mar  4 07:05:09  mx1 postfix/qmgr: ',
  '<22>Mar  4 07:05:09.5 mx1 out/postfix/qmgr[9]: [ID 197553 mail.info] ',
  'Mar  4 2024 07:05:09 mx1 postfix/qmgr[9]: ',
  '2025-03-04T07:05:09.123456+01:00 mx1 postfix/qmgr[9]: ',
  '2025-03-04T07:05:09,9Z - postfix/qmgr[9]: ',
  '2025-03-04T07:05:09 mx€ postfix/qmgr[9]: ',
  '2025-03-04T07:05:09 mx₤ post€ix/qmgr[9]: ',
  'Mar  4 07:05:09 mx1 post€ix/qmgr[9]: ',
  'Mar  4 07:05:09 mx1 post₤ix/qmgr[9]: ',
  'Mar  4 07:05:09 mx1  postfix/qmgr[9]: ',
  '2025-03-04T07:05:09:123456+01:00 mx1 postfix/qmgr[9]: ',
  '<22>1 2025-03-04T07:05:09Z mx1 postfix/qmgr 9 - - ',
  '2025-03-04T07:05:09Z stdout F Mar  4 07:05:10 mx1 postfix/qmgr[9]: ',
  '2025-03-04 07:05:09 ',
  'postfix/qmgr[9]: ',
  '',
]

const line = fc
  .record({
    head: fc.constantFrom(...heads),
    // A character that is changed, here and there.
    at: fc.nat(60),
    to: fc.constantFrom(undefined, undefined, ' ', '0', '1', '7', ':', '[', 'M', '€', '.', '-', '\n'),
    rest: fc.constantFrom('4F2A1C0D9E: removed', ' 4F2A1C0D9E: removed', 'hello', ''),
  })
  .map(({ head, at, to, rest }) => {
    const whole = head + rest
    return to === undefined ? whole : whole.slice(0, at) + to + whole.slice(at + 1)
  })

/** What every line says by itself. */
function apart(lines: readonly string[]): LogRecord[] {
  return lines.flatMap((each) => logParser('postfix', options)([each]))
}

describe('the head of a line', () => {
  it('is the same whatever came before, and whatever the line stands in', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 8 }), (lines) => {
        const expected = apart(lines)
        expect(logParser('postfix', options)(lines)).toEqual(expected)
        expect(logParser('postfix', options)([lines.join('\n')])).toEqual(expected)
      }),
      { numRuns: 2_000 },
    )
  })

  it('goes on from line to line where only the time of day is another', () => {
    const parse = logParser('auto', options)
    const times = ['00:00:00.000001', '23:59:59.999999', '12:34:56.789012', '99:99:99.999999']
    const records = parse(times.map((time) => `2025-03-04T${time}Z mx1 postfix/qmgr[9]: 4F2A1C0D9E: removed`))
    const midnight = Date.UTC(2025, 2, 4)
    expect(records.map(({ time }) => (time ?? 0) - midnight)).toEqual([0, 86_399_999, 45_296_789, 362_439_999])
  })

  it('belongs to the line inside, where there is an envelope', () => {
    const log = (text: string) => JSON.stringify({ log: `${text}\n`, time: '2025-03-04T07:05:09.5Z' })
    const inner = log('postfix/qmgr[9]: 4F2A1C0D9E: removed')
    const parse = logParser('auto', options)
    const records = parse([`${inner}\nMar  4 07:05:10 mx1 postfix/qmgr[9]: 4F2A1C0D9E: removed\n${log(inner)}\n`])
    expect(records.map(({ time, host, pid }) => [time, host, pid])).toEqual([
      [Date.UTC(2025, 2, 4, 7, 5, 9, 500), undefined, 9],
      [Date.UTC(2025, 2, 4, 6, 5, 10), 'mx1', 9],
      [Date.UTC(2025, 2, 4, 7, 5, 9, 500), undefined, 9],
    ])
    expect(parse.counters).toMatchObject({ lines: 3, parsed: 3 })
  })
})

describe('leaving events out', () => {
  const { Message = [], Told = [] } = logExamples['logs/postfix'] ?? {}

  it.each([...new Set([...Message, ...Told])])('changes nothing else: %s', (message) => {
    const line = `Mar  4 07:05:09 mx1 postfix/smtpd[9]: ${message}`
    for (const text of [line, `${line}!`, line.slice(0, -1), `${line} and more`]) {
      const every = logParser('auto', options)
      const some = logParser('auto', { ...options, events: false })
      expect(some([text])).toEqual(every([text]).filter(({ kind }) => kind !== 'event'))
      expect(some.counters).toEqual(every.counters)
    }
  })

  it('counts them, and keeps everything else', () => {
    const text = [
      'connect from a.example[192.0.2.1]',
      'AAAAA: client=a.example[192.0.2.1]',
      'Untrusted TLS connection established from a.example[192.0.2.1]: TLSv1.3',
      'disconnect from a.example[192.0.2.1] ehlo=1 commands=1',
      'statistics: max connection rate 1/60s for (smtpd:192.0.2.1) at Mar  4 07:05:09',
      'warning: AAAAA: something',
      'nobody knows this line',
    ].map((message) => `Mar  4 07:05:09 mx1 postfix/smtpd[9]: ${message}\n`)
    const every = logParser('auto', options)
    const some = logParser('auto', { ...options, events: false })
    const records = every(text)
    expect(some(text)).toEqual(records.filter(({ kind }) => kind !== 'event'))
    expect(records.map(({ kind }) => kind)).toEqual(['event', 'message', ...Array(5).fill('event')])
    expect(some.counters).toEqual(every.counters)
    expect(some.counters).toMatchObject({ lines: 7, parsed: 6 })
  })
})
