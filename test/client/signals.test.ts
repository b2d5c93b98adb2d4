/** Every call takes a signal: one that has fired keeps it from doing anything, one that fires meanwhile ends it. */
import { describe, expect, it } from 'vitest'
import { Client, dial, loginAuth, newClient, type OpenSocket, sendMail, smtpOver } from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const offers = ['STARTTLS', 'AUTH LOGIN', 'EXPN', 'ETRN', 'BURL imap', 'XCLIENT NAME', 'XFORWARD NAME']
const begun = 'C: MAIL FROM:<a@b.example>\nS: 250 ok\n'
const named = `${begun}C: RCPT TO:<c@d.example>\nS: 250 ok\n`
const toRcpt = async (client: Client): Promise<unknown> => client.mail('a@b.example')
const toData = async (client: Client): Promise<unknown> => {
  await toRcpt(client)
  return client.rcpt('c@d.example')
}
const nothing = async (): Promise<void> => {}
const envelope = { from: 'a@b.example', to: 'c@d.example', message: 'hi' }

/** What a call says first, and what has to be said before it. */
interface Row {
  readonly says: string
  readonly before?: string
  readonly lead?: (client: Client) => Promise<unknown>
  readonly call: (client: Client, signal: AbortSignal) => Promise<unknown>
}

const rows: Readonly<Record<string, Row>> = {
  hello: { says: '', call: (client, signal) => client.hello('localhost', { signal }) },
  capabilities: { says: '', call: (client, signal) => client.capabilities({ signal }) },
  extension: { says: '', call: (client, signal) => client.extension('SIZE', { signal }) },
  startTls: { says: 'STARTTLS', call: (client, signal) => client.startTls({ signal }) },
  auth: {
    says: 'AUTH LOGIN',
    call: (client, signal) => client.auth(loginAuth({ username: 'ann', password: 'wonderland' }), { signal }),
  },
  mail: { says: 'MAIL FROM:<a@b.example>', call: (client, signal) => client.mail('a@b.example', { signal }) },
  rcpt: {
    says: 'RCPT TO:<c@d.example>',
    before: begun,
    lead: toRcpt,
    call: (client, signal) => client.rcpt('c@d.example', { signal }),
  },
  data: { says: 'DATA', before: named, lead: toData, call: (client, signal) => client.data('hi', { signal }) },
  'data, for writing': {
    says: 'DATA',
    before: named,
    lead: toData,
    call: (client, signal) => client.data(undefined, { signal }),
  },
  burl: {
    says: 'BURL imap:a',
    before: named,
    lead: toData,
    call: (client, signal) => client.burl('imap:a', { signal }),
  },
  send: { says: 'MAIL FROM:<a@b.example>', call: (client, signal) => client.send(envelope, { signal }) },
  reset: { says: 'RSET', call: (client, signal) => client.reset({ signal }) },
  noop: { says: 'NOOP', call: (client, signal) => client.noop({ signal }) },
  verify: { says: 'VRFY ann', call: (client, signal) => client.verify('ann', { signal }) },
  expn: { says: 'EXPN staff', call: (client, signal) => client.expn('staff', { signal }) },
  help: { says: 'HELP mail', call: (client, signal) => client.help('mail', { signal }) },
  etrn: { says: 'ETRN b.example', call: (client, signal) => client.etrn('b.example', { signal }) },
  xclient: { says: 'XCLIENT NAME=a', call: (client, signal) => client.xclient({ NAME: 'a' }, { signal }) },
  xforward: { says: 'XFORWARD NAME=a', call: (client, signal) => client.xforward({ NAME: 'a' }, { signal }) },
  'text.exchange': { says: 'XTEST', call: (client, signal) => client.text.exchange('XTEST', { signal }) },
}

it('is of every method', () => {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(Client.prototype))
    .filter(([, { value }]) => typeof value === 'function')
    .map(([name]) => name)
  // A goodbye is not given up, and close() waits for nothing.
  const others = ['constructor', 'quit', 'close']
  expect(methods.filter((name) => !others.includes(name) && rows[name] === undefined)).toEqual([])
})

describe.each(Object.entries(rows))('%s', (_, { says, before = '', lead = nothing, call }) => {
  it('with a signal that has fired says nothing, and the session goes on', async () => {
    const { client } = await talk(`${greeted(...offers)}${before}C: NOOP\nS: 250 ok\n`)
    await client.capabilities()
    await lead(client)
    const error = await failure(call(client, AbortSignal.abort(new Error('too late'))))
    expect(error).toMatchObject({ code: 'aborted', delivery: 'not-sent', cause: new Error('too late') })
    await client.noop()
    client.close()
  })

  it('with a signal that fires meanwhile is aborted, and the session is over', async () => {
    // The hello itself is what has to be waited for where nothing else is said.
    const hello = says === ''
    const script = hello ? 'S: 220 mx.example\nC: EHLO localhost\n' : `${greeted(...offers)}${before}C: ${says}\n`
    const { client, server } = await talk(script)
    await lead(client)
    const abort = new AbortController()
    const failing = failure(call(client, abort.signal))
    await settled()
    abort.abort(new Error('enough'))
    expect(await failing).toMatchObject({ code: 'aborted', delivery: 'not-sent', cause: new Error('enough') })
    expect(server.released).toBe(true)
    expect(await failure(client.hello())).toMatchObject({ code: 'closed' })
  })
})

describe('a connection', () => {
  const never: OpenSocket = ({ signal }) =>
    new Promise((__, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  const over = smtpOver(never)

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['dial', (signal) => over.dial('mx.example:25', { signal })],
    ['sendMail', (signal) => over.sendMail({ host: 'mx.example', ...envelope, signal })],
    [
      'sendMail by position',
      (signal) => over.sendMail('mx.example:25', undefined, 'a@b.example', 'c@d.example', 'hi', { signal }),
    ],
  ])('by %s is given up', async (__, open) => {
    const abort = new AbortController()
    const failing = failure(open(abort.signal))
    await settled()
    abort.abort(new Error('enough'))
    expect(await failing).toMatchObject({ code: 'aborted', phase: 'connect', delivery: 'not-sent' })
  })

  it.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
    ['dial', (signal) => dial('mx.example:25', { signal })],
    ['sendMail', (signal) => sendMail({ host: 'mx.example', ...envelope, signal })],
  ])('by %s is not begun when the signal has fired', async (__, open) => {
    expect(await failure(open(AbortSignal.abort()))).toMatchObject({ code: 'aborted', phase: 'connect' })
  })

  it('whose greeting is waited for is given up', async () => {
    const server = serve('')
    const abort = new AbortController()
    const failing = failure(newClient(server.socket, 'mx.example', { signal: abort.signal }))
    await settled()
    abort.abort()
    expect(await failing).toMatchObject({ code: 'aborted', phase: 'greeting' })
  })
})
