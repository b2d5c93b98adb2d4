/**
 * What a program written for Go's net/smtp may count on here. The ids follow the order of that package's own tests:
 * A mechanisms, P plain, T a mechanism of one's own, B the basic conversation, H and L hello, E extensions, N a
 * client over an open connection, S and F sendMail, W TLS; 1 to 18 are places where its behaviour surprises, most of
 * them in net-smtp-surprises.test.ts.
 *
 * | id | there | here, and why |
 * | --- | --- | --- |
 * | B4, E3-E5, 11 | BODY and SMTPUTF8 whenever offered | when the content needs them: a 7-bit message stays one |
 * | B5, 10 | VRFY: 250 only | 251 means the mailbox is known, too; 252 is an error in both |
 * | F1, 2, T1 | `*` after any failed AUTH | `*` answers a 334 and nothing else (RFC 4954 section 4) |
 * | T1 | a last line without its end counts | a refusal does; half a positive reply may not be the whole |
 * | L1, L3, 1 | STARTTLS and AUTH always sent | when offered, or with `force` |
 * | S3 | closes without QUIT | says QUIT (RFC 5321 section 4.1.1.10) |
 * | W1 | keeps a 250 that came with the 354 | it came before our end of data and can accept nothing |
 * | 3 | QUIT closes after 221 only | closes whatever the answer |
 * | 4 | AUTH left out silently after HELO | an error: the caller wanted to be known |
 * | 5 | HELO after any failure of EHLO | after 500, 501, 502, 504, 550: the server does not know EHLO |
 * | 8 | PLAIN in clear to hosts called localhost | to peers whose address is loopback |
 * | 12 | only CR and LF refused in addresses | the grammar decides: no parameter can be added |
 * | 13 | DATA without recipients; lone CR kept | an error; CRLF |
 * | 14 | `250` alone is an error | a reply (RFC 5321 section 4.2) |
 * | 15 | what was offered before TLS is kept | forgotten (RFC 3207 section 4.2) |
 */
import { describe, expect, it, test, vi } from 'vitest'
import { memoryTls } from '../../src/adapters/memory/memory-socket.ts'
import { type Auth, type Client, cramMd5Auth, plainAuth, type ServerInfo, smtpOver } from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const ann = { username: 'ann', password: 'wonderland' }
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const secure: ServerInfo = { host: 'mx.example', tls: true, loopback: false, mechanisms: ['PLAIN'] }
const remote = { remoteAddress: '192.0.2.25' }

describe('A: what a mechanism says', () => {
  test('A1: PLAIN is the empty identity, the name and the password', async () => {
    const exchange = await plainAuth(ann).start(secure)
    expect(text(exchange.initialResponse)).toBe('\0ann\0wonderland')
  })

  test('A2: PLAIN begins with the identity to act as', async () => {
    const exchange = await plainAuth({ ...ann, identity: 'bob' }).start(secure)
    expect(text(exchange.initialResponse)).toBe('bob\0ann\0wonderland')
  })

  test('A3: CRAM-MD5 lets the server speak first and answers as in RFC 2195', async () => {
    const auth = cramMd5Auth({ username: 'tim', password: 'tanstaaftanstaaf' })
    expect(auth.mechanism).toBe('CRAM-MD5')
    const exchange = await auth.start(secure)
    expect(exchange.initialResponse).toBeUndefined()
    const challenge = new TextEncoder().encode('<1896.697170952@postoffice.reston.mci.net>')
    expect(text(await exchange.respond(challenge))).toBe('tim b913a602c7eda7a495b4e6e7334d3890')
  })
})

describe('P: where PLAIN may run', () => {
  const plain = plainAuth({ ...ann, host: 'mx.example' })

  it.each([
    ['P1', 'over TLS', { tls: true, loopback: false, host: 'mx.example', mechanisms: [] }],
    ['P2', 'in clear to this machine', { tls: false, loopback: true, host: 'mx.example', mechanisms: [] }],
  ])('%s: %s', async (_, __, server) => {
    expect((await plain.start(server)).initialResponse).toBeDefined()
  })

  it.each([
    ['P3', 'in clear, even when offered', { tls: false, mechanisms: ['PLAIN'] }, 'unencrypted connection'],
    ['P4', 'in clear, when another mechanism is offered', { tls: false, mechanisms: ['CRAM-MD5'] }, 'unencrypted'],
    ['P5', 'to another host', { tls: true, host: 'other.example' }, 'wrong host name'],
  ])('%s: not %s', async (_, __, server, message) => {
    const error = await failure((async () => plain.start({ ...secure, ...server }))())
    expect(error).toMatchObject({ code: 'auth-unusable', phase: 'auth', delivery: 'not-sent' })
    expect(error.message).toContain(message)
  })
})

