/**
 * Every conversation of test/fixtures, replayed with the server's bytes cut at each place there is: what comes of it
 * must not depend on how the network cuts.
 */
import { describe, expect, it, test } from 'vitest'
import {
  type Auth,
  formatTranscript,
  isSmtpError,
  loginAuth,
  plainAuth,
  type SendMailOptions,
  smtpOver,
} from '../../src/index.ts'
import { scriptedServer } from '../../src/testing/index.ts'
import { nothingLeftBehind, serve, settled } from '../helpers/conversation.ts'
import { fixture, fixtureNames } from '../helpers/fixtures.ts'

nothingLeftBehind()

const ann = { username: 'ann', password: 'wonderland' }
const hello = 'Subject: hi\n\nHello Bob\n'

/** How each conversation is called for, and what comes of it. */
interface Row {
  to?: string | readonly string[]
  message?: string
  auth?: Auth
  outcome: object
}

const delivered = { accepted: ['bob@b.example'], rejected: [] }

const rows: Readonly<Record<string, Row>> = {
  'helo-only': { outcome: { result: { ...delivered, reply: { text: 'message accepted' } } } },
  'whole-message': {
    message: 'Subject: dots\r\n\r\n.\r\n..hidden\r\nnot. here.',
    outcome: { result: { ...delivered, queueId: '4WxYz12345', reply: { enhanced: { code: '2.0.0' } } } },
  },
  starttls: { auth: plainAuth(ann), outcome: { result: { ...delivered, queueId: '1tFxyz-000123-AB' } } },
  'password-refused': {
    auth: loginAuth(ann),
    outcome: {
      error: {
        code: 'auth-failed',
        phase: 'auth',
        delivery: 'not-sent',
        message: 'AUTH LOGIN: 535 5.7.8 Not with ******** / 5.7.8 which is ********',
      },
    },
  },
  'some-refused': {
    to: ['nobody@b.example', 'bob@b.example', 'full@b.example'],
    outcome: {
      result: {
        accepted: ['bob@b.example'],
        rejected: [
          { recipient: 'nobody@b.example', reply: { code: 550, enhanced: { code: '5.1.1' } } },
          { recipient: 'full@b.example', reply: { code: 452, enhanced: { code: '4.2.2' } } },
        ],
        queueId: '4aBcD6',
      },
    },
  },
  'all-refused': {
    to: ['nobody@b.example', 'later@b.example'],
    outcome: { error: { code: 'recipients-refused', phase: 'rcpt', delivery: 'rejected', safeToRetry: true } },
  },
  closing: {
    outcome: { error: { code: 'service-closing', phase: 'rcpt', delivery: 'rejected', safeToRetry: true } },
  },
  'message-refused': {
    outcome: {
      error: {
        code: 'refused',
        phase: 'end-of-data',
        delivery: 'rejected',
        safeToRetry: false,
        message: 'end of data: 554 5.7.1 This looks like advertising / 5.7.1 Grüße, mx.example',
      },
    },
  },
  'lost-answer': {
    outcome: { error: { code: 'connection-lost', phase: 'end-of-data', delivery: 'unknown', safeToRetry: false } },
  },
  'early-acceptance': {
    outcome: { error: { code: 'unsolicited-reply', delivery: 'not-sent', safeToRetry: true } },
  },
  'injected-plaintext': { outcome: { error: { code: 'tls-injection', delivery: 'not-sent' } } },
  'mixed-codes': { outcome: { error: { code: 'malformed-reply', phase: 'hello', delivery: 'not-sent' } } },
  'bare-codes': { outcome: { result: { ...delivered, queueId: undefined, reply: { text: '' } } } },
}

test('there is a row for every conversation', () => {
  expect(Object.keys(rows).sort()).toEqual(fixtureNames())
})

describe.each(Object.entries(rows))('%s', (name, row) => {
  const script = fixture(name)
  const total = serverOctets(script)

  it('goes as written', async () => {
    expect(await outcomeOf(script, row)).toMatchObject(row.outcome)
  })

  it(`comes to the same cut in two at each of ${total} places`, async () => {
    const whole = await outcomeOf(script, row)
    for (let at = 1; at < total; at++) {
      expect(await outcomeOf(script, row, cutAt(at)), `cut at ${at}`).toEqual(whole)
    }
  })

  it('comes to the same octet by octet', async () => {
    const whole = await outcomeOf(script, row)
    expect(await outcomeOf(script, row, (bytes) => Array.from(bytes, (octet) => Uint8Array.of(octet)))).toEqual(whole)
  })
})

type Cut = (bytes: Uint8Array) => readonly Uint8Array[]

/** Plays a conversation and writes down everything that can be seen of it. */
async function outcomeOf(script: string, row: Row, cut?: Cut): Promise<object> {
  const server = serve(script, { remoteAddress: '127.0.0.1', ...(cut && { cut }) })
  const transcript: string[] = []
  const options: SendMailOptions = {
    host: 'mx.example',
    name: 'client.example',
    from: 'ann@a.example',
    to: row.to ?? 'bob@b.example',
    message: row.message ?? hello,
    transcript: { next: (entry) => void transcript.push(formatTranscript(entry)) },
    ...(row.auth && { auth: row.auth }),
  }
  const outcome = await smtpOver(server.open)
    .sendMail(options)
    .then(
      (result) => ({ result, transcript }),
      (error: unknown) => {
        if (!isSmtpError(error)) throw error
        const { code, delivery, safeToRetry } = error
        // What comes out of turn may be found at its first octet or at its last, as it happens to come.
        if (outOfTurn.has(code)) return { error: { code, delivery, safeToRetry } }
        return { error: error.toJSON(), transcript }
      },
    )
  await settled()
  return { ...outcome, received: server.received }
}

const outOfTurn: ReadonlySet<string> = new Set(['unsolicited-reply', 'tls-injection'])

/** Counts the octets that a server sends when it is cut nowhere. */
function serverOctets(script: string): number {
  let octets = 0
  const count: Cut = (bytes) => {
    octets += bytes.length
    return [bytes]
  }
  for (const line of script.split('\n')) if (line.startsWith('S:')) scriptedServer(line, { cut: count })
  return octets
}

/** Cuts in two behind the octet `position` of the whole conversation. */
function cutAt(position: number): Cut {
  let sent = 0
  return (bytes) => {
    const at = position - sent
    sent += bytes.length
    return at > 0 && at < bytes.length ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes]
  }
}
