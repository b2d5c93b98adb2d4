/** What lines of programs other than Postfix become: who, what, which reply. */
import { describe, expect, it } from 'vitest'
import { type LogFormat, logParser, parseLogLine } from '../../src/logs/index.ts'
import { gist } from './gist.ts'

type Row = readonly [line: string, ...gists: string[]]

function reads(format: LogFormat, rows: readonly Row[]): void {
  it.each(rows)('%s', (line, ...gists) => {
    const records = logParser(format, { year: 2026 })([line])
    expect(records.map(gist)).toEqual(gists)
    for (const record of records) expect(record.format).toBe(format)
  })
}

describe('Exim', () => {
  const at = '2026-03-04 07:05:09 '
  reads('exim', [
    [
      `${at}1rgvxB-00000003Qb2-1aBc => bob@b.example R=dns T=smtp H=mx.b.example [192.0.2.25] X=TLS1.3 C="250-2.0.0 a\\\\n250 queued as 9C1F" QT=2s`,
      '1rgvxB-00000003Qb2-1aBc bob@b.example delivered end-of-data - - mx.b.example[192.0.2.25] 250 2.0.0 a|queued as 9C1F',
    ],
    [
      `${at}[47] 1rgvxE-0003Qb-7k ** bob@b.example R=dns T=smtp H=mx.b.example [192.0.2.25]: SMTP error from remote mail server after RCPT TO:<bob@b.example>: 550-5.1.1 no\\n550 5.1.1 such`,
      '1rgvxE-0003Qb-7k bob@b.example failed rcpt - - mx.b.example[192.0.2.25] 550 5.1.1 no|5.1.1 such',
    ],
    [
      `${at}1rgvxE-0003Qb-7k == bob@b.example R=dns T=smtp defer (111): Connection refused`,
      '1rgvxE-0003Qb-7k bob@b.example deferred - - connection-refused smtp[-] -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k == bob@b.example R=dns T=smtp defer (110): something`,
      '1rgvxE-0003Qb-7k bob@b.example deferred - - connection-timeout smtp[-] -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k ** bob@b.example: retry timeout exceeded`,
      '1rgvxE-0003Qb-7k bob@b.example expired - - expired -[-] -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k <= ann@a.example H=pc9 (me) [203.0.113.9] P=esmtp S=900 id=1@a.example`,
      '1rgvxE-0003Qb-7k message ann@a.example 900 1@a.example 203.0.113.9',
    ],
    [`${at}1rgvxE-0003Qb-7k <= <> R=1rgvxD-0003Qb-7k U=exim P=local S=9`, '1rgvxD-0003Qb-7k failure 1rgvxE-0003Qb-7k'],
    [`${at}1rgvxE-0003Qb-7k Completed`, '1rgvxE-0003Qb-7k removed'],
    [
      `${at}H=mx.c.example (pc9) [203.0.113.9]:25 F=<a@c.example> rejected RCPT <ann@a.example>: no`,
      '- rejected rcpt mx.c.example[203.0.113.9] a@c.example ann@a.example -',
    ],
    [
      `${at}H=mx.c.example [203.0.113.9] sender verify fail for <a@c.example>: no`,
      '- sender verify fail mail mx.c.example[203.0.113.9] a@c.example - -',
    ],
    [
      `${at}login authenticator failed for (pc9) [203.0.113.9]: 535 Incorrect (set_id=ann)`,
      '- login authenticator failed auth -[203.0.113.9] - - 535',
    ],
    [
      `${at}1rgvxE-0003Qb-7k H=mx.b.example [192.0.2.25]: SMTP error from remote mail server after initial connection: 421 busy`,
      '1rgvxE-0003Qb-7k attempt greeting - 421',
    ],
    [
      `${at}1rgvxE-0003Qb-7k <= ann@a.example H=pc9 [203.0.113.9] P=esmtp S=9 id=1@a.example T="Re: \\"a\\" for b" for bob@b.example`,
      '1rgvxE-0003Qb-7k message ann@a.example 9 1@a.example 203.0.113.9',
    ],
    [
      `${at}1rgvxE-0003Qb-7k <= <> R=1rgvxD-0003Qb-7k U=exim P=local S=9 T="Warning: message 1rgvxD-0003Qb-7k delayed 24 hours"`,
      '1rgvxD-0003Qb-7k delay 1rgvxE-0003Qb-7k',
    ],
    [
      `${at}1rgvxE-0003Qb-7k == bob@b.example routing defer (-52): retry time not reached`,
      '1rgvxE-0003Qb-7k bob@b.example deferred - - suspended -[-] -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k == bob@b.example T=smtp defer (-44) H=mx.b.example [192.0.2.25] DT=1s: SMTP error from remote mail server after DATA: 451 later`,
      '1rgvxE-0003Qb-7k bob@b.example deferred data - - mx.b.example[192.0.2.25] 451 later',
    ],
    [
      `${at}1rgvxE-0003Qb-7k == bob@b.example T=smtp defer (-18): Remote host mx.b.example [192.0.2.25] closed connection in response to end of data`,
      '1rgvxE-0003Qb-7k bob@b.example deferred end-of-data - connection-lost mx.b.example[192.0.2.25] -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k ** bob@b.example T=smtp: all hosts for 'b.example' have been failing for a long time`,
      '1rgvxE-0003Qb-7k bob@b.example expired - - expired smtp[-] -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k => |/usr/bin/filter -x <bob@b.example> R=pipes T=address_pipe`,
      '1rgvxE-0003Qb-7k |/usr/bin/filter -x delivered - - - address_pipe[-] -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k ->  bob (team@b.example) <list@b.example> T=spool K`,
      '1rgvxE-0003Qb-7k bob delivered - - - spool[-] -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k mx.b.example [192.0.2.25] Connection refused`,
      '1rgvxE-0003Qb-7k attempt - connection-refused -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k SMTP error from remote mailer after RCPT TO:<bob@b.example>: host mx [192.0.2.25]: 450 later`,
      '1rgvxE-0003Qb-7k attempt rcpt - 450',
    ],
    [
      `${at}1rgvxE-0003Qb-7k plain authenticator failed H=mx.b.example [192.0.2.25] 535 no`,
      '1rgvxE-0003Qb-7k attempt auth auth-failed 535',
    ],
    [
      `${at}H=[203.0.113.9] rejected RCPT <ann@a.example>: 203.0.113.9 is listed`,
      '- rejected rcpt -[203.0.113.9] - ann@a.example -',
    ],
    [
      `${at}1rgvxE-0003Qb-7k rejected from <a@c.example> H=mx.c.example [203.0.113.9]: message too big`,
      '1rgvxE-0003Qb-7k rejected end-of-data mx.c.example[203.0.113.9] a@c.example - -',
    ],
    [
      `${at}rejected EHLO from [203.0.113.9]: syntactically invalid argument(s): a_b`,
      '- rejected hello -[203.0.113.9] - - -',
    ],
    [
      `${at}refused connection from H=mx.c.example [203.0.113.9]:4711 (tcp wrappers)`,
      '- refused connect mx.c.example[203.0.113.9] - - -',
    ],
    [
      `${at}plain authenticator failed for H=(pc9) [203.0.113.9]:4711 I=[192.0.2.1]:25: 535 no (set_id=ann)`,
      '- plain authenticator failed auth -[203.0.113.9] - - 535',
    ],
    [
      `${at}1rgvxE-0003Qb-7k TLS session failure: delivering unencrypted to mx.b.example [192.0.2.25] (not in hosts_require_tls)`,
      '1rgvxE-0003Qb-7k event connection',
    ],
    [
      `${at}1rgvxE-0003Qb-7k H=mx.b.example [192.0.2.25] Network unreachable`,
      '1rgvxE-0003Qb-7k attempt - unreachable -',
    ],
    [`${at}1rgvxE-0003Qb-7k some list wrote this`, '1rgvxE-0003Qb-7k event notice'],
    [`${at}Start queue run: pid=4`, '- event queue-run'],
    [`${at}what is this`, '- event notice'],
    ['Envelope-from: <a@c.example>', '- event continuation'],
  ])

  it.each([
    ['SMTP call from mx.c.example [203.0.113.9]:4711 dropped: too many nonmail commands', 'connection'],
    ['SMTP protocol error in "AUTH from x" H=mx.c.example [203.0.113.9]:4711 AUTH command used', 'violation'],
    [
      'unexpected disconnection while reading SMTP command from mx.c.example [203.0.113.9]:4711 D=1s',
      'lost-connection',
    ],
    ['H=mx.c.example [203.0.113.9]:4711 Warning: slow down', 'warning'],
  ])('says who a client was: %s', (text, event) => {
    expect(parseLogLine(at + text, 'exim')).toMatchObject({
      event,
      client: { name: 'mx.c.example', address: '203.0.113.9', port: 4711 },
      text: text.replace(/.* Warning: /, ''),
    })
  })

  it('puts entries together that syslog got in pieces', () => {
    const parse = logParser('auto', { year: 2026 })
    const head = (pid: number) => `Mar  4 07:05:09 mx1 exim[${pid}]: `
    const records = parse([
      `${head(4)}[1/2] 2026-03-04 07:05:09 1rgvxE-0003Qb-7k ** bob@b.example R=dns T=smtp H=mx [192.0.2.25]: SMTP error from`,
      `${head(5)}1rgvxF-0003Qb-7k Completed`,
      `${head(4)}[2/2]  remote mail server after RCPT TO:<bob@b.example>: 550 no`,
    ])
    expect(records.map(gist)).toEqual([
      '1rgvxF-0003Qb-7k removed',
      '1rgvxE-0003Qb-7k bob@b.example failed rcpt - - mx[192.0.2.25] 550 no',
    ])
  })
})

