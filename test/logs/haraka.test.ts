import { describe, expect, it } from 'vitest'
import { logParser } from '../../src/logs/index.ts'
import { gist } from './gist.ts'

describe('Haraka, as text', () => {
  const lines: readonly (readonly [line: string, gist: string])[] = [
    [
      '[NOTICE] [A1B2.1] [outbound] delivered file=1_2 domain=b.example host=mx.b.example ip=192.0.2.25 port=25 mode=SMTP tls=Y auth=N response="Ok: queued as 9C1F" delay=1.5 fails=0 rcpts=1/0/0',
      'A1B2.1 @b.example delivered end-of-data - - mx.b.example[192.0.2.25] 250~Ok: queued as 9C1F',
    ],
    [
      '[NOTICE] [A1B2.1] [outbound] recipient <bob@b.example> deferred: 451 4.7.1 Greylisted',
      'A1B2.1 bob@b.example deferred rcpt 4.7.1 - -[-] 451 4.7.1 Greylisted',
    ],
    [
      '[NOTICE] [A1B2.1] [outbound] recipient <bob@b.example> rejected: 550 5.1.1 no',
      'A1B2.1 bob@b.example failed rcpt 5.1.1 - -[-] 550 5.1.1 no',
    ],
    ['[INFO] [A1B2.1] [outbound] bouncing mail: 554 5.7.1 no', 'A1B2.1 attempt - - 554'],
    [
      '[INFO] [A1B2.1] [outbound] Temp failing 1_2 for 64 seconds: Upstream error: 421 4.3.2 busy',
      'A1B2.1 attempt - - 421',
    ],
    ['[NOTICE] [A1B2.1] [core] sender <ann@a.example> code=CONT msg=""', 'A1B2.1 message ann@a.example - - -'],
    [
      '[NOTICE] [A1B2.1] [core] sender <ann@a.example> code=DENY msg="550 no"',
      'A1B2.1 DENY mail -[-] ann@a.example - 550',
    ],
    [
      '[NOTICE] [A1B2.1] [core] recipient <bob@b.example> code=DENYSOFT msg="450 later" sender=ann@a.example',
      'A1B2.1 DENYSOFT rcpt -[-] ann@a.example bob@b.example 450',
    ],
    ['[NOTICE] [A1B2.1] [core] recipient <bob@b.example> code=OK msg="" sender=ann@a.example', 'A1B2.1 event core'],
    [
      '[NOTICE] [A1B2.1] [core] message mid=<1@a.example> size=451 rcpts=1/0/0 delay=0.009 code=CONT msg=""',
      'A1B2.1 message - 451 1@a.example -',
    ],
    ['[NOTICE] [A1B2] [core] connect ip=203.0.113.9 port=4711 local_ip=:: local_port=25', 'A1B2 event connect'],
    ['[NOTICE] [core] disconnect ip=203.0.113.9 rdns=pc9 helo=pc9', '- event disconnect'],
    [
      '[INFO] [A1B2] [core]  hook=connect plugin=dnsbl function=hook_connect params="" retval=DENY msg="no"',
      'A1B2 DENY connect -[-] - - -',
    ],
    ['[INFO] [A1B2.1] [outbound] bouncing mail: Some recipients failed: <bob@b.example>', 'A1B2.1 event outbound'],
    [
      '[INFO] [A1B2.1] [core] hook=rcpt plugin=rcpt_to.in_host_file function=hook_rcpt params="<ann@a.example>" retval=DENY msg="550 5.1.1 no such user"',
      'A1B2.1 DENY rcpt -[-] - ann@a.example 550',
    ],
    [
      '[INFO] [A1B2] [core] hook=connect plugin=dnsbl function=hook_connect params="" retval=DENYDISCONNECT msg="host [203.0.113.9] is listed"',
      'A1B2 DENYDISCONNECT connect -[-] - - -',
    ],
    ['[NOTICE] [-] [core] Listening on [::0]:25', '- event core'],
  ]

  it.each(lines)('%s', (line, said) => {
    for (const prefix of ['', '2026-03-04T07:05:09.123Z ', 'Mar  4 07:05:09 mx1 haraka[7]: ']) {
      const parse = logParser('auto', { year: 2026 })
      const [record] = parse([prefix + line])
      expect(record && gist(record)).toBe(said)
      expect(record).toMatchObject({ format: 'haraka', host: prefix.startsWith('Mar') ? 'mx1' : undefined })
      if (prefix !== '') expect(record?.time).toBeGreaterThan(Date.UTC(2026, 2, 4))
      expect(parse.counters.parsed).toBe(1)
    }
  })
})

it('Haraka, as JSON', () => {
  const records = logParser('auto')([
    '{"level":"NOTICE","uuid":"h1","source":"outbound","message":"delivered file=1 domain=\\"b.example\\" host=\\"mx.b.example\\" ip=192.0.2.25 port=25 tls=\\"Y\\" response=\\"2.0.0 Ok: queued as 9C1F\\" delay=1.5"}',
    '{"level":"NOTICE","uuid":"h1.1","origin":"outbound","message":"recipient <bob@b.example> rejected: 550 5.1.1 no"}',
    '{"level":"NOTICE","uuid":"h1.1","origin":"outbound","message":"delivered","rcpt":"<bob@b.example>","response":"250 Ok","host":"mx","port":25,"delay":1.5}',
    '{"level":"INFO","uuid":"-","origin":"core","message":"hello"}',
  ])
  expect(records.map(gist)).toEqual([
    'h1 @b.example delivered end-of-data 2.0.0 - mx.b.example[192.0.2.25] 250~2.0.0 Ok: queued as 9C1F',
    'h1.1 bob@b.example failed rcpt 5.1.1 - -[-] 550 5.1.1 no',
    'h1.1 bob@b.example delivered end-of-data - - mx[-] 250 Ok',
    '- event INFO',
  ])
  expect(records[2]).toMatchObject({ delay: 1.5, relay: { name: 'mx', port: 25 } })
})
