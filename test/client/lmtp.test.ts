/**
 * LMTP (RFC 2033): each recipient has a final reply of its own, whichever way the message travels, and whatever happens
 * between these replies.
 */
import fc from 'fast-check'
import { lastValueFrom } from 'rxjs'
import { describe, expect, it, test, vi } from 'vitest'
import {
  type AnySmtpError,
  type Client,
  data,
  deadlines,
  dial,
  hello,
  isSmtpError,
  mail,
  newClient,
  quit,
  rcpt,
  type SendResult,
  sendMail,
  smtpOver,
} from '../../src/index.ts'
import { type ScriptedServer, scriptedServer } from '../../src/testing/index.ts'
import { failure, nothingLeftBehind, serve, settled } from '../helpers/conversation.ts'

nothingLeftBehind()

const goodbye = 'C: QUIT\nS: 221 bye\n'

/** The greeting and an LHLO reply with these keywords. */
function lhlo(...keywords: readonly string[]): string {
  const lines = ['mx.example', ...keywords]
  const reply = lines.map((line, index) => `S: 250${index < lines.length - 1 ? '-' : ' '}${line}`)
  return `S: 220 mx.example LMTP\nC: LHLO localhost\n${reply.join('\n')}\n`
}

async function talk(
  script: string,
  options: { pipelining?: 'off' | 'transaction' | 'auto'; signal?: AbortSignal } = {},
): Promise<{ client: Client; server: ScriptedServer }> {
  const server = serve(script)
  return { server, client: await newClient(server.socket, 'mx.example', { protocol: 'lmtp', ...options }) }
}

/** A way for a message to travel: what is said up to its end, given the replies to two RCPT. */
interface Way {
  readonly offers: readonly string[]
  readonly pipelining: 'off' | 'transaction'
  toTheEnd(rcpts: readonly [string, string]): string
  /** How the end is written where it shows. */
  readonly end: string
}

const [mailLine, c, e] = ['C: MAIL FROM:<a@b.example>\n', 'C: RCPT TO:<c@d.example>\n', 'C: RCPT TO:<e@d.example>\n']

const ways: Readonly<Record<string, Way>> = {
  'lock-step': {
    offers: ['PIPELINING', 'CHUNKING'],
    pipelining: 'off',
    toTheEnd: ([first, second]) =>
      `${mailLine}S: 250 ok\n${c}S: ${first}\n${e}S: ${second}\nC: DATA\nS: 354 go\nC: hi\nC: .\n`,
    end: 'end of data',
  },
  grouped: {
    offers: ['PIPELINING'],
    pipelining: 'transaction',
    toTheEnd: ([first, second]) =>
      `${mailLine}${c}${e}C: DATA\nS: 250 ok\nS: ${first}\nS: ${second}\nS: 354 go\nC: hi\nC: .\n`,
    end: 'end of data',
  },
  streamed: {
    offers: ['PIPELINING', 'CHUNKING'],
    pipelining: 'transaction',
    toTheEnd: ([first, second]) => `${mailLine}${c}${e}S: 250 ok\nS: ${first}\nS: ${second}\nC: BDAT 4 LAST\nC: hi\n`,
    end: 'BDAT 4 LAST',
  },
}

const message = { from: 'a@b.example', to: ['c@d.example', 'e@d.example'], message: 'hi' }

/** What became of each recipient, in a form that tables can hold. */
type Outcome = Readonly<Record<'c' | 'e', string>>

function outcomeOf({ accepted, rejected, failed = [] }: Partial<SendResult>): Outcome {
  const told = (name: string): string => {
    const address = `${name}@d.example`
    const [refused] = rejected?.filter(({ recipient }) => recipient === address) ?? []
    const [lost] = failed.filter(({ recipient }) => recipient === address)
    if (accepted?.includes(address)) return 'accepted'
    if (refused !== undefined) return `${refused.reply.code} at ${refused.phase ?? 'rcpt'}`
    return lost === undefined ? 'nothing' : `${lost.error.code}, ${lost.error.delivery}, ${lost.error.safeToRetry}`
  }
  return { c: told('c'), e: told('e') }
}

const lost = 'connection-lost, unknown, false'