describe('Sendmail', () => {
  const at = 'Mar  4 07:05:09 mx1 sm-mta[4]: 624659Fp004098: '
  reads('sendmail', [
    [
      `${at}to=<bob@b.example>,<cem@b.example>, delay=00:00:02, mailer=esmtp, relay=mx.b.example. [192.0.2.25], dsn=2.0.0, stat=Sent (Ok: queued as 9C1F)`,
      '624659Fp004098 bob@b.example delivered - 2.0.0 - mx.b.example[192.0.2.25] -',
      '624659Fp004098 cem@b.example delivered - 2.0.0 - mx.b.example[192.0.2.25] -',
    ],
    [
      `${at}to=<bob@b.example>, relay=mx.b.example. [192.0.2.25], dsn=4.7.0, stat=Deferred: 421-4.7.0 slow`,
      '624659Fp004098 bob@b.example deferred - 4.7.0 - mx.b.example[192.0.2.25] 421~4.7.0 slow',
    ],
    [
      `${at}to=<bob@b.example>, dsn=5.1.1, reply=550 5.1.1 no, never, stat=User unknown`,
      '624659Fp004098 bob@b.example failed - 5.1.1 unknown-user -[-] 550 5.1.1 no, never',
    ],
    [
      `${at}to=<bob@b.example>, mailer=esmtp, dsn=4.0.0, stat=Deferred: Connection refused by mx.b.example.`,
      '624659Fp004098 bob@b.example deferred - 4.0.0 connection-refused -[-] -',
    ],
    [`${at}to=bob, mailer=local, dsn=2.0.0, stat=Sent`, '624659Fp004098 bob delivered - 2.0.0 - local[-] -'],
    [`${at}to=bob, dsn=5.0.0, stat=Service unavailable`, '624659Fp004098 bob failed - 5.0.0 other -[-] -'],
    [
      `${at}to=bob, dsn=4.4.7, stat=Message could not be delivered for 5 days`,
      '624659Fp004098 bob expired - 4.4.7 expired -[-] -',
    ],
    [
      `${at}from=<ann@a.example>, size=900, nrcpts=1, msgid=<1@a.example>, relay=pc9 [203.0.113.9]`,
      '624659Fp004098 message ann@a.example 900 1@a.example 203.0.113.9',
    ],
    [
      `${at}ruleset=check_rcpt, arg1=<ann@a.example>, relay=pc9 [203.0.113.9], reject=550 5.7.1 Relaying denied`,
      '624659Fp004098 check_rcpt rcpt pc9[203.0.113.9] - ann@a.example 550',
    ],
    [`${at}Milter: to=<ann@a.example>, reject=451 4.7.1 later`, '624659Fp004098 milter rcpt -[-] - ann@a.example 451'],
    [`${at}624659Fq004098: DSN: User unknown`, '624659Fp004098 failure 624659Fq004098'],
    [`${at}Milter: no active filter`, '624659Fp004098 event milter'],
    ['Mar  4 07:05:09 mx1 sm-mta[4]: STARTTLS=client, relay=mx.b.example., version=TLSv1.3', '- event tls'],
    [`${at}what is this`, '- event notice'],
  ])
})