describe('T1: a mechanism without initial response meets an answer that AUTH does not have', () => {
  const respond = vi.fn(() => new Uint8Array())
  const foo: Auth = { mechanism: 'XFOO', start: () => ({ respond }) }

  it('writes no space behind the mechanism and asks it nothing', async () => {
    const { client, server } = await talk(`${greeted('AUTH XFOO')}C: AUTH XFOO\nS: 200 go on`)
    expect(await failure(client.auth(foo))).toMatchObject({ code: 'unexpected-reply', reply: { code: 200 } })
    expect(server.received).toBe('EHLO localhost\r\nAUTH XFOO\r\n')
    expect(respond).not.toHaveBeenCalled()
  })

  it('does not trust a positive last line without its end', async () => {
    const { client } = await talk(`${greeted('AUTH XFOO')}C: AUTH XFOO\nS: 235 welcome\\\nX:`)
    expect(await failure(client.auth(foo))).toMatchObject({ code: 'connection-lost', phase: 'auth' })
  })

  it('reads a refusal without its line end', async () => {
    const { client } = await talk(`${greeted('AUTH XFOO')}C: AUTH XFOO\nS: 535 go away\\\nX:`)
    expect(await failure(client.auth(foo))).toMatchObject({
      code: 'auth-failed',
      reply: { code: 535, text: 'go away' },
    })
  })
})

describe('B: the basic conversation', () => {
  const basic = greeted('SIZE 20480000', 'AUTH LOGIN PLAIN', '8BITMIME')

  test('B1: a hello that fails can be said again', async () => {
    const { client } = await talk(`
      S: 220 mx.example
      C: EHLO localhost
      S: 451 not yet
      C: EHLO localhost
      S: 250-mx.example greets you
      S: 250 8BITMIME
      C: QUIT
      S: 221 bye`)
    expect(await failure(client.hello())).toMatchObject({ code: 'refused', phase: 'hello', reply: { code: 451 } })
    await client.hello()
    expect(await client.extension('8BITMIME')).toEqual([])
    await client.quit()
  })

  test('B2: upper and lower case are the same', async () => {
    const { client } = await talk(basic)
    expect(await client.extension('aUtH')).toEqual(['LOGIN', 'PLAIN'])
    client.close()
  })

  test('B3: what is not offered is undefined', async () => {
    const { client } = await talk(basic)
    expect(await client.extension('DSN')).toBeUndefined()
    client.close()
  })

  test('B4: a refused MAIL', async () => {
    const { client } = await talk(`${basic}C: MAIL FROM:<ann@mx.example> BODY=8BITMIME\nS: 530 log in first`)
    expect(await failure(client.mail('ann@mx.example', { body: '8BITMIME' }))).toMatchObject({
      code: 'refused',
      phase: 'mail',
      delivery: 'rejected',
      safeToRetry: false,
      message: 'MAIL FROM:<ann@mx.example> BODY=8BITMIME: 530 log in first',
    })
    client.close()
  })

  test('B5: 252 does not verify, and leaves the session usable', async () => {
    const { client } = await talk(`${basic}C: VRFY ann@mx.example\nS: 252 cannot tell\nC: NOOP\nS: 250 ok`)
    expect(await failure(client.verify('ann@mx.example'))).toMatchObject({
      code: 'unexpected-reply',
      phase: 'verify',
      reply: { code: 252 },
    })
    await client.noop()
    client.close()
  })

  it.each([
    ['VRFY', 'argument', (client: Client) => client.verify('ann@mx.example>\r\nRSET\r\nNOOP\r\n')],
    ['MAIL', 'from', (client: Client) => client.mail('ann@mx.example>\r\nRSET\r\nNOOP\r\n')],
  ])('B6: %s with a line break in its argument writes nothing', async (_, argument, call) => {
    const { client, server } = await talk(basic)
    expect(await failure(call(client))).toMatchObject({ code: 'invalid-argument', argument })
    expect(server.received).toBe('EHLO localhost\r\n')
    client.close()
  })

  test('B6: RCPT with a line break in its argument writes nothing', async () => {
    const { client, server } = await talk(`${basic}C: MAIL FROM:<ann@mx.example>\nS: 250 ok`)
    await client.mail('ann@mx.example')
    const before = server.received
    expect(await failure(client.rcpt('bob@mx.example>\r\nRSET\r\nNOOP\r\n'))).toMatchObject({
      code: 'invalid-argument',
      argument: 'to',
    })
    expect(server.received).toBe(before)
    client.close()
  })

  test('B7: 250 verifies', async () => {
    const { client } = await talk(`${basic}C: VRFY bob@mx.example\nS: 250 Bob <bob@mx.example>`)
    expect((await client.verify('bob@mx.example')).text).toBe('Bob <bob@mx.example>')
    client.close()
  })

  test('B8: AUTH PLAIN with its response on the same line', async () => {
    const { client } = await talk(`${basic}C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: 235 welcome`, {
      ...remote,
      tls: memoryTls,
    })
    expect((await client.auth(plainAuth({ ...ann, host: 'mx.example' }))).code).toBe(235)
    client.close()
  })

  test('B9: a message with bare line feeds, a leading dot and no line end at its end', async () => {
    const { client, server } = await talk(`${basic}
      C: MAIL FROM:<ann@mx.example>
      S: 250 sender ok
      C: RCPT TO:<list@mx.example>
      S: 250 recipient ok
      C: DATA
      S: 354 go ahead
      C: From: ann@mx.example
      C: Subject: hi
      C: 
      C: A line
      C: ..hidden by a dot.
      C: Farewell
      C: .
      S: 250 data ok
      C: QUIT
      S: 221 bye`)
    await client.mail('ann@mx.example')
    await client.rcpt('list@mx.example')
    const writer = (await client.data()).getWriter()
    await writer.write('From: ann@mx.example\nSubject: hi\n\nA line\n.hidden by a dot.\nFarewell')
    await writer.close()
    await client.quit()
    expect(server.received).toBe(
      [
        'EHLO localhost',
        'MAIL FROM:<ann@mx.example>',
        'RCPT TO:<list@mx.example>',
        'DATA',
        'From: ann@mx.example',
        'Subject: hi',
        '',
        'A line',
        '..hidden by a dot.',
        'Farewell',
        '.',
        'QUIT',
        '',
      ].join('\r\n'),
    )
  })
})

