import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/index.ts'
import { exchange, exchangeLine } from '../../src/stream/exchange.ts'
import { failure } from '../helpers/conversation.ts'
import { greetedLine, noLineLeftOpen } from '../helpers/line.ts'

noLineLeftOpen()

describe('exchange', () => {
  it.each<[Command, string, string]>([
    [{ verb: 'EHLO', domain: 'a' }, 'EHLO a', '250 mx'],
    [{ verb: 'MAIL', from: '' }, 'MAIL FROM:<>', '250 ok'],
    [{ verb: 'RCPT', to: 'a@b' }, 'RCPT TO:<a@b>', '251 ok'],
    [{ verb: 'DATA' }, 'DATA', '354 go'],
    [{ verb: 'HELP' }, 'HELP', '214 help'],
    [{ verb: 'QUIT' }, 'QUIT', '221 bye'],
  ])('%j is answered', async (command, written, text) => {
    const line = await greetedLine()
    const reply = exchange(line.channel, command)
    await line.say(`${text}\r\n`)
    expect((await reply).code).toBe(Number(text.slice(0, 3)))
    expect(line.heard).toBe(`${written}\r\n`)
  })

  it.each<[Command, string, object]>([
    [{ verb: 'EHLO', domain: 'a' }, '550 no', { phase: 'hello', delivery: 'not-sent', command: 'EHLO a' }],
    [{ verb: 'MAIL', from: '' }, '450 no', { phase: 'mail', delivery: 'rejected', safeToRetry: true }],
    [{ verb: 'RCPT', to: 'a@b' }, '550 no', { phase: 'rcpt', delivery: 'rejected', safeToRetry: false }],
    [{ verb: 'DATA' }, '554 no', { phase: 'data', delivery: 'rejected' }],
    [{ verb: 'RSET' }, '500 no', { phase: 'reset', delivery: 'not-sent' }],
  ])('%j is refused, and the channel stays', async (command, text, expected) => {
    const line = await greetedLine()
    const failing = failure(exchange(line.channel, command))
    await line.say(`${text}\r\n`)
    expect(await failing).toMatchObject({ code: 'refused', reply: { text: 'no' }, ...expected })
    expect(line.closed).toBeUndefined()
  })

  it.each<[Command, string]>([
    [{ verb: 'EHLO', domain: 'a' }, '354 go'],
    [{ verb: 'MAIL', from: '' }, '251 ok'],
    [{ verb: 'DATA' }, '250 ok'],
    [{ verb: 'RSET' }, '220 hi'],
  ])('%j gets a reply that it does not have, and the channel ends', async (command, text) => {
    const line = await greetedLine()
    const failing = failure(exchange(line.channel, command))
    await line.say(`${text}\r\n`)
    const error = await failing
    expect(error).toMatchObject({ code: 'unexpected-reply', delivery: 'not-sent' })
    expect(line.closed).toBe(error)
    expect(line.released).toBe(true)
  })

  it('writes nothing of a command that cannot be', async () => {
    const line = await greetedLine()
    const error = await failure(exchange(line.channel, { verb: 'RCPT', to: 'a@b>\r\nDATA' }))
    expect(error).toMatchObject({ code: 'invalid-argument', argument: 'to', phase: 'rcpt' })
    expect(line.heard).toBe('')
  })
})

describe('exchangeLine', () => {
  it.each<[readonly number[] | undefined, string, boolean]>([
    [undefined, '250', true],
    [undefined, '354', true],
    [[250], '250', true],
    [[250], '251', false],
    [[], '250', false],
  ])('with %j as positive replies takes %s: %j', async (positive, code, taken) => {
    const line = await greetedLine()
    const outcome = exchangeLine(line.channel, 'X', 'command', positive)
    const settled = taken ? outcome.then((reply) => reply.code) : failure(outcome).then((error) => error.code)
    await line.say(`${code} x\r\n`)
    expect(await settled).toBe(taken ? Number(code) : 'unexpected-reply')
  })
})
