/** What lines of Postfix become. The grammar's own tables are in test/grammar/logs. */
import { describe, expect, it } from 'vitest'
import { type LogRecord, parseLogLine } from '../../src/logs/index.ts'

/** Leaves out what is undefined and what every line has, and shows a reply as a short text. */
function shown(record: LogRecord | undefined): object {
  const { format: _format, time: _time, ...rest } = record ?? { format: '', time: 0 }
  return JSON.parse(
    JSON.stringify(rest, (key, value) =>
      key === 'reply' && value !== undefined
        ? `${value.code}${value.partial ? '~' : ' '}${value.enhanced?.code ?? '-'} ${value.lines.join('|')}`
        : value,
    ),
  )
}

const mx = { name: 'mx.b.example', address: '192.0.2.25' }

describe('a delivery', () => {
  const line = (rest: string): string => `Mar  4 07:05:09 mx1 postfix/smtp[8]: 7D0A31C44: to=<bob@b.example>, ${rest}`
  const all = {
    host: 'mx1',
    program: 'postfix/smtp',
    pid: 8,
    queueId: '7D0A31C44',
    kind: 'delivery',
    recipient: 'bob@b.example',
  }

  it('has everything that a line tells', () => {
    const text =
      'host mx.b.example[192.0.2.25] said: 550-5.1.1 The mailbox 550-5.1.1 is not known. 550 5.1.1 Sorry (in reply to RCPT TO command)'
    const record = parseLogLine(
      line(
        `orig_to=<info@a.example>, relay=mx.b.example[192.0.2.25]:25, conn_use=3, delay=0.9, delays=0.1/0/0.3/0.5, tls=may, dsn=5.1.1, status=bounced (${text})`,
      ),
      'auto',
      { year: 2026 },
    )
    expect(record?.time).toBe(Date.UTC(2026, 2, 4, 7, 5, 9))
    expect(shown(record)).toEqual({
      ...all,
      originalRecipient: 'info@a.example',
      relay: { ...mx, port: 25 },
      connectionUse: 3,
      delay: 0.9,
      delays: [0.1, 0, 0.3, 0.5],
      tls: 'may',
      dsn: '5.1.1',
      status: 'bounced',
      disposition: 'failed',
      stage: 'rcpt',
      reply: '550 5.1.1 5.1.1 The mailbox|5.1.1 is not known.|5.1.1 Sorry',
      text,
    })
  })

  it.each<[string, object]>([
    [
      'relay=mx.b.example[192.0.2.25]:25, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9C1F2A03)',
      {
        relay: { ...mx, port: 25 },
        dsn: '2.0.0',
        status: 'sent',
        disposition: 'delivered',
        stage: 'end-of-data',
        reply: '250 2.0.0 2.0.0 Ok: queued as 9C1F2A03',
        text: '250 2.0.0 Ok: queued as 9C1F2A03',
        nextQueueId: '9C1F2A03',
      },
    ],
    [
      'status=sent, dsn=2.0.0, relay=none',
      { status: 'sent', disposition: 'delivered', text: ', dsn=2.0.0, relay=none' },
    ],
    [
      'dsn=2.0.0, new-thing=x y=z, relay=local, status=sent (forwarded as 7D0A31C45)',
      {
        kind: 'event',
        event: 'notice',
        text: 'to=<bob@b.example>, dsn=2.0.0, new-thing=x y=z, relay=local, status=sent (forwarded as 7D0A31C45)',
      },
    ],
    [
      'dsn=2.0.0, new=x, relay=local, newer=<y>, status=sent (forwarded as 7D0A31C45)',
      {
        dsn: '2.0.0',
        relay: { name: 'local' },
        status: 'sent',
        disposition: 'delivered',
        text: 'forwarded as 7D0A31C45',
        nextQueueId: '7D0A31C45',
      },
    ],
    [
      'relay=none, delay=3, status=deferred (connect to mx.b.example[192.0.2.25]:25: Connection refused)',
      {
        delay: 3,
        status: 'deferred',
        disposition: 'deferred',
        stage: 'connect',
        reason: 'connection-refused',
        text: 'connect to mx.b.example[192.0.2.25]:25: Connection refused',
      },
    ],
    [
      'status=deferred (host mx.b.example[192.0.2.25] said: 450-4.2.0 come 450 4.2.0 ba',
      {
        status: 'deferred',
        disposition: 'deferred',
        reply: '450~4.2.0 4.2.0 come|4.2.0 ba',
        text: 'host mx.b.example[192.0.2.25] said: 450-4.2.0 come 450 4.2.0 ba',
      },
    ],
    [
      'status=deferred (host mx.b.example[192.0.2.25] said: hello (in reply to DATA command))',
      {
        status: 'deferred',
        disposition: 'deferred',
        stage: 'data',
        reason: 'malformed-reply',
        text: 'host mx.b.example[192.0.2.25] said: hello (in reply to DATA command)',
      },
    ],
    [
      'status=bounced (unknown user: "bob") ',
      { status: 'bounced', disposition: 'failed', reason: 'unknown-user', text: 'unknown user: "bob"' },
    ],
    [
      'status=deferred (conversation with mx.b.example[192.0.2.25] timed out while receiving the initial SMTP greeting)',
      {
        status: 'deferred',
        disposition: 'deferred',
        stage: 'greeting',
        reason: 'connection-timeout',
        text: 'conversation with mx.b.example[192.0.2.25] timed out while receiving the initial SMTP greeting',
      },
    ],
    [
      'status=deferred (no TLSA records found)',
      { status: 'deferred', disposition: 'deferred', reason: 'tls-untrusted', text: 'no TLSA records found' },
    ],
    [
      'status=deferred (nobody knows)',
      { status: 'deferred', disposition: 'deferred', reason: 'other', text: 'nobody knows' },
    ],
  ])('%s', (rest, expected) => {
    const { recipient: _recipient, ...common } = all
    expect(shown(parseLogLine(line(rest)))).toEqual({
      ...('event' in expected ? common : all),
      ...expected,
      ...('event' in expected && { fields: {} }),
    })
  })
})

