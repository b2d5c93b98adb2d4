// Every server, every door: the bytes in the mailbox are compared with the bytes that were given.
import { firstValueFrom, lastValueFrom, take } from 'rxjs'
import { describe, expect, test } from 'vitest'
import {
  type Auth,
  cramMd5Auth,
  dial,
  isSmtpError,
  loginAuth,
  plainAuth,
  quit,
  type SmtpErrorCode,
  scramAuth,
  send,
} from '../../src/index.ts'
import { newAuthority } from '../helpers/certificates.ts'
import { type Delivery, doors, open, portOf } from './doors.ts'
import { bigMessage, latin1, newMessage, onTheWire, shapes, type TestMessage } from './message.ts'
import { type RealServer, type Tls, world } from './real-server.ts'
import { describeServer, kinds } from './servers.ts'

const mechanisms = {
  PLAIN: (password: string): Auth => plainAuth({ username: world.username, password }),
  LOGIN: (password: string): Auth => loginAuth({ username: world.username, password }),
  'CRAM-MD5': (password: string): Auth => cramMd5Auth({ username: world.username, password }),
  'SCRAM-SHA-1': (password: string): Auth => scramAuth({ username: world.username, password, hash: 'SHA-1' }),
  'SCRAM-SHA-256': (password: string): Auth => scramAuth({ username: world.username, password, hash: 'SHA-256' }),
}

const waysToPipeline = [
  { pipelining: 'off' },
  { pipelining: 'transaction' },
  { pipelining: 'auto', inFlight: 2 },
  { pipelining: 'auto', inFlight: 8 },
] as const

