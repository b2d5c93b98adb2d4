import { lastValueFrom } from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { Delivery, SmtpErrorCode, SmtpPhase } from '../../src/index.ts'
import { hello, quit, send, smtpOver } from '../../src/index.ts'
import { failure, greeted, nothingLeftBehind, serve, settled, talk as talkTo } from '../helpers/conversation.ts'

/** Talks with several messages under way at once, unless told otherwise. */
const talk: typeof talkTo = (script, server, options) => talkTo(script, server, { pipelining: 'auto', ...options })

const message = { from: 'a@b.example', to: 'c@d.example', message: 'hi\r\n' }
const two = { ...message, to: ['c@d.example', 'e@d.example'] }

const pipelining = greeted('PIPELINING')
const chunking = greeted('PIPELINING', 'CHUNKING')

/** MAIL, RCPT for everyone and the last command, as they leave in one piece. */
function group(last: string, recipients: readonly string[] = ['c']): string {
  const rcpts = recipients.map((name) => `C: RCPT TO:<${name}@d.example>\n`).join('')
  return `C: MAIL FROM:<a@b.example>\n${rcpts}C: ${last}\n`
}

function say(...replies: readonly string[]): string {
  return replies.map((reply) => `S: ${reply}\n`).join('')
}

const goodbye = 'C: QUIT\nS: 221 bye\n'

describe('MAIL, RCPT and DATA in one piece', () => {
  nothingLeftBehind()

  test('takes two round trips', async () => {
    const script = `${pipelining}${group('DATA')}${say('250 ok', '250 ok', '354 go')}C: hi\nC: .\n${say('250 queued as Q1')}`
    const { client } = await talk(script + goodbye)
    expect(await client.send(message)).toMatchObject({ accepted: ['c@d.example'], rejected: [], queueId: 'Q1' })
    await client.quit()
  })

  test('goes on for those who are accepted', async () => {
    const script = `${pipelining}${group('DATA', ['c', 'e'])}${say('250 ok', '451 4.3.0 later', '250 ok', '354 go')}
      C: hi
      C: .
      ${say('250 ok')}`
    const { client } = await talk(script + goodbye)
    const result = await client.send(two)
    expect(result.accepted).toEqual(['e@d.example'])
    expect(result.rejected).toMatchObject([{ recipient: 'c@d.example', reply: { code: 451 } }])
    await client.quit()
  })

  test('a refused MAIL leaves nothing open', async () => {
    const next = `${group('DATA')}${say('250 ok', '250 ok', '354 go')}C: hi\nC: .\n${say('250 ok')}`
    const refused = `${pipelining}${group('DATA')}${say('451 4.3.0 later', '503 no', '503 no')}`
    const { client } = await talk(refused + next + goodbye)
    const error = await failure(client.send(message))
    expect(error).toMatchObject({ code: 'refused', phase: 'mail', delivery: 'rejected', safeToRetry: true })
    expect((await client.send(message)).accepted).toEqual(['c@d.example'])
    await client.quit()
  })

  test('RSET follows when every recipient is refused', async () => {
    const script = `${pipelining}${group('DATA', ['c', 'e'])}${say('250 ok', '550 no', '450 not now', '554 nobody')}
      C: RSET
      ${say('250 ok')}`
    const { client } = await talk(script + goodbye)
    const error = await failure(client.send(two))
    expect(error).toMatchObject({ code: 'recipients-refused', delivery: 'rejected', safeToRetry: true })
    expect(error.rejected?.map(({ reply }) => reply.code)).toEqual([550, 450])
    await client.quit()
  })

  test('a 354 for nobody is answered with nothing but a dot', async () => {
    const nobody = `${pipelining}${group('DATA')}${say('250 ok', '550 no', '354 go')}C: .\n${say('554 nobody')}`
    const next = `${group('DATA')}${say('250 ok', '250 ok', '354 go')}C: hi\nC: .\n${say('250 ok')}`
    const { client } = await talk(nobody + next + goodbye)
    expect(await failure(client.send(message))).toMatchObject({ code: 'recipients-refused', delivery: 'rejected' })
    expect((await client.send(message)).accepted).toEqual(['c@d.example'])
    await client.quit()
  })

  test('RSET leads the next message when DATA was refused', async () => {
    const refused = `${pipelining}${group('DATA')}${say('250 ok', '250 ok', '451 4.3.0 no room')}`
    const next = `C: RSET\n${group('DATA')}${say('250 ok', '250 ok', '250 ok', '354 go')}C: hi\nC: .\n${say('250 ok')}`
    const { client } = await talk(refused + next + goodbye)
    const [first, second] = await Promise.all([failure(client.send(message)), client.send(message)])
    expect(first).toMatchObject({ code: 'refused', phase: 'data', delivery: 'rejected' })
    expect(second.accepted).toEqual(['c@d.example'])
    await client.quit()
  })

  test('the next message rides behind the end of the one before', async () => {
    const first = `${pipelining}${group('DATA')}${say('250 ok', '250 ok', '354 go')}C: hi\nC: .\n`
    const behind = `${group('DATA')}${say('250 queued as Q1', '250 ok', '250 ok', '354 go')}C: hi\nC: .\n${say('250 queued as Q2')}`
    const { client } = await talk(first + behind + goodbye)
    const results = await Promise.all([client.send(message), client.send(message)])
    expect(results.map(({ queueId }) => queueId)).toEqual(['Q1', 'Q2'])
    await client.quit()
  })

  test('an end that is neither taken nor refused leaves its message in doubt, not the next one', async () => {
    const first = `${pipelining}${group('DATA')}${say('250 ok', '250 ok', '354 go')}C: hi\nC: .\n`
    const { client } = await talk(`${first}${group('DATA')}${say('251 hm')}`)
    const [odd, next] = await Promise.all([failure(client.send(message)), failure(client.send(message))])
    expect(odd).toMatchObject({
      code: 'unexpected-reply',
      phase: 'end-of-data',
      delivery: 'unknown',
      safeToRetry: false,
    })
    expect(next).toMatchObject({ code: 'closed', phase: 'mail', delivery: 'not-sent', safeToRetry: true })
  })

  test('a message that is refused at its end takes no other with it', async () => {
    const first = `${pipelining}${group('DATA')}${say('250 ok', '250 ok', '354 go')}C: hi\nC: .\n`
    const behind = `${group('DATA')}${say('554 5.6.0 spam', '250 ok', '250 ok', '354 go')}C: hi\nC: .\n${say('250 queued as Q2')}`
    const { client } = await talk(first + behind + goodbye)
    const [refused, sent] = await Promise.all([failure(client.send(message)), client.send(message)])
    expect(refused).toMatchObject({ code: 'refused', phase: 'end-of-data', delivery: 'rejected', safeToRetry: false })
    expect(sent.queueId).toBe('Q2')
    await client.quit()
  })
})