/** What the server says behind the end of a message for two, and what that makes of each of them. */
const successes: readonly { finals: string; c: string; e: string; usable: boolean }[] = [
  { finals: 'S: 250 ok\nS: 250 ok\n', c: 'accepted', e: 'accepted', usable: true },
  { finals: 'S: 250-2.0.0 of\nS: 250 2.0.0 several lines\nS: 250 ok\n', c: 'accepted', e: 'accepted', usable: true },
  { finals: 'S: 250 ok\nS: 552 5.2.2 full\n', c: 'accepted', e: '552 at end-of-data', usable: true },
  { finals: 'S: 452 4.5.3 full\nS: 250 ok\n', c: '452 at end-of-data', e: 'accepted', usable: true },
  { finals: 'S: 250 ok\nX:\n', c: 'accepted', e: lost, usable: false },
  { finals: 'S: 250 ok\nX: reset\n', c: 'accepted', e: lost, usable: false },
  { finals: 'S: 250 ok\nS: 250-half\\\nX:\n', c: 'accepted', e: lost, usable: false },
  { finals: 'S: 250 ok\nS: 421 4.3.2 bye\n', c: 'accepted', e: '421 at end-of-data', usable: false },
  { finals: 'S: 250 ok\nS: what?\n', c: 'accepted', e: 'malformed-reply, unknown, false', usable: false },
  { finals: 'S: 250 ok\nS: 354 what?\n', c: 'accepted', e: 'unexpected-reply, unknown, false', usable: false },
  { finals: 'S: 250 ok\nS: 250 ok\nS: 250 for whom?\n', c: 'accepted', e: 'accepted', usable: false },
  { finals: 'S: 250 ok\nS: 451 later\nX:\n', c: 'accepted', e: '451 at end-of-data', usable: false },
]

const failures: readonly { finals: string; expected: Partial<AnySmtpError>; rejected?: readonly string[] }[] = [
  {
    finals: 'S: 550 5.1.1 no\nS: 451 4.3.0 later\n',
    expected: { code: 'recipients-refused', phase: 'end-of-data', delivery: 'rejected', safeToRetry: true },
    rejected: ['550', '451'],
  },
  {
    finals: 'S: 550 5.1.1 no\nS: 552 5.2.2 full\n',
    expected: { code: 'recipients-refused', phase: 'end-of-data', delivery: 'rejected', safeToRetry: false },
    rejected: ['550', '552'],
  },
  {
    finals: 'X:\n',
    expected: { code: 'connection-lost', phase: 'end-of-data', delivery: 'unknown', safeToRetry: false },
  },
  {
    finals: 'S: 552 5.2.2 full\nX: reset\n',
    expected: { code: 'connection-lost', phase: 'end-of-data', delivery: 'unknown', safeToRetry: false },
    rejected: ['552'],
  },
  {
    finals: 'S: 421 4.3.2 bye\n',
    expected: { code: 'service-closing', phase: 'end-of-data', delivery: 'unknown', safeToRetry: false },
    rejected: ['421'],
  },
  {
    finals: 'S: 354 what?\n',
    expected: { code: 'unexpected-reply', phase: 'end-of-data', delivery: 'unknown', safeToRetry: false },
  },
]