test('H0: a server that wants no hello still gets its QUIT', async () => {
  const { client, server } = await talk(`
    S: 220 mx.example
    C: EHLO localhost
    S: 502 no such command
    C: HELO localhost
    S: 502 nor this one
    C: QUIT
    S: 221 OK`)
  expect(await failure(client.hello())).toMatchObject({
    code: 'refused',
    phase: 'hello',
    reply: { text: 'nor this one' },
  })
  await client.quit()
  expect(server.received).toBe('EHLO localhost\r\nHELO localhost\r\nQUIT\r\n')
})

describe('E: what is said of a message in MAIL', () => {
  const both = greeted('8BITMIME', 'SMTPUTF8')
  const heloOnly =
    'S: 220 mx.example\nC: EHLO localhost\nS: 502 no such command\nC: HELO localhost\nS: 250 mx.example\n'
  const ascii = 'ann@mx.example'
  const utf8 = 'zoë+☕@mx.example'

  it.each([
    ['E1', 'nothing after HELO', heloOnly, ascii, {}, 'MAIL FROM:<ann@mx.example>'],
    ['E2', 'nothing where nothing is offered', greeted('SIZE 20480000'), ascii, {}, 'MAIL FROM:<ann@mx.example>'],
    [
      'E3',
      'BODY when asked',
      greeted('8BITMIME'),
      ascii,
      { body: '8BITMIME' },
      'MAIL FROM:<ann@mx.example> BODY=8BITMIME',
    ],
    ['E4', 'SMTPUTF8 for a sender in UTF-8', greeted('SMTPUTF8'), utf8, {}, 'MAIL FROM:<zoë+☕@mx.example> SMTPUTF8'],
    [
      'E5',
      'BODY, then SMTPUTF8',
      both,
      utf8,
      { body: '8BITMIME' },
      'MAIL FROM:<zoë+☕@mx.example> BODY=8BITMIME SMTPUTF8',
    ],
    ['11', 'nothing that the message does not need', both, ascii, {}, 'MAIL FROM:<ann@mx.example>'],
  ] as const)('%s: %s', async (_, __, hello, from, options, line) => {
    const { client } = await talk(`${hello}C: ${line}\nS: 250 ok`)
    await client.mail(from, options)
    client.close()
  })

  it.each([
    ['E1', heloOnly],
    ['E2', greeted('SIZE 20480000')],
  ])('%s: neither 8BITMIME nor SMTPUTF8 is there, so neither can be asked for', async (_, hello) => {
    const { client } = await talk(hello)
    const capabilities = await client.capabilities()
    expect([capabilities.has('8BITMIME'), capabilities.has('SMTPUTF8')]).toEqual([false, false])
    expect(await failure(client.mail(ascii, { body: '8BITMIME' }))).toMatchObject({
      code: 'not-offered',
      extension: '8BITMIME',
    })
    expect(await failure(client.mail(utf8))).toMatchObject({ code: 'not-offered', extension: 'SMTPUTF8' })
    client.close()
  })

  test.each([
    ['an ASCII message', 'Subject: hi\n\nplain\n', 'ann@mx.example', ' SIZE=22'],
    ['an 8-bit message', 'Subject: hi\n\nGrüße\n', 'ann@mx.example', ' BODY=8BITMIME SIZE=24'],
    ['an ASCII message to a UTF-8 recipient', 'Subject: hi\n\nplain\n', 'jörg@mx.example', ' SIZE=22 SMTPUTF8'],
  ])('11: send() looks at %s', async (_, message, to, params) => {
    const { client } = await talk(`${greeted('8BITMIME', 'SMTPUTF8', 'SIZE')}
      C: MAIL FROM:<ann@mx.example>${params}
      S: 250 ok
      C: RCPT TO:<${to}>
      S: 250 ok
      C: DATA
      S: 354 go ahead
      C: Subject: hi
      C: 
      C: ${message.split('\n')[2]}
      C: .
      S: 250 ok`)
    await client.send({ from: 'ann@mx.example', to, message })
    client.close()
  })
})

