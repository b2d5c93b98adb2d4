/** Mechanisms at work in a conversation: who is believed, what is said in what order, and what nobody gets to see. */
import { inspect } from 'node:util'
import { describe, expect, it, test } from 'vitest'
import { type Auth, loginAuth, type TlsState } from '../../../src/index.ts'
import { autoAuth, scramAuth } from '../../../src/node.ts'
import { SaslRefusal } from '../../../src/protocol/sasl/refusal.ts'
import { memoryTls } from '../../../src/testing/index.ts'
import { failure } from '../../helpers/conversation.ts'
import { ScramServer } from './scram-server.ts'
import { type Steps, scramSteps, smtpPeer, talkTo } from './smtp-peer.ts'

const ann = { username: 'ann', password: 'wonderland' }
const known = { ...ann, hash: 'sha256' }
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const scram256 = (steps: () => Steps): ((line: string) => string) => smtpPeer(['SCRAM-SHA-256', 'LOGIN'], steps)

describe('SCRAM', () => {
  it('logs in', async () => {
    const { client, lines } = await talkTo(scram256(() => scramSteps(new ScramServer(known))))
    expect((await client.auth(scramAuth(ann))).text).toBe('2.7.0 welcome')
    expect(lines.map((line) => line.slice(0, 20))).toEqual([
      'EHLO localhost',
      'AUTH SCRAM-SHA-256 b',
      expect.any(String),
      '',
    ])
    await client.noop()
    client.close()
  })

  it('tells why the server refuses, and the session serves on', async () => {
    const { client, lines } = await talkTo(scram256(() => scramSteps(new ScramServer(known))))
    const error = await failure(client.auth(scramAuth({ ...ann, password: 'Wonderland' })))
    expect(error).toMatchObject({
      code: 'auth-failed',
      phase: 'auth',
      reply: { code: 535 },
      command: 'AUTH SCRAM-SHA-256',
    })
    expect(error.cause).toBeInstanceOf(SaslRefusal)
    expect(error.cause).toMatchObject({ status: 'invalid-proof', message: 'AUTH SCRAM-SHA-256: invalid-proof' })
    expect(lines.at(-1)).toBe('')
    await client.auth(scramAuth(ann))
    client.close()
  })

  it('tells it of a server that refuses at once', async () => {
    const { client } = await talkTo(scram256(() => scramSteps(new ScramServer(known))))
    const error = await failure(client.auth(scramAuth({ ...ann, username: 'bob' })))
    expect(error).toMatchObject({ code: 'auth-failed', cause: { status: 'unknown-user' } })
    client.close()
  })

  it('is refused with a reply and no word more', async () => {
    const peer = scram256(() =>
      scramSteps(new ScramServer(known), (message, round) => (round === 2 ? '535 no' : message)),
    )
    const { client } = await talkTo(peer)
    const error = await failure(client.auth(scramAuth(ann)))
    expect(error).toMatchObject({ code: 'auth-failed', reply: { code: 535 } })
    expect(error.cause).toBeUndefined()
    await client.noop()
    client.close()
  })

  describe('does not give mail to a server that', () => {
    const zeros = base64('\0'.repeat(32))
    it.each<[string, (message: string, round: number) => string, boolean]>([
      ['accepts without a challenge', () => '235 welcome', false],
      ['accepts before it has proved itself', (message, round) => (round === 2 ? '235 welcome' : message), false],
      ['shows another signature', (message, round) => (round === 2 ? `v=${zeros}` : message), true],
      ['shows part of its signature', (message, round) => (round === 2 ? `${message.slice(0, 14)}` : message), true],
      ['has another nonce', (message, round) => (round === 1 ? message.replace(/^r=./, 'r=!') : message), true],
      ['wants one iteration', (message, round) => (round === 1 ? message.replace('i=4096', 'i=1') : message), true],
      [
        'wants endless work',
        (message, round) => (round === 1 ? message.replace('i=4096', 'i=999999999') : message),
        true,
      ],
      ['wants something unknown', (message, round) => (round === 1 ? `m=x,${message}` : message), true],
      ['sends no base64', (message, round) => (round === 1 ? '334 !' : message), true],
      ['sends a binary', (message, round) => (round === 1 ? '334 gIA=' : message), true],
      ['accepts with a reply that AUTH does not have', (message, round) => (round === 2 ? '250 fine' : message), false],
    ])('%s', async (_, change, cancels) => {
      const { client, lines } = await talkTo(scram256(() => scramSteps(new ScramServer(known), change)))
      const error = await failure(client.auth(scramAuth(ann)))
      expect(error).toMatchObject({
        code: expect.stringMatching(/^(?:auth-unusable|unexpected-reply)$/),
        phase: 'auth',
        delivery: 'not-sent',
      })
      expect(lines.at(-1) === '*').toBe(cancels)
      const before = lines.length
      expect(await failure(client.mail('ann@mx.example'))).toMatchObject({ code: 'closed' })
      expect(await failure(client.auth(loginAuth(ann)))).toMatchObject({ code: 'closed' })
      expect(lines.length).toBe(before)
    })

    it('has signed, and challenges on', async () => {
      const steps = (): Steps => {
        const scram = scramSteps(new ScramServer(known))
        let round = 0
        return (response) => (++round < 3 ? scram(response) : '334 ')
      }
      const { client, lines } = await talkTo(scram256(steps))
      expect(await failure(client.auth(scramAuth(ann)))).toMatchObject({ code: 'auth-unusable' })
      expect(lines.at(-1)).toBe('*')
      expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
    })
  })

  it('is bound to the channel, or does not happen', async () => {
    const bindings = { 'tls-exporter': Buffer.from('this connection') }
    const peer = smtpPeer(['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'], () =>
      scramSteps(new ScramServer({ ...known, bindings })),
    )
    const tls = (data: string): TlsState => ({
      ...memoryTls,
      channelBinding: (type) => (type === 'tls-exporter' ? new TextEncoder().encode(data) : undefined),
    })
    const { client, lines } = await talkTo(peer, { tls: tls('this connection') })
    await client.auth(scramAuth(ann))
    expect(lines[1]).toMatch(/^AUTH SCRAM-SHA-256-PLUS /)
    client.close()
    const { client: between } = await talkTo(peer, { tls: tls('another connection') })
    expect(await failure(between.auth(scramAuth(ann)))).toMatchObject({
      code: 'auth-failed',
      cause: { status: 'channel-bindings-dont-match' },
    })
    between.close()
  })

  it('notices that somebody took -PLUS out of the offer', async () => {
    const bindings = { 'tls-exporter': Buffer.from('this connection') }
    const peer = scram256(() => scramSteps(new ScramServer({ ...known, bindings })))
    const { client } = await talkTo(peer, { tls: { ...memoryTls, channelBinding: () => bindings['tls-exporter'] } })
    expect(await failure(client.auth(scramAuth(ann)))).toMatchObject({
      code: 'auth-failed',
      cause: { status: 'server-does-support-channel-binding' },
    })
    client.close()
  })

  it('is sent without being offered when that is forced', async () => {
    const { client, lines } = await talkTo(smtpPeer([], () => scramSteps(new ScramServer(known))))
    expect(await failure(client.auth(scramAuth(ann)))).toMatchObject({ code: 'not-offered' })
    await client.auth(scramAuth(ann), { force: true })
    expect(lines[1]).toMatch(/^AUTH SCRAM-SHA-256 /)
    client.close()
  })
})