describe('OpenSMTPD', () => {
  const at = 'Mar  4 07:05:09 mx1 smtpd[4]: '
  const pairs = 'evpid=3d4c4a424797fe79 from=<ann@a.example> to=<bob@b.example> rcpt=<->'
  reads('opensmtpd', [
    [
      `${at}5df87c9b982c840c mta delivery ${pairs} source="192.0.2.1" relay="192.0.2.25 (mx.b.example)" delay=1m2s result="Ok" stat="250 2.0.0 Ok"`,
      '3d4c4a42 bob@b.example delivered end-of-data 2.0.0 - mx.b.example[192.0.2.25] 250 2.0.0 Ok',
    ],
    [
      `${at}5df87c9b982c840c mta event=delivery ${pairs} relay=mx.b.example delay=1s result=TempFail stat="Network error on destination MXs"`,
      '3d4c4a42 bob@b.example deferred - - unreachable mx.b.example[-] -',
    ],
    [
      `${at}relay: PermFail for 3d4c4a424797fe79: session=5df8, from=<ann@a.example>, to=<bob@b.example>, relay=mx.b.example [192.0.2.25], delay=1s, stat=550-5.1.1 no`,
      '3d4c4a42 bob@b.example failed - 5.1.1 - mx.b.example[192.0.2.25] 550~5.1.1 no',
    ],
    [
      `${at}5df87c9b982c840c smtp failed-command command="RCPT TO:<x@a.example>" result="550 Invalid recipient"`,
      '5df87c9b982c840c failed-command rcpt -[-] - x@a.example 550',
    ],
    [`${at}5df87c9b982c840c smtp connected address=203.0.113.9 host=pc9`, '- event smtp connected'],
  ])
})