describe('everything in one piece', () => {
  nothingLeftBehind()

  test('a message taken without a sender is in doubt itself, whoever is behind it', async () => {
    const first = `${chunking}${group('BDAT 4 LAST')}C: hi\n`
    const behind = `C: RSET\n${group('BDAT 4 LAST')}C: hi\n${say('550 no', '503 no', '250 taken')}`
    const { client } = await talk(first + behind)
    const [odd, next] = await Promise.all([failure(client.send(message)), failure(client.send(message))])
    expect(odd).toMatchObject({ code: 'unexpected-reply', phase: 'end-of-data', command: 'BDAT', delivery: 'unknown' })
    expect(next).toMatchObject({ code: 'closed', phase: 'reset', delivery: 'unknown' })
  })

  test('takes one round trip', async () => {
    const script = `${chunking}${group('BDAT 4 LAST')}C: hi\n${say('250 ok', '250 ok', '250 queued as Q1')}`
    const { client } = await talk(script + goodbye)
    expect(await client.send(message)).toMatchObject({ accepted: ['c@d.example'], queueId: 'Q1' })
    await client.quit()
  })

  test('mends line ends, adds the last one and leaves dots alone', async () => {
    const script = `${chunking}${group('BDAT 15 LAST')}C: .a\nC: ..b\nC: c\nC: .\n${say('250 ok', '250 ok', '250 ok')}`
    const { client } = await talk(script + goodbye)
    await client.send({ ...message, message: '.a\n..b\rc\r\n.' })
    await client.quit()
  })

  test('goes on for those who are accepted', async () => {
    const script = `${chunking}${group('BDAT 4 LAST', ['c', 'e'])}C: hi\n${say('250 ok', '550 no', '250 ok', '250 ok')}`
    const { client } = await talk(script + goodbye)
    expect((await client.send(two)).accepted).toEqual(['e@d.example'])
    await client.quit()
  })

  const refusals: [
    string,
    string[],
    Partial<{ code: SmtpErrorCode; phase: SmtpPhase; delivery: Delivery }>,
    boolean,
  ][] = [
    ['MAIL', ['550 5.7.1 no', '503 no', '503 no'], { code: 'refused', phase: 'mail', delivery: 'rejected' }, false],
    ['every recipient', ['250 ok', '550 no', '554 none'], { code: 'recipients-refused', delivery: 'rejected' }, true],
    [
      'the message',
      ['250 ok', '250 ok', '552 big'],
      { code: 'refused', phase: 'end-of-data', delivery: 'rejected' },
      true,
    ],
  ]
  test.each(refusals)('%s refused', async (_what, replies, expected, resets) => {
    const script = `${chunking}${group('BDAT 4 LAST')}C: hi\n${say(...replies)}`
    const { client } = await talk(script + (resets ? `C: RSET\n${say('250 ok')}` : '') + goodbye)
    expect(await failure(client.send(message))).toMatchObject(expected)
    await client.quit()
  })

  test('a message taken without a sender is out of step', async () => {
    const script = `${chunking}${group('BDAT 4 LAST')}C: hi\n${say('550 no', '503 no', '250 taken')}`
    const { client } = await talk(script)
    expect(await failure(client.send(message))).toMatchObject({ code: 'unexpected-reply', delivery: 'unknown' })
    expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
  })

  test('RSET keeps one message from lending its sender to the next', async () => {
    const first = `${chunking}${group('BDAT 4 LAST')}C: hi\n`
    const second = `C: RSET\n${group('BDAT 4 LAST')}C: hi\n`
    const replies = say('250 ok', '550 no', '503 nobody', '250 reset', '250 ok', '250 ok', '250 queued as Q2')
    const { client } = await talk(first + second + replies + goodbye)
    const [refused, sent] = await Promise.all([failure(client.send(message)), client.send(message)])
    expect(refused).toMatchObject({ code: 'recipients-refused', delivery: 'rejected' })
    expect(sent.queueId).toBe('Q2')
    await client.quit()
  })

  test('no more are under way than allowed', async () => {
    const first = `${chunking}${group('BDAT 4 LAST')}C: hi\n`
    const second = `C: RSET\n${group('BDAT 4 LAST')}C: hi\n`
    const third = `${group('BDAT 4 LAST')}C: hi\n`
    const script = `${first}${second}${say('250 ok', '250 ok', '250 ok', '250 ok', '250 ok', '250 ok', '250 ok')}${third}`
    const { client } = await talk(script + say('250 ok', '250 ok', '250 ok') + goodbye, {}, { inFlight: 2 })
    const sending = [client.send(message), client.send(message)]
    await Promise.all(sending)
    await client.send(message)
    await client.quit()
  })
})

