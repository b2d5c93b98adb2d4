import { describe, expect, it } from 'vitest'
import { logParser } from '../../src/logs/index.ts'
import { gist } from './gist.ts'

describe('the message tracking log of Exchange', () => {
  const header =
    '#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data'
  const row = (event: string, recipients: string, status: string): string =>
    `2026-03-04T07:05:12.500Z,192.0.2.9,pc9,192.0.2.25,mx.b.example,,Out,SMTP,${event},41,<1@a.example>,net-1,${recipients},${status},900,2,,,"Hello, you",ann@a.example,ann@a.example,2026-03-04T07:05:10.500Z;LSRV=ex1:TOTAL=2,Originating,,,,`

  it.each<[string, string, readonly string[]]>([
    [
      'an arrival',
      row('RECEIVE', 'bob@b.example;cem@b.example', ''),
      ['41 message ann@a.example 900 1@a.example 192.0.2.9'],
    ],
    [
      'what was sent, to each',
      row('SEND', 'bob@b.example;cem@b.example', '250 2.1.5 Recipient OK;250 2.1.5 Recipient OK'),
      [
        '41 bob@b.example delivered - 2.1.5 - mx.b.example[192.0.2.25] 250 2.1.5 Recipient OK',
        '41 cem@b.example delivered - 2.1.5 - mx.b.example[192.0.2.25] 250 2.1.5 Recipient OK',
      ],
    ],
    [
      'what failed, each with its last error',
      row(
        'FAIL',
        'bob@b.example;cem@b.example',
        '"[{LED=550-5.7.26 Unauthenticated 550 5.7.26 See the guide};{MSG=};{FQDN=mx};{IP=192.0.2.25};{LRT=}];[{LED=550 5.1.10 not found};{MSG=}]"',
      ),
      [
        '41 bob@b.example failed - 5.7.26 - mx.b.example[192.0.2.25] 550 5.7.26 Unauthenticated|5.7.26 See the guide',
        '41 cem@b.example failed - 5.1.10 - mx.b.example[192.0.2.25] 550 5.1.10 not found',
      ],
    ],
    [
      'what waits',
      row('DEFER', 'bob@b.example', 'The message was deferred. 450 4.4.316 Connection refused'),
      ['41 bob@b.example deferred - 4.4.316 - mx.b.example[192.0.2.25] 450 4.4.316 Connection refused'],
    ],
    [
      'a failure of which nothing is said',
      row('BADMAIL', 'bob@b.example', ''),
      ['41 bob@b.example failed - - other mx.b.example[192.0.2.25] -'],
    ],
    ['steps on the way', row('EXPAND', 'all@b.example', ''), ['41 event expand']],
    ['copies between servers', row('HAREDIRECT', 'bob@b.example', ''), ['41 event haredirect']],
  ])('tells %s', (_what, line, gists) => {
    const parse = logParser('auto')
    const records = parse(['\ufeff#Software: Microsoft Exchange Server', '#Version: 15.01', header, line])
    expect(records.map(gist)).toEqual(gists)
    expect(parse.counters).toMatchObject({ lines: 4, parsed: 4 })
    if (records[0]?.kind === 'delivery') expect(records[0].delay).toBe(2)
  })

  it('may have a line of names without a mark', () => {
    const [record] = logParser('exchange')([header.replace('#Fields: ', ''), row('RECEIVE', 'bob@b.example', '')])
    expect(record?.queueId).toBe('41')
  })
})

describe('the protocol log of Exchange', () => {
  const header =
    '#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context'
  const said = (event: string, data: string, context = ''): string =>
    `2026-03-04T07:05:11.500Z,Out,s1,1,10.0.0.1:5,192.0.2.25:25,${event},"${data}",${context}`

  it('of a connector that sends', () => {
    const records = logParser('auto')([
      header,
      said('*', '', 'attempting to connect'),
      said('*', 'Failed to connect. Winsock error code: 10061'),
      said('*', 'Failed to connect. Winsock error code: 10060'),
      said('*', 'Failed to connect. Winsock error code: 10051'),
      said('+', ''),
      said('<', '220 mx.b.example'),
      said('>', 'EHLO a.example'),
      said('<', '250  mx.b.example Hello SIZE PIPELINING'),
      said('>', 'MAIL FROM:<ann@a.example> SIZE=900'),
      said('>', 'RCPT TO:<bob@b.example>'),
      said('<', '250 2.1.0 Ok'),
      said('<', '250 2.1.5 Ok'),
      said('>', 'DATA'),
      said('<', '354 go'),
      said('<', '550 5.7.1 no, never'),
      said('>', 'QUIT'),
      said('<', '221 bye'),
      said('-', '', 'Local'),
    ])
    expect(records.map(gist).filter((text) => !text.includes('event protocol'))).toEqual([
      's1 attempt - connection-refused -',
      's1 attempt - connection-timeout -',
      's1 attempt - unreachable -',
      's1 attempt greeting - 220',
      's1 attempt hello - 250',
      's1 attempt mail - 250',
      's1 attempt rcpt - 250',
      's1 attempt data - 354',
      's1 attempt end-of-data - 550',
      's1 attempt quit - 221',
    ])
    expect(records[0]).toMatchObject({ client: { address: '192.0.2.25', port: 25 } })
  })

  it('of a connector that receives, and refuses', () => {
    const records = logParser('auto')([
      header,
      said('+', ''),
      said('>', '220 ex1'),
      said('<', 'EHLO pc9'),
      said('>', '250  ex1 Hello [192.0.2.25] SIZE'),
      said('<', 'MAIL FROM:<a@c.example>'),
      said('>', '250 2.1.0 Sender OK'),
      said('<', 'RCPT TO:<ann@a.example>'),
      said('>', '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain'),
    ])
    expect(records.map(gist).at(-1)).toBe('s1 reject rcpt -[192.0.2.25] a@c.example ann@a.example 550')
    expect(records.filter(({ kind }) => kind === 'reject')).toHaveLength(1)
  })

  it('that begins in the middle of a session', () => {
    const line = said('<', '550 5.1.10 not, found').replace('192.0.2.25:25', '[2001:db8::25]:25')
    const records = logParser('auto')([header, line])
    expect(records.map(gist)).toEqual(['s1 attempt - - 550'])
    expect(records[0]).toMatchObject({ relay: { address: '2001:db8::25', port: 25 } })
  })
})