describe.each(Object.entries(ways))('%s', (_, { offers, pipelining, toTheEnd, end }) => {
  const both = ['250 ok', '250 ok'] as const

  it.each(successes)('$finals', async ({ finals, usable, ...expected }) => {
    const { client, server } = await talk(lhlo(...offers) + toTheEnd(both) + finals + (usable ? goodbye : ''), {
      pipelining,
    })
    const result = await client.send(message)
    expect(outcomeOf(result)).toEqual(expected)
    expect(result.replies).toHaveLength(result.accepted.length)
    expect(result.replies?.[0]).toBe(result.reply)
    await settled()
    expect(server.released).toBe(!usable)
    if (usable) await client.quit()
    else
      expect(await failure(client.noop())).toMatchObject({ code: 'closed', delivery: 'accepted', safeToRetry: false })
  })

  it.each(failures)('nobody: $finals', async ({ finals, expected, rejected }) => {
    const usable = expected.code === 'recipients-refused'
    const reset = usable && end.startsWith('BDAT') ? 'C: RSET\nS: 250 ok\n' : ''
    const { client } = await talk(lhlo(...offers) + toTheEnd(both) + finals + (usable ? reset + goodbye : ''), {
      pipelining,
    })
    const error = await failure(client.send(message))
    expect(error).toMatchObject(expected)
    expect(error.rejected?.map(({ reply }) => String(reply.code))).toEqual(rejected)
    if (usable) await client.quit()
    else expect(await failure(client.noop())).toMatchObject({ code: 'closed', delivery: 'unknown', safeToRetry: false })
  })

  it('a reply too few: the deadline passes for the one that is missing', async () => {
    const { client } = await talk(`${lhlo(...offers)}${toTheEnd(both)}S: 250 ok\n`, { pipelining })
    const sending = client.send(message)
    await settled()
    await vi.advanceTimersByTimeAsync(deadlines['end-of-data'])
    expect(outcomeOf(await sending)).toEqual({ c: 'accepted', e: 'timeout, unknown, false' })
  })

  it('the signal between two replies leaves the accepted one accepted', async () => {
    const abort = new AbortController()
    const { client } = await talk(`${lhlo(...offers)}${toTheEnd(both)}S: 250 ok\n`, { pipelining })
    const sending = client.send(message, { signal: abort.signal })
    await settled()
    abort.abort()
    expect(outcomeOf(await sending)).toEqual({ c: 'accepted', e: 'aborted, unknown, false' })
  })

  it('the deadline of the call between two replies does the same', async () => {
    const { client } = await talk(`${lhlo(...offers)}${toTheEnd(both)}S: 250 ok\n`, { pipelining })
    const sending = client.send(message, { deadline: 1_000 })
    await settled()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(outcomeOf(await sending)).toEqual({ c: 'accepted', e: 'timeout, unknown, false' })
  })

  it('only those that RCPT has accepted have a reply', async () => {
    const script = `${toTheEnd(['550 5.1.1 no', '250 ok'])}S: 250 2.0.0 queued as Q7\n`
    const { client } = await talk(lhlo(...offers) + script + goodbye, { pipelining })
    const result = await client.send(message)
    expect(outcomeOf(result)).toEqual({ c: '550 at rcpt', e: 'accepted' })
    expect(result.queueId).toBe('Q7')
    await client.quit()
  })

  it('a message to one address twice has two replies', async () => {
    const script = toTheEnd(both).replace(e, c)
    const { client } = await talk(`${lhlo(...offers)}${script}S: 250 ok\nS: 452 full\n${goodbye}`, { pipelining })
    const { accepted, rejected } = await client.send({ ...message, to: ['c@d.example', 'c@d.example'] })
    expect([accepted, rejected.map(({ recipient }) => recipient)]).toEqual([['c@d.example'], ['c@d.example']])
    await client.quit()
  })
})

describe('every recipient refused', () => {
  const no = ['550 no', '550 no'] as const

  test('lock-step: no message is begun', async () => {
    const script = `${mailLine}S: 250 ok\n${c}S: ${no[0]}\n${e}S: ${no[1]}\nC: RSET\nS: 250 ok\n`
    const { client } = await talk(lhlo('PIPELINING') + script + goodbye, { pipelining: 'off' })
    expect(await failure(client.send(message))).toMatchObject({ code: 'recipients-refused', phase: 'rcpt' })
    await client.quit()
  })

  test('grouped: DATA is refused', async () => {
    const script = `${mailLine}${c}${e}C: DATA\nS: 250 ok\nS: ${no[0]}\nS: ${no[1]}\nS: 503 nobody\nC: RSET\nS: 250 ok\n`
    const { client } = await talk(lhlo('PIPELINING') + script + goodbye)
    expect(await failure(client.send(message))).toMatchObject({ code: 'recipients-refused', phase: 'rcpt' })
    await client.quit()
  })

  test('grouped: a 354 for nobody ends the connection, not a message', async () => {
    const script = `${mailLine}${c}${e}C: DATA\nS: 250 ok\nS: ${no[0]}\nS: ${no[1]}\nS: 354 go\n`
    const { client, server } = await talk(lhlo('PIPELINING') + script)
    expect(await failure(client.send(message))).toMatchObject({ code: 'recipients-refused', delivery: 'rejected' })
    expect(server.released).toBe(true)
    expect(server.received).not.toContain('.\r\n')
  })

  test('streamed: no chunk leaves', async () => {
    const script = `${mailLine}${c}${e}S: 250 ok\nS: ${no[0]}\nS: ${no[1]}\nC: RSET\nS: 250 ok\n`
    const { client } = await talk(lhlo('PIPELINING', 'CHUNKING') + script + goodbye)
    expect(await failure(client.send(message))).toMatchObject({ code: 'recipients-refused', phase: 'rcpt' })
    await client.quit()
  })
})

