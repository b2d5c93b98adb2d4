import { describe, expect, it } from 'vitest'
import { logParser } from '../../src/logs/index.ts'
import { gist } from './gist.ts'

describe('KumoMTA', () => {
  const line = (type: string, more: object): string =>
    JSON.stringify({
      type,
      id: 'k1',
      sender: 'ann@a.example',
      recipient: 'bob@b.example',
      queue: 'b.example',
      size: 900,
      timestamp: 1772604311,
      created: 1772604309,
      num_attempts: 1,
      bounce_classification: 'Uncategorized',
      meta: {},
      headers: {},
      ...more,
    })
  const said = (code: number, content: string, command: string | null, enhanced?: readonly number[]): object => ({
    peer_address: { name: 'mx.b.example.', addr: '192.0.2.25' },
    response: {
      code,
      enhanced_code: enhanced === undefined ? null : { class: enhanced[0], subject: enhanced[1], detail: enhanced[2] },
      content,
      command,
    },
  })
  const itself = (text: string): string =>
    line('TransientFailure', said(400, `KumoMTA internal: failed to connect to any candidate hosts: ${text}`, null))

  it.each<[string, string, string]>([
    [
      'what waits',
      line('TransientFailure', said(451, 'Grey\nlisted', 'RCPT TO:<bob@b.example>\r\n', [4, 7, 1])),
      'k1 bob@b.example deferred rcpt 4.7.1 - mx.b.example[192.0.2.25] 451 4.7.1 Grey|listed',
    ],
    [
      'what was delivered',
      line('Delivery', said(250, 'OK ids=8a54', '.', [2, 0, 0])),
      'k1 bob@b.example delivered end-of-data 2.0.0 - mx.b.example[192.0.2.25] 250 2.0.0 OK ids=8a54',
    ],
    [
      'what it says itself of connections',
      itself('connect to mx and read initial banner: Connection refused (os error 111)'),
      'k1 bob@b.example deferred - - connection-refused mx.b.example[192.0.2.25] -',
    ],
    [
      'what it says itself of TLS',
      itself('TLS handshake with mx failed'),
      'k1 bob@b.example deferred - - tls-failed mx.b.example[192.0.2.25] -',
    ],
    [
      'what it says itself of anything else',
      itself('bad luck'),
      'k1 bob@b.example deferred - - other mx.b.example[192.0.2.25] -',
    ],
    [
      'what it gave up',
      line('Expiration', said(551, 'Next delivery time is at T which exceeds expiry', null, [5, 4, 7])),
      'k1 bob@b.example expired - 5.4.7 expired mx.b.example[192.0.2.25] -',
    ],
    [
      'what its administrator gave up',
      line('AdminBounce', said(551, 'Administrator bounced: because', null, [5, 7, 1])),
      'k1 bob@b.example failed - 5.7.1 suppressed mx.b.example[192.0.2.25] -',
    ],
    [
      'what it received',
      line('Reception', {
        headers: { 'Message-ID': ' <1@a.example>' },
        peer_address: { name: 'pc9', addr: '203.0.113.9' },
      }),
      'k1 message ann@a.example 900 1@a.example 203.0.113.9',
    ],
    [
      'what it refused',
      line('Rejection', {
        ...said(550, 'no', 'RCPT TO:<bob@b.example>', [5, 7, 1]),
        peer_address: { name: 'pc9', addr: '203.0.113.9' },
      }),
      'k1 Rejection rcpt pc9[203.0.113.9] ann@a.example bob@b.example 550',
    ],
    ['complaints', line('Feedback', { feedback_report: { feedback_type: 'abuse' } }), 'k1 event Feedback'],
    ['what it moves', line('AdminRebind', {}), 'k1 event AdminRebind'],
  ])('tells %s', (_what, text, expected) => {
    const [record] = logParser('auto')([text])
    expect(record && gist(record)).toBe(expected)
    expect(record?.time).toBe(1_772_604_311_000)
    if (record?.kind === 'delivery') expect(record.delay).toBe(2)
  })

  it('tells of a notice, which has no sender', () => {
    expect(logParser('auto')([line('Reception', { sender: '' })])).toMatchObject([{ kind: 'message', from: '' }])
  })

  it('tells what became of each recipient, where one answer is about several', () => {
    const text = line('Delivery', { recipient: ['bob@b.example', 'eve@b.example'], ...said(250, 'OK', '.') })
    expect(logParser()([text]).map(gist)).toEqual([
      'k1 bob@b.example delivered end-of-data - - mx.b.example[192.0.2.25] 250 OK',
      'k1 eve@b.example delivered end-of-data - - mx.b.example[192.0.2.25] 250 OK',
    ])
  })

  it('leaves events out where nobody wants them', () => {
    const parse = logParser('auto', { events: false })
    expect(parse([line('Feedback', {}), line('Delivery', said(250, 'OK', '.'))])).toHaveLength(1)
    expect(parse.counters).toMatchObject({ lines: 2, parsed: 2 })
  })
})