describe('qmail', () => {
  it('joins the lines of a delivery', () => {
    const records = logParser('auto')([
      '@4000000065e5a3d50c1a2b3c new msg 41',
      '@4000000065e5a3d50c1a2b3c info msg 41: bytes 900 from <ann@a.example> qp 7 uid 33',
      '@4000000065e5a3d50c1a2b3c starting delivery 5: msg 41 to remote bob@b.example',
      '@4000000065e5a3d50c1a2b3c delivery 5: failure: 192.0.2.25_does_not_like_recipient./Remote_host_said:_550-5.1.1_no/550_5.1.1_such/Giving_up_on_192.0.2.25./',
      '@4000000065e5a3d50c1a2b3c bounce msg 41 qp 8',
      '@4000000065e5a3d50c1a2b3c end msg 41',
      'Mar  4 07:05:12 mx1 qmail: 1709532312.004500 delivery 6: deferral: CNAME_lookup_failed_temporarily._(#4.4.3)/',
    ])
    expect(records.map(gist)).toEqual([
      '41 message - - - -',
      '41 message ann@a.example 900 - -',
      '41 bob@b.example failed rcpt 5.1.1 - -[192.0.2.25] 550 5.1.1 no|5.1.1 such',
      '41 event bounce',
      '41 removed',
      '-  deferred - 4.4.3 dns-failure -[-] -',
    ])
  })
})

