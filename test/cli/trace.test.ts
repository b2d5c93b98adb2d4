import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Found, Search } from '../../src/cli/logs/trace/search.ts'
import { storiesText } from '../../src/cli/logs/trace/story.ts'
import { type LogFormat, logParser } from '../../src/logs/index.ts'
import type { Outcome } from '../docs/run-node.ts'
import { runCli } from './run.ts'
import { type Logs, sample, writeLogs } from './sample.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** Finds a subject in a log, which is read line by line. */
function find(subject: string, lines: readonly string[], format: LogFormat | 'auto' = 'auto'): Found {
  const parse = logParser(format, { year: 2026 })
  const search = new Search(subject)
  for (const line of lines) search.take(parse([line]))
  return search.end()
}

/** Tells a story, its lines without times and blanks in front. */
function told(subject: string, lines: readonly string[], format?: LogFormat): string[] {
  const text = storiesText(find(subject, lines, format), subject, (_style, plain) => plain)
  return text.split('\n').map((line) => line.trim().replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/, ''))
}

function idsIn(subject: string, lines: readonly string[], format?: LogFormat): string[] {
  return find(subject, lines, format)
    .messages.map(({ queueId }) => queueId)
    .sort()
}

const head = 'Mar  4 12:00:01 mx1 postfix'
const relay = 'relay=mx.b.example[192.0.2.25]:25, delay=1, delays=0/0/0/1'
const filter = 'relay=127.0.0.1[127.0.0.1]:10024, delay=1.5, delays=0/0/0/1.5'

/** A message that goes through a filter, is refused for one recipient, and comes back as a bounce. */
const journey = [
  `${head}/smtpd[1]: AA0001: client=pc.a.example[192.0.2.9], sasl_method=PLAIN, sasl_username=ann`,
  `${head}/cleanup[2]: AA0001: message-id=<1@a.example>`,
  `${head}/qmgr[3]: AA0001: from=<ann@a.example>, size=1234, nrcpt=2 (queue active)`,
  `${head}/smtpd[4]: AA0002: client=localhost[127.0.0.1]`,
  `${head}/cleanup[2]: AA0002: message-id=<1@a.example>`,
  `${head}/smtp[5]: AA0001: to=<info@b.example>, ${filter}, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as AA0002)`,
  `${head}/qmgr[3]: AA0001: removed`,
  `${head}/qmgr[3]: AA0002: from=<ann@a.example>, size=1400, nrcpt=2 (queue active)`,
  `${head}/smtp[6]: AA0002: to=<bob@b.example>, orig_to=<team@b.example>, ${relay}, dsn=5.1.1, status=bounced (host mx.b.example[192.0.2.25] said: 550 5.1.1 Unknown user (in reply to RCPT TO command))`,
  `${head}/bounce[7]: AA0002: sender non-delivery notification: AA0003`,
  `${head}/cleanup[2]: AA0003: message-id=<2@a.example>`,
  `${head}/qmgr[3]: AA0003: from=<>, size=3000, nrcpt=1 (queue active)`,
  `${head}/local[8]: AA0003: to=<ann@a.example>, relay=local, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (forwarded as AA0004)`,
  `${head}/qmgr[3]: AA0003: removed`,
  `${head}/qmgr[3]: AA0002: removed`,
  `${head}/cleanup[2]: AA0004: message-id=<2@a.example>`,
  `${head}/qmgr[3]: AA0004: from=<>, size=3100, nrcpt=1 (queue active)`,
  `${head}/smtp[9]: AA0004: to=<ann@home.example>, ${relay}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 77)`,
  `${head}/qmgr[3]: AA0004: removed`,
  `${head}/qmgr[3]: BB0001: from=<eve@a.example>, size=1, nrcpt=1 (queue active)`,
  `${head}/smtp[6]: BB0001: to=<fay@b.example>, ${relay}, dsn=2.0.0, status=sent (250 Ok)`,
  `${head}/qmgr[3]: BB0001: removed`,
]

