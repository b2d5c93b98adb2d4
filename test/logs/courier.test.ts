import { describe, expect, it } from 'vitest'
import { logParser } from '../../src/logs/index.ts'
import { gist } from './gist.ts'

describe('Courier', () => {
  const at = (program: string) => `Mar  4 07:05:09 mx1 ${program}[4]: `
  const bob = 'id=0001.1,from=<ann@a.example>,addr=<bob@b.example>'

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'what was refused to clients',
      [
        `${at('courieresmtpd')}error,relay=::ffff:203.0.113.9,from=<a@c.example>,to=<ann@a.example>: 550 User unknown.`,
        `${at('courieresmtpd')}error,relay=::ffff:203.0.113.9,port=4711,from=<a@c.example>: 517 SPF fail`,
        `${at('courieresmtpd')}error,relay=::ffff:203.0.113.9,msg="535 Authentication failed.",cmd: AUTH LOGIN YQ==`,
        `${at('courieresmtpd')}error,relay=::ffff:203.0.113.9,ident="a",msg="502 ESMTP command error",cmd: XYZ`,
      ],
      [
        '- error rcpt -[::ffff:203.0.113.9] a@c.example ann@a.example 550',
        '- error mail -[::ffff:203.0.113.9] a@c.example - 517',
        '- error auth -[::ffff:203.0.113.9] - - 535',
        '- error - -[::ffff:203.0.113.9] - - 502',
      ],
    ],
    [
      'what was said, and what became of it',
      [
        `${at('courierd')}newmsg,id=0001.1: dns; pc9`,
        `${at('courierd')}started,id=0001.1,from=<ann@a.example>,module=esmtp,host=b.example,addr=<bob@b.example>`,
        `${at('courieresmtp')}${bob}: 550 5.1.1 no`,
        `${at('courieresmtp')}${bob},status: failure`,
        `${at('courierd')}completed,id=0001.1`,
      ],
      [
        '0001.1 message - - - -',
        '0001.1 message ann@a.example - - -',
        '0001.1 bob@b.example failed - - - -[-] 550 5.1.1 no',
        '0001.1 removed',
      ],
    ],
    [
      'once what is told twice, with who took it',
      [
        `${at('courieresmtp')}${bob}: 250 Ok: queued as 9C1F2A03`,
        `${at('courieresmtp')}${bob},size=329,success: delivered: mx.b.example [192.0.2.25]`,
        `${at('courieresmtp')}${bob},size=329,status: success`,
      ],
      ['0001.1 bob@b.example delivered end-of-data - - mx.b.example[192.0.2.25] 250 Ok: queued as 9C1F2A03'],
    ],
    [
      'what a mailbox here took',
      [`${at('courierlocal')}${bob},size=329,success: Message delivered.`],
      ['0001.1 bob@b.example delivered - - - local[-] -'],
    ],
    [
      'why there was no reply',
      [
        `${at('courieresmtp')}${bob}: Connection refused`,
        `${at('courieresmtp')}${bob},status: deferred`,
        `${at('courieresmtp')}${bob}: Operation timed out`,
        `${at('courieresmtp')}${bob},status: deferred`,
        `${at('courieresmtp')}${bob},status: deferred`,
      ],
      [
        '0001.1 bob@b.example deferred - - connection-refused -[-] -',
        '0001.1 bob@b.example deferred - - connection-timeout -[-] -',
        '0001.1 bob@b.example deferred - - other -[-] -',
      ],
    ],
    [
      'what the queue does besides',
      [
        `${at('courierd')}Waiting.  shutdown time=none, wakeup time=none, queuedelivering=0, inprogress=0`,
        `${at('courieresmtpd')}started,ip=[::ffff:203.0.113.9]`,
        `${at('courierd')}something else`,
      ],
      ['- event waiting', '- event connect', '- event notice'],
    ],
  ])('tells %s', (_what, lines, gists) => {
    expect(logParser('auto', { year: 2026 })(lines).map(gist)).toEqual(gists)
  })

  it('tells who hands a message in', () => {
    const [record] = logParser('courier')([
      `${at('courierd')}newmsg,id=0001.1, auth=ann: dns; pc9 (mua.a.example [::ffff:192.0.2.9])`,
    ])
    expect(record).toMatchObject({
      saslUsername: 'ann',
      client: { name: 'mua.a.example', address: '::ffff:192.0.2.9' },
    })
  })
})