describe('N: a client over a connection that is there', () => {
  test('N1: says nothing before it has to', async () => {
    const { client, server } = await talk(`${greeted('SIZE 20480000', 'AUTH LOGIN PLAIN')}C: QUIT\nS: 221 OK`)
    expect(client.greeting).toEqual({ domain: 'mx.example', text: 'ESMTP' })
    await settled()
    expect(server.received).toBe('')
    expect(await client.extension('aUtH')).toEqual(['LOGIN', 'PLAIN'])
    expect(await client.extension('DSN')).toBeUndefined()
    await client.quit()
    expect(server.received).toBe('EHLO localhost\r\nQUIT\r\n')
  })

  test('N2: what a server says to HELO are no extensions', async () => {
    const { client, server } = await talk(`
      S: 220 mx.example
      C: EHLO localhost
      S: 502 no such command
      C: HELO localhost
      S: 250-mx.example greets you
      S: 250-SIZE 20480000
      S: 250 DSN
      C: QUIT
      S: 221 OK`)
    expect(await client.extension('DSN')).toBeUndefined()
    await client.quit()
    expect(server.received).toBe('EHLO localhost\r\nHELO localhost\r\nQUIT\r\n')
  })

  test('N3: a connection that is TLS already counts as TLS', async () => {
    const unverified = { ...memoryTls, authorized: false, authorizationError: 'SELF_SIGNED_CERT_IN_CHAIN' }
    const { client } = await talk(
      `${greeted('AUTH PLAIN')}C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: 235 welcome`,
      { ...remote, tls: unverified },
      { allowInsecureAuth: true },
    )
    // 7: what was not verified is told, not hidden.
    expect(client.tls).toMatchObject({ protocol: 'TLSv1.3', authorized: false })
    await client.auth(plainAuth(ann))
    client.close()
  })
})