describe('the messages of a subject', () => {
  test.each([
    ['AA0001', 'a queue id, from its beginning'],
    ['AA0003', 'a queue id, from its middle'],
    ['AA0004', 'a queue id, from its end'],
    ['1@a.example', 'a Message-ID'],
    ['<2@a.example>', 'a Message-ID in brackets'],
    ['Bob@B.example', 'a recipient of a part of it'],
    ['team@b.example', 'a recipient before aliases'],
    ['ann@home.example', 'where its bounce has gone'],
  ])('are all that it becomes and has been: %s, %s', (subject) => {
    expect(idsIn(subject, journey)).toEqual(['AA0001', 'AA0002', 'AA0003', 'AA0004'])
  })

  test('are no others', () => {
    expect(idsIn('eve@a.example', journey)).toEqual(['BB0001'])
    expect(idsIn('AA', journey)).toEqual([])
  })

  test('are none of a later time that has the same id', () => {
    const later = journey.map((line) => line.replace('Mar  4', 'Mar 14').replaceAll('AA0001', 'CC0001'))
    expect(idsIn('CC0001', [...journey, ...later])).toEqual(['AA0002', 'AA0003', 'AA0004', 'CC0001'])
    expect(
      find('CC0001', [...journey, ...later]).messages.every(({ first = 0 }) => first > Date.UTC(2026, 2, 10)),
    ).toBe(true)
  })

  test('are found when what they become has left the queue before', () => {
    const early = journey.filter((line) => line.includes('AA0002'))
    const late = journey.filter((line) => line.includes(' AA0001'))
    const order = [...early.filter((line) => !late.includes(line)), ...late]
    expect(idsIn('team@b.example', order)).toEqual(['AA0001', 'AA0002'])
  })

  test('are found across machines', () => {
    const here = journey
      .slice(0, 3)
      .concat(
        `${head}/smtp[5]: AA0001: to=<info@b.example>, ${relay}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as DD0001)`,
      )
    const there = journey
      .filter((line) => line.includes(': AA0004:'))
      .map((line) => line.replaceAll('AA0004', 'DD0001').replaceAll('mx1', 'mx2'))
    expect(idsIn('AA0001', [...here, ...there])).toEqual(['AA0001', 'DD0001'])
  })

  test('are those of Exim as well', () => {
    const at = '2026-03-04 07:05:09 '
    const lines = [
      `${at}1rgvxD-0003Qb-7k <= ann@a.example H=pc9 [203.0.113.9] P=esmtp S=900 id=1@a.example`,
      `${at}1rgvxD-0003Qb-7k ** bob@b.example R=dns T=smtp H=mx.b.example [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<bob@b.example>: 550 5.1.1 no`,
      `${at}1rgvxE-0003Qb-7k <= <> R=1rgvxD-0003Qb-7k U=exim P=local S=9`,
      `${at}1rgvxD-0003Qb-7k Completed`,
      `${at}1rgvxE-0003Qb-7k => ann <ann@a.example> R=local T=maildir`,
      `${at}1rgvxE-0003Qb-7k Completed`,
    ]
    expect(idsIn('bob@b.example', lines, 'exim')).toEqual(['1rgvxD-0003Qb-7k', '1rgvxE-0003Qb-7k'])
  })
})