// Where the connection may end, by how many replies have come: one of a first message, and one behind it.
const verdicts: { mode: string; replies: string[]; first: [Delivery, SmtpPhase]; second: [Delivery, SmtpPhase] }[] = [
  { mode: 'grouped', replies: [], first: ['not-sent', 'mail'], second: ['not-sent', 'mail'] },
  { mode: 'grouped', replies: ['250 ok'], first: ['not-sent', 'rcpt'], second: ['not-sent', 'mail'] },
  { mode: 'grouped', replies: ['250 ok', '250 ok'], first: ['not-sent', 'data'], second: ['not-sent', 'mail'] },
  {
    mode: 'grouped',
    replies: ['250 ok', '250 ok', '354 go'],
    first: ['unknown', 'end-of-data'],
    second: ['not-sent', 'mail'],
  },
  { mode: 'chunked', replies: [], first: ['unknown', 'mail'], second: ['unknown', 'reset'] },
  { mode: 'chunked', replies: ['250 ok'], first: ['unknown', 'rcpt'], second: ['unknown', 'reset'] },
  { mode: 'chunked', replies: ['250 ok', '250 ok'], first: ['unknown', 'end-of-data'], second: ['unknown', 'reset'] },
  { mode: 'chunked', replies: ['250 ok', '550 no'], first: ['rejected', 'rcpt'], second: ['unknown', 'reset'] },
  { mode: 'chunked', replies: ['550 no'], first: ['rejected', 'mail'], second: ['unknown', 'reset'] },
]

