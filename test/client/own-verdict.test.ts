/** A message is told what became of itself, never of another that went before it or beside it. */
import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { failure, greeted, nothingLeftBehind, settled, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const message = { from: 'a@b.example', to: 'c@d.example', message: 'hi\r\n' }
const pipelining = greeted('PIPELINING')
const chunking = greeted('PIPELINING', 'CHUNKING')
const mailAndRcpt = 'C: MAIL FROM:<a@b.example>\nC: RCPT TO:<c@d.example>\n'
const byData = `${mailAndRcpt}C: DATA\n`
const byChunk = `${mailAndRcpt}C: BDAT 4 LAST\nC: hi\n`
const auto = { pipelining: 'auto' } as const

test.each([
  ['in doubt', 'X:\n', 'unknown'],
  ['accepted', 'S: 250 ok\nS: 250 ok\nS: 250 ok\nX:\n', undefined],
])('a message on a session that ended is not sent, though the last one was %s', async (_, end, last) => {
  const { client } = await talk(`${chunking}${byChunk}${end}`)
  const first = await client.send(message).catch((error: unknown) => error)
  if (last !== undefined) expect(first).toMatchObject({ delivery: last })
  await settled()
  expect(await failure(client.send(message))).toMatchObject({ code: 'closed', delivery: 'not-sent', safeToRetry: true })
  expect(await failure(client.mail('a@b.example'))).toMatchObject({ code: 'closed', delivery: 'not-sent' })
})

test('a message given up while it waits is not sent, though the last one was accepted', async () => {
  const { client } = await talk(`${chunking}${byChunk}S: 250 ok\nS: 250 ok\nS: 250 ok\nC: NOOP\n`)
  await client.send(message)
  const abort = new AbortController()
  const noop = failure(client.noop())
  const waiting = failure(client.send(message, { signal: abort.signal }))
  await settled()
  abort.abort()
  expect(await waiting).toMatchObject({ code: 'aborted', delivery: 'not-sent', safeToRetry: true })
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0)
  client.close()
  await noop
})

test('a reply that the end of one message does not have says nothing of the next', async () => {
  const script = `${pipelining}${byData}S: 250 ok\nS: 250 ok\nS: 354 go\nC: hi\nC: .\n${byData}S: 251 what\n`
  const { client } = await talk(script, {}, auto)
  const [first, second] = await Promise.all([failure(client.send(message)), failure(client.send(message))])
  expect(first).toMatchObject({
    code: 'unexpected-reply',
    phase: 'end-of-data',
    delivery: 'unknown',
    safeToRetry: false,
  })
  expect(second).toMatchObject({ code: 'closed', phase: 'mail', delivery: 'not-sent', safeToRetry: true, cause: first })
})

test.each(['250 ok', '554 no'])(
  'a reply that MAIL does not have leaves the answer to its end, %s, in doubt',
  async (end) => {
    const { client } = await talk(`${chunking}${byChunk}S: 354 go\nS: 250 ok\nS: ${end}\n`)
    expect(await failure(client.send(message))).toMatchObject({
      code: 'unexpected-reply',
      phase: 'mail',
      delivery: 'unknown',
      safeToRetry: false,
    })
  },
)

test('a message that found the session out of step is not sent', async () => {
  const { client } = await talk(`${chunking}S: 250-half\n`)
  await client.capabilities()
  await settled()
  expect(await failure(client.send(message))).toMatchObject({ code: 'unsolicited-reply', delivery: 'not-sent' })
})

test('a RSET that is refused ahead of a message ends the session: what follows would be in the wrong transaction', async () => {
  const replies = ['250 ok', '250 ok', '451 no room', '500 what', '250 ok', '250 ok', '354 go']
  const script = `${pipelining}${byData}${replies
    .slice(0, 3)
    .map((reply) => `S: ${reply}\n`)
    .join('')}C: RSET\n${byData}`
  const { client } = await talk(
    script +
      replies
        .slice(3)
        .map((reply) => `S: ${reply}\n`)
        .join(''),
  )
  const [first, second] = await Promise.all([failure(client.send(message)), failure(client.send(message))])
  expect(first).toMatchObject({ phase: 'data', delivery: 'rejected' })
  expect(second).toMatchObject({ code: 'refused', phase: 'reset', delivery: 'not-sent', reply: { code: 500 } })
  expect(await failure(client.noop())).toMatchObject({ code: 'closed' })
})

test('recipients that were refused stay refused when the connection ends over the lone dot', async () => {
  const { client } = await talk(`${pipelining}${byData}S: 250 ok\nS: 550 no\nS: 354 go\nC: .\nX: reset\n`)
  expect(await failure(client.send(message))).toMatchObject({ code: 'recipients-refused', delivery: 'rejected' })
})

test('of messages that are refused together one clears up, and MAIL may follow', async () => {
  const replies = ['250 ok', '250 ok', '552 big', '250 ok', '250 ok', '550 no', '554 nobody']
  const script = `${chunking}${byChunk}C: RSET\n${byChunk}${replies.map((reply) => `S: ${reply}\n`).join('')}`
  const { client } = await talk(`${script}C: RSET\nS: 250 ok\nC: MAIL FROM:<a@b.example>\nS: 250 ok\n`, {}, auto)
  const errors = await Promise.all([failure(client.send(message)), failure(client.send(message))])
  expect(errors.map(({ code, delivery }) => [code, delivery])).toEqual([
    ['refused', 'rejected'],
    ['recipients-refused', 'rejected'],
  ])
  await client.mail('a@b.example')
  client.close()
})

test('a reply that nobody asked for is no permanent refusal of the message under way', async () => {
  const { client } = await talk(`${greeted()}C: MAIL FROM:<a@b.example>\nS: 250 ok\nS: 550 no\n`)
  expect(await failure(client.send(message))).toMatchObject({
    code: 'unsolicited-reply',
    delivery: 'not-sent',
    safeToRetry: true,
  })
})
