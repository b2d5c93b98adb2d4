import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Correlator,
  type CorrelatorOptions,
  type LogFormat,
  type LoggedMessage,
  logParser,
} from '../../../src/logs/index.ts'

const head = 'Mar  4 07:05:09 mx1 postfix'
const tried = 'relay=mx.b.example[192.0.2.25]:25, delay=2.5, delays=0.1/0.2/1.2/1, tls=may'

/** Correlates a log, all at once and line by line, which is the same. */
function correlate(
  lines: readonly string[],
  options: CorrelatorOptions = {},
  format: LogFormat | 'auto' = 'auto',
): LoggedMessage[] {
  const parser = { year: 2026 }
  const [once, oneByOne] = [new Correlator(options), new Correlator(options)]
  const messages = [...once.push(logParser(format, parser)(lines)), ...once.end()]
  const parse = logParser(format, parser)
  const found = [...lines.flatMap((line) => oneByOne.push(parse([line]))), ...oneByOne.end()]
  expect(found).toEqual(messages)
  return messages
}

/** Shows a message in short. */
function shown({ queueId, recipients, end, complete }: LoggedMessage): string {
  const outcomes = recipients.map(({ address, outcome, attempts }) => `${address} ${outcome} ${attempts.length}`)
  return [queueId, ...outcomes, end, ...(complete ? ['complete'] : [])].join(', ')
}