test('a name that makes the line too long waits for a challenge', async () => {
  const long = { username: 'a'.repeat(600), password: 'wonderland' }
  const { client, lines } = await talkTo(scram256(() => scramSteps(new ScramServer({ ...long, hash: 'sha256' }))))
  await client.auth(scramAuth(long))
  expect(lines[1]).toBe('AUTH SCRAM-SHA-256')
  expect(lines[2]?.length).toBeGreaterThan(800)
  client.close()
})

test('credentials find the strongest mechanism, and nothing weaker after a refusal', async () => {
  const { client, lines } = await talkTo(
    smtpPeer(['PLAIN', 'LOGIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'], () => scramSteps(new ScramServer(known))),
    { tls: memoryTls },
  )
  await failure(client.auth(autoAuth({ ...ann, password: 'wrong' })))
  expect(lines.filter((line) => line.startsWith('AUTH'))).toEqual([expect.stringMatching(/^AUTH SCRAM-SHA-256 /)])
  await client.auth(autoAuth(ann))
  client.close()
})

test('what a mechanism chooses is what has to be offered', async () => {
  const { client, lines } = await talkTo(smtpPeer(['PLAIN'], () => () => '235 ok'))
  const fixed: Auth = { mechanism: 'FIXED', start: () => ({ respond: () => new Uint8Array() }) }
  const choosing: Auth = { ...fixed, mechanism: 'PLAIN', choose: () => fixed }
  expect(await failure(client.auth(choosing))).toMatchObject({
    code: 'not-offered',
    message: expect.stringContaining('FIXED'),
  })
  const error = new Error('none of these')
  const refusing: Auth = {
    ...fixed,
    choose: () => {
      throw error
    },
  }
  expect(await failure(client.auth(refusing))).toMatchObject({ code: 'auth-unusable', cause: error })
  expect(lines).toEqual(['EHLO localhost'])
  client.close()
})

