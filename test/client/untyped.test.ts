/** Callers without a compiler: whatever they give, they get an error that names it, and nothing is opened or written. */
import { firstValueFrom, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import * as rxsmtp from '../../src/index.ts'
import { type AnySmtpError, isSmtpError } from '../../src/index.ts'
import { autoAuth, cramMd5Auth, scramAuth } from '../../src/node.ts'
import { parseScript } from '../../src/testing/index.ts'
import { greeted, nothingLeftBehind, serve, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

// biome-ignore lint/suspicious/noExplicitAny: nothing is typed where this comes from
type Untyped = any
const api: Untyped = { ...rxsmtp, autoAuth, cramMd5Auth, scramAuth, parseScript }
const over: Untyped = rxsmtp.smtpOver(() => {
  throw new Error('nothing is opened')
})
const target = { host: 'mx.example', port: 25 }
const envelope = { from: 'a@b.example', to: 'c@d.example', message: 'hi' }
const mail = { ...target, ...envelope }

/** Resolves with the error of something that has to fail, thrown, rejected or notified. */
async function failureOf(doing: () => unknown): Promise<AnySmtpError> {
  try {
    const outcome = doing() as Promise<unknown> | Observable<unknown>
    if (typeof outcome === 'object' && 'subscribe' in outcome) await firstValueFrom(outcome)
    else await outcome
  } catch (error) {
    if (isSmtpError(error)) return error
    throw error
  }
  throw new Error('no failure')
}

describe('sending', () => {
  it.each<[argument: string, doing: () => unknown]>([
    ['addr', () => over.sendMail()],
    ['options', () => over.sendMail(null)],
    ['options', () => over.sendMail(1)],
    ['host', () => over.sendMail({})],
    ['from', () => over.sendMail({ ...target, to: 'a@b', message: 'x' })],
    ['from', () => over.sendMail({ ...mail, from: 1 })],
    ['to', () => over.sendMail({ ...mail, to: undefined })],
    ['to', () => over.sendMail({ ...mail, to: null })],
    ['to', () => over.sendMail({ ...mail, to: [] })],
    ['to', () => over.sendMail({ ...mail, to: [null] })],
    ['to', () => over.sendMail({ ...mail, to: new Set(['a@b.example']) })],
    ['message', () => over.sendMail({ ...mail, message: undefined })],
    ['message', () => over.sendMail({ ...mail, message: 1 })],
    ['message', () => over.sendMail({ ...mail, message: {} })],
    ['message', () => over.sendMail({ ...mail, message: Promise.resolve('x') })],
    ['auth', () => over.sendMail({ ...mail, auth: null })],
    ['auth', () => over.sendMail({ ...mail, auth: { username: 'ann', password: 'wonderland' } })],
    ['tls', () => over.sendMail({ ...mail, tls: true })],
    ['tls', () => over.sendMail({ ...mail, tls: null })],
    ['name', () => over.sendMail({ ...mail, name: 'two words' })],
    ['name', () => over.sendMail({ ...mail, name: 1 })],
    ['deadlines', () => over.sendMail({ ...mail, deadlines: null })],
    ['addr', () => over.sendMail(undefined, undefined, 'a@b.example', [], 'hi')],
    ['addr', () => over.sendMail(25, undefined, 'a@b.example', [], 'hi')],
    ['from', () => over.sendMail('mx.example:25', undefined)],
    ['addr', () => over.dial()],
    ['addr', () => over.dial(25)],
    ['addr', () => over.dial({ host: 'mx.example' })],
    ['options', () => over.connect()],
    ['options', () => over.connect(null)],
    ['host', () => over.connect({})],
    ['socket', () => api.newClient(undefined, 'mx.example')],
    ['socket', () => api.newClient({}, 'mx.example')],
    ['socket', () => api.newClient({ bytes$: {}, write: () => {} }, 'mx.example')],
    ['host', () => api.newClient({}, null)],
  ])('%s in %s', async (argument, doing) => {
    expect(await failureOf(doing)).toMatchObject({ code: 'invalid-argument', argument, delivery: 'not-sent' })
  })

  it('rejects, and does not throw', async () => {
    for (const promise of [over.dial(), over.dial('nonsense'), over.sendMail(), api.newClient(null, 'mx.example')]) {
      await expect(promise).rejects.toMatchObject({ code: 'invalid-argument' })
    }
  })
})

describe('mechanisms', () => {
  it.each(['plainAuth', 'loginAuth', 'cramMd5Auth', 'scramAuth', 'oauthBearerAuth', 'xoauth2Auth', 'autoAuth'])(
    '%s without credentials',
    async (name) => {
      const expected = { code: 'invalid-argument', argument: 'credentials', phase: 'auth' }
      expect(await failureOf(() => api[name]())).toMatchObject(expected)
      expect(await failureOf(() => api[name](null))).toMatchObject(expected)
      expect(await failureOf(() => api[name]({}))).toMatchObject({ code: 'invalid-argument', phase: 'auth' })
    },
  )

  it.each<[argument: string, doing: () => unknown]>([
    ['credentials', () => api.externalAuth(null)],
    ['trace', () => api.anonymousAuth(1)],
    ['hash', () => api.scramAuth({ username: 'ann', password: 'wonderland', hash: 'MD5' })],
    ['hash', () => api.scramAuth({ username: 'ann', password: 'wonderland', hash: '__proto__' })],
  ])('%s in %s', async (argument, doing) => {
    expect(await failureOf(doing)).toMatchObject({ code: 'invalid-argument', argument, phase: 'auth' })
  })
})

describe('reading and writing', () => {
  it.each<[argument: string, doing: () => unknown]>([
    ['text', () => api.parseReply()],
    ['text', () => api.parseReply(250)],
    ['input', () => api.parseReplies()],
    ['reply', () => api.parseGreeting()],
    ['reply', () => api.parseCapabilities()],
    ['reply', () => api.parseCapabilities('250 mx.example')],
    ['reply', () => api.parseCapabilities({})],
    ['mailbox', () => api.parseMailbox()],
    ['path', () => api.parsePath(1)],
    ['status', () => api.parseEnhancedStatus()],
    ['status', () => api.describeStatus()],
    ['status', () => api.describeStatus(null)],
    ['command', () => api.formatCommand()],
    ['command', () => api.formatCommand(null)],
    ['verb', () => api.formatCommand({})],
    ['reply', () => api.formatReply()],
    ['reply', () => api.formatReply({})],
    ['mailbox', () => api.formatMailbox()],
    ['path', () => api.formatPath()],
    ['text', () => api.encodeXtext()],
    ['text', () => api.decodeXtext()],
    ['script', () => api.parseScript()],
  ])('%s in %s', async (argument, doing) => {
    expect(await failureOf(doing)).toMatchObject({ code: 'invalid-argument', argument })
  })
})

describe('operators', () => {
  const offers = ['STARTTLS', 'AUTH PLAIN', 'EXPN', 'ETRN', 'XCLIENT NAME', 'XFORWARD NAME']

  it.each<[argument: string, operator: () => Untyped]>([
    ['options', () => api.startTls(null)],
    ['from', () => api.mail()],
    ['options', () => api.mail('a@b.example', null)],
    ['envelope', () => api.send()],
    ['envelope', () => api.send(null)],
    ['line', () => api.command()],
    ['argument', () => api.verify()],
    ['argument', () => api.expn()],
    ['node', () => api.etrn()],
    ['argument', () => api.help(1)],
    ['attributes', () => api.xclient()],
    ['attributes', () => api.xforward(null)],
  ])('%s in %s: nothing is written', async (argument, operator) => {
    const server = serve(greeted(...offers))
    const session$ = rxsmtp.smtpOver(server.open).connect(target).pipe(rxsmtp.hello(), operator())
    expect(await failureOf(() => session$)).toMatchObject({ code: 'invalid-argument', argument })
  })

  it('the same by methods, and the client serves on', async () => {
    const { client } = await talk(`${greeted(...offers)}C: NOOP\nS: 250 ok\n`)
    const untyped: Untyped = client
    for (const doing of [
      () => untyped.send(),
      () => untyped.mail(),
      () => untyped.text.exchange(),
      () => untyped.etrn(),
    ]) {
      expect(await failureOf(doing)).toMatchObject({ code: 'invalid-argument' })
    }
    await client.noop()
    client.close()
  })
})