describe('a connection that ends with two messages under way', () => {
  nothingLeftBehind()

  /** What both messages put on the wire when the server answers `replies` and no more. */
  function script(mode: string, replies: readonly string[], end: string): string {
    if (mode === 'chunked') {
      return `${chunking}${group('BDAT 4 LAST')}C: hi\nC: RSET\n${group('BDAT 4 LAST')}C: hi\n${say(...replies)}${end}`
    }
    const taken = replies.length === 3 ? `C: hi\nC: .\n${group('DATA')}` : ''
    return `${pipelining}${group('DATA')}${say(...replies)}${taken}${end}`
  }

  test.each(verdicts)('$mode, after $replies', async ({ mode, replies, first, second }) => {
    for (const end of ['X:\n', 'X: reset\n']) {
      const { client } = await talk(script(mode, replies, end))
      const errors = await Promise.all([failure(client.send(message)), failure(client.send(message))])
      expect(errors.map(({ delivery, phase }) => [delivery, phase])).toEqual([first, second])
      expect(errors.map(({ safeToRetry }) => safeToRetry)).toEqual([first[0] === 'not-sent', second[0] === 'not-sent'])
    }
  })

  test.each(verdicts)('421 in $mode, after $replies', async ({ mode, replies, first, second }) => {
    const { client } = await talk(script(mode, replies, 'S: 421 4.3.2 bye\n'))
    const errors = await Promise.all([failure(client.send(message)), failure(client.send(message))])
    // The message that the 421 answers is refused by it, so nothing about it is in doubt.
    expect(errors[0]?.delivery).toBe('rejected')
    expect(errors[0]?.phase).toBe(first[1])
    expect(errors[1]).toMatchObject({ delivery: second[0] })
  })

  test('the one that was accepted stays accepted', async () => {
    const both = `${group('BDAT 4 LAST')}C: hi\nC: RSET\n${group('BDAT 4 LAST')}C: hi\n`
    const { client } = await talk(`${chunking}${both}${say('250 ok', '250 ok', '250 queued as Q1')}X: reset\n`)
    const [sent, lost] = await Promise.all([client.send(message), failure(client.send(message))])
    expect(sent.queueId).toBe('Q1')
    expect(lost).toMatchObject({ code: 'connection-lost', delivery: 'unknown', safeToRetry: false })
  })
})

describe('how much is under way', () => {
  nothingLeftBehind()

  test('transaction, the default: the next message waits for the end of the one before', async () => {
    const one = `${group('BDAT 4 LAST')}C: hi\n${say('250 ok', '250 ok', '250 ok')}`
    const { client } = await talkTo(chunking + one + one + goodbye)
    await Promise.all([client.send(message), client.send(message)])
    await client.quit()
  })

  test('off: every command waits', async () => {
    const script = `${chunking}
      C: MAIL FROM:<a@b.example>
      S: 250 ok
      C: RCPT TO:<c@d.example>
      S: 250 ok
      C: DATA
      S: 354 go
      C: hi
      C: .
      S: 250 ok
      ${goodbye}`
    const { client } = await talk(script, {}, { pipelining: 'off' })
    await client.send(message)
    await client.quit()
  })

  test('other commands wait for every message, and messages for them', async () => {
    const both = `${group('BDAT 4 LAST')}C: hi\nC: RSET\n${group('BDAT 4 LAST')}C: hi\n`
    const replies = say('250 ok', '250 ok', '250 ok', '250 ok', '250 ok', '250 ok', '250 ok')
    const one = `${group('BDAT 4 LAST')}C: hi\n${say('250 ok', '250 ok', '250 ok')}`
    const { client } = await talk(`${chunking}${both}${replies}C: NOOP\nS: 250 ok\n${one}${goodbye}`)
    await client.capabilities()
    await Promise.all([client.send(message), client.send(message), client.noop(), client.send(message)])
    await client.quit()
  })

  test('an abort takes a waiting message out unsent and leaves the others alone', async () => {
    const one = `${group('BDAT 4 LAST')}C: hi\n${say('250 ok', '250 ok', '250 ok')}`
    const { client } = await talk(chunking + one + goodbye, {}, { inFlight: 1 })
    const leaving = new AbortController()
    const sending = client.send(message)
    const waiting = failure(client.send(message, { signal: leaving.signal }))
    await Promise.resolve()
    leaving.abort()
    expect(await waiting).toMatchObject({ code: 'aborted', delivery: 'not-sent' })
    await sending
    await client.quit()
  })

  test('an abort of a message under way leaves each with its own verdict', async () => {
    const both = `${group('BDAT 4 LAST')}C: hi\nC: RSET\n${group('BDAT 4 LAST')}C: hi\n`
    const { client } = await talk(`${chunking}${both}${say('250 ok')}`)
    const leaving = new AbortController()
    const outcomes = [failure(client.send(message, { signal: leaving.signal })), failure(client.send(message))]
    await settled()
    leaving.abort()
    const errors = await Promise.all(outcomes)
    expect(errors.map(({ code, delivery }) => [code, delivery])).toEqual([
      ['aborted', 'unknown'],
      ['aborted', 'unknown'],
    ])
  })
})

