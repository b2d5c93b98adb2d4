/** LIMITS (RFC 9422): what a server says it takes at a time is all that it is given. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { nameRecipients } from '../../src/client/recipient.ts'
import { partsOf } from '../../src/client/transaction/parts.ts'
import { failure, greeted, nothingLeftBehind, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const goodbye = 'C: QUIT\nS: 221 bye\n'
const mail = 'C: MAIL FROM:<a@b.example>\n'
const message = { from: 'a@b.example', message: 'hi' }

const parts = (to: readonly string[], limits?: Parameters<typeof partsOf>[1]): string[][] =>
  partsOf(nameRecipients(to), limits).map((part) => part.map(({ address }) => address))

describe('recipients in parts', () => {
  it.each<[string, readonly string[], Parameters<typeof partsOf>[1], string[][]]>([
    ['no limits', ['a@x', 'b@y'], undefined, [['a@x', 'b@y']]],
    ['as many as allowed', ['a@x', 'b@y'], { rcptmax: 2, rcptdomainmax: 2 }, [['a@x', 'b@y']]],
    ['one more', ['a@x', 'b@x', 'c@x'], { rcptmax: 2 }, [['a@x', 'b@x'], ['c@x']]],
    [
      'domains in turn',
      ['a@x', 'b@y', 'c@x', 'd@y'],
      { rcptdomainmax: 1 },
      [
        ['a@x', 'c@x'],
        ['b@y', 'd@y'],
      ],
    ],
    [
      'both bounds',
      ['a@x', 'b@y', 'c@x', 'd@z', 'e@x'],
      { rcptmax: 2, rcptdomainmax: 2 },
      [['a@x', 'c@x'], ['e@x', 'b@y'], ['d@z']],
    ],
    [
      'one domain in any form',
      ['a@BÜCHER.example', 'b@xn--bcher-kva.Example'],
      { rcptdomainmax: 1 },
      [['a@BÜCHER.example', 'b@xn--bcher-kva.Example']],
    ],
    ['a Postmaster without domain', ['Postmaster', 'a@x'], { rcptdomainmax: 1 }, [['Postmaster'], ['a@x']]],
  ])('%s', (_, to, limits, expected) => {
    expect(parts(to, limits)).toEqual(expected)
  })

  it('keep to every bound, and lose nobody', () => {
    const addresses = fc.uniqueArray(
      fc
        .tuple(fc.nat(50), fc.constantFrom('x', 'y', 'z', 'u', 'v'))
        .map(([name, domain]) => `n${name}@${domain}.example`),
      { minLength: 1, maxLength: 60 },
    )
    const bound = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined })
    fc.assert(
      fc.property(addresses, bound, bound, (to, rcptmax, rcptdomainmax) => {
        const cut = parts(to, { ...(rcptmax && { rcptmax }), ...(rcptdomainmax && { rcptdomainmax }) })
        expect(cut.flat().sort()).toEqual([...to].sort())
        for (const part of cut) {
          expect(part.length).toBeGreaterThan(0)
          expect(part.length).toBeLessThanOrEqual(rcptmax ?? to.length)
          const domains = new Set(part.map((address) => address.split('@')[1]))
          expect(domains.size).toBeLessThanOrEqual(rcptdomainmax ?? to.length)
        }
      }),
    )
  })
})

test('RCPTDOMAINMAX: a transaction for each domain', async () => {
  const part = (rcpts: string): string =>
    `${mail}${rcpts}C: DATA\nS: 250 ok\n${rcpts.replace(/C: .*/g, 'S: 250 ok')}S: 354 go\n`
  const end = 'C: hi\nC: .\nS: 250 ok\n'
  const first = part('C: RCPT TO:<c@x.example>\nC: RCPT TO:<e@X.example>\n')
  const second = part('C: RCPT TO:<d@y.example>\n')
  const { client } = await talk(greeted('PIPELINING', 'LIMITS RCPTDOMAINMAX=1') + first + end + second + end + goodbye)
  const result = await client.send({ ...message, to: ['c@x.example', 'd@y.example', 'e@X.example'] })
  expect(result.accepted).toEqual(['c@x.example', 'e@X.example', 'd@y.example'])
  await client.quit()
})

test('RCPTDOMAINMAX: a stream for two domains is refused before anything is written', async () => {
  const { client } = await talk(greeted('PIPELINING', 'LIMITS RCPTDOMAINMAX=1') + goodbye)
  const attempt = client.send({ ...message, to: ['c@x.example', 'd@y.example'], message: (async function* () {})() })
  expect(await failure(attempt)).toMatchObject({ code: 'invalid-argument', argument: 'message', delivery: 'not-sent' })
  await client.quit()
})

describe('MAILMAX', () => {
  const exhausted = {
    code: 'session-exhausted',
    phase: 'mail',
    delivery: 'not-sent',
    safeToRetry: true,
    isTransient: true,
  }
  const one = `${mail}C: RCPT TO:<c@d.example>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: hi\nC: .\nS: 250 ok\n`

  it('ends the messages of a session, not the session', async () => {
    const { client } = await talk(
      `${greeted('PIPELINING', 'LIMITS MAILMAX=2')}${one}${one}C: NOOP\nS: 250 ok\n${goodbye}`,
    )
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => client.send({ ...message, to: 'c@d.example' })))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(outcomes[2]).toMatchObject({ reason: exhausted })
    await client.noop()
    await client.quit()
  })

  it('counts every MAIL, refused or given up', async () => {
    const script = `${mail}S: 451 later\n${mail}S: 250 ok\nC: RSET\nS: 250 ok\n`
    const { client } = await talk(greeted('LIMITS MAILMAX=2') + script + goodbye)
    await failure(client.mail('a@b.example'))
    await client.mail('a@b.example')
    await client.reset()
    expect(await failure(client.mail('a@b.example'))).toMatchObject(exhausted)
    await client.quit()
  })

  it('does not count what was never written', async () => {
    const { client } = await talk(`${greeted('LIMITS MAILMAX=1')}${mail}S: 250 ok\n${goodbye}`)
    await failure(client.mail('a@b.example', { ret: 'full' }))
    await client.mail('a@b.example')
    await client.quit()
  })

  it('leaves the parts of a message that it has no room for to another session', async () => {
    const { client } = await talk(`${greeted('PIPELINING', 'LIMITS MAILMAX=1 RCPTMAX=1')}${one}${goodbye}`)
    const { accepted, failed } = await client.send({ ...message, to: ['c@d.example', 'e@d.example'] })
    expect(accepted).toEqual(['c@d.example'])
    expect(failed).toMatchObject([{ recipient: 'e@d.example', error: exhausted }])
    await client.quit()
  })
})