describe('lines of JSON', () => {
  it('of journald and Docker, around lines of others', () => {
    const records = logParser('auto', { year: 2026 })([
      '{"MESSAGE":"7D0A31C44: removed","SYSLOG_IDENTIFIER":"postfix/qmgr","_PID":"9","_HOSTNAME":"mx1","__REALTIME_TIMESTAMP":"1772604311123456"}',
      '{"log":"Mar  4 07:05:09 mx2 postfix/qmgr[9]: 7D0A31C45: removed\\n","stream":"stdout","time":"2026-03-04T07:05:10.5Z"}',
      '{"log":"postfix/qmgr[9]: 7D0A31C46: removed\\n","stream":"stdout","time":"2026-03-04T07:05:10.5Z"}',
      '{"MESSAGE":[55,68,48,65,49,58,32,114,101,109,111,118,101,100],"SYSLOG_IDENTIFIER":"postfix/qmgr","_PID":"9"}',
      '{"other":1}',
      '{"broken',
    ])
    expect(records.map(({ queueId, time, host }) => [queueId, time, host])).toEqual([
      ['7D0A31C44', 1_772_604_311_123, 'mx1'],
      ['7D0A31C45', Date.UTC(2026, 2, 4, 7, 5, 9), 'mx2'],
      ['7D0A31C46', Date.UTC(2026, 2, 4, 7, 5, 10, 500), undefined],
      ['7D0A1', undefined, undefined],
    ])
  })
})

describe('transcripts', () => {
  const conversation: readonly (readonly [who: 'S' | 'C', text: string])[] = [
    ['S', '220 mx.b.example'],
    ['C', 'EHLO pc9'],
    ['S', '250-mx.b.example'],
    ['S', '250 SIZE'],
    ['C', 'MAIL FROM:<ann@a.example>'],
    ['S', '250 2.1.0 Ok'],
    ['C', 'RCPT TO:<bob@b.example>'],
    ['S', '250 2.1.5 Ok'],
    ['C', 'RCPT TO:<cem@b.example>'],
    ['S', '550 5.1.1 no'],
    ['C', 'DATA'],
    ['S', '354 go'],
    ['C', '.'],
    ['S', '250 2.0.0 queued as 9C1F'],
    ['C', 'QUIT'],
    ['S', '221 bye'],
  ]
  const marks: Readonly<Record<string, readonly [server: string, client: string, behind: string]>> = {
    nodemailer: ['[2026-03-04 07:05:09] DEBUG [x1] S: ', '[2026-03-04 07:05:09] DEBUG [x1] C: ', ''],
    swaks: ['<-  ', ' -> ', ''],
    curl: ['< ', '> ', ''],
    smtplib: ["reply: b'", "send: '", "\\r\\n'"],
  }
  it.each(Object.keys(marks))('of %s', (program) => {
    const [server = '', client = '', behind = ''] = marks[program] ?? []
    const records = logParser('auto')(
      conversation.map(([who, text]) => `${who === 'S' ? server : client}${text}${behind}`),
    )
    expect(records.map(gist)).toEqual([
      '- attempt greeting - 220',
      '- attempt hello - 250',
      '- attempt mail - 250',
      '- attempt rcpt - 250',
      '- attempt rcpt - 550',
      '- cem@b.example failed rcpt 5.1.1 - -[-] 550 5.1.1 no',
      '- attempt data - 354',
      '- attempt end-of-data - 250',
      '- bob@b.example delivered end-of-data 2.0.0 - -[-] 250 2.0.0 queued as 9C1F',
      '- attempt quit - 221',
    ])
  })
})