test('a challenge is for the mechanism to the letter, whatever looks like a secret in it', async () => {
  // The password is what the base64 of the server's nonce looks like.
  const server = { ...known, password: 'b2ZUaGVTZXJ2ZXI', nonce: 'xofTheServer' }
  for (const shift of ['', 'x', 'xx']) {
    const { client, transcript } = await talkTo(
      scram256(() => scramSteps(new ScramServer({ ...server, nonce: `${shift}ofTheServer` }))),
    )
    await client.auth(scramAuth({ ...ann, password: server.password }))
    expect(transcript.join('\n')).not.toContain(server.password)
    client.close()
  }
})

describe('nobody sees', () => {
  const seen = (transcript: readonly string[], error?: unknown): string =>
    `${transcript.join('\n')}\n${inspect(error, { depth: 9 })}\n${JSON.stringify(error)}`

  it.each<[string, (message: string, round: number) => string]>([
    ['accepts', (message) => message],
    ['refuses', (message, round) => (round === 2 ? 'e=invalid-proof' : message)],
    ['repeats the password', (message, round) => (round === 2 ? 'e=wonderland' : message)],
    [
      'repeats the password in the reply',
      (message, round) => (round === 2 ? `535 ${base64('wonderland')} wonderland` : message),
    ],
    ['repeats the password where no mask finds it', (message, round) => (round === 2 ? `e=x${'wonderland'}` : message)],
    ['is an impostor', (message, round) => (round === 2 ? `v=${base64('x'.repeat(32))}` : message)],
  ])('secrets of SCRAM, when the server %s', async (_, change) => {
    const { client, lines, transcript } = await talkTo(scram256(() => scramSteps(new ScramServer(known), change)))
    const outcome = await client.auth(scramAuth(ann)).catch((error: unknown) => error)
    client.close()
    const [, , answer = ''] = lines
    const clientFinal = Buffer.from(answer, 'base64').toString()
    const proof = /,p=(.+)$/.exec(clientFinal)?.[1]
    if (proof === undefined) throw new Error('no proof was sent')
    const visible = seen(transcript, outcome)
    for (const secret of ['wonderland', base64('wonderland'), answer, proof, 'v=', base64('v=').slice(0, 2)]) {
      expect(visible.includes(secret), `${secret} is visible`).toBe(false)
    }
    // What of it is visible is enough to see how far it went.
    expect(transcript).toContain('C: AUTH SCRAM-SHA-256 ********')
    expect(transcript).toContain('S: 334 ********')
  })
})
