/**
 * Every reply of two messages gone wrong in every way, however they travel: what the client says of each message is held
 * against what the server has delivered.
 */
import { describe, expect, it, test, vi } from 'vitest'
import {
  type AnySmtpError,
  type Envelope,
  isSmtpError,
  newClient,
  type Pipelining,
  type SendResult,
} from '../../src/index.ts'
import { nothingLeftBehind, settled } from '../helpers/conversation.ts'
import { type Delivered, type Fault, type LedgerServer, ledgerServer } from '../helpers/ledger-server.ts'

nothingLeftBehind()

interface Way {
  readonly pipelining: Pipelining
  readonly offers: readonly string[]
  readonly streamed?: true
  /** Commands that two messages take when all goes well. */
  readonly commands: string
}

const byData = 'MAIL RCPT RCPT DATA .'
const byChunk = 'MAIL RCPT RCPT LAST'
const ways: Readonly<Record<string, Way>> = {
  'lock-step': { pipelining: 'off', offers: ['PIPELINING', 'CHUNKING'], commands: `${byData} ${byData}` },
  'lock-step, streamed': { pipelining: 'off', offers: ['PIPELINING'], streamed: true, commands: `${byData} ${byData}` },
  grouped: { pipelining: 'transaction', offers: ['PIPELINING'], commands: `${byData} ${byData}` },
  'grouped, streamed': {
    pipelining: 'transaction',
    offers: ['PIPELINING'],
    streamed: true,
    commands: `${byData} ${byData}`,
  },
  windowed: { pipelining: 'auto', offers: ['PIPELINING'], commands: `${byData} ${byData}` },
  chunked: { pipelining: 'transaction', offers: ['PIPELINING', 'CHUNKING'], commands: `${byChunk} ${byChunk}` },
  'chunked, several under way': {
    pipelining: 'auto',
    offers: ['PIPELINING', 'CHUNKING'],
    // The second leaves before it is known what became of the first.
    commands: `${byChunk} RSET ${byChunk}`,
  },
  'streamed in chunks': {
    pipelining: 'transaction',
    offers: ['PIPELINING', 'CHUNKING'],
    streamed: true,
    commands: `${byChunk} ${byChunk}`,
  },
  'streamed in chunks, several under way': {
    pipelining: 'auto',
    offers: ['PIPELINING', 'CHUNKING'],
    streamed: true,
    commands: `${byChunk} RSET ${byChunk}`,
  },
}

const faults: readonly Fault[] = ['450', '550', '421', '214', 'garbage', 'silence', 'close', 'reset']
const names = ['first', 'second'] as const
const bodyOf = (name: string): string => `Subject: ${name}\r\n\r\n.dot\r\n`

function envelopeOf(name: string, streamed: boolean): Envelope {
  const message = streamed
    ? (async function* () {
        yield bodyOf(name)
      })()
    : bodyOf(name)
  return { from: `${name}@b.example`, to: [`${name}-c@d.example`, `${name}-e@d.example`], message }
}

type Outcome = { readonly result: SendResult } | { readonly error: AnySmtpError }

/** Sends both messages without waiting in between, and then a third. */
async function play(
  way: Way,
  fault?: Fault,
  at?: number,
): Promise<{ server: LedgerServer; outcomes: Outcome[]; third: boolean }> {
  const { offers, pipelining, streamed = false } = way
  const server = ledgerServer({ offers, ...(fault && { fault }), ...(at !== undefined && { at }) })
  const client = await newClient(server.socket, 'mx.example', { pipelining })
  const sending = names.map((name) =>
    client.send(envelopeOf(name, streamed)).then(
      (result): Outcome => ({ result }),
      (error): Outcome => {
        if (!isSmtpError(error)) throw error
        return { error }
      },
    ),
  )
  await settled()
  if (fault === 'silence') await vi.advanceTimersByTimeAsync(700_000)
  const outcomes = await Promise.all(sending)
  const third = await client.send(envelopeOf('third', streamed)).then(
    () => true,
    () => false,
  )
  client.close()
  return { server, outcomes, third }
}

describe.each(Object.entries(ways))('%s', (_, way) => {
  const commands = way.commands.split(' ')

  test('without a fault both are delivered', async () => {
    const { server, outcomes, third } = await play(way)
    expect(server.answered.slice(0, commands.length)).toEqual(commands)
    expect(outcomes.every((outcome) => 'result' in outcome)).toBe(true)
    expect([server.ledger.length, third]).toEqual([3, true])
  })

  it.each(faults)('any reply: %s', async (fault) => {
    for (const at of commands.keys()) {
      const where = `${fault} at ${at}, ${commands[at]}`
      const { server, outcomes, third } = await play(way, fault, at)
      const { ledger } = server
      for (const { to, body } of ledger) {
        expect(to.length, `${where}: delivered to nobody`).toBeGreaterThan(0)
        expect(body, `${where}: another body`).toBe(bodyOf(/Subject: (\w+)/.exec(body)?.[1] ?? ''))
      }
      for (const [index, name] of names.entries()) {
        const outcome = outcomes[index]
        if (outcome !== undefined)
          judge(
            where,
            outcome,
            ledger.filter(({ from }) => from === `${name}@b.example`),
          )
      }
      const refusals = outcomes.filter((outcome) => 'error' in outcome)
      if (fault === '450' || fault === '550') {
        // One of two recipients is no failure; RSET that is refused leaves nothing that could be trusted.
        if (commands[at] === 'RCPT') expect(refusals, where).toEqual([])
        else if (commands[at] !== 'RSET') expect(refusals.length, where).toBe(1)
        expect(third, `${where}: the session serves on`).toBe(commands[at] !== 'RSET')
      } else {
        expect(refusals.length, where).toBeGreaterThan(0)
        expect(third, `${where}: the session is over`).toBe(false)
      }
    }
  })
})

/** What is said of a message must be true, and must be of use. */
function judge(where: string, outcome: Outcome, delivered: readonly Delivered[]): void {
  expect(delivered.length, `${where}: delivered twice`).toBeLessThan(2)
  if ('result' in outcome) {
    expect(delivered[0]?.to, `${where}: accepted`).toEqual(outcome.result.accepted)
    return
  }
  const { delivery, safeToRetry, isTransient, code } = outcome.error
  if (delivered.length > 0)
    expect([delivery, safeToRetry], `${where}: delivered, and ${code}`).toEqual(['unknown', false])
  else if (delivery !== 'unknown') expect(safeToRetry, where).toBe(isTransient)
  expect(['not-sent', 'rejected', 'unknown'], where).toContain(delivery)
}