describe('an end that comes together with the last reply', () => {
  nothingLeftBehind()

  const script = `${chunking}${group('BDAT 4 LAST')}C: hi\n${say('250 ok', '250 ok', '250 queued as Q1', '421 4.3.2 bye')}`

  test('leaves the promise its result', async () => {
    const { client } = await talk(script)
    expect((await client.send(message)).queueId).toBe('Q1')
    expect(await failure(client.noop())).toMatchObject({ code: 'closed', delivery: 'accepted' })
  })

  test('comes after the result of the operator, and knows it', async () => {
    const session$ = smtpOver(serve(script).open).connect({ host: 'mx.example', port: 25 })
    const seen: unknown[] = []
    await new Promise<void>((resolve) => {
      session$.pipe(hello(), send(message)).subscribe({
        next: ({ result }) => seen.push(result.queueId),
        error: ({ code, delivery }) => resolve(void seen.push(code, delivery)),
      })
    })
    expect(seen).toEqual(['Q1', 'service-closing', 'accepted'])
  })

  test('is none behind a goodbye', async () => {
    const session$ = smtpOver(serve(script).open).connect({ host: 'mx.example', port: 25 })
    const { phase, result } = await lastValueFrom(session$.pipe(hello(), send(message), quit()))
    expect([phase, result?.queueId]).toEqual(['closed', 'Q1'])
  })

  test('does not hide what the server said of the message', async () => {
    const refused = `${chunking}${group('BDAT 4 LAST')}C: hi\n${say('550 5.7.1 no', '421 4.3.2 bye')}`
    const session$ = smtpOver(serve(refused).open).connect({ host: 'mx.example', port: 25 })
    const error = await failure(lastValueFrom(session$.pipe(hello(), send(message), quit())))
    expect(error).toMatchObject({ code: 'refused', phase: 'mail', delivery: 'rejected', reply: { code: 550 } })
  })
})

