// VRFY, EXPN, HELP, ETRN, BURL, XCLIENT and XFORWARD: the exact line, what the session is afterwards, and what is refused.
import { lastValueFrom, map, tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { memoryTls } from '../../src/adapters/memory/memory-socket.ts'
import {
  burl,
  type Client,
  etrn,
  expn,
  hello,
  help,
  mail,
  plainAuth,
  quit,
  rcpt,
  smtpOver,
  xclient,
  xforward,
} from '../../src/index.ts'
import { formatTranscript } from '../../src/stream/transcript.ts'
import { failure, greeted, nothingLeftBehind, serve, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const goodbye = 'C: QUIT\nS: 221 bye\n'
const attributes = 'NAME ADDR PORT PROTO HELO LOGIN DESTADDR'
const offers = [
  'VRFY',
  'EXPN',
  'ETRN',
  'SMTPUTF8',
  'BURL imap',
  `XCLIENT ${attributes}`,
  `XFORWARD ${attributes} IDENT SOURCE`,
]

type Call = (client: Client) => Promise<unknown>

describe('one command, one reply', () => {
  it.each<[line: string, reply: string, call: Call]>([
    ['VRFY ann', '250 <ann@mx.example>', (client) => client.verify('ann')],
    ['VRFY ann@xn--bcher-kva.example', '250 ok', (client) => client.verify('ann@bücher.example')],
    ['VRFY jörg@mx.example SMTPUTF8', '250 ok', (client) => client.verify('jörg@mx.example')],
    ['VRFY ann SMTPUTF8', '250 <例@mx.example>', (client) => client.verify('ann', { smtpUtf8: true })],
    ['EXPN staff', '250 <ann@mx.example>', (client) => client.expn('staff')],
    ['EXPN "all staff" SMTPUTF8', '250 ok', (client) => client.expn('"all staff"', { smtpUtf8: true })],
    ['EXPN büro SMTPUTF8', '252 ask later', (client) => client.expn('büro')],
    ['HELP', '214 see RFC 5321', (client) => client.help()],
    ['HELP mail', '211 MAIL FROM', (client) => client.help('mail')],
    ['ETRN mx.example', '250 queuing started', (client) => client.etrn('mx.example')],
    ['ETRN @mx.example', '251 nothing waits', (client) => client.etrn('@mx.example')],
    ['ETRN #slow', '252 pending', (client) => client.etrn('#slow')],
    ['ETRN @xn--bcher-kva.example', '253 14 pending', (client) => client.etrn('@bücher.example')],
    [
      'XFORWARD NAME=mx.example ADDR=IPV6:2001:db8::7 PORT=4711 IDENT=a+2Bb SOURCE=REMOTE',
      '250 ok',
      (client) =>
        client.xforward({ name: 'mx.example', ADDR: '2001:db8::7', PORT: 4711, IDENT: 'a+b', SOURCE: 'REMOTE' }),
    ],
    [
      'XFORWARD NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE] HELO=[TEMPUNAVAIL]',
      '250 ok',
      (client) => client.xforward({ NAME: null, ADDR: null, PORT: undefined, HELO: '[TEMPUNAVAIL]' }),
    ],
  ])('%s', async (line, reply, call) => {
    const { client } = await talk(`${greeted(...offers)}C: ${line}\nS: ${reply}\n${goodbye}`)
    expect(await call(client)).toMatchObject({ code: Number(reply.slice(0, 3)), text: reply.slice(4) })
    await client.quit()
  })

  it.each<[line: string, reply: string, call: Call]>([
    ['EXPN staff', '550 no', (client) => client.expn('staff')],
    ['HELP', '502 no', (client) => client.help()],
    ['ETRN mx.example', '458 not now', (client) => client.etrn('mx.example')],
    ['ETRN mx.example', '459 not allowed', (client) => client.etrn('mx.example')],
    ['XFORWARD NAME=a', '550 no', (client) => client.xforward({ NAME: 'a' })],
    ['XCLIENT NAME=a', '550 no', (client) => client.xclient({ NAME: 'a' })],
  ])('%s is refused, and the session goes on', async (line, reply, call) => {
    const { client } = await talk(`${greeted(...offers)}C: ${line}\nS: ${reply}\nC: NOOP\nS: 250 ok\n${goodbye}`)
    const code = Number(reply.slice(0, 3))
    expect(await failure(call(client))).toMatchObject({ code: 'refused', reply: { code }, command: line })
    await client.noop()
    await client.quit()
  })

  it.each<[line: string, call: Call]>([
    ['ETRN mx.example', (client) => client.etrn('mx.example')],
    ['XFORWARD NAME=a', (client) => client.xforward({ NAME: 'a' })],
    ['XCLIENT NAME=a', (client) => client.xclient({ NAME: 'a' })],
    ['HELP', (client) => client.help()],
  ])('%s with a reply that it does not have ends the session', async (line, call) => {
    const { client } = await talk(`${greeted(...offers)}C: ${line}\nS: 354 what?\n`)
    expect(await failure(call(client))).toMatchObject({ code: 'unexpected-reply', phase: 'command' })
    expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
  })
})

describe('nothing is written', () => {
  it.each<[extension: string, phase: string, call: Call]>([
    ['SMTPUTF8', 'verify', (client) => client.verify('jörg')],
    ['SMTPUTF8', 'verify', (client) => client.verify('ann', { smtpUtf8: true })],
    ['SMTPUTF8', 'verify', (client) => client.expn('büro', { force: true })],
    ['EXPN', 'verify', (client) => client.expn('staff')],
    ['ETRN', 'command', (client) => client.etrn('mx.example')],
    ['XCLIENT', 'command', (client) => client.xclient({ NAME: 'a' })],
    ['XFORWARD', 'command', (client) => client.xforward({ NAME: 'a' })],
  ])('without %s (%s)', async (extension, phase, call) => {
    const { client } = await talk(greeted('PIPELINING') + goodbye)
    expect(await failure(call(client))).toMatchObject({ code: 'not-offered', extension, phase, delivery: 'not-sent' })
    await client.quit()
  })

  it.each<[what: string, extension: string, call: Call]>([
    ['XCLIENT IDENT', 'XCLIENT', (client) => client.xclient({ NAME: 'a', IDENT: 'b' })],
    ['XFORWARD TTL', 'XFORWARD', (client) => client.xforward({ ttl: 5 })],
  ])('of attributes that the server does not announce: %s', async (what, extension, call) => {
    const { client } = await talk(greeted(...offers) + goodbye)
    const error = await failure(call(client))
    expect(error).toMatchObject({ code: 'not-offered', extension, message: `the server does not offer ${what}` })
    await client.quit()
  })

  const given = <T>(value: unknown): T => value as T
  it.each<[argument: string, call: Call]>([
    ['argument', (client) => client.verify('two words')],
    ['argument', (client) => client.verify('ann SMTPUTF8')],
    ['argument', (client) => client.expn('a\r\nQUIT')],
    ['argument', (client) => client.help('two words')],
    ['argument', (client) => client.help('')],
    ['node', (client) => client.etrn('')],
    ['node', (client) => client.etrn(given(undefined))],
    ['node', (client) => client.etrn('@')],
    ['node', (client) => client.etrn('#')],
    ['node', (client) => client.etrn('#a b')],
    ['node', (client) => client.etrn('mx.example\r\nQUIT')],
    ['node', (client) => client.etrn('xn--a.é')],
    ['node', (client) => client.etrn('[192.0.2.1]')],
    ['attributes', (client) => client.xclient({})],
    ['attributes', (client) => client.xclient({ NAME: undefined })],
    ['attributes', (client) => client.xforward(given(undefined))],
    ['attributes.NAME', (client) => client.xclient({ NAME: '' })],
    ['attributes.NAME', (client) => client.xclient({ NAME: 'x'.repeat(256) })],
    ['attributes.NAME', (client) => client.xclient({ NAME: given({}) })],
    ['attributes.NAME', (client) => client.xclient({ NAME: '\ud800' })],
    ['attributes.NAME', (client) => client.xclient({ NAME: 'a', name: 'b' })],
    ['attributes.NAME', (client) => client.xforward({ NAME: '='.repeat(200) })],
    ['attributes.ADDR', (client) => client.xclient({ ADDR: 'mx.example' })],
    ['attributes.ADDR', (client) => client.xclient({ ADDR: '192.0.2.256' })],
    ['attributes.DESTADDR', (client) => client.xclient({ DESTADDR: '2001:db8' })],
    ['attributes.PORT', (client) => client.xforward({ PORT: 65_536 })],
    ['attributes.PORT', (client) => client.xforward({ PORT: 2.5 })],
    ['attributes.PORT', (client) => client.xforward({ PORT: 'smtp' })],
  ])('of %s that make no sense', async (argument, call) => {
    const { client } = await talk(greeted(...offers) + goodbye)
    expect(await failure(call(client))).toMatchObject({ code: 'invalid-argument', argument, delivery: 'not-sent' })
    await client.quit()
  })
})

describe('expn()', () => {
  it('asks a server that does not announce it when forced', async () => {
    const { client } = await talk(`${greeted()}C: EXPN staff\nS: 250-<a@b>\nS: 250 <c@d>\n${goodbye}`)
    expect((await client.expn('staff', { force: true })).lines).toEqual(['<a@b>', '<c@d>'])
    await client.quit()
  })
})

describe('help()', () => {
  it('is there at any time', async () => {
    const help214 = 'C: HELP\nS: 214 ok\n'
    const server = serve(
      `S: 220 hi\n${help214}C: EHLO localhost\nS: 250 hi\n${help214}C: MAIL FROM:<>\nS: 250 ok\n${help214}${goodbye}`,
    )
    const phases = await lastValueFrom(
      smtpOver(server.open)
        .connect({ host: 'mx.example', port: 25 })
        .pipe(
          help(),
          hello(),
          help(),
          mail(''),
          help(),
          quit(),
          map(({ phase }) => phase),
        ),
    )
    expect(phases).toBe('closed')
  })
})

describe('xforward()', () => {
  it('takes as many commands as it needs', async () => {
    const [name, helo] = ['n'.repeat(255), 'h'.repeat(250)]
    const { client } = await talk(
      `${greeted(...offers)}
      C: XFORWARD NAME=${name}
      S: 250 ok
      C: XFORWARD HELO=${helo} PROTO=ESMTP
      S: 250 ok
      ${goodbye}`,
    )
    await client.xforward({ NAME: name, HELO: helo, PROTO: 'ESMTP' })
    await client.quit()
  })

  it('comes before a message, not into one', async () => {
    const { client } = await talk(`${greeted(...offers)}C: MAIL FROM:<>\nS: 250 ok\n${goodbye}`)
    await client.mail('')
    expect(await failure(client.xforward({ NAME: 'a' }))).toMatchObject({ code: 'bad-sequence' })
    await client.quit()
  })
})

describe('xclient()', () => {
  const anew = (...keywords: readonly string[]): string => greeted(...keywords).replace('S: 220 mx.example ESMTP\n', '')
  const said = 'C: XCLIENT NAME=client.example ADDR=192.0.2.7\nS: 220 mx.example ESMTP\n'

  it('begins the session anew: EHLO is said again, and what was offered before is forgotten', async () => {
    const { client } = await talk(greeted(...offers) + said + anew('SIZE 5') + goodbye)
    await client.xclient({ NAME: 'client.example', ADDR: '192.0.2.7' })
    const { keywords } = await client.capabilities()
    expect([...keywords.keys()]).toEqual(['SIZE'])
    await client.quit()
  })

  it.each<[login: string | null | undefined, authenticates: boolean]>([
    [undefined, true],
    [null, true],
    ['ann', false],
  ])('with LOGIN %j: whether AUTH may follow is %j', async (LOGIN, authenticates) => {
    const auth = plainAuth({ username: 'a', password: 'b' })
    const first = 'C: AUTH PLAIN AGEAYg==\nS: 235 ok\n'
    const value = LOGIN === null ? ' LOGIN=[UNAVAILABLE]' : LOGIN === undefined ? '' : ` LOGIN=${LOGIN}`
    const { client } = await talk(
      `${greeted(...offers, 'AUTH PLAIN')}${first}C: XCLIENT NAME=a${value}\nS: 220 hi\n${anew('AUTH PLAIN')}` +
        (authenticates ? first : '') +
        goodbye,
      { tls: memoryTls },
    )
    await client.auth(auth)
    await client.xclient({ NAME: 'a', LOGIN })
    if (authenticates) await client.auth(auth)
    else expect(await failure(client.auth(auth))).toMatchObject({ code: 'bad-sequence' })
    await client.quit()
  })

  it('falls back to HELO as at the beginning', async () => {
    const { client } = await talk(
      `${greeted(...offers)}${said}C: EHLO localhost\nS: 502 no\nC: HELO localhost\nS: 250 hi\n${goodbye}`,
    )
    await client.xclient({ NAME: 'client.example', ADDR: '192.0.2.7' })
    expect((await client.capabilities()).keywords.size).toBe(0)
    await client.quit()
  })

  it('whose EHLO is refused can say hello again', async () => {
    const { client } = await talk(
      `${greeted(...offers)}${said}C: EHLO localhost\nS: 451 later\n${anew('SIZE 9')}${goodbye}`,
    )
    const error = await failure(client.xclient({ NAME: 'client.example', ADDR: '192.0.2.7' }))
    expect(error).toMatchObject({ code: 'refused', phase: 'hello' })
    expect((await client.capabilities()).get('SIZE')?.limit).toBe(9)
    await client.quit()
  })

  it('is an operator', async () => {
    const server = serve(greeted(...offers) + said + anew('SIZE 7') + goodbye)
    const session = await lastValueFrom(
      smtpOver(server.open)
        .connect({ host: 'mx.example', port: 25 })
        .pipe(hello(), xclient({ NAME: 'client.example', ADDR: '192.0.2.7' }), quit()),
    )
    expect(session.capabilities.get('SIZE')?.limit).toBe(7)
  })
})

describe('burl()', () => {
  const begun = `C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<bob@b.example>\nS: 250 ok\n`
  const token = '91354a473744909de610943775f92038'
  const url = `imap://ann@imap.example/Sent;UIDVALIDITY=3/;UID=20;urlauth=submit+ann:internal:${token}`
  const begin = async (script: string) => {
    const { client } = await talk(greeted(...offers) + begun + script)
    await client.mail('')
    await client.rcpt('bob@b.example')
    return client
  }

  it('ends the message with LAST, and tells what became of it', async () => {
    const server = serve(`${greeted(...offers)}${begun}C: BURL ${url} LAST\nS: 250 2.0.0 queued as Q7\n${goodbye}`)
    const seen: string[] = []
    const session = await lastValueFrom(
      smtpOver(server.open)
        .connect({ host: 'mx.example', port: 25, transcript: { next: (entry) => seen.push(formatTranscript(entry)) } })
        .pipe(hello(), mail(''), rcpt('bob@b.example'), burl(url, { last: true }), quit()),
    )
    expect(session.result).toMatchObject({ accepted: ['bob@b.example'], rejected: [], queueId: 'Q7' })
    expect(seen.join('\n')).toContain('C: BURL imap://ann@imap.example/')
    expect(seen.join('\n')).not.toContain(token)
  })

  it('puts a message together out of several', async () => {
    const client = await begin(
      `C: BURL imap:a\nS: 250 ok\nC: BURL imap:b LAST\nS: 250 ok\n${begun}C: RSET\nS: 250 ok\n${goodbye}`,
    )
    await client.burl('imap:a')
    await client.burl('imap:b', { last: true })
    // It is over: the next one begins.
    await client.mail('')
    await client.rcpt('bob@b.example')
    await client.reset()
    await client.quit()
  })

  it('that is refused rejects the message, and keeps the token for itself', async () => {
    const client = await begin(`C: BURL ${url} LAST\nS: 554 5.7.0 no access with ${token}\n${begun}${goodbye}`)
    const error = await failure(client.burl(url, { last: true }))
    expect(error).toMatchObject({ code: 'refused', phase: 'end-of-data', delivery: 'rejected' })
    expect(JSON.stringify(error)).not.toContain(token)
    await client.mail('')
    await client.rcpt('bob@b.example')
    await client.quit()
  })

  it('whose reply never comes leaves the message in doubt; a part of one does not', async () => {
    const whole = await begin(`C: BURL ${url} LAST\nX:`)
    expect(await failure(whole.burl(url, { last: true }))).toMatchObject({
      code: 'connection-lost',
      delivery: 'unknown',
    })
    const part = await begin(`C: BURL ${url}\nX:`)
    expect(await failure(part.burl(url))).toMatchObject({ code: 'connection-lost', delivery: 'not-sent' })
  })

  it.each(['', 'imap', '//imap.example/', 'imap:', 'imap:a b', 'imap:a\r\nQUIT', 'imap:a#b', 'imap:%4', 'imap:ä'])(
    'refuses %j',
    async (wrong) => {
      const client = await begin(goodbye)
      expect(await failure(client.burl(wrong, { last: true }))).toMatchObject({
        code: 'invalid-argument',
        argument: 'url',
        delivery: 'not-sent',
      })
      await client.quit()
    },
  )

  it('is not-offered where the server lacks it', async () => {
    const { client } = await talk(greeted('CHUNKING') + begun + goodbye)
    await client.mail('')
    await client.rcpt('bob@b.example')
    const error = await failure(client.burl('imap:a', { last: true }))
    expect(error).toMatchObject({ code: 'not-offered', extension: 'BURL', phase: 'body', delivery: 'not-sent' })
    await client.quit()
  })
})

describe('the operators keep the phase', () => {
  it('of a session that is ready', async () => {
    const script = 'C: EXPN a\nS: 250 ok\nC: ETRN a\nS: 250 ok\nC: XFORWARD NAME=a\nS: 250 ok\n'
    const server = serve(greeted(...offers) + script + goodbye)
    const ready$ = smtpOver(server.open).connect({ host: 'mx.example', port: 25 }).pipe(hello())
    const phases: string[] = []
    const asked$ = ready$.pipe(expn('a'), etrn('a'), xforward({ NAME: 'a' }))
    await lastValueFrom(
      asked$.pipe(
        tap(({ phase }) => phases.push(phase)),
        quit(),
      ),
    )
    expect(phases).toEqual(['ready'])
  })
})