describe('L: hello by name, and each call that says it when nobody did', () => {
  const old =
    'S: 220 mx.example\nC: EHLO client.example\nS: 502 no such command\nC: HELO client.example\nS: 250-mx.example\nS: 250 XFEATURE\n'

  test('L0: a name that cannot be is refused and does not count as the one hello', async () => {
    const { client, server } = await talk(old)
    const error = await failure(client.hello('client.example\n\rRSET\r\nNOOP\r\n'))
    expect(error).toMatchObject({ code: 'invalid-argument', argument: 'domain', phase: 'hello' })
    await client.hello('client.example')
    expect(server.received).toBe('EHLO client.example\r\nHELO client.example\r\n')
    client.close()
  })

  it.each([
    ['L1', 'startTls by force', 'STARTTLS', '502 no TLS here', (c: Client) => c.startTls({ force: true })],
    ['L2', 'verify', 'VRFY test@mx.example', '250 there is one', (c: Client) => c.verify('test@mx.example')],
    [
      'L3',
      'auth by force',
      'AUTH PLAIN AGFubgB3b25kZXJsYW5k',
      '235 welcome',
      (c: Client) => c.auth(plainAuth(ann), { force: true }),
    ],
    ['L4', 'mail', 'MAIL FROM:<test@mx.example>', '250 sender accepted', (c: Client) => c.mail('test@mx.example')],
    ['L6', 'reset', 'RSET', '250 forgotten', (c: Client) => c.reset()],
    ['L7', 'quit', 'QUIT', '221 bye', (c: Client) => c.quit()],
    ['L8', 'verify', 'VRFY other@mx.example', '250 ok', (c: Client) => c.verify('other@mx.example')],
    ['L9', 'noop', 'NOOP', '250 ok', (c: Client) => c.noop()],
  ])('%s: %s', async (id, _, line, reply, call) => {
    const { client, server } = await talk(`${old}C: ${line}\nS: ${reply}`, {}, { name: 'client.example' })
    if (id === 'L1') {
      expect(await failure(call(client))).toMatchObject({ code: 'refused', message: 'STARTTLS: 502 no TLS here' })
    } else {
      await call(client)
    }
    expect(server.received).toBe(`EHLO client.example\r\nHELO client.example\r\n${line}\r\n`)
    client.close()
  })

  test('L5: extension', async () => {
    const { client } = await talk(old, {}, { name: 'client.example' })
    expect(await client.extension('xfeature')).toBeUndefined()
    client.close()
  })

  it.each([
    ['L1', 'STARTTLS', (c: Client) => c.startTls()],
    ['L3', 'AUTH', (c: Client) => c.auth(plainAuth(ann))],
  ])('%s: %s is not sent to a server that does not offer it', async (_, extension, call) => {
    const { client, server } = await talk(old, {}, { name: 'client.example' })
    expect(await failure(call(client))).toMatchObject({ code: 'not-offered', extension, delivery: 'not-sent' })
    await settled()
    expect(server.received).toBe('EHLO client.example\r\nHELO client.example\r\n')
    client.close()
  })

  test('1: nor is a mechanism that is not among those offered, unless forced', async () => {
    const { client } = await talk(`${greeted('AUTH CRAM-MD5')}C: AUTH PLAIN AGFubgB3b25kZXJsYW5k\nS: 235 ok`)
    expect(await failure(client.auth(plainAuth(ann)))).toMatchObject({ code: 'not-offered', extension: 'AUTH' })
    await client.auth(plainAuth(ann), { force: true })
    client.close()
  })
})