describe('a story', () => {
  test('tells who, when, each attempt with its reply, the reason, and what to do', () => {
    expect(told('7D0A31C40', sample.split('\n'))).toEqual([
      '7D0A31C40',
      'comes in from pc.here.example [192.0.2.9], as ann',
      'from <ann@here.example>, 4.3\u00a0kB, 3 recipients, message id one@here.example',
      'delivered to <bob@dest.example> by mx.dest.example [192.0.2.25]:25 after 1.5\u00a0s',
      '250 2.0.0 Ok: queued as 9C1F2A03',
      'failed for <nobody@dest.example> by mx.dest.example [192.0.2.25]:25 after 1.6\u00a0s',
      expect.stringContaining('said: 550-5.1.1 No such user here'),
      'There is no mailbox of this name at this domain. This is final for this address.',
      expect.stringContaining('Check the part before the @'),
      'deferred for <cem@grey.example> by mx.grey.example [192.0.2.80]:25 after 2.4\u00a0s',
      expect.stringContaining('Greylisted'),
      expect.stringContaining('takes the message when it comes again'),
      expect.stringContaining('Nothing to do'),
      'delivered to <cem@grey.example> by mx.grey.example [192.0.2.80]:25 after 5\u00a0min',
      '250 2.0.0 Ok: queued as 4B1F2A07',
      'failure notice goes out as 7D0A31C41',
      'leaves the queue',
      'In the end delivered: <bob@dest.example>, <cem@grey.example>; failed: <nobody@dest.example>',
      '',
    ])
  })

  test('goes on under other ids, each told of by the one before', () => {
    const text = told('AA0001', journey)
    expect(text.filter((line) => /^AA\d+/.test(line))).toEqual([
      'AA0001',
      'AA0002, which AA0001 goes on as',
      'AA0003, the failure notice about AA0002',
      'AA0004, which AA0003 goes on as',
    ])
    expect(text).toContain(
      'handed on for <info@b.example> to 127.0.0.1 [127.0.0.1]:10024 after 1.5\u00a0s, goes on as AA0002',
    )
    expect(text).toContain('is made by the mail system')
  })

  test('explains once what is said many times', () => {
    const deferred = `${head}/smtp[6]: BB0001: to=<fay@b.example>, ${relay}, dsn=4.2.2, status=deferred (host mx said: 452 4.2.2 Mailbox full (in reply to RCPT TO command))`
    const text = told('BB0001', [deferred, deferred, deferred])
    expect(text.filter((line) => line.includes('452 4.2.2'))).toHaveLength(3)
    expect(text.filter((line) => line.startsWith('The mailbox of the recipient is full'))).toHaveLength(1)
  })

  const client = `${head}/smtpd[1]: AA0001: client=pc.a.example[192.0.2.9]`
  const deferred = `${head}/error[5]: AA0001: to=<bob@b.example>, relay=none, delay=1, dsn=4.4.1, status=deferred (connect to mx.b.example[192.0.2.25]:25: Connection refused)`
  test.each([
    [[client, deferred], 'is in the queue still, as far as the logs go', 'deferred: <bob@b.example>'],
    [
      [
        client,
        deferred,
        `${head}/qmgr[3]: AA0001: from=<a@a.example>, status=expired, returned to sender`,
        `${head}/qmgr[3]: AA0001: removed`,
      ],
      'leaves the queue',
      'expired: <bob@b.example>',
    ],
    [
      [client, deferred, client],
      'is not heard of again: its id belongs to another message from here on',
      'deferred: <bob@b.example>',
    ],
    [[client, deferred, `${head}/postsuper[9]: AA0001: removed`], 'leaves the queue', 'dropped: <bob@b.example>'],
    [
      [
        client,
        `${head}/cleanup[2]: AA0001: milter-reject: END-OF-MESSAGE from pc.a.example[192.0.2.9]: 5.7.1 Spam; from=<a@a.example> to=<bob@b.example> proto=ESMTP helo=<pc>`,
      ],
      'milter-reject for pc.a.example [192.0.2.9], from <a@a.example> to <bob@b.example>',
      'rejected: <bob@b.example>',
    ],
    [
      [
        `${head}/pickup[1]: AA0001: uid=33 from=<www>`,
        `${head}/smtp[4]: AA0001: host mx said: 451 4.3.2 Later (in reply to MAIL FROM command)`,
      ],
      'tries mx',
      'is handed in on this machine by user 33',
    ],
  ])('%#', (lines, step, end) => {
    const text = told('AA0001', lines)
    expect(text).toContain(step)
    expect(text.some((line) => line.endsWith(end))).toBe(true)
  })

  test('names a few of many recipients', () => {
    const lines = Array.from(
      { length: 9 },
      (_, at) => `${head}/smtp[4]: AA0001: to=<r${at}@b.example>, ${relay}, dsn=2.0.0, status=sent (250 Ok)`,
    )
    expect(told('AA0001', lines)).toContain(
      'In the end delivered: <r0@b.example>, <r1@b.example>, <r2@b.example>, <r3@b.example>, <r4@b.example>, and 4 more',
    )
  })

  test('of what has no queue id stands by itself', () => {
    expect(told('x@y.example', sample.split('\n')).slice(0, 2)).toEqual([
      'Without a queue id',
      'reject for unknown [203.0.113.9], from <x@y.example> to <ann@here.example>',
    ])
  })

  test('has an end, however many messages there are', () => {
    const parse = logParser('postfix')
    const search = new Search('ann@a.example')
    for (let at = 0; at < 10_050; at++) {
      search.take(parse([`AAAA${at}0: from=<ann@a.example>, size=1, nrcpt=1 (queue active)`, `AAAA${at}0: removed`]))
    }
    const found = search.end()
    expect([found.messages.length, found.left]).toEqual([10_000, 50])
    expect(storiesText(found, 'ann@a.example', (_style, text) => text)).toMatch(/\n… and 50 more; --since/)
  })
})