describe('a message in chunks', () => {
  nothingLeftBehind()

  const opening = `${chunking}C: MAIL FROM:<a@b.example> \\\nC: RCPT TO:<c@d.example>\n`.replace(' \\', '')

  async function* pieces(...texts: readonly string[]): AsyncGenerator<string> {
    yield* texts
  }

  test('follows the recipients, its line ends mended across pieces', async () => {
    const script = `${opening}${say('250 ok', '250 ok')}C: BDAT 8 LAST\nC: a\nC: .b\nC: \n${say('250 queued as Q1')}`
    const { client } = await talk(script.replace('C: BDAT 8', 'C: BDAT 9') + goodbye)
    const result = await client.send({ ...message, message: pieces('a\r', '\n', '.b\r', '\r\n') })
    expect(result.queueId).toBe('Q1')
    await client.quit()
  })

  test('goes out a chunk at a time, the last one marked', async () => {
    const line = `${'x'.repeat(1022)}\r\n`
    const text = line.repeat(600)
    const chunk = `C: ${line.trimEnd()}\n`.repeat(256)
    const script = `${opening}${say('250 ok', '250 ok')}C: BDAT 262144\n${chunk}C: BDAT 262144\n${chunk}
      C: BDAT 90112 LAST\n${`C: ${line.trimEnd()}\n`.repeat(88)}${say('250 ok', '250 ok', '250 ok')}`
    const { client } = await talk(script + goodbye)
    await client.send({ ...message, message: pieces(text.slice(0, 300_000), text.slice(300_000)) })
    await client.quit()
  })

  test('never starts for nobody', async () => {
    const script = `${opening}${say('250 ok', '550 no')}C: RSET\n${say('250 ok')}`
    const { client } = await talk(script + goodbye)
    let read = false
    const source = (async function* () {
      read = true
      yield 'hi'
    })()
    expect(await failure(client.send({ ...message, message: source }))).toMatchObject({ code: 'recipients-refused' })
    expect(read).toBe(false)
    await client.quit()
  })

  test('a source that fails costs a RSET, not the connection', async () => {
    const script = `${opening}${say('250 ok', '250 ok')}C: RSET\n${say('250 ok')}`
    const { client } = await talk(script + goodbye)
    const source = (async function* () {
      yield 'half of it'
      throw new Error('disk gone')
    })()
    const error = await failure(client.send({ ...message, message: source }))
    expect(error).toMatchObject({ code: 'body-failed', delivery: 'not-sent', safeToRetry: true })
    await client.quit()
  })

  test('a refused chunk stops the source', async () => {
    const line = `${'x'.repeat(1022)}\r\n`
    const chunk = `C: ${line.trimEnd()}\n`.repeat(256)
    const script = `${opening}${say('250 ok', '250 ok')}C: BDAT 262144\n${chunk}${say('552 5.3.4 too big')}C: RSET\n${say('250 ok')}`
    const { client } = await talk(script + goodbye)
    let stopped = false
    const source = (async function* () {
      try {
        yield line.repeat(257)
        await new Promise<void>((resolve) => setImmediate(resolve))
        for (;;) yield line
      } finally {
        stopped = true
      }
    })()
    const error = await failure(client.send({ ...message, message: source }))
    expect(error).toMatchObject({ code: 'refused', phase: 'body', delivery: 'rejected', reply: { code: 552 } })
    await settled()
    expect(stopped).toBe(true)
    await client.quit()
  })
})

describe('more recipients than the server takes', () => {
  nothingLeftBehind()

  const three = { ...message, to: ['c@d.example', 'e@d.example', 'f@d.example'] }
  const limited = greeted('PIPELINING', 'CHUNKING', 'LIMITS RCPTMAX=2')

  test('RCPTMAX: as many transactions as that takes', async () => {
    const first = `${group('BDAT 4 LAST', ['c', 'e'])}C: hi\n`
    const second = `C: RSET\n${group('BDAT 4 LAST', ['f'])}C: hi\n`
    const replies = say(
      '250 ok',
      '250 ok',
      '250 ok',
      '250 queued as Q1',
      '250 ok',
      '250 ok',
      '250 ok',
      '250 queued as Q2',
    )
    const { client } = await talk(limited + first + second + replies + goodbye)
    const result = await client.send(three)
    expect(result).toMatchObject({ accepted: three.to, rejected: [], queueId: 'Q1' })
    expect(result.failed).toBeUndefined()
    await client.quit()
  })

  test('452: those put off come next', async () => {
    const first = `${group('BDAT 4 LAST', ['c', 'e', 'f'])}C: hi\n`
    const second = `${group('BDAT 4 LAST', ['e', 'f'])}C: hi\n`
    const script = `${chunking}${first}${say('250 ok', '250 ok', '452 4.5.3 too many', '452 too many', '250 queued as Q1')}
      ${second}${say('250 ok', '250 ok', '550 5.1.1 no', '250 queued as Q2')}`
    const { client } = await talk(script + goodbye)
    const result = await client.send(three)
    expect(result.accepted).toEqual(['c@d.example', 'e@d.example'])
    expect(result.rejected).toMatchObject([{ recipient: 'f@d.example', reply: { code: 550 } }])
    await client.quit()
  })

  test('452 for a full mailbox is final', async () => {
    const script = `${chunking}${group('BDAT 4 LAST', ['c', 'e'])}C: hi\n${say('250 ok', '250 ok', '452 4.2.2 full', '250 ok')}`
    const { client } = await talk(script + goodbye)
    expect((await client.send(two)).rejected).toMatchObject([{ recipient: 'e@d.example' }])
    await client.quit()
  })

  test('a transaction that is lost takes none of the others with it', async () => {
    const first = `${group('BDAT 4 LAST', ['c', 'e'])}C: hi\n`
    const second = `C: RSET\n${group('BDAT 4 LAST', ['f'])}C: hi\n`
    const script = `${limited}${first}${second}${say('250 ok', '250 ok', '250 ok', '250 queued as Q1')}X: reset\n`
    const { client } = await talk(script)
    const result = await client.send(three)
    expect(result.accepted).toEqual(['c@d.example', 'e@d.example'])
    expect(result.failed).toMatchObject([{ recipient: 'f@d.example', error: { delivery: 'unknown' } }])
  })

  test('a stream cannot be sent twice', async () => {
    const { client } = await talk(limited + goodbye)
    const source = (async function* () {
      yield 'hi'
    })()
    const error = await failure(client.send({ ...three, message: source }))
    expect(error).toMatchObject({ code: 'invalid-argument', argument: 'message', delivery: 'not-sent' })
    await client.quit()
  })
})

