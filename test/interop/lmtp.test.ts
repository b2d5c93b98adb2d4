// LMTP with a real server: what each recipient's mailbox holds afterwards is what the result says.
import { lastValueFrom } from 'rxjs'
import { describe, expect, test } from 'vitest'
import {
  type Client,
  connect,
  data,
  dial,
  hello,
  isSmtpError,
  mail,
  type Pipelining,
  quit,
  rcpt,
  sendMail,
} from '../../src/index.ts'
import { portOf } from './doors.ts'
import { bigMessage, latin1, newMessage, onTheWire, shapes, type TestMessage } from './message.ts'
import { type RealServer, world } from './real-server.ts'
import { describeServer, dovecot } from './servers.ts'

const lmtp = { protocol: 'lmtp' } as const
const from = world.sender

describeServer(dovecot, (server) => {
  const open = (pipelining: Pipelining): Promise<Client> =>
    dial(`127.0.0.1:${portOf(server(), 'plain')}`, { ...lmtp, pipelining })

  test('announces what it is known for', async () => {
    const client = await open('transaction')
    const offered = [...(await client.capabilities()).keywords.keys()]
    await client.quit()
    expect(offered).toEqual(expect.arrayContaining([...dovecot.extensions]))
    expect(offered.filter((keyword) => dovecot.lacks.includes(keyword))).toEqual([])
  })

  describe.each(['off', 'transaction', 'auto'] as const)('pipelining: %s', (pipelining) => {
    test('every recipient has a reply of its own, and the message that it tells of', async () => {
      const client = await open(pipelining)
      const message = newMessage('to each on their own\r\n.dot\r\n')
      const [alice = '', bob = '', carol = ''] = world.users
      const to = [alice, world.unknown, bob, server().broken, carol]
      const { accepted, replies, rejected, failed } = await client.send({ from, to, message: message.bytes })
      await client.quit()
      expect(accepted).toEqual([alice, bob, carol])
      expect(replies?.map(({ code, text }) => [code, /<(.*)>/.exec(text)?.[1]])).toEqual([
        [250, alice],
        [250, bob],
        [250, carol],
      ])
      expect(rejected.map(({ recipient, reply, phase }) => [recipient, reply.severity, phase])).toEqual([
        [world.unknown, 'permanent', undefined],
        [server().broken, 'transient', 'end-of-data'],
      ])
      expect(failed).toBeUndefined()
      for (const address of accepted) await expectDelivered(server(), message, address)
    })

    test('several messages over one session, one of them for nobody', async () => {
      const client = await open(pipelining)
      const messages = Array.from({ length: 6 }, (_, index) => newMessage(`number ${index}\r\n`))
      const outcomes = await Promise.allSettled(
        messages.map(({ bytes }, index) =>
          client.send({ from, to: index === 2 ? [server().broken] : world.users, message: bytes }),
        ),
      )
      await client.quit()
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(messages.map((_, index) => index !== 2))
      expect(outcomes[2]).toMatchObject({
        reason: { code: 'recipients-refused', phase: 'end-of-data', delivery: 'rejected', safeToRetry: true },
      })
      for (const [index, message] of messages.entries()) {
        if (index !== 2) for (const address of world.users) await expectDelivered(server(), message, address)
      }
    })

    test('5 MB, as a stream', async () => {
      const client = await open(pipelining)
      const message = bigMessage(5_000_000)
      const source = async function* (): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < message.bytes.length; at += 70_001) yield message.bytes.subarray(at, at + 70_001)
      }
      const { accepted } = await client.send({ from, to: world.users, message: source() })
      await client.quit()
      for (const address of accepted) await expectDelivered(server(), message, address)
      expect(accepted).toEqual(world.users)
    })
  })

  test.each(shapes)('over the Unix socket: message with %s', async (_, make) => {
    const message = make()
    await sendMail({ ...lmtp, host: server().path, from, to: world.users[0] ?? '', message: message.bytes })
    await expectDelivered(server(), message)
  })

  test('step by step', async () => {
    const message = newMessage('step by step\r\n')
    const [alice = ''] = world.users
    const { result } = await lastValueFrom(
      connect({ ...lmtp, host: server().path }).pipe(
        hello('client.example'),
        mail(from),
        rcpt([alice, server().broken]),
        data(message.bytes),
        quit(),
      ),
    )
    expect(result).toMatchObject({
      accepted: [alice],
      rejected: [{ recipient: server().broken, phase: 'end-of-data' }],
    })
    await expectDelivered(server(), message)
  })

  test('does not take EHLO', async () => {
    const error = await sendMail({
      host: '127.0.0.1',
      port: portOf(server(), 'plain'),
      from,
      to: from,
      message: 'x',
    }).catch((thrown: unknown) => thrown)
    expect(isSmtpError(error, 'refused')).toBe(true)
    expect(error).toMatchObject({ phase: 'hello', delivery: 'not-sent' })
  })
})

async function expectDelivered(server: RealServer, message: TestMessage, address?: string): Promise<void> {
  const arrived = latin1(await server.delivered(message.token, address))
  const expected = onTheWire(message)
  // Two big texts are compared before they are shown: a diff of megabytes helps nobody.
  if (expected.length > 100_000) expect(arrived === expected).toBe(true)
  else expect(arrived).toBe(expected)
}
