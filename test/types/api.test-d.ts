import { Readable } from 'node:stream'
import { Observable, of, type Subject } from 'rxjs'
import { describe, expectTypeOf, it } from 'vitest'
import {
  type Auth,
  type Capabilities,
  type Client,
  type Command,
  data,
  dial,
  type Envelope,
  formatCommand,
  type MessageSource,
  type MessageWriter,
  type OpenSocket,
  parseCapabilities,
  parseReply,
  plainAuth,
  type Reply,
  replies,
  type SaslExchange,
  type SendResult,
  type ServerInfo,
  type Session,
  type Socket,
  sendMail,
  smtpOver,
  type TlsState,
} from '../../src/index.ts'

declare const client: Client
declare const bytes: Uint8Array
const envelope = { from: 'ann@a.example', to: 'bob@b.example', message: 'hi' }

describe('sendMail', () => {
  it('by options', () => {
    expectTypeOf(sendMail({ host: 'mx.example', ...envelope })).toEqualTypeOf<Promise<SendResult>>()
    sendMail({
      host: 'mx.example',
      port: 587,
      auth: plainAuth({ username: 'ann', password: 'wonderland' }),
      ...envelope,
      to: ['bob@b.example'] as const,
      body: '8BITMIME',
      smtpUtf8: true,
      params: { RET: 'HDRS' },
      tls: { level: 'verified', ca: 'PEM' },
      deadlines: { rcpt: 1_000 },
      quirks: { bareLf: true },
      signal: AbortSignal.timeout(1_000),
      name: 'client.example',
    })
  })

  it('in the order of net/smtp', () => {
    const auth = plainAuth({ username: 'ann', password: 'wonderland' })
    expectTypeOf(sendMail('mx.example:25', undefined, '', 'bob@b.example', 'hi')).toEqualTypeOf<Promise<SendResult>>()
    expectTypeOf(sendMail('mx.example:25', auth, '', ['bob@b.example'], bytes, { tls: 'none' })).toEqualTypeOf<
      Promise<SendResult>
    >()
  })

  it('with what is missing', () => {
    // @ts-expect-error no host
    sendMail(envelope)
    // @ts-expect-error no message
    sendMail({ host: 'mx.example', from: '', to: 'bob@b.example' })
    // @ts-expect-error no recipient
    sendMail({ host: 'mx.example', from: '', message: 'hi' })
    // @ts-expect-error no message
    sendMail('mx.example:25', undefined, '', 'bob@b.example')
    // @ts-expect-error no such policy
    sendMail({ host: 'mx.example', ...envelope, tls: 'sometimes' })
    // @ts-expect-error undefined is not the same as left out
    sendMail({ host: 'mx.example', ...envelope, auth: undefined })
    // @ts-expect-error no such phase
    sendMail({ host: 'mx.example', ...envelope, deadlines: { lunch: 1 } })
  })
})

describe('a message', () => {
  it('comes as', () => {
    expectTypeOf<string>().toExtend<MessageSource>()
    expectTypeOf<Uint8Array>().toExtend<MessageSource>()
    expectTypeOf<Buffer>().toExtend<MessageSource>()
    expectTypeOf<string[]>().toExtend<MessageSource>()
    expectTypeOf<readonly (string | Uint8Array)[]>().toExtend<MessageSource>()
    expectTypeOf<Set<string>>().toExtend<MessageSource>()
    expectTypeOf<Generator<string>>().toExtend<MessageSource>()
    expectTypeOf<AsyncGenerator<string | Uint8Array>>().toExtend<MessageSource>()
    expectTypeOf<AsyncIterable<Uint8Array>>().toExtend<MessageSource>()
    expectTypeOf<ReadableStream<Uint8Array>>().toExtend<MessageSource>()
    expectTypeOf<ReadableStream<string>>().toExtend<MessageSource>()
    expectTypeOf<Observable<string>>().toExtend<MessageSource>()
    expectTypeOf<Subject<string | Uint8Array>>().toExtend<MessageSource>()
    data(Readable.from(['hi']))
    data(of('hi', bytes))
  })

  it('does not come as', () => {
    expectTypeOf<number>().not.toExtend<MessageSource>()
    expectTypeOf<undefined>().not.toExtend<MessageSource>()
    expectTypeOf<number[]>().not.toExtend<MessageSource>()
    expectTypeOf<Observable<number>>().not.toExtend<MessageSource>()
    expectTypeOf<Promise<string>>().not.toExtend<MessageSource>()
    expectTypeOf<ArrayBuffer>().not.toExtend<MessageSource>()
  })
})

describe('a client', () => {
  it('gives a writer without a message and a result with one', () => {
    expectTypeOf(client.data()).toEqualTypeOf<Promise<MessageWriter>>()
    expectTypeOf(client.data(undefined, { signal: AbortSignal.abort() })).toEqualTypeOf<Promise<MessageWriter>>()
    expectTypeOf(client.data('hi')).toEqualTypeOf<Promise<SendResult>>()
    expectTypeOf<MessageWriter>().toExtend<WritableStream<string | Uint8Array>>()
    expectTypeOf<MessageWriter['result']>().toEqualTypeOf<Promise<SendResult>>()
  })

  it('answers with replies', () => {
    expectTypeOf(dial('mx.example:25')).toEqualTypeOf<Promise<Client>>()
    expectTypeOf(client.mail('')).toEqualTypeOf<Promise<Reply>>()
    expectTypeOf(client.rcpt('bob@b.example')).toEqualTypeOf<Promise<Reply>>()
    expectTypeOf(client.noop()).toEqualTypeOf<Promise<Reply>>()
    expectTypeOf(client.text.exchange('X', { positive: [250] })).toEqualTypeOf<Promise<Reply>>()
    expectTypeOf(client.send(envelope)).toEqualTypeOf<Promise<SendResult>>()
    expectTypeOf(client.quit()).toEqualTypeOf<Promise<Reply | undefined>>()
    expectTypeOf(client.startTls()).toEqualTypeOf<Promise<TlsState | undefined>>()
    expectTypeOf(client.extension('SIZE')).toEqualTypeOf<Promise<readonly string[] | undefined>>()
    expectTypeOf<Client>().toExtend<AsyncDisposable>()
  })

  it('names one recipient at a time', () => {
    // @ts-expect-error a list is for send()
    client.rcpt(['bob@b.example'])
  })
})