const story = [
  `${head}/submission/smtpd[1]: 4F2A1C0: client=mua.a.example[192.0.2.9], sasl_method=PLAIN, sasl_username=ann`,
  `${head}/cleanup[2]: 4F2A1C0: message-id=<1@a.example>`,
  `${head}/qmgr[3]: 4F2A1C0: from=<ann@a.example>, size=1234, nrcpt=3 (queue active)`,
  `${head}/smtp[4]: 4F2A1C0: host mx1.b.example[192.0.2.24] said: 451 4.3.2 Try the next (in reply to MAIL FROM command)`,
  `${head}/smtp[4]: 4F2A1C0: to=<bob@b.example>, orig_to=<all@a.example>, ${tried}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9C1F2A03)`,
  `${head}/smtp[5]: 4F2A1C0: to=<cy@b.example>, ${tried}, dsn=5.1.1, status=bounced (host mx.b.example[192.0.2.25] said: 550 5.1.1 Unknown (in reply to RCPT TO command))`,
  `${head}/smtp[5]: 4F2A1C0: to=<di@b.example>, ${tried}, dsn=4.2.2, status=deferred (host mx.b.example[192.0.2.25] said: 452 4.2.2 Full (in reply to RCPT TO command))`,
  `${head}/bounce[6]: 4F2A1C0: sender non-delivery notification: 5F2A1C1`,
  `Mar  4 08:05:09 mx1 postfix/qmgr[3]: 4F2A1C0: from=<ann@a.example>, size=1234, nrcpt=1 (queue active)`,
  `Mar  4 08:05:10 mx1 postfix/smtp[7]: 4F2A1C0: to=<di@b.example>, ${tried}, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
  `Mar  4 08:05:10 mx1 postfix/qmgr[3]: 4F2A1C0: removed`,
]

describe('what is known of a message so far', () => {
  it('grows with each line, and ends with the message', () => {
    const parse = logParser('postfix', { year: 2026 })
    const correlator = new Correlator()
    const known = story.map((line) => {
      const [record] = parse([line])
      const envelope = record && correlator.envelopeOf(record)
      correlator.push(record === undefined ? [] : [record])
      return [envelope?.client?.name, envelope?.messageId, envelope?.from, envelope?.size, envelope?.recipientCount]
    })
    const client = 'mua.a.example'
    expect(known.slice(0, 3)).toEqual([
      [undefined, undefined, undefined, undefined, undefined],
      [client, undefined, undefined, undefined, undefined],
      [client, '1@a.example', undefined, undefined, undefined],
    ])
    for (const line of known.slice(3)) expect(line).toEqual([client, '1@a.example', 'ann@a.example', 1234, 3])
    const [removed] = parse([story.at(-1) ?? ''])
    expect(removed && correlator.envelopeOf(removed)).toBeUndefined()
  })

  it('is told while records are taken', () => {
    const correlator = new Correlator()
    const senders: (string | undefined)[] = []
    correlator.push(logParser('postfix', { year: 2026 })(story), (record) => {
      if (record.kind === 'delivery') senders.push(correlator.envelopeOf(record)?.from)
    })
    expect(senders).toEqual(['ann@a.example', 'ann@a.example', 'ann@a.example', 'ann@a.example'])
  })

  it('is nothing where there is no queue id', () => {
    const [record] = logParser('postfix')([`${head}/smtpd[1]: connect from mua.a.example[192.0.2.9]`])
    expect(record && new Correlator().envelopeOf(record)).toBeUndefined()
  })
})

it('reads a log that begins before the one before it has ended', () => {
  const other = story.map((line) => line.replace('mx1', 'mx2'))
  const later = story.map((line) => line.replace('Mar  4', 'Mar 24'))
  const messages = correlate([...later, ...other])
  expect(messages.map((message) => [message.host, message.complete, message.recipients.length])).toEqual([
    ['mx1', true, 3],
    ['mx2', true, 3],
  ])
})

describe('a message of Postfix', () => {
  it('is put together out of all its lines', () => {
    const [message, ...others] = correlate(story)
    expect(others).toEqual([])
    expect(message).toMatchObject({
      format: 'postfix',
      host: 'mx1',
      queueId: '4F2A1C0',
      first: Date.UTC(2026, 2, 4, 7, 5, 9),
      last: Date.UTC(2026, 2, 4, 8, 5, 10),
      from: 'ann@a.example',
      messageId: '1@a.example',
      size: 1234,
      client: { name: 'mua.a.example', address: '192.0.2.9' },
      saslMethod: 'PLAIN',
      saslUsername: 'ann',
      uid: undefined,
      recipientCount: 3,
      recipients: [
        {
          address: 'bob@b.example',
          originalRecipient: 'all@a.example',
          outcome: 'delivered',
          attempts: [
            {
              relay: { name: 'mx.b.example', address: '192.0.2.25', port: 25 },
              reply: { code: 250, partial: false },
              tls: 'may',
              delay: 2.5,
              delays: [0.1, 0.2, 1.2, 1],
            },
          ],
        },
        { address: 'cy@b.example', outcome: 'failed', attempts: [{ reply: { code: 550, lines: ['5.1.1 Unknown'] } }] },
        {
          address: 'di@b.example',
          outcome: 'delivered',
          attempts: [{ disposition: 'deferred', reply: { code: 452 } }, { disposition: 'delivered' }],
        },
      ],
      detours: [{ kind: 'attempt', reply: { code: 451 } }],
      rejections: [],
      notifications: [{ notification: 'failure', childQueueId: '5F2A1C1' }],
      nextQueueIds: ['9C1F2A03'],
      end: 'removed',
      complete: true,
    })
  })

  const sent = `${head}/smtp[4]: 4F2A1C0: to=<bob@b.example>, ${tried}, dsn=2.0.0, status=sent (250 2.0.0 Ok)`
  const deferred = `${head}/smtp[4]: 4F2A1C0: to=<bob@b.example>, ${tried}, dsn=4.0.0, status=deferred (no answer)`
  const client = `${head}/smtpd[1]: 4F2A1C0: client=mua.a.example[192.0.2.9]`
  const queued = `${head}/qmgr[3]: 4F2A1C0: from=<ann@a.example>, size=1234, nrcpt=1 (queue active)`
  const removed = `${head}/qmgr[3]: 4F2A1C0: removed`
  const expired = `${head}/qmgr[3]: 4F2A1C0: from=<ann@a.example>, status=expired, returned to sender`

  it.each<[string, readonly string[], readonly string[]]>([
    ['whole', [client, queued, sent, removed], ['4F2A1C0, bob@b.example delivered 1, removed, complete']],
    ['still in the queue', [client, queued, deferred], ['4F2A1C0, bob@b.example deferred 1, log-end']],
    ['open when the log begins', [deferred, sent, removed], ['4F2A1C0, bob@b.example delivered 2, removed']],
    ['of which only the end is there', [removed], []],
    ['expired', [client, queued, deferred, expired, removed], ['4F2A1C0, bob@b.example expired 1, removed, complete']],
    [
      'deleted by hand',
      [client, queued, deferred, `${head}/postsuper[9]: 4F2A1C0: removed`],
      ['4F2A1C0, bob@b.example dropped 1, removed, complete'],
    ],
    [
      'refused at its end',
      [
        client,
        `${head}/cleanup[2]: 4F2A1C0: milter-reject: END-OF-MESSAGE from mua.a.example[192.0.2.9]: 5.7.1 Spam; from=<ann@a.example> to=<bob@b.example> proto=ESMTP helo=<mua>`,
      ],
      ['4F2A1C0, bob@b.example rejected 0, rejected, complete'],
    ],
    [
      'with a recipient that was refused',
      [
        client,
        `${head}/smtpd[1]: 4F2A1C0: reject: RCPT from mua.a.example[192.0.2.9]: 550 5.1.1 <cy@b.example>: Recipient address rejected: unknown; from=<ann@a.example> to=<cy@b.example> proto=ESMTP helo=<mua>`,
        queued,
        sent,
        removed,
      ],
      ['4F2A1C0, cy@b.example rejected 0, bob@b.example delivered 1, removed, complete'],
    ],
    [
      'whose id comes again after it was removed',
      [client, queued, sent, removed, client, queued, deferred, removed],
      ['4F2A1C0, bob@b.example delivered 1, removed, complete', '4F2A1C0, bob@b.example dropped 1, removed, complete'],
    ],
    [
      'whose id comes again, its removal not logged',
      [client, queued, sent, client, queued, sent, removed],
      ['4F2A1C0, bob@b.example delivered 1, id-reused', '4F2A1C0, bob@b.example delivered 1, removed, complete'],
    ],
    [
      'whose id comes again, its end and the beginning of the next not logged',
      [client, queued, sent, queued.replace('ann', 'eve'), deferred, removed],
      ['4F2A1C0, bob@b.example delivered 1, id-reused', '4F2A1C0, bob@b.example dropped 1, removed'],
    ],
    [
      'that is tried again after a restart',
      [client, queued, deferred, `${head}/postfix-script[1]: starting the Postfix mail system`, queued, sent, removed],
      ['4F2A1C0, bob@b.example delivered 2, removed, complete'],
    ],
    [
      'on another host, or of another instance, at the same time',
      [client, client.replace('mx1', 'mx2'), client.replace('postfix/', 'postfix-out/'), sent, removed],
      ['4F2A1C0, bob@b.example delivered 1, removed, complete', '4F2A1C0, log-end', '4F2A1C0, log-end'],
    ],
    [
      'with a Message-ID of whoever sent it again',
      [
        client,
        `${head}/cleanup[2]: 4F2A1C0: message-id=<1@a.example>`,
        `${head}/cleanup[2]: 4F2A1C0: resent-message-id=<2@a.example>`,
        sent,
        removed,
      ],
      ['4F2A1C0, bob@b.example delivered 1, removed, complete'],
    ],
    [
      'whose sender is completed on its way',
      [`${head}/pickup[8]: 4F2A1C0: uid=0 from=<root>`, queued, sent, removed],
      ['4F2A1C0, bob@b.example delivered 1, removed, complete'],
    ],
  ])('%s', (_name, lines, expected) => {
    expect(correlate(lines).map(shown)).toEqual(expected)
  })

  it('that goes through a content filter is not delivered, but handed on', () => {
    const messages = correlate([
      client,
      queued,
      `${head}/smtpd[1]: 7D0A31C60: client=localhost[127.0.0.1]`,
      `${head}/smtp[4]: 4F2A1C0: to=<bob@b.example>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7D0A31C60)`,
      removed,
      sent.replace('4F2A1C0', '7D0A31C60'),
      removed.replace('4F2A1C0', '7D0A31C60'),
    ])
    expect(messages.map(shown)).toEqual([
      '4F2A1C0, bob@b.example handed-on 1, removed, complete',
      '7D0A31C60, bob@b.example delivered 1, removed, complete',
    ])
    expect(messages[0]?.nextQueueIds).toEqual(['7D0A31C60'])
  })

  it('that another server of the same log takes is handed on too', () => {
    const there = [client, sent, removed].map((line) => line.replace('mx1', 'mx2').replace('4F2A1C0', '9C1F2A03'))
    const here = [client, sent.replace('2.0.0 Ok', '2.0.0 Ok: queued as 9C1F2A03'), removed]
    expect(correlate([...there, ...here]).map(shown)).toEqual([
      '9C1F2A03, bob@b.example delivered 1, removed, complete',
      '4F2A1C0, bob@b.example handed-on 1, removed, complete',
    ])
  })
})

describe('a message of', () => {
  it.each<[LogFormat, readonly string[], readonly string[]]>([
    [
      'exim',
      [
        '2026-03-04 07:05:09 1rgvxB-0003Qb-1a <= ann@a.example H=mua.a.example [192.0.2.9] P=esmtpsa A=plain:ann S=1234 id=1@a.example',
        '2026-03-04 07:05:10 1rgvxB-0003Qb-1a == bob@b.example R=dnslookup T=remote_smtp defer (-44) H=mx.b.example [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<bob@b.example>: 451 4.7.1 Greylisted',
        '2026-03-04 07:15:10 1rgvxB-0003Qb-1a => bob@b.example R=dnslookup T=remote_smtp H=mx.b.example [192.0.2.25] C="250 2.0.0 Ok"',
        '2026-03-04 07:15:10 1rgvxB-0003Qb-1a Completed',
      ],
      ['1rgvxB-0003Qb-1a, bob@b.example delivered 2, removed, complete'],
    ],
    [
      'sendmail',
      [
        'Mar  4 07:05:09 mx1 sm-mta[1]: 624659Fp004098: from=<ann@a.example>, size=1234, class=0, nrcpts=2, msgid=<1@a.example>, proto=ESMTP, daemon=MTA, relay=mua.a.example [192.0.2.9]',
        'Mar  4 07:05:10 mx1 sm-mta[2]: 624659Fp004098: to=<bob@b.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.b.example. [192.0.2.25], dsn=2.0.0, stat=Sent (Ok)',
        'Mar  4 07:05:11 mx1 sm-mta[2]: 624659Fp004098: to=<cy@b.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.b.example. [192.0.2.25], dsn=5.1.1, stat=User unknown',
        'Mar  4 07:25:11 mx1 sm-mta[9]: 624659Fq004099: from=<ann@a.example>, size=1234, class=0, nrcpts=1, msgid=<2@a.example>, proto=ESMTP, daemon=MTA, relay=mua.a.example [192.0.2.9]',
        'Mar  4 07:25:12 mx1 sm-mta[9]: 624659Fq004099: to=<di@b.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.b.example. [192.0.2.25], dsn=4.0.0, stat=Deferred: Connection refused by mx.b.example.',
      ],
      [
        '624659Fp004098, bob@b.example delivered 1, cy@b.example failed 1, settled, complete',
        '624659Fq004099, di@b.example deferred 1, log-end',
      ],
    ],
    [
      'opensmtpd',
      [
        'Mar  4 07:05:09 mx1 smtpd[1]: 5df87c9b982c840c mta delivery evpid=3d4c4a424797fe79 from=<ann@a.example> to=<bob@b.example> rcpt=<-> source="192.0.2.1" relay="192.0.2.25 (mx.b.example)" delay=1s result="TempFail" stat="451 4.7.1 Later"',
        'Mar  4 07:15:09 mx1 smtpd[1]: 5df87c9b982c840d mta delivery evpid=3d4c4a424797fe79 from=<ann@a.example> to=<bob@b.example> rcpt=<-> source="192.0.2.1" relay="192.0.2.25 (mx.b.example)" delay=1s result="Ok" stat="250 2.0.0 Ok"',
      ],
      ['3d4c4a42, bob@b.example delivered 2, settled'],
    ],
    [
      'qmail',
      [
        '@4000000065e5a3d50c1a2b3c new msg 77',
        '@4000000065e5a3d50c1a2b3c info msg 77: bytes 1234 from <ann@a.example> qp 9 uid 64011',
        '@4000000065e5a3d50c1a2b3c starting delivery 41: msg 77 to remote bob@b.example',
        '@4000000065e5a3d60c1a2b3c delivery 41: success: 192.0.2.25_accepted_message./Remote_host_said:_250_Ok/',
        '@4000000065e5a3d60c1a2b3c end msg 77',
        '@4000000065e5a3d70c1a2b3c new msg 77',
        '@4000000065e5a3d70c1a2b3c info msg 77: bytes 99 from <eve@a.example> qp 9 uid 64011',
      ],
      ['77, bob@b.example delivered 1, removed, complete', '77, log-end'],
    ],
  ])('%s', (format, lines, expected) => {
    expect(correlate(lines, {}, format).map(shown)).toEqual(expected)
  })
})

/** Makes the lines of a message that has its id to itself, a second apart. */
function lifeOf(number: number, outcomes: readonly string[], isWhole: boolean): string[] {
  const id = (0xa000000 + number).toString(16).toUpperCase()
  const lines = [
    `/smtpd[1]: ${id}: client=mua${number}.a.example[192.0.2.9]`,
    `/cleanup[2]: ${id}: message-id=<${number}@a.example>`,
    `/qmgr[3]: ${id}: from=<ann${number}@a.example>, size=${number}, nrcpt=${outcomes.length} (queue active)`,
    ...outcomes.map((status, at) => `/smtp[4]: ${id}: to=<r${at % 3}@b.example>, ${tried}, status=${status} (250 ok)`),
    ...(isWhole ? [`/qmgr[3]: ${id}: removed`] : []),
  ]
  return lines.map((line) => `Mar  4 07:05:09 mx1 postfix${line}`)
}

describe('a Correlator', () => {
  it('tells of messages the same whatever happens in between', () => {
    const life = fc.record({
      outcomes: fc.array(fc.constantFrom('sent', 'bounced', 'deferred'), { maxLength: 6 }),
      isWhole: fc.boolean(),
    })
    const picks = fc.array(fc.nat(), { minLength: 100, maxLength: 100 })
    fc.assert(
      fc.property(
        fc.array(life, { minLength: 1, maxLength: 8 }),
        picks,
        fc.integer({ min: 1, max: 20 }),
        (lives, order, size) => {
          const logs = lives.map(({ outcomes, isWhole }, at) => lifeOf(at, outcomes, isWhole))
          const alone = logs.flatMap((log) => correlate(log))
          const mixed: string[] = []
          const left = logs.map((log) => [...log])
          for (let turn = 0; left.some((log) => log.length > 0); turn++) {
            const waiting = left.filter((log) => log.length > 0)
            mixed.push(waiting[(order[turn % order.length] ?? 0) % waiting.length]?.shift() ?? '')
          }
          const parse = logParser('postfix', { year: 2026 })
          const correlator = new Correlator()
          const found: LoggedMessage[] = []
          for (let at = 0; at < mixed.length; at += size)
            found.push(...correlator.push(parse(mixed.slice(at, at + size))))
          found.push(...correlator.end())
          const byId = (a: LoggedMessage, b: LoggedMessage): number => (a.queueId < b.queueId ? -1 : 1)
          expect(found.sort(byId)).toEqual(alone.sort(byId))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('takes any records in any order', () => {
    const lines = story.flatMap((line) => [line, line.replace('4F2A1C0', '7D0A31C'), line.replace('mx1', 'mx2')])
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...lines), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (log, capacity) => {
          const found = correlate(log, { capacity })
          const attempts = found.flatMap(({ recipients }) => recipients.flatMap((recipient) => recipient.attempts))
          expect(attempts.length).toBe(log.filter((line) => line.includes(' to=<')).length)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('lets the quietest message go when there are too many', () => {
    const log = [0, 1, 2, 0, 3].map((number) => lifeOf(number, [], false)[2] ?? '')
    expect(correlate(log, { capacity: 3 }).map(shown)).toEqual([
      'A000001, evicted',
      'A000002, log-end',
      'A000003, log-end',
      'A000000, log-end',
    ])
  })

  it.each([0, -1, Number.NaN])('a capacity of %s is refused', (capacity) => {
    expect(() => new Correlator({ capacity })).toThrow(RangeError)
  })

  it('lets go of what it has not heard of for long, by the times of the log', () => {
    const at = (day: number, line: string): string => line.replace('Mar  4', `Mar  ${day}`)
    const [old = '', other = '', again = ''] = [0, 1, 0].map((number) => lifeOf(number, [], false)[2])
    expect(correlate([at(1, old), at(2, other), at(8, other)]).map(shown)).toEqual([
      'A000000, evicted',
      'A000001, log-end',
    ])
    expect(correlate([at(1, old), at(9, again)]).map(shown)).toEqual(['A000000, evicted', 'A000000, log-end'])
    expect(correlate([at(1, old), at(9, other)], { age: Number.POSITIVE_INFINITY }).map(shown)).toHaveLength(2)
  })

  it('holds no more than it may, and no chunk of the log', () => {
    const correlator = new Correlator({ capacity: 500 })
    const parse = logParser('postfix', { year: 2026 })
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    let ended = 0
    const feed = (rounds: number): void => {
      for (let round = 0; round < rounds; round++) {
        // One text for all, as it comes out of a file; nothing is ever removed, and one message never rests.
        const padding = `Mar  4 07:05:09 mx1 cron[1]: ${'x'.repeat(200_000)}\n`
        const text = `${lifeOf(round, ['deferred'], false).join('\n')}\n${lifeOf(-1, ['deferred'], false)[3]}\n${padding}`
        const long = text
          .replaceAll('r0@b.example', `somebody-with-a-long-name-${round}@b.example`)
          .replaceAll(
            '(250 ok)',
            '(host mx.b.example[192.0.2.25] said: 452 4.2.2 No room (in reply to RCPT TO command))',
          )
        ended += correlator.push(parse(long.split('\n'))).length
      }
    }
    feed(20)
    collect()
    const before = process.memoryUsage().heapUsed
    feed(300)
    collect()
    // What it holds was cut out of chunks that have 50 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000)
    expect(ended).toBeGreaterThan(50)
    expect(correlator.end().length).toBeLessThanOrEqual(500)
  })
})