test('what is found keeps no chunk of the log', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const search = new Search('ann@a.example')
  const rest = `${'#'.repeat(250_000)}\n`
  collect()
  const before = process.memoryUsage().heapUsed
  for (let at = 0; at < 400; at++) {
    // Some of them are meant, the others may be related to those that are.
    const from = at % 2 === 0 ? 'ann@a.example' : 'eve@b.example'
    const parse = logParser('postfix')
    search.take(
      parse([
        `AA${1_000 + at}0: client=a-client-with-a-long-name.a.example[192.0.2.9]\n` +
          `AA${1_000 + at}0: from=<${from}>, size=1, nrcpt=1 (queue active)\n` +
          `AA${1_000 + at}0: to=<somebody-${at}@b.example>, ${relay}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4Wk2pL0Q9Tz7${at})\n` +
          `AA${1_000 + at}0: removed\n${rest}`,
      ]),
    )
  }
  collect()
  // The chunks have 100 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000)
  expect(search.end().messages).toHaveLength(200)
})

describe('the command', () => {
  let logs: Logs
  beforeAll(async () => {
    logs = await writeLogs()
  })
  afterAll(() => logs.remove())

  function run(...args: readonly string[]): Promise<Outcome> {
    return runCli(['logs', '--year', '2026', 'trace', ...args], logs.folder)
  }

  test('tells the same of a file, of a packed one and of standard input', async () => {
    const [plain, packed, piped] = await Promise.all([
      run('7D0A31C40', 'mail.log'),
      run('7D0A31C40', 'mail.log.1.gz'),
      runCli(['logs', '--year', '2026', 'trace', '7D0A31C40', '-'], logs.folder, sample),
    ])
    expect(plain).toMatchObject({ exitCode: 0, stderr: '' })
    expect(plain.stdout).toContain('  2026-03-04 12:00:01  comes in from pc.here.example [192.0.2.9], as ann\n')
    expect(packed).toEqual(plain)
    expect(piped).toEqual(plain)
  })

  test('gives data with verdicts, of messages and of refusals', async () => {
    const { stdout } = await run('Ann@here.example', '--json', '-o', 'found.json', 'mail.log')
    expect(stdout).toBe('')
    expect(JSON.parse(readFileSync(join(logs.folder, 'found.json'), 'utf8'))).toMatchObject({
      messages: [
        {
          queueId: '7D0A31C40',
          from: 'ann@here.example',
          recipients: [
            { outcome: 'delivered' },
            { outcome: 'failed', attempts: [{ reply: { code: 550 }, verdict: { category: 'unknown-recipient' } }] },
            { outcome: 'delivered', attempts: [{ verdict: { category: 'greylisted' } }, {}] },
          ],
          notifications: [{ childQueueId: '7D0A31C41' }],
        },
      ],
      others: [{ kind: 'reject', verdict: { category: 'ip-blocklisted' } }],
      left: 0,
    })
  })

  test('leaves out what is not of the time that is asked for', async () => {
    const { stdout } = await run('7D0A31C40', '--since', '2026-03-04T12:05Z', 'mail.log')
    expect(stdout).toContain('leaves the queue')
    expect(stdout).not.toContain('comes in')
  })

  test('says when there is nothing, and ends so', async () => {
    expect(await run('FFFFFFFF', 'mail.log')).toMatchObject({
      exitCode: 1,
      stdout: 'Nothing about FFFFFFFF in these logs.\n',
    })
  })
})