describe('LMTP', () => {
  it('is an option of everything that connects', () => {
    sendMail({ host: '/run/lmtp', protocol: 'lmtp', ...envelope })
    sendMail('/run/lmtp', undefined, '', 'bob@b.example', 'hi', { protocol: 'lmtp' })
    dial('/run/lmtp', { protocol: 'lmtp' })
    expectTypeOf<SendResult['replies']>().toEqualTypeOf<readonly Reply[] | undefined>()
    expectTypeOf<SendResult['rejected'][number]['phase']>().toEqualTypeOf<'end-of-data' | undefined>()
    // @ts-expect-error no such protocol
    dial('/run/lmtp', { protocol: 'esmtp' })
  })
})

describe('a mechanism of one’s own', () => {
  it('is an object with a name and a start', () => {
    const external: Auth = {
      mechanism: 'EXTERNAL',
      start: () => ({ initialResponse: new Uint8Array(), respond: () => new Uint8Array() }),
    }
    const slow: Auth = {
      mechanism: 'X-SLOW',
      async start({ host, tls, mechanisms }) {
        expectTypeOf(host).toEqualTypeOf<string>()
        expectTypeOf(tls).toEqualTypeOf<boolean>()
        expectTypeOf(mechanisms).toEqualTypeOf<readonly string[]>()
        return { secrets: ['x'], respond: async (challenge) => challenge, async finish() {} }
      },
    }
    class Ticket implements Auth {
      readonly mechanism = 'X-TICKET'
      start(_: ServerInfo): SaslExchange {
        return { respond: (challenge: Uint8Array) => challenge }
      }
    }
    client.auth(external)
    client.auth(slow, { force: true })
    client.auth(new Ticket())
  })

  it('lacks nothing', () => {
    // @ts-expect-error no start
    client.auth({ mechanism: 'PLAIN' })
    // @ts-expect-error an answer is octets
    client.auth({ mechanism: 'X', start: () => ({ respond: () => 'text' }) })
  })
})

describe('capabilities', () => {
  const capabilities: Capabilities = parseCapabilities(parseReply('250 mx.example'))

  it('are typed by keyword', () => {
    expectTypeOf(capabilities.get('SIZE')?.limit).toEqualTypeOf<number | undefined>()
    expectTypeOf(capabilities.get('AUTH')?.mechanisms).toEqualTypeOf<readonly string[] | undefined>()
    expectTypeOf(capabilities.has('X-OWN')).toEqualTypeOf<boolean>()
    expectTypeOf(capabilities.keywords).toExtend<ReadonlyMap<string, readonly string[]>>()
  })

  it('have nothing that a keyword does not have', () => {
    // @ts-expect-error SIZE has no mechanisms
    capabilities.get('SIZE')?.mechanisms
    // @ts-expect-error AUTH has no limit
    capabilities.get('AUTH')?.limit
  })
})

describe('commands', () => {
  it('have the pieces of their verb', () => {
    expectTypeOf(formatCommand({ verb: 'MAIL', from: '' })).toEqualTypeOf<string>()
    expectTypeOf<{ verb: 'QUIT' }>().toExtend<Command>()
    // @ts-expect-error RCPT has no sender
    formatCommand({ verb: 'RCPT', from: '' })
    // @ts-expect-error EHLO has a domain
    formatCommand({ verb: 'EHLO' })
    // @ts-expect-error no such verb
    formatCommand({ verb: 'TURN' })
    // @ts-expect-error false is no value of a parameter
    formatCommand({ verb: 'MAIL', from: '', params: { X: false } })
  })
})

describe('replies', () => {
  it('cannot be changed', () => {
    const reply = parseReply('250 ok')
    // @ts-expect-error read only
    reply.code = 550
    // @ts-expect-error read only
    reply.lines.push('more')
    expectTypeOf(reply.severity).toEqualTypeOf<'completion' | 'intermediate' | 'transient' | 'permanent'>()
  })

  it('come out of bytes', () => {
    expectTypeOf(of(bytes).pipe(replies())).toEqualTypeOf<Observable<Reply>>()
    // @ts-expect-error text is not decoded twice
    of('250 ok').pipe(replies())
  })
})

describe('the port', () => {
  it('is all that smtpOver needs', () => {
    const open: OpenSocket = async () => ({
      bytes$: new Observable<Uint8Array>(),
      tls: undefined,
      remoteAddress: undefined,
      write() {},
      startTls: () => Promise.reject(new Error('no TLS here')),
      async close() {},
      destroy() {},
    })
    const { connect } = smtpOver(open)
    expectTypeOf(connect({ host: 'mx.example', port: 25 })).toEqualTypeOf<Observable<Session<'connected'>>>()
    expectTypeOf(smtpOver(open).sendMail).toEqualTypeOf<typeof sendMail>()
  })

  it('lacks nothing', () => {
    // @ts-expect-error no write, no close
    const half: Socket = { bytes$: of(bytes), tls: undefined, remoteAddress: undefined }
    expectTypeOf(half).toEqualTypeOf<Socket>()
  })

  it('an envelope is what send() and sendMail() take', () => {
    expectTypeOf(envelope).toExtend<Envelope>()
  })
})