describe('S, F, W: sendMail', () => {
  const message = 'From: test@mx.example\nTo: other@mx.example\nSubject: hi\n\nThis came through in one call.\n'

  test('S1: a recipient that cannot be is found before anything is connected', async () => {
    const open = vi.fn()
    const { sendMail } = smtpOver(open)
    const to = ['other@mx.example>\n\rRSET\r\nNOOP\r\n']
    expect(await failure(sendMail('mx.example:25', undefined, 'test@mx.example', to, message))).toMatchObject({
      code: 'invalid-argument',
      argument: 'to',
    })
    expect(open).not.toHaveBeenCalled()
  })

  test('S2: a whole conversation with a server that knows HELO only', async () => {
    const server = serve(`
      S: 220 mx.example
      C: EHLO localhost
      S: 502 no such command
      C: HELO localhost
      S: 250 mx.example greets you
      C: MAIL FROM:<test@mx.example>
      S: 250 sender accepted
      C: RCPT TO:<other@mx.example>
      S: 250 recipient accepted
      C: DATA
      S: 354 Go ahead
      C: From: test@mx.example
      C: To: other@mx.example
      C: Subject: hi
      C: 
      C: This came through in one call.
      C: .
      S: 250 message accepted
      C: QUIT
      S: 221 bye`)
    const { sendMail } = smtpOver(server.open)
    const result = await sendMail('mx.example:25', undefined, 'test@mx.example', ['other@mx.example'], message)
    expect(result).toMatchObject({ accepted: ['other@mx.example'], rejected: [], reply: { text: 'message accepted' } })
  })

  test('S3: credentials for a server without AUTH', async () => {
    const server = serve(`${greeted()}C: QUIT\nS: 221 bye`)
    const { sendMail } = smtpOver(server.open)
    const sending = sendMail('mx.example:25', plainAuth(ann), 'test@mx.example', ['other@mx.example'], message)
    expect(await failure(sending)).toMatchObject({
      code: 'not-offered',
      extension: 'AUTH',
      message: "the server doesn't support AUTH",
    })
    await settled()
    expect(server.received).toBe('EHLO localhost\r\nQUIT\r\n')
  })

  test('4: credentials for a server that knows HELO only', async () => {
    const server = serve(`
      S: 220 mx.example
      C: EHLO localhost
      S: 502 no such command
      C: HELO localhost
      S: 250 mx.example
      C: QUIT
      S: 221 bye`)
    const { sendMail } = smtpOver(server.open)
    const sending = sendMail('mx.example:25', plainAuth(ann), 'test@mx.example', ['other@mx.example'], message)
    expect(await failure(sending)).toMatchObject({ code: 'not-offered', phase: 'auth', delivery: 'not-sent' })
  })

  test('13: no recipients', async () => {
    const open = vi.fn()
    const sending = smtpOver(open).sendMail('mx.example:25', undefined, 'test@mx.example', [], message)
    expect(await failure(sending)).toMatchObject({ code: 'invalid-argument', argument: 'to' })
    expect(open).not.toHaveBeenCalled()
  })

  test('F1: the refusal of AUTH is told with all its lines, and followed by nothing but QUIT', async () => {
    const { client, server } = await talk(`${greeted('AUTH LOGIN PLAIN')}
      C: AUTH PLAIN AGFubgB3b25kZXJsYW5k
      S: 535-Wrong name or password
      S: 535 see https://mx.example/help
      C: QUIT
      S: 221 bye`)
    const error = await failure(client.auth(plainAuth(ann)))
    expect(error).toMatchObject({
      code: 'auth-failed',
      reply: { code: 535, text: 'Wrong name or password\nsee https://mx.example/help' },
      message: 'AUTH PLAIN: 535 Wrong name or password / see https://mx.example/help',
    })
    await client.quit()
    expect(server.received).toBe('EHLO localhost\r\nAUTH PLAIN AGFubgB3b25kZXJsYW5k\r\nQUIT\r\n')
  })

  test('W1: EHLO again over TLS, and nothing of what was offered before', async () => {
    const server = serve(
      `${greeted('STARTTLS', '8BITMIME', 'SIZE')}
      C: STARTTLS
      S: 220 Ready to start TLS
      T:
      C: EHLO localhost
      S: 250 mx.example
      C: MAIL FROM:<test@mx.example>
      S: 250 ok
      C: RCPT TO:<other@mx.example>
      S: 250 ok
      C: DATA
      S: 354 send the mail data
      C: Subject: tls
      C: 
      C: Hello over TLS
      C: .
      S: 250 ok
      C: QUIT
      S: 221 bye`,
      remote,
    )
    const { sendMail } = smtpOver(server.open)
    await sendMail(
      'mx.example:25',
      undefined,
      'test@mx.example',
      ['other@mx.example'],
      'Subject: tls\n\nHello over TLS',
    )
  })

  test('W1: a 250 that came with the 354 accepts nothing', async () => {
    const { client, server } = await talk(`${greeted()}
      C: MAIL FROM:<test@mx.example>
      S: 250 ok
      C: RCPT TO:<other@mx.example>
      S: 250 ok
      C: DATA
      S: 354 send the mail data
      S: 250 ok`)
    const sending = client.send({
      from: 'test@mx.example',
      to: 'other@mx.example',
      message: 'Subject: tls\n\nHello over TLS',
    })
    expect(await failure(sending)).toMatchObject({
      code: 'unsolicited-reply',
      delivery: 'not-sent',
      safeToRetry: true,
      reply: { code: 250 },
    })
    expect(server.released).toBe(true)
    expect(server.received).not.toContain('.\r\n.')
  })

  test('W2: what TLS has agreed on', async () => {
    const { client } = await talk(`${greeted('STARTTLS')}
      C: STARTTLS
      S: 220 go ahead
      T:
      C: EHLO localhost
      S: 250 mx.example
      C: QUIT
      S: 221 bye`)
    expect(client.tls).toBeUndefined()
    expect(await client.startTls({ servername: 'mx.example' })).toEqual(memoryTls)
    expect(client.tls).toMatchObject({ protocol: 'TLSv1.3', authorized: true })
    await client.quit()
  })
})