test('a chunk that is refused is known before LAST leaves', async () => {
  const line = `${'x'.repeat(1022)}\r\n`
  const chunk = `C: ${line.trimEnd()}\n`.repeat(256)
  const script = `${mailLine}${c}${e}S: 250 ok\nS: 250 ok\nS: 250 ok\nC: BDAT 262144\n${chunk}S: 452 4.3.1 no room\n`
  const { client } = await talk(`${lhlo('PIPELINING', 'CHUNKING')}${script}C: RSET\nS: 250 ok\n${goodbye}`)
  const error = await failure(client.send({ ...message, message: line.repeat(257) }))
  expect(error).toMatchObject({ code: 'refused', phase: 'body', delivery: 'rejected', reply: { code: 452 } })
  await client.quit()
})

test('the next message waits for every final reply, whatever may be under way at once', async () => {
  const way = ways['grouped']
  const one = way?.toTheEnd(['250 ok', '250 ok']) ?? ''
  const { client, server } = await talk(
    `${lhlo('PIPELINING')}${one}S: 250 ok\nS: 250 ok\n${one}S: 250 ok\nS: 250 ok\n${goodbye}`,
    {
      pipelining: 'auto',
    },
  )
  await Promise.all([client.send(message), client.send(message)])
  await client.quit()
  server.assertFinished()
})

test('LIMITS RCPTMAX: every transaction has its replies', async () => {
  const part = (rcptLine: string): string =>
    `${mailLine}${rcptLine}C: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: hi\nC: .\n`
  const script = `${part(c)}S: 250 first\n${part(e)}S: 250 second\n`
  const { client } = await talk(lhlo('PIPELINING', 'LIMITS RCPTMAX=1') + script + goodbye)
  const { accepted, replies } = await client.send(message)
  expect(accepted).toEqual(message.to)
  expect(replies?.map(({ text }) => text)).toEqual(['first', 'second'])
  await client.quit()
})

test.each(['off', 'transaction'] as const)('a binary message in chunks, pipelining %s', async (pipelining) => {
  const offers = ['PIPELINING', 'CHUNKING', '8BITMIME', 'BINARYMIME']
  const mailBinary = 'C: MAIL FROM:<a@b.example> BODY=BINARYMIME\n'
  const envelope =
    pipelining === 'off'
      ? `${mailBinary}S: 250 ok\n${c}S: 250 ok\n${e}S: 250 ok\n`
      : `${mailBinary}${c}${e}S: 250 ok\nS: 250 ok\nS: 250 ok\n`
  const script = `${lhlo(...offers)}${envelope}C: BDAT 4 LAST\nC: \\0a\nS: 550 no\nS: 250 ok\n${goodbye}`
  const { client } = await talk(script, { pipelining })
  const bytes = Uint8Array.of(0, 0x61, 0x0d, 0x0a)
  const result = await client.send({ ...message, message: bytes, body: 'BINARYMIME' })
  expect(outcomeOf(result)).toEqual({ c: '550 at end-of-data', e: 'accepted' })
  await client.quit()
})

