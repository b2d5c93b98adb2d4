// MAIL and RCPT with what extensions have brought: the exact line, or an error before any line.
import fc from 'fast-check'
import { lastValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { memoryTls } from '../../src/adapters/memory/memory-socket.ts'
import { mailCommand } from '../../src/client/mail.ts'
import { requireNeeds } from '../../src/client/rcpt.ts'
import { nameRecipients, type Recipient } from '../../src/client/recipient.ts'
import { match } from '../../src/grammar/command.ts'
import type { MailOptions, RcptOptions } from '../../src/index.ts'
import { hello, isSmtpError, mail, newClient, quit, rcpt, smtpOver } from '../../src/index.ts'
import { formatCommand, parseCapabilities } from '../../src/protocol/index.ts'
import { decodeXtext } from '../../src/protocol/xtext.ts'
import { scriptedServer } from '../../src/testing/index.ts'
import { hostileText } from '../helpers/arbitraries.ts'
import { failure, greeted, nothingLeftBehind, serve, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const everything = [
  '8BITMIME',
  'AUTH PLAIN',
  'BINARYMIME',
  'CHUNKING',
  'DELIVERBY 60',
  'DSN',
  'FUTURERELEASE 86400 2030-01-01T00:00:00Z',
  'MT-PRIORITY MIXER',
  'REQUIRETLS',
  'RRVS',
  'SIZE 1000',
  'SMTPUTF8',
]
const goodbye = 'C: QUIT\nS: 221 bye\n'
const date = new Date('2026-11-24T09:30:15.750Z')
const from = 'ann@a.example'
const to = 'bob@b.example'

/** The extension that each parameter needs, and how it is written. */
const mailParameters: readonly [extension: string, MailOptions, parameters: string][] = [
  ['8BITMIME', { body: '7BIT' }, 'BODY=7BIT'],
  ['8BITMIME', { body: '8BITMIME' }, 'BODY=8BITMIME'],
  ['BINARYMIME', { body: 'BINARYMIME' }, 'BODY=BINARYMIME'],
  ['CHUNKING', { body: 'BINARYMIME' }, 'BODY=BINARYMIME'],
  ['SMTPUTF8', { smtpUtf8: true }, 'SMTPUTF8'],
  ['DSN', { ret: 'full' }, 'RET=FULL'],
  ['DSN', { ret: 'headers' }, 'RET=HDRS'],
  ['DSN', { envid: 'QQ314159' }, 'ENVID=QQ314159'],
  ['DSN', { envid: 'a+b=c d' }, 'ENVID=a+2Bb+3Dc+20d'],
  ['DSN', { envid: 'x'.repeat(100) }, `ENVID=${'x'.repeat(100)}`],
  ['AUTH', { authenticatedSender: '' }, 'AUTH=<>'],
  ['AUTH', { authenticatedSender: 'e+mc2=x@c.example' }, 'AUTH=e+2Bmc2+3Dx@c.example'],
  ['AUTH', { authenticatedSender: 'ann@bücher.example' }, 'AUTH=ann@xn--bcher-kva.example'],
  ['DELIVERBY', { deliverBy: { seconds: 60, mode: 'return' } }, 'BY=60;R'],
  ['DELIVERBY', { deliverBy: { seconds: 999_999_999, mode: 'return', trace: true } }, 'BY=999999999;RT'],
  ['DELIVERBY', { deliverBy: { seconds: 0, mode: 'notify', trace: false } }, 'BY=0;N'],
  ['DELIVERBY', { deliverBy: { seconds: -5, mode: 'notify', trace: true } }, 'BY=-5;NT'],
  ['FUTURERELEASE', { holdFor: 1 }, 'HOLDFOR=1'],
  ['FUTURERELEASE', { holdFor: 86_400 }, 'HOLDFOR=86400'],
  ['FUTURERELEASE', { holdUntil: date }, 'HOLDUNTIL=2026-11-24T09:30:15Z'],
  ['FUTURERELEASE', { holdUntil: new Date('2030-01-01T00:00:00Z') }, 'HOLDUNTIL=2030-01-01T00:00:00Z'],
  ['MT-PRIORITY', { priority: 9 }, 'MT-PRIORITY=9'],
  ['MT-PRIORITY', { priority: -9 }, 'MT-PRIORITY=-9'],
  ['MT-PRIORITY', { priority: -0 }, 'MT-PRIORITY=0'],
  ['REQUIRETLS', { requireTls: true }, 'REQUIRETLS'],
]

const rcptParameters: readonly [extension: string, RcptOptions, parameters: string][] = [
  ['DSN', { notify: 'never' }, 'NOTIFY=NEVER'],
  ['DSN', { notify: ['success'] }, 'NOTIFY=SUCCESS'],
  ['DSN', { notify: ['failure', 'delay', 'failure'] }, 'NOTIFY=FAILURE,DELAY'],
  ['DSN', { orcpt: 'bob+x@b.example' }, 'ORCPT=rfc822;bob+2Bx@b.example'],
  ['DSN', { orcpt: '"a b"@b.example' }, 'ORCPT=rfc822;"a+20b"@b.example'],
  ['DSN', { orcpt: 'Postmaster' }, 'ORCPT=rfc822;Postmaster'],
  ['DSN', { orcpt: 'jörg+x@b.example' }, 'ORCPT=utf-8;j\\x{F6}rg\\x{2B}x@b.example'],
  ['DSN', { notify: ['delay'], orcpt: 'Bob@b.example' }, 'NOTIFY=DELAY ORCPT=rfc822;Bob@b.example'],
  ['RRVS', { validSince: { date } }, 'RRVS=2026-11-24T09:30:15Z'],
  ['RRVS', { validSince: { date, noSupport: 'continue' } }, 'RRVS=2026-11-24T09:30:15Z;C'],
  ['RRVS', { validSince: { date, noSupport: 'reject' } }, 'RRVS=2026-11-24T09:30:15Z;R'],
]

describe('on the wire', () => {
  it.each(mailParameters)('%s: MAIL with %j', async (_, options, parameters) => {
    const script = `${greeted(...everything)}C: MAIL FROM:<${from}> ${parameters}\nS: 250 ok\n${goodbye}`
    const { client } = await talk(script, { tls: memoryTls })
    await client.mail(from, options)
    await client.quit()
  })

  it.each(rcptParameters)('%s: RCPT with %j', async (_, options, parameters) => {
    const escaped = parameters.replaceAll('\\', '\\\\')
    const script = `${greeted(...everything)}C: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<${to}> ${escaped}\nS: 250 ok\n`
    const { client } = await talk(script + goodbye)
    await client.mail('')
    await client.rcpt(to, options)
    await client.quit()
  })

  it('all of them, with others of one’s own behind', async () => {
    const { client } = await talk(
      `${greeted(...everything)}
      C: MAIL FROM:<${from}> BODY=8BITMIME SIZE=9 SMTPUTF8 RET=FULL ENVID=1 BY=90;N HOLDFOR=5 MT-PRIORITY=3 X-A=b
      S: 250 ok
      ${goodbye}`,
    )
    await client.mail(from, {
      params: { 'X-A': 'b' },
      priority: 3,
      holdFor: 5,
      deliverBy: { seconds: 90, mode: 'notify' },
      envid: '1',
      ret: 'full',
      smtpUtf8: true,
      size: 9,
      body: '8BITMIME',
    })
    await client.quit()
  })

  it('nothing is said of options that are not given, or are off', async () => {
    const { client } = await talk(`${greeted()}C: MAIL FROM:<>\nS: 250 ok\n${goodbye}`)
    await client.mail('', { requireTls: false, smtpUtf8: false })
    await client.quit()
  })
})

describe('a server that lacks the extension', () => {
  const all = [
    ...mailParameters.map(([extension, options]) => [extension, 'mail', options] as const),
    ...rcptParameters.map(([extension, options]) => [extension, 'rcpt', options] as const),
  ]
  it.each(all)('%s: %s with %j is not-offered, and nothing is written', async (extension, phase, options) => {
    const offered = everything.filter((line) => line.split(' ')[0] !== extension)
    const begun = phase === 'rcpt' ? 'C: MAIL FROM:<>\nS: 250 ok\n' : ''
    const { client } = await talk(`${greeted(...offered)}${begun}${goodbye}`, { tls: memoryTls })
    if (phase === 'rcpt') await client.mail('')
    const error = await failure(phase === 'rcpt' ? client.rcpt(to, options) : client.mail(from, options))
    expect(error).toMatchObject({ code: 'not-offered', extension, phase, delivery: 'not-sent', isPermanent: true })
    await client.quit()
  })

  it('none is asked for when a server was greeted with HELO', async () => {
    const { client } = await talk(`S: 220 hi\nC: EHLO localhost\nS: 502 no\nC: HELO localhost\nS: 250 hi\n${goodbye}`)
    expect(await failure(client.mail(from, { ret: 'full' }))).toMatchObject({ code: 'not-offered', extension: 'DSN' })
    await client.quit()
  })
})

describe('values that make no sense: nothing is written', () => {
  const given = <T>(value: unknown): T => value as T
  it.each<[argument: string, MailOptions]>([
    ['body', { body: given('8bitmime') }],
    ['ret', { ret: given('hdrs') }],
    ['ret', { ret: given('') }],
    ['ret', { ret: given('toString') }],
    ['envid', { envid: '' }],
    ['envid', { envid: 'a\r\nb' }],
    ['envid', { envid: 'größe' }],
    ['envid', { envid: '\ud800' }],
    ['envid', { envid: given(7) }],
    ['envid', { envid: 'x'.repeat(101) }],
    ['envid', { envid: '='.repeat(34) }],
    ['authenticatedSender', { authenticatedSender: 'ann' }],
    ['authenticatedSender', { authenticatedSender: 'jörg@a.example' }],
    ['authenticatedSender', { authenticatedSender: '<ann@a.example>' }],
    ['authenticatedSender', { authenticatedSender: given(null) }],
    ['deliverBy', { deliverBy: given(60) }],
    ['deliverBy', { deliverBy: given(null) }],
    ['deliverBy.mode', { deliverBy: { seconds: 60, mode: given('R') } }],
    ['deliverBy.trace', { deliverBy: { seconds: 60, mode: 'notify', trace: given('T') } }],
    ['deliverBy.seconds', { deliverBy: { seconds: 0, mode: 'return' } }],
    ['deliverBy.seconds', { deliverBy: { seconds: 1.5, mode: 'notify' } }],
    ['deliverBy.seconds', { deliverBy: { seconds: 1e9, mode: 'notify' } }],
    ['deliverBy.seconds', { deliverBy: { seconds: -1e9, mode: 'notify' } }],
    ['deliverBy.seconds', { deliverBy: { seconds: given('60'), mode: 'notify' } }],
    ['holdFor', { holdFor: 0 }],
    ['holdFor', { holdFor: -1 }],
    ['holdFor', { holdFor: 1e9 }],
    ['holdFor', { holdFor: Number.NaN }],
    ['holdFor', { holdFor: given('5 X=y') }],
    ['holdUntil', { holdUntil: new Date(Number.NaN) }],
    ['holdUntil', { holdUntil: new Date(8.64e15) }],
    ['holdUntil', { holdUntil: new Date('-000001-01-01T00:00:00Z') }],
    ['holdUntil', { holdUntil: given('2026-11-24T09:30:15Z') }],
    ['holdUntil', { holdFor: 5, holdUntil: date }],
    ['priority', { priority: 10 }],
    ['priority', { priority: -10 }],
    ['priority', { priority: 0.5 }],
    ['priority', { priority: given('1') }],
    ['requireTls', { requireTls: given('yes') }],
    ['params.RET', { params: { RET: '' } }],
  ])('MAIL: %s, %j', async (argument, options) => {
    const { client } = await talk(greeted(...everything) + goodbye, { tls: memoryTls })
    const error = await failure(client.mail(from, options))
    expect(error).toMatchObject({ code: 'invalid-argument', argument, phase: 'mail', delivery: 'not-sent' })
    await client.quit()
  })

  it.each<[argument: string, RcptOptions]>([
    ['notify', { notify: [] }],
    ['notify', { notify: given('success') }],
    ['notify', { notify: given(['never']) }],
    ['notify', { notify: given(['success', 'NEVER']) }],
    ['notify', { notify: given('') }],
    ['orcpt', { orcpt: '' }],
    ['orcpt', { orcpt: 'bob' }],
    ['orcpt', { orcpt: 'rfc822;bob@b.example' }],
    ['orcpt', { orcpt: 'b\r\n@b.example' }],
    ['orcpt', { orcpt: `${'='.repeat(200)}@b.example` }],
    ['validSince', { validSince: given(null) }],
    ['validSince.date', { validSince: given(date) }],
    ['validSince.date', { validSince: { date: new Date(Number.NaN) } }],
    ['validSince.noSupport', { validSince: { date, noSupport: given('C') } }],
    ['params.X Y', { params: { 'X Y': true } }],
  ])('RCPT: %s, %j', async (argument, options) => {
    const { client } = await talk(`${greeted(...everything)}C: MAIL FROM:<>\nS: 250 ok\n${goodbye}`)
    await client.mail('')
    const error = await failure(client.rcpt(to, options))
    expect(error).toMatchObject({ code: 'invalid-argument', argument, phase: 'rcpt', delivery: 'not-sent' })
    await client.quit()
  })
})

describe('bounds that the server announces', () => {
  it.each<[offer: string, argument: string, within: MailOptions, beyond: MailOptions]>([
    [
      'DELIVERBY 60',
      'deliverBy',
      { deliverBy: { seconds: 60, mode: 'return' } },
      { deliverBy: { seconds: 59, mode: 'return' } },
    ],
    ['FUTURERELEASE 100 2030-01-01T00:00:00Z', 'holdFor', { holdFor: 100 }, { holdFor: 101 }],
    [
      'FUTURERELEASE 100 2030-01-01T00:00:00+01:00',
      'holdUntil',
      { holdUntil: new Date('2029-12-31T23:00:00Z') },
      { holdUntil: new Date('2029-12-31T23:00:01Z') },
    ],
  ])('%s', (offer, argument, within, beyond) => {
    const capabilities = offering(offer)
    expect(() => mailCommand(capabilities, from, within)).not.toThrow()
    expect(() => mailCommand(capabilities, from, beyond)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', argument, phase: 'mail' }),
    )
  })

  it('the least time is about messages that are to come back', () => {
    const options: MailOptions = { deliverBy: { seconds: 1, mode: 'notify' } }
    expect(formatCommand(mailCommand(offering('DELIVERBY 60'), from, options))).toMatch(/ BY=1;N$/)
  })

  it('none are known where the server names none', () => {
    const options: MailOptions = { deliverBy: { seconds: 1, mode: 'return' }, holdFor: 999_999_999 }
    const command = mailCommand(offering('DELIVERBY', 'FUTURERELEASE'), from, options)
    expect(formatCommand(command)).toMatch(/ BY=1;R HOLDFOR=999999999$/)
  })
})

describe('several recipients', () => {
  const begun = `${greeted('DSN')}C: MAIL FROM:<>\nS: 250 ok\n`
  const name = (script: string, ...args: Parameters<typeof rcpt>) => {
    const server = serve(begun + script)
    const session$ = smtpOver(server.open).connect({ host: 'mx.example', port: 25 })
    return lastValueFrom(session$.pipe(hello(), mail(''), rcpt(...args), quit()))
  }

  it('have what is for all of them, and what is their own', async () => {
    await name(
      `C: RCPT TO:<bob@b.example> NOTIFY=FAILURE\nS: 250 ok
      C: RCPT TO:<cem@b.example> NOTIFY=NEVER ORCPT=rfc822;c@c.example\nS: 550 no
      ${goodbye}`,
      ['bob@b.example', { address: 'cem@b.example', notify: 'never', orcpt: 'c@c.example' }],
      { notify: ['failure'] },
    )
  })

  it('of which one is named as an object alone can be refused', async () => {
    const naming = name('C: RCPT TO:<bob@b.example>\nS: 550 no\n', { address: 'bob@b.example' })
    expect(await failure(naming)).toMatchObject({ code: 'refused', phase: 'rcpt' })
  })

  it.each<[code: string, argument: string | undefined, last: Recipient]>([
    ['invalid-argument', 'to', 'cem'],
    ['invalid-argument', 'notify', { address: 'cem@b.example', notify: [] }],
    ['not-offered', undefined, { address: 'cem@b.example', validSince: { date } }],
    ['not-offered', undefined, 'é@b.example'],
  ])('are checked before the first is written: %s %s', async (code, argument, last) => {
    expect(await failure(name('', ['bob@b.example', last]))).toMatchObject({ code, argument, phase: 'rcpt' })
  })
})

describe('requireTls', () => {
  it.each([
    ['without TLS', undefined],
    ['without a verified certificate', { ...memoryTls, authorized: false, authorizationError: 'SELF_SIGNED' }],
  ])('%s is tls-required, whatever the server offers', async (_, tls) => {
    const { client } = await talk(greeted('REQUIRETLS') + goodbye, tls && { tls })
    expect(await failure(client.mail(from, { requireTls: true }))).toMatchObject({
      code: 'tls-required',
      phase: 'mail',
      delivery: 'not-sent',
    })
    await client.quit()
  })
})

describe('domains beyond ASCII', () => {
  it('go as A-labels, which needs no SMTPUTF8', async () => {
    const { client } = await talk(
      `${greeted()}
      C: MAIL FROM:<ann@xn--bcher-kva.example>
      S: 250 ok
      C: RCPT TO:<bob@xn--r8jz45g.xn--zckzah>
      S: 550 no
      ${goodbye}`,
    )
    await client.mail('ann@bücher.example')
    expect(await failure(client.rcpt('bob@例え.テスト'))).toMatchObject({ code: 'refused' })
    await client.quit()
  })

  it('stay as they are beside a local part that needs SMTPUTF8 anyway', async () => {
    const { client } = await talk(
      `${greeted('SMTPUTF8', 'DSN')}
      C: MAIL FROM:<jörg@bücher.example> SMTPUTF8
      S: 250 ok
      C: RCPT TO:<é@bücher.example> ORCPT=utf-8;è\\\\x{2B}@x
      S: 250 ok
      ${goodbye}`,
    )
    await client.mail('jörg@bücher.example')
    await client.rcpt('é@bücher.example', { orcpt: 'è+@x' })
    await client.quit()
  })

  it.each(['jörg@mx.example', 'ann@xn--a.é'])('%s needs SMTPUTF8', async (address) => {
    const { client } = await talk(greeted() + goodbye)
    expect(await failure(client.mail(address))).toMatchObject({ code: 'not-offered', extension: 'SMTPUTF8' })
    await client.quit()
  })

  it('are told as they were given', async () => {
    const { client } = await talk(
      `${greeted()}
      C: MAIL FROM:<>
      S: 250 ok
      C: RCPT TO:<bob@xn--bcher-kva.example>
      S: 250 ok
      C: DATA
      S: 354 go
      C: x
      C: .
      S: 250 ok
      ${goodbye}`,
    )
    await client.mail('')
    await client.rcpt('bob@bücher.example')
    expect((await client.data('x')).accepted).toEqual(['bob@bücher.example'])
    await client.quit()
  })
})

describe('for any options', () => {
  const capabilities = offering(
    ...everything.filter((line) => !/^(?:DELIVERBY|FUTURERELEASE) /.test(line)),
    'DELIVERBY',
    'FUTURERELEASE',
  )
  const mailOptions = fc.record(
    {
      ret: fc.constantFrom('full', 'headers'),
      envid: fc.oneof(hostileText, fc.string({ maxLength: 120 })),
      authenticatedSender: fc.oneof(hostileText, fc.constant('ann@a.example')),
      deliverBy: fc.record({ seconds: fc.integer(), mode: fc.constantFrom('return', 'notify'), trace: fc.boolean() }),
      holdFor: fc.integer(),
      holdUntil: fc.date({ noInvalidDate: false }),
      priority: fc.integer({ min: -12, max: 12 }),
      requireTls: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  const rcptOptions = fc.record(
    {
      notify: fc.oneof(fc.constant('never'), fc.array(fc.constantFrom('success', 'failure', 'delay'))),
      orcpt: fc.oneof(hostileText, fc.constant('jörg+x@a.example')),
      validSince: fc.record({ date: fc.date({ noInvalidDate: false }) }),
    },
    { requiredKeys: [] },
  )

  it('MAIL is one command with the parameters that were asked for, or a typed error', () => {
    fc.assert(
      fc.property(mailOptions, (options) => {
        const line = written(() => formatCommand(mailCommand(capabilities, from, options as MailOptions, memoryTls)))
        if (line === undefined) return
        const node = match(line, 'Command')
        if (node?.verb !== 'MAIL') return expect.fail(line)
        const params = new Map(node.params.map(({ keyword, value }) => [keyword, value]))
        expect(node.params).toHaveLength(params.size)
        const { ret, envid, deliverBy, holdFor, holdUntil, priority, authenticatedSender, requireTls } = options
        expect(params.has('RET')).toBe(ret !== undefined)
        expect(params.has('ENVID') ? decodeXtext(params.get('ENVID') ?? '') : undefined).toBe(envid)
        expect(params.has('AUTH')).toBe(authenticatedSender !== undefined)
        expect(params.has('REQUIRETLS')).toBe(requireTls === true)
        expect(params.get('HOLDFOR')).toBe(holdFor?.toString())
        expect(params.get('MT-PRIORITY')).toBe(priority?.toString())
        expect(params.get('BY')?.split(';')[0]).toBe(deliverBy?.seconds.toString())
        const until = params.get('HOLDUNTIL')
        if (holdUntil !== undefined) expect(holdUntil.getTime() - Date.parse(until ?? '')).toBeLessThan(1000)
      }),
    )
  })

  it('RCPT is one command with the parameters that were asked for, or a typed error', () => {
    fc.assert(
      fc.property(rcptOptions, (options) => {
        const line = written(() => {
          const [named] = nameRecipients(to, options as RcptOptions)
          if (named !== undefined) requireNeeds(capabilities, named)
          return named?.text
        })
        if (line === undefined) return
        const node = match(line, 'Command')
        if (node?.verb !== 'RCPT') return expect.fail(line)
        const keywords = node.params.map(({ keyword }) => keyword)
        const asked = { NOTIFY: options.notify, ORCPT: options.orcpt, RRVS: options.validSince }
        expect(keywords).toEqual(
          Object.entries(asked).flatMap(([keyword, value]) => (value === undefined ? [] : keyword)),
        )
      }),
    )
  })

  it('no text of a caller’s writes a second line', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, fc.constantFrom('envid', 'authenticatedSender', 'ret'), async (text, option) => {
        const server = scriptedServer(greeted(...everything))
        const client = await newClient(server.socket, 'mx.example')
        await client.hello()
        const before = server.received
        const outcome = client.mail(from, { [option]: text })
        outcome.catch(() => {})
        await new Promise<void>((resolve) => setImmediate(resolve))
        const lines = server.received.slice(before.length).split('\r\n')
        expect(lines.length).toBeLessThanOrEqual(2)
        expect(lines.at(-1)).toBe('')
        client.close()
        await outcome.catch(() => {})
      }),
      { numRuns: 50 },
    )
  })
})

function offering(...lines: readonly string[]) {
  return parseCapabilities({ lines: ['mx.example', ...lines] })
}

function written(write: () => string | undefined): string | undefined {
  try {
    return write()
  } catch (error) {
    expect(isSmtpError(error, 'invalid-argument')).toBe(true)
    return undefined
  }
}