describe('what the envelope asks for', () => {
  nothingLeftBehind()

  test('is on the commands of the message, and each recipient has its own', async () => {
    const script = `${greeted('PIPELINING', 'DSN', 'MT-PRIORITY')}
      C: MAIL FROM:<a@b.example> RET=HDRS ENVID=order+2017 MT-PRIORITY=3
      C: RCPT TO:<c@d.example> NOTIFY=FAILURE
      C: RCPT TO:<e@d.example> NOTIFY=NEVER
      C: DATA
      ${say('250 ok', '250 ok', '250 ok', '354 go')}C: hi\nC: .\n${say('250 ok')}${goodbye}`
    const { client } = await talk(script)
    await client.send({
      ...message,
      to: ['c@d.example', { address: 'e@d.example', notify: 'never' }],
      notify: ['failure'],
      ret: 'headers',
      envid: 'order 17',
      priority: 3,
    })
    await client.quit()
  })

  test('is never left out: a server without it gets nothing', async () => {
    const { client } = await talk(pipelining + goodbye)
    expect(await failure(client.send({ ...message, notify: 'never' }))).toMatchObject({
      code: 'not-offered',
      extension: 'DSN',
    })
    expect(await failure(client.send({ ...message, ret: 'full' }))).toMatchObject({ extension: 'DSN' })
    await client.quit()
  })
})

describe('a binary message', () => {
  nothingLeftBehind()

  const binary = {
    ...message,
    message: Uint8Array.of(0x00, 0x0a, 0x0d, 0x2e, 0x0a, 0x0d, 0x0a),
    body: 'BINARYMIME',
  } as const
  const mailAndRcpt = 'C: MAIL FROM:<a@b.example> BODY=BINARYMIME\n'

  test('goes as it is, in one piece', async () => {
    const script = `${greeted('PIPELINING', 'CHUNKING', '8BITMIME', 'BINARYMIME')}${mailAndRcpt}C: RCPT TO:<c@d.example>
      C: BDAT 7 LAST\nC: \\0\\n\\r.\\n\n${say('250 ok', '250 ok', '250 ok')}${goodbye}`
    const { client } = await talk(script)
    await client.send(binary)
    await client.quit()
  })

  test('needs both extensions', async () => {
    const { client } = await talk(greeted('PIPELINING', '8BITMIME', 'BINARYMIME') + goodbye)
    expect(await failure(client.send(binary))).toMatchObject({ code: 'not-offered', extension: 'CHUNKING' })
    await client.quit()
  })

  test('goes by chunks, one reply at a time, without PIPELINING', async () => {
    const lines = 'ab\r\n'
    const script = `${greeted('CHUNKING', '8BITMIME', 'BINARYMIME')}${mailAndRcpt}S: 250 ok\nC: RCPT TO:<c@d.example>\nS: 250 ok
      C: BDAT 4 LAST\nC: ab\nS: 250 queued as Q1\n${goodbye}`
    const { client } = await talk(script)
    expect((await client.send({ ...binary, message: lines })).queueId).toBe('Q1')
    await client.quit()
  })
})