test('any outcomes of any recipients are told of the right ones', async () => {
  const codes = fc.array(fc.tuple(fc.constantFrom(250, 450, 550), fc.constantFrom(250, 452, 554)), {
    minLength: 1,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(codes, fc.boolean(), async (outcomes, chunking) => {
      const to = outcomes.map((_, index) => `r${index}@d.example`)
      const known = outcomes.filter(([rcpt]) => rcpt === 250)
      const nobody = known.length === 0
      const rcpts = to.map((address) => `C: RCPT TO:<${address}>\n`).join('')
      const replies = outcomes.map(([rcpt]) => `S: ${rcpt} so\n`).join('')
      const finals = known.map(([, final]) => `S: ${final} so\n`).join('')
      const last = chunking ? '' : `S: ${nobody ? '503 nobody' : '354 go'}\n`
      const end = nobody ? '' : `${chunking ? 'C: BDAT 4 LAST\nC: hi\n' : 'C: hi\nC: .\n'}${finals}`
      const script = `${lhlo('PIPELINING', ...(chunking ? ['CHUNKING'] : []))}${mailLine}${rcpts}${chunking ? '' : 'C: DATA\n'}S: 250 ok\n${replies}${last}${end}`
      const server = scriptedServer(script)
      const client = await newClient(server.socket, 'mx.example', { protocol: 'lmtp' })
      const told = await client.send({ ...message, to }).catch((error: unknown) => {
        if (!isSmtpError(error, 'recipients-refused')) throw error
        return { accepted: [], rejected: error.rejected }
      })
      client.close()
      const expected = (wanted: boolean): string[] =>
        to.filter((_, index) => (outcomes[index]?.join() === '250,250') === wanted)
      expect(told.accepted).toEqual(expected(true))
      expect(told.rejected.map(({ recipient }) => recipient).sort()).toEqual(expected(false))
      for (const { recipient, reply, phase } of told.rejected) {
        const [rcpt, final] = outcomes[to.indexOf(recipient)] ?? []
        expect([reply.code, phase]).toEqual(rcpt === 250 ? [final, 'end-of-data'] : [rcpt, undefined])
      }
    }),
  )
})

describe('LHLO', () => {
  it('has no HELO to fall back to', async () => {
    const { client } = await talk(`S: 220 hi\nC: LHLO localhost\nS: 502 what?\n${goodbye}`)
    expect(await failure(client.hello())).toMatchObject({ code: 'refused', phase: 'hello', reply: { code: 502 } })
    await client.quit()
  })

  it('is said again behind XCLIENT', async () => {
    const again = 'C: XCLIENT NAME=a\nS: 220 hi\nC: LHLO localhost\nS: 250 mx.example\n'
    const { client } = await talk(`${lhlo('XCLIENT NAME')}${again}${goodbye}`)
    await client.xclient({ NAME: 'a' })
    await client.quit()
  })

  it('is said again over TLS', async () => {
    const { client } = await talk(
      `${lhlo('STARTTLS')}C: STARTTLS\nS: 220 go\nT:\nC: LHLO localhost\nS: 250-mx.example\nS: 250 SIZE 7\n${goodbye}`,
    )
    await client.startTls()
    expect((await client.capabilities()).get('SIZE')?.limit).toBe(7)
    await client.quit()
  })
})

describe('step by step', () => {
  const begun = `${mailLine}S: 250 ok\n${c}S: 250 ok\n${e}S: 250 ok\nC: DATA\nS: 354 go\nC: hi\nC: .\n`

  test('the operators', async () => {
    const server = serve(`${lhlo()}${begun}S: 250 ok\nS: 550 no\n${goodbye}`)
    const { result } = await lastValueFrom(
      smtpOver(server.open)
        .connect({ host: 'mx.example', protocol: 'lmtp' })
        .pipe(hello(), mail('a@b.example'), rcpt(message.to), data('hi'), quit()),
    )
    expect(outcomeOf(result ?? {})).toEqual({ c: 'accepted', e: '550 at end-of-data' })
  })

  test('a message written bit by bit', async () => {
    const { client } = await talk(`${lhlo()}${begun}S: 250 ok\nS: 550 no\n${goodbye}`)
    await client.mail('a@b.example')
    await client.rcpt('c@d.example')
    await client.rcpt('e@d.example')
    const stream = await client.data()
    const writer = stream.getWriter()
    await writer.write('hi')
    await writer.close()
    expect(outcomeOf(await stream.result)).toEqual({ c: 'accepted', e: '550 at end-of-data' })
    await client.quit()
  })

  test('BURL is for submission', async () => {
    const { client } = await talk(`${lhlo('BURL imap')}${mailLine}S: 250 ok\n${c}S: 250 ok\n${goodbye}`)
    await client.mail('a@b.example')
    await client.rcpt('c@d.example')
    expect(await failure(client.burl('imap:a', { last: true }))).toMatchObject({
      code: 'not-offered',
      extension: 'BURL',
    })
    await client.quit()
  })
})

describe('where to', () => {
  it('is never port 25, which is for SMTP', async () => {
    const wrong = { code: 'invalid-argument', argument: 'port' }
    expect(await failure(dial('mx.example:25', { protocol: 'lmtp' }))).toMatchObject(wrong)
    const attempt = sendMail({ host: 'mx.example', port: 25, protocol: 'lmtp', ...message })
    expect(await failure(attempt)).toMatchObject(wrong)
  })
})