it('takes texts of many lines, with line ends and NULs of any kind', () => {
  const line = (id: string) => `Mar  4 07:05:09 mx1 postfix/qmgr[9]: ${id}: removed`
  const parse = logParser('auto', { year: 2026 })
  const records = parse([`${line('AAAAA')}\r\n\n\0\0${line('BBBBB')}\n`, line('CCCCC')])
  expect(records.map(({ queueId }) => queueId)).toEqual(['AAAAA', 'BBBBB', 'CCCCC'])
  expect(parse.counters).toMatchObject({ lines: 3, parsed: 3 })
})

it('knows one line by itself', () => {
  expect(parseLogLine('2026-03-04 07:05:09 1rgvxE-0003Qb-7k Completed')?.queueId).toBe('1rgvxE-0003Qb-7k')
})

describe('Sendmail besides deliveries', () => {
  const id = '624659Fp004098'
  reads('sendmail', [
    [`sm-mta[8]: ${id}: [203.0.113.9]: possible SMTP attack: command=AUTH, count=5`, `${id} event warning`],
    [`sm-mta[8]: ${id}: pc9 [203.0.113.9] (may be forged): EXPN root [rejected]`, `${id} event command`],
    [
      `sm-mta[8]: ${id}: rejecting commands from pc9 [203.0.113.9] due to pre-greeting traffic`,
      `${id} event connection`,
    ],
    [`sm-mta[8]: ${id}: AUTH failure (LOGIN): no (-13), user=a, relay=x, relay=pc9 [203.0.113.9]`, `${id} event auth`],
    [`sm-mta[8]: ${id}: <bob@b.example>... User unknown`, `${id} error rcpt -[-] - bob@b.example -`],
    [`sm-mta[8]: ${id}: Milter: data, reject=550 5.7.1 no`, `${id} milter end-of-data -[-] - - 550`],
    [`sm-acceptingconnections[8]: ${id}: stopping daemon, reason=signal`, `${id} event stop`],
    [
      `sendmail[8]: ${id}: to=Bob <bob@b.example>, mailer=esmtp, relay=mx.b.example. [IPv6:2001:db8::25], dsn=5.0.0, stat=Service unavailable`,
      `${id} bob@b.example failed - 5.0.0 other mx.b.example[2001:db8::25] -`,
    ],
    [
      `sendmail[8]: ${id}: to=<bob@b.example>, mailer=esmtp, dsn=5.4.6, stat=Too many hops 26 (25 max): from a`,
      `${id} bob@b.example failed - 5.4.6 loop -[-] -`,
    ],
  ])

  it('says in how many words it failed', () => {
    const of = (stat: string) => parseLogLine(`sendmail[8]: ${id}: to=<a@b>, dsn=5.0.0, stat=${stat}`)
    expect(of('Service unavailable')).toMatchObject({ status: 'Service unavailable' })
    expect(of('Deferred: 451 later')).toMatchObject({ status: 'Deferred' })
    expect(of('Sent (ok)')).toMatchObject({ status: 'Sent' })
  })

  it('knows whom an event is about', () => {
    const line = `sm-mta[8]: ${id}: lost input channel from pc9 [203.0.113.9] (may be forged) to MTA after rcpt`
    expect(parseLogLine(line)).toMatchObject({
      client: { name: 'pc9', address: '203.0.113.9' },
      text: 'lost input channel from pc9 [203.0.113.9] (may be forged) to MTA after rcpt',
    })
  })
})