describe('other lines', () => {
  it.each<[string, object]>([
    ['7D0A31C44: removed', { kind: 'removed', queueId: '7D0A31C44' }],
    [
      '7D0A31C44: from=<ann@a.example>, size=1024, nrcpt=2 (queue active)',
      { kind: 'message', queueId: '7D0A31C44', from: 'ann@a.example', size: 1024, recipients: 2 },
    ],
    ['7D0A31C44: from=<>, status=expired, returned to sender', { kind: 'expired', queueId: '7D0A31C44', from: '' }],
    [
      '7D0A31C44: client=mx.c.example[203.0.113.9], sasl_method=PLAIN, sasl_username=ann',
      {
        kind: 'message',
        queueId: '7D0A31C44',
        client: { name: 'mx.c.example', address: '203.0.113.9' },
        saslMethod: 'PLAIN',
        saslUsername: 'ann',
      },
    ],
    ['7D0A31C44: message-id=<1@a.example>', { kind: 'message', queueId: '7D0A31C44', messageId: '1@a.example' }],
    ['7D0A31C44: uid=33 from=<web>', { kind: 'message', queueId: '7D0A31C44', uid: 33, from: 'web' }],
    [
      '7D0A31C44: sender non-delivery notification: 7D0A31C45',
      { kind: 'notification', queueId: '7D0A31C44', notification: 'failure', childQueueId: '7D0A31C45' },
    ],
    [
      '7D0A31C44: postmaster delay notification: 7D0A31C45',
      { kind: 'notification', queueId: '7D0A31C44', notification: 'postmaster', childQueueId: '7D0A31C45' },
    ],
    [
      'NOQUEUE: reject: RCPT from unknown[203.0.113.9]:4711: 450 4.7.1 Later; please; from=<a@c.example> to=<ann@a.example> proto=ESMTP helo=<pc9> sasl_username=bob',
      {
        kind: 'reject',
        action: 'reject',
        stage: 'rcpt',
        client: { name: 'unknown', address: '203.0.113.9', port: 4711 },
        from: 'a@c.example',
        recipient: 'ann@a.example',
        protocol: 'ESMTP',
        helo: 'pc9',
        saslUsername: 'bob',
        reply: '450 4.7.1 4.7.1 Later; please',
        dsn: '4.7.1',
        text: '450 4.7.1 Later; please',
      },
    ],
    [
      '7D0A31C44: milter-reject: END-OF-MESSAGE from mx.c.example[203.0.113.9]: 5.7.1 Spam; from=<a@c.example>',
      {
        kind: 'reject',
        queueId: '7D0A31C44',
        action: 'milter-reject',
        stage: 'end-of-data',
        client: { name: 'mx.c.example', address: '203.0.113.9' },
        from: 'a@c.example',
        dsn: '5.7.1',
        text: '5.7.1 Spam',
      },
    ],
    [
      '7D0A31C44: hold: header Subject: news from home from local; from=<a@c.example>: wait',
      {
        kind: 'reject',
        queueId: '7D0A31C44',
        action: 'hold',
        from: 'a@c.example',
        text: 'header Subject: news from home: wait',
      },
    ],
    [
      'warning: host mx.b.example[192.0.2.25]:25 said: 503 5.5.1 no (in reply to XFORWARD name/address command)',
      {
        kind: 'attempt',
        relay: { ...mx, port: 25 },
        stage: 'xforward',
        reply: '503 5.5.1 5.5.1 no',
        text: 'host mx.b.example[192.0.2.25]:25 said: 503 5.5.1 no (in reply to XFORWARD name/address command)',
      },
    ],
    [
      '7D0A31C44: delivery temporarily suspended',
      { kind: 'event', queueId: '7D0A31C44', event: 'notice', fields: {}, text: 'delivery temporarily suspended' },
    ],
    [
      'warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: wrong',
      {
        kind: 'event',
        event: 'auth-failed',
        client: { name: 'unknown', address: '203.0.113.9' },
        fields: { level: 'warning', mechanism: 'LOGIN' },
        text: 'wrong',
      },
    ],
    [
      'disconnect from mx.c.example[203.0.113.9] ehlo=1 rcpt=0/1 commands=1/2',
      {
        kind: 'event',
        event: 'disconnect',
        client: { name: 'mx.c.example', address: '203.0.113.9' },
        fields: { ehlo: '1', rcpt: '0/1', commands: '1/2' },
        text: '',
      },
    ],
    [
      '7D0A31C44: TLSRPT: status=failure, domain=b.example, receiving_mx=mx.b.example[192.0.2.25], failure_type=validation-failure, failure_reason=a b',
      {
        kind: 'event',
        queueId: '7D0A31C44',
        event: 'tls-report',
        fields: {
          status: 'failure',
          domain: 'b.example',
          receiving_mx: 'mx.b.example[192.0.2.25]',
          failure_type: 'validation-failure',
          failure_reason: 'a b',
        },
        text: '',
      },
    ],
    [
      'certificate verification failed for mx.b.example[192.0.2.25]:25: untrusted issuer /CN=a',
      {
        kind: 'event',
        event: 'certificate',
        client: { name: 'mx.b.example', address: '192.0.2.25', port: 25 },
        fields: { failure: 'untrusted issuer /CN=a' },
        text: '',
      },
    ],
    [
      'certificate peer name verification failed for mx.b.example: another name',
      {
        kind: 'event',
        event: 'certificate',
        client: { name: 'mx.b.example' },
        fields: { failure: 'another name' },
        text: '',
      },
    ],
    [
      'mx.b.example[192.0.2.25]:25: Trusted: subject_CN=mx.b.example, issuer_CN=An Authority, fingerprint=AA:BB',
      {
        kind: 'event',
        event: 'certificate',
        client: { name: 'mx.b.example', address: '192.0.2.25', port: 25 },
        fields: { subject: 'mx.b.example', issuer_CN: 'An Authority', fingerprint: 'AA:BB' },
        text: '',
      },
    ],
    [
      'TLS connection established from mx.c.example[203.0.113.9]: TLSv1 with cipher A (256/256 bits)',
      {
        kind: 'event',
        event: 'tls',
        client: { name: 'mx.c.example', address: '203.0.113.9' },
        fields: { state: 'established', text: 'TLSv1 with cipher A (256/256 bits)' },
        text: '',
      },
    ],
    [
      'TLS handshake failed for service=smtpd peer=[203.0.113.9]:4711',
      {
        kind: 'event',
        event: 'tls-error',
        client: { address: '203.0.113.9', port: 4711 },
        fields: { service: 'smtpd' },
        text: '',
      },
    ],
    [
      'SSL_connect error to mx.b.example[192.0.2.25]:25: lost connection',
      {
        kind: 'attempt',
        relay: { name: 'mx.b.example', address: '192.0.2.25', port: 25 },
        stage: 'starttls',
        reason: 'tls-failed',
        text: 'SSL_connect error to mx.b.example[192.0.2.25]:25: lost connection',
      },
    ],
    [
      'improper command pipelining after DATA from mx.c.example[203.0.113.9]:',
      {
        kind: 'event',
        event: 'improper command pipelining',
        client: { name: 'mx.c.example', address: '203.0.113.9' },
        fields: { stage: 'DATA', text: '' },
        text: '',
      },
    ],
    [
      '7D0A31C44: milter-header-redirect: header X-Spam: yes from mx.c.example[203.0.113.9]; from=<a@c.example> to=<ann@a.example>: ops@a.example',
      {
        kind: 'reject',
        queueId: '7D0A31C44',
        action: 'milter-header-redirect',
        client: { name: 'mx.c.example', address: '203.0.113.9' },
        from: 'a@c.example',
        recipient: 'ann@a.example',
        text: 'header X-Spam: yes: ops@a.example',
      },
    ],
    [
      'reject: RCPT from mx.c.example[203.0.113.9]: 552 too large; from=<a@c.example> to=<ann@a.example> ',
      {
        kind: 'reject',
        action: 'reject',
        stage: 'rcpt',
        client: { name: 'mx.c.example', address: '203.0.113.9' },
        from: 'a@c.example',
        recipient: 'ann@a.example',
        reply: '552 - too large',
        text: '552 too large',
      },
    ],
    [
      'bare <LF> received after DATA from mx.c.example[203.0.113.9]',
      {
        kind: 'event',
        event: 'bare <LF> received',
        client: { name: 'mx.c.example', address: '203.0.113.9' },
        fields: { stage: 'DATA' },
        text: '',
      },
    ],
    [
      '7D0A31C44: discarding EHLO keywords: CHUNKING',
      {
        kind: 'event',
        queueId: '7D0A31C44',
        event: 'workaround',
        fields: { workaround: 'EHLO keywords', keywords: 'CHUNKING' },
        text: '',
      },
    ],
    [
      'message repeated 2 times: [ connect from mx.c.example[203.0.113.9]]',
      {
        kind: 'event',
        event: 'repeated',
        fields: { count: '2', text: 'connect from mx.c.example[203.0.113.9]' },
        text: '',
      },
    ],
    ['lookup table has changed -- exiting', { kind: 'event', event: 'restart', fields: {}, text: '' }],
    ['starting the Postfix mail system', { kind: 'event', event: 'start', fields: {}, text: '' }],
    ['refreshing the Postfix mail system', { kind: 'event', event: 'reload', fields: {}, text: '' }],
    ['stopping the Postfix mail system', { kind: 'event', event: 'stop', fields: {}, text: '' }],
    [
      'using backwards-compatible default setting smtputf8_enable=no',
      { kind: 'event', event: 'compatibility', fields: { setting: 'smtputf8_enable=no' }, text: '' },
    ],
    [
      'Trusted TLS connection lost in the middle',
      { kind: 'event', event: 'tls', fields: { trust: 'Trusted', text: 'lost in the middle' }, text: '' },
    ],
    [
      'statistics: of a new kind',
      { kind: 'event', event: 'statistics', fields: { statistics: 'of a new kind' }, text: '' },
    ],
    [
      'connect from a.example[192.0.2.1] (again)',
      { kind: 'event', event: 'connect', client: { name: 'a.example', address: '192.0.2.1' }, fields: {}, text: '' },
    ],
    ['what is this', { kind: 'event', event: 'notice', fields: {}, text: 'what is this' }],
  ])('%s', (line, expected) => {
    expect(shown(parseLogLine(line, 'postfix'))).toEqual(expected)
  })

  it('keeps what a line says out of prototypes', () => {
    const record = parseLogLine('disconnect from a[b] __proto__=1 constructor=2', 'postfix')
    expect(record?.kind).toBe('event')
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('names of programs', () => {
  it.each([
    ['postfix/smtp', true],
    ['postfix/submission/smtpd', true],
    ['postfix-out/qmgr', true],
    ['mta1/cleanup', true],
    ['postfix', true],
    ['smtpd', false],
    ['mta1/other', false],
    ['dovecot', false],
  ])('%s', (program, known) => {
    const record = parseLogLine(`Mar  4 07:05:09 mx1 ${program}[9]: 7D0A31C44: removed`)
    expect(record?.kind === 'removed').toBe(known)
  })
})