for (const kind of kinds) {
  const secure = kind.tls.filter((tls) => tls !== 'plain')
  const best: Tls = kind.tls.includes('starttls') ? 'starttls' : 'plain'

  describeServer(kind, (server) => {
    test.each(kind.tls)('%s: announces what it is known for', async (tls) => {
      const session = await firstValueFrom(open(server(), tls))
      const offered = [...session.capabilities.keywords.keys()]
      expect(offered).toEqual(expect.arrayContaining([...kind.extensions]))
      expect(offered.filter((keyword) => kind.lacks.includes(keyword))).toEqual([])
      expect(session.capabilities.malformed).toEqual([])
      const expected = kind.auth?.on.includes(tls) ? kind.auth.mechanisms : []
      expect([...(session.capabilities.get('AUTH')?.mechanisms ?? [])].sort()).toEqual([...expected].sort())
    })

    test.each(secure)('%s: the session knows its TLS', async (tls) => {
      const { tls: state } = await firstValueFrom(open(server(), tls))
      expect(state).toMatchObject({ protocol: 'TLSv1.3', authorized: true, authorizationError: undefined })
      expect(state?.peerCertificate?.subject).toBe(`CN=${world.serverName}`)
      expect(state?.peerCertificate?.subjectAltName).toContain('127.0.0.1')
    })

    describe.each(doors)('%s', (_door, deliver) => {
      const sent = async (message: TestMessage, delivery: Omit<Delivery, 'message'>): Promise<void> => {
        const login = kind.submission.includes(delivery.tls) && { auth: mechanisms.PLAIN(world.password) }
        const [to = ''] = world.users
        const result = await deliver(server(), { ...login, ...delivery, to, message: message.bytes })
        expect(result).toMatchObject({ accepted: [world.users[0]], rejected: [], reply: { code: 250 } })
        await expectDelivered(server(), message)
        if (kind.tellsQueueId) expect(server().log()).toContain(result.queueId ?? 'a queue id')
        else expect(result.queueId).toBeUndefined()
      }

      test.each(kind.tls)('%s: delivers', async (tls) => {
        await sent(newMessage('Hello\r\n'), { tls })
      })

      test.each(secure)('%s: an unknown authority is refused', async (tls) => {
        const { certificate: ca } = await newAuthority('another authority')
        const error = await failure(deliver(server(), { tls, message: 'x', tlsOptions: { ca } }), 'tls-failed')
        expect(error).toMatchObject({ delivery: 'not-sent', phase: tls === 'implicit' ? 'connect' : 'starttls' })
      })

      test.each(secure)('%s: a certificate for another name is refused', async (tls) => {
        const tlsOptions = { ca: server().ca, servername: 'mail.elsewhere.test' }
        const error = await failure(deliver(server(), { tls, message: 'x', tlsOptions }), 'tls-failed')
        expect(error).toMatchObject({ delivery: 'not-sent', cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } })
      })

      test.each(logins(kind.auth))('%s: AUTH %s', async (tls, mechanism) => {
        const auth = mechanisms[mechanism](world.password)
        await sent(newMessage(`AUTH ${mechanism}\r\n`), { tls, auth })
      })

      test.each(logins(kind.auth))('%s: AUTH %s with a wrong password', async (tls, mechanism) => {
        const auth = mechanisms[mechanism]('wrong')
        const attempt = deliver(server(), { tls, message: 'x', auth })
        const error = await failure(attempt, 'auth-failed')
        expect(error).toMatchObject({ delivery: 'not-sent', phase: 'auth', reply: { code: 535 } })
      })

      test('several recipients, one of them refused', async () => {
        const message = newMessage('to three of four\r\n')
        const to = [world.users[0] ?? '', world.unknown, ...world.users.slice(1)]
        const { accepted, rejected } = await deliver(server(), { tls: best, to, message: message.bytes })
        expect(accepted).toEqual(world.users)
        expect(rejected.map(({ recipient, reply }) => [recipient, reply.severity])).toEqual([
          [world.unknown, 'permanent'],
        ])
        for (const address of world.users) await expectDelivered(server(), message, address)
      })

      test('every recipient refused', async () => {
        const attempt = deliver(server(), { tls: best, to: [world.unknown], message: 'x' })
        const error = await failure(attempt, 'recipients-refused')
        expect(error).toMatchObject({ delivery: 'rejected', isPermanent: true, safeToRetry: false })
      })

      test.each(shapes)('message with %s', async (_shape, make) => {
        await sent(make(), { tls: best })
      })

      test('5 MB', async () => {
        await sent(bigMessage(5_000_000), { tls: best })
      })

      test('5 MB as a stream in odd pieces', async () => {
        const message = bigMessage(5_000_000)
        await deliver(server(), { tls: best, to: world.users[0] ?? '', message: inOddPieces(message.bytes) })
        await expectDelivered(server(), message)
      })
    })

    test('one session, twelve messages', async () => {
      const messages = Array.from({ length: 12 }, (_, index) => newMessage(`number ${index}\r\n`))
      const [to = ''] = world.users
      const all$ = messages
        .slice(1)
        .reduce(
          (session$, { bytes }) => session$.pipe(send({ from: world.sender, to, message: bytes })),
          open(server(), best).pipe(send({ from: world.sender, to, message: messages[0]?.bytes ?? '' })),
        )
      await lastValueFrom(all$.pipe(quit()))
      for (const message of messages) await expectDelivered(server(), message)
    })

    test.each(waysToPipeline.filter(({ pipelining }) => pipelining !== 'auto' || kind.readsBehindTheDot))(
      'messages under way at once, one of them for nobody: $pipelining $inFlight',
      async (options) => {
        const client = await dial(`127.0.0.1:${portOf(server(), best)}`, options)
        if (best === 'starttls') await client.startTls({ ca: server().ca })
        const messages = Array.from({ length: 10 }, (_, index) => newMessage(`number ${index}\r\n.dot\r\n`))
        const [known = ''] = world.users
        const outcomes = await Promise.allSettled(
          messages.map(({ bytes }, index) =>
            client.send({ from: world.sender, to: index === 4 ? world.unknown : known, message: bytes }),
          ),
        )
        await client.quit()
        expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(messages.map((_, index) => index !== 4))
        expect(outcomes[4]).toMatchObject({ reason: { code: 'recipients-refused', delivery: 'rejected' } })
        for (const [index, message] of messages.entries()) {
          if (index !== 4) await expectDelivered(server(), message)
        }
      },
    )

    test('a client goes on after refusals, and writes a message bit by bit', async () => {
      const client = await dial(`127.0.0.1:${portOf(server(), best)}`)
      if (best === 'starttls') await client.startTls({ ca: server().ca })
      await client.mail(world.sender)
      await failure(client.rcpt(world.unknown), 'refused')
      await client.rcpt(world.users[1] ?? '')
      await client.reset()
      await client.noop()
      const message = newMessage('bit\r\nby\r\n.bit\r\n')
      await client.mail(world.sender)
      await client.rcpt(world.users[2] ?? '')
      const writer = (await client.data()).getWriter()
      for (const character of message.text) await writer.write(character)
      await writer.close()
      expect((await client.quit())?.code).toBe(221)
      await expectDelivered(server(), message, world.users[2])
    })

    if (kind.auth !== undefined) {
      test('the right password after a wrong one', async () => {
        const client = await dial(`127.0.0.1:${portOf(server(), best)}`)
        await client.startTls({ ca: server().ca })
        await failure(client.auth(plainAuth({ username: world.username, password: 'wrong' })), 'auth-failed')
        await client.auth(plainAuth({ username: world.username, password: world.password }))
        const message = newMessage('authenticated\r\n')
        await client.send({ from: world.sender, to: world.users[0] ?? '', message: message.bytes })
        await client.quit()
        await expectDelivered(server(), message)
      })
    }

    if (kind.extensions.includes('SMTPUTF8')) {
      test('SMTPUTF8 header fields', async () => {
        const message = newMessage(Buffer.from('Καλημέρα\r\n').toString('latin1'), (text) =>
          text.replace('\r\nDate', `\r\nX-Greeting: ${Buffer.from('Καλημέρα').toString('latin1')}\r\nDate`),
        )
        const [to = ''] = world.users
        const sent$ = open(server(), best).pipe(
          send({ from: world.sender, to, message: message.bytes, smtpUtf8: true }),
          take(1),
        )
        await lastValueFrom(sent$)
        await expectDelivered(server(), message)
      })
    }
  })
}

async function expectDelivered(server: RealServer, message: TestMessage, address?: string): Promise<void> {
  const arrived = await server.delivered(message.token, address)
  const expected = onTheWire(message)
  // Two big texts are compared before they are shown: a diff of megabytes helps nobody.
  if (expected.length > 100_000) expect(latin1(arrived) === expected).toBe(true)
  else expect(latin1(arrived)).toBe(expected)
}

async function failure(attempt: Promise<unknown>, code: SmtpErrorCode): Promise<unknown> {
  const error = await attempt.then(
    () => new Error(`should have failed with ${code}`),
    (thrown: unknown) => thrown,
  )
  if (!isSmtpError(error, code)) throw error
  return error
}

/** Every pair of port and mechanism that both sides have. */
function logins(auth: { on: readonly Tls[]; mechanisms: readonly string[] } | undefined): [Tls, Mechanism][] {
  const known = (Object.keys(mechanisms) as Mechanism[]).filter((each) => auth?.mechanisms.includes(each))
  return known.flatMap((mechanism) => auth?.on.map((tls): [Tls, Mechanism] => [tls, mechanism]) ?? [])
}

type Mechanism = keyof typeof mechanisms

async function* inOddPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const sizes = [1, 16_383, 2, 65_537, 4_093, 1_000_003]
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}