describe('qmail with several queues, and what stands in front of qmail-smtpd', () => {
  const at = '@400000006aa8e01a2c3ca001 '
  reads('qmail', [
    [`${at}new msg 41 queue5`, '41 message - - - -'],
    [`${at}info msg 41: bytes 9 from <ann@a.example> qp 7 uid 3 queue5`, '41 message ann@a.example 9 - -'],
    [`${at}end msg 41 queue5`, '41 removed'],
    [`${at}tcpserver: pid 7 from 203.0.113.9`, '- event connect'],
    [`${at}tcpserver: deny 7 mx1:192.0.2.1:25 pc9:203.0.113.9::5612`, '- event deny'],
    [`${at}tcpserver: status: 1/40`, '- event status'],
    [`${at}rblsmtpd: 203.0.113.9 pid 7: 451 http://bl.example/q`, '- rblsmtpd - -[203.0.113.9] - - 451'],
    [
      `${at}qmail-smtpd: pid 7 Reject::RCPT::Failed_Rcptto: P:ESMTP S:pc9:203.0.113.9 H:pc9 F:a@c.example T:bob@a.example`,
      '- Reject rcpt pc9[203.0.113.9] a@c.example bob@a.example -',
    ],
    [`${at}Reject::SNDR::Bad_Helo H:pc9`, '- Reject hello -[-] - - -'],
    [`${at}Accept::SNDR::Relay_Client S:pc9:203.0.113.9 H:pc9`, '- event accept'],
  ])

  it('keeps the numbers of queues apart', () => {
    const records = logParser('qmail')([
      `${at}starting delivery 1: msg 41 to local ann@a.example queue1`,
      `${at}starting delivery 1: msg 42 to local bob@a.example queue2`,
      `${at}delivery 1: success: did_1+0+0/ queue2`,
    ])
    expect(records.map(gist)).toEqual(['42 bob@a.example delivered - - - local[-] -'])
  })
})

describe('A time with a blank in it, and nothing else in front', () => {
  const at = '2026-03-04 07:05:09.582514500'
  it.each<[string, string]>([
    [`${at} starting delivery 1: msg 41 to local a@b queue1`, 'qmail'],
    [`${at} new msg 41`, 'qmail'],
    [`${at}  [NOTICE] [A1.1] [core] hello`, 'haraka'],
    [`${at} mx1 sendmail[8]: 624659Fp004098: <a@b>... User unknown`, 'sendmail'],
    [`${at} mx1 postfix/qmgr[8]: 7D0A31C44: removed`, 'postfix'],
    [`${at} 1rgvxE-0003Qb-7k Completed`, 'exim'],
    [`${at} exim 4.97 daemon started: pid=8, -q30m, listening for SMTP on port 25`, 'exim'],
  ])('%s is of %s', (line, format) => {
    const parser = logParser()
    const [record] = parser([line])
    expect(parser.counters.parsed).toBe(1)
    if (record !== undefined) expect(record.format).toBe(format)
    if (record !== undefined) expect(record.time).toBe(Date.UTC(2026, 2, 4, 7, 5, 9, 582))
    expect(record?.host).toBe(/ mx1 /.test(line) ? 'mx1' : undefined)
  })
})

it('takes facility and severity for no host and no program', () => {
  for (const head of ['Mar  4 07:05:09 <mail.info> mx1', 'Mar  4 07:05:09 mx1 mail:info']) {
    const [record] = logParser('auto', { year: 2026 })([`${head} sendmail[8]: 624659Fp004098: <a@b>... User unknown`])
    expect(record).toMatchObject({ host: 'mx1', program: 'sendmail', pid: 8 })
  }
})

