import { describe, expect, it } from 'vitest'
import { logParser } from '../../src/logs/index.ts'
import { gist } from './gist.ts'

describe('PowerMTA', () => {
  it('has columns in any order', () => {
    const records = logParser('auto')([
      'type,timeLogged,timeQueued,rcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat',
      'b,2026-03-04 07:05:11+0100,2026-03-04 07:05:09+0100,bob@b.example,failed,5.1.1 (bad),"smtp;550 5.1.1 ""no""",mx.b.example (192.0.2.25),bad-mailbox',
    ])
    expect(records.map(gist)).toEqual(['- bob@b.example failed - 5.1.1 - mx.b.example[192.0.2.25] 550 5.1.1 "no"'])
    expect(records[0]).toMatchObject({ delay: 2, time: Date.UTC(2026, 2, 4, 6, 5, 11), status: 'bad-mailbox' })
  })

  const header =
    'type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,envId,queue,vmtaPool,header_Message-Id'
  const queued = '2026-03-04 07:05:09'

  it.each([
    [
      'a delivery',
      `d,2026-03-04 07:05:11,${queued},ann@a.example,bob@b.example,,relayed,2.0.0 (success),"smtp;250 2.0.0 Ok: queued as 9C1F2A03",mx.b.example (192.0.2.25),,api,,smtp,192.0.2.1,192.0.2.25,"8BITMIME,SIZE",900,v1,job7,,b.example/v1,p1,<1@a.example>`,
      '1@a.example bob@b.example delivered - 2.0.0 - mx.b.example[192.0.2.25] 250 2.0.0 Ok: queued as 9C1F2A03',
    ],
    [
      'what waits',
      `t,2026-03-04 07:05:11,${queued},ann@a.example,cem@b.example,,delayed,4.4.1 (no answer from host),,,no-answer-from-host,api,,smtp,192.0.2.1,,,900,v1,job7,,b.example/v1,p1,<2@a.example>`,
      '2@a.example cem@b.example deferred - 4.4.1 other -[-] -',
    ],
  ])('has a time without a zone, and a Message-ID for an id, in %s', (_what, line, said) => {
    const [record] = logParser('auto')([header, line])
    expect(record && gist(record)).toBe(said)
    expect(record).toMatchObject({ delay: 2, time: Date.UTC(2026, 2, 4, 7, 5, 11) })
  })

  it('has rows about other things', () => {
    const records = logParser('auto')([
      'type,timeLogged,orig,rcpt,msgsize,header_Message-Id',
      'r,2026-03-04 07:05:11,ann@a.example,bob@b.example,900,<1@a.example>',
      'f,2026-03-04 07:05:11,ann@a.example,bob@b.example,,',
      'd,2026-03-04 07:05:11',
    ])
    expect(records.map(gist)).toEqual([
      '1@a.example message ann@a.example 900 1@a.example -',
      '- event f',
      '- event notice',
    ])
  })
})