describe('OpenSMTPD of all versions, besides deliveries', () => {
  reads('opensmtpd', [
    ['5df87c9b982c840c smtp connected address=203.0.113.9 host=pc9', '- event smtp connected'],
    [
      'smtpd[8]: smtp-in: Accepted message 4296f490 on session 08d856b1: from=<a@c>, to=<b@a>, size=9, ndest=1, proto=ESMTP',
      '4296f490 message a@c 9 - -',
    ],
    [
      'smtpd[8]: smtp-in: Failed command on session 08d856b1: "MAIL FROM:<a@c>  " => 421 4.3.0: Temporary Error',
      '08d856b1 failed-command mail -[-] a@c - 421',
    ],
    ['smtpd[8]: smtp-in: New session 08d856b1 from host pc9 [203.0.113.9]', '- event smtp-in connected'],
    ['smtpd[8]: smtp-in: Closing session 08d856b1', '- event smtp-in'],
    ['smtpd[8]: 5df87c9b982c840c mta error reason=Connection timeout', '- attempt - connection-timeout -'],
    ['smtpd[8]: warn: lost processor: filter exited abnormally', '- event warn'],
    ['smtpd[8]: Exiting', '- event smtpd exiting'],
    [
      'smtpd[8]: 8f4864084ecc48f4 mta delivery evpid=7077717e797a776e from=<a@a> to=<b@b> rcpt=<-> relay="192.0.2.25 (192.0.2.25)" delay=1s result="Ok" stat="250 ok"',
      '7077717e b@b delivered end-of-data - - -[192.0.2.25] 250 ok',
    ],
  ])
})

describe('What tools say between the lines of a conversation', () => {
  reads('swaks', [
    ['=== Connected to 192.0.2.25.', '- event note'],
    ['*** IO::Socket::INET6: connect: Connection refused', '- attempt - connection-refused -'],
    ['* connect to 192.0.2.25 port 25 failed: No route to host', '- attempt - unreachable -'],
    ['* Could not resolve host: mx.b.example', '- attempt - dns-not-found -'],
    ["reply: retcode (250); Msg: b'ok'", '- event note'],
    ["data: (250, b'ok')", '- event note'],
    ["connect: to ('mx.b.example', 25) None", '- event note'],
  ])

  it('are understood where no format is named', () => {
    const parse = logParser()
    parse([
      '=== Trying 192.0.2.25:25...',
      '*** Connection timed out',
      '*   Trying 192.0.2.25:25...',
      "data: (354, b'go')",
    ])
    expect(parse.counters.parsed).toBe(4)
  })
})

it('takes seconds for the time of a row of PowerMTA', () => {
  const records = logParser()(['type,timeLogged,orig,rcpt,bounceCat', 'b,1772607909,a@a,b@b,policy-related'])
  expect(records).toMatchObject([{ time: 1_772_607_909_000, recipient: 'b@b', disposition: 'failed' }])
})

it('counts the one recipient of a reception of KumoMTA', () => {
  const of = (recipient: unknown) =>
    parseLogLine(JSON.stringify({ type: 'Reception', id: 'a', response: {}, recipient }))
  expect(of('b@b')).toMatchObject({ recipients: 1 })
  expect(of(['b@b', 'c@b'])).toMatchObject({ recipients: 2 })
  expect(of(undefined)).toMatchObject({ recipients: undefined })
})

describe('A head without a host, or with the year behind the time', () => {
  const rest = 'sendmail[8]: 624659Fp004098: <a@b>... User unknown'
  it.each<[string, string | undefined, number]>([
    [`<22>Mar  4 07:05:09 ${rest}`, undefined, 2026],
    [`Mar  4 07:05:09 mail.info ${rest}`, undefined, 2026],
    [`Mar  4 07:05:09 2024 mx1 ${rest}`, 'mx1', 2024],
  ])('%s', (line, host, year) => {
    const parse = logParser('auto', { year: 2026 })
    for (const [record] of [parse([line]), parse([line])]) {
      expect(record).toMatchObject({ program: 'sendmail', pid: 8, queueId: '624659Fp004098', recipient: 'a@b' })
      expect(record?.host).toBe(host)
      expect(record?.time).toBe(Date.UTC(year, 2, 4, 7, 5, 9))
    }
  })

  it('says nothing of the lines behind it', () => {
    const records = logParser('auto', { year: 2026 })([`Mar  4 07:05:09 ${rest}`, `Mar  4 07:05:10 mx1 ${rest}`])
    expect(records.map(({ host }) => host)).toEqual([undefined, 'mx1'])
  })
})
