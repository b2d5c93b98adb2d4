import { describe, expect, it, vi } from 'vitest'
import { octetByOctet, utf8 } from '../helpers/chunks.ts'
import { failure } from '../helpers/conversation.ts'
import { greetedLine, type Line, noLineLeftOpen, openLine } from '../helpers/line.ts'

noLineLeftOpen()

describe('every reply goes to the command that waits for it', () => {
  it('first in, first out', async () => {
    const line = await greetedLine()
    const replies = ['RCPT TO:<a@b>', 'RCPT TO:<c@d>', 'DATA'].map((text) => line.channel.request(text, 'rcpt'))
    await line.say('250 a\r\n550-b\r\n550 c\r\n354 d\r\n')
    expect((await Promise.all(replies)).map(({ code, text }) => `${code} ${text}`)).toEqual([
      '250 a',
      '550 b\nc',
      '354 d',
    ])
    expect(line.heard).toBe('RCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n')
  })

  it('however the bytes come', async () => {
    const line = await greetedLine()
    const replies = ['A', 'B', 'C'].map((text) => line.channel.request(text, 'command'))
    for (const octet of octetByOctet(utf8('250-a\r\n250 é\r\n354\r\n550 5.1.1 c\r\n'))) line.peer.send(octet)
    expect((await Promise.all(replies)).map(({ text }) => text)).toEqual(['a\né', '', '5.1.1 c'])
  })

  it('one command after the other', async () => {
    const line = await greetedLine()
    for (const text of ['A', 'B']) {
      const reply = line.channel.request(text, 'command')
      await line.say(`250 ${text}\r\n`)
      expect((await reply).text).toBe(text)
    }
    expect(line.closed).toBeUndefined()
  })

  it('several lines as one piece, with a body behind them', async () => {
    const line = await greetedLine()
    const writes = vi.spyOn(line.socket, 'write')
    const lines = [
      { text: 'MAIL FROM:<>', phase: 'mail' },
      { text: 'BDAT 2 LAST', phase: 'end-of-data' },
    ] as const
    const { answers, pressure } = line.channel.requestAll(lines, utf8('hi'))
    expect(pressure).toBeUndefined()
    expect(writes).toHaveBeenCalledOnce()
    await line.say('250 a\r\n', '250 b\r\n')
    expect((await answers).replies.map(({ text }) => text)).toEqual(['a', 'b'])
    expect(line.heard).toBe('MAIL FROM:<>\r\nBDAT 2 LAST\r\nhi')
  })
})

describe('one reply many times', () => {
  const envelope = [
    { text: 'MAIL FROM:<>', phase: 'mail' },
    { text: 'RCPT TO:<a@b>', phase: 'rcpt' },
    { text: 'RCPT TO:<c@d>', phase: 'rcpt' },
    { text: 'RCPT TO:<e@f>', phase: 'rcpt' },
    { text: 'BDAT 2 LAST', phase: 'end-of-data' },
  ] as const

  it.each([
    ['unseen', { transcript: 'nobody' } as const],
    ['with somebody who looks on', {}],
  ])('goes to commands of every phase and message, %s', async (_, options) => {
    const line = await greetedLine(options)
    const first = { delivery: 'not-sent' as const }
    line.channel.transaction = first
    const both = [line.channel.requestAll(envelope, utf8('hi')), line.channel.requestAll(envelope, utf8('ho'))]
    const second = line.channel.request('NOOP', 'noop')
    await line.say('250 ok\r\n'.repeat(11))
    for (const { answers } of both) {
      const { replies, error } = await answers
      expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 5 }, () => 'ok'))
      expect(error).toBeUndefined()
    }
    expect((await second).text).toBe('ok')
    expect(first.delivery).toBe('accepted')
    expect(line.closed).toBeUndefined()
  })

  it('and once too often ends the channel, behind every answer', async () => {
    const line = await greetedLine({ transcript: 'nobody' })
    const { answers } = line.channel.requestAll(envelope, utf8('hi'))
    await line.say('250 ok\r\n'.repeat(7))
    expect((await answers).replies).toHaveLength(5)
    expect(line.closed).toMatchObject({ code: 'unsolicited-reply', delivery: 'accepted' })
  })

  it('is told as often to who looks on', async () => {
    const line = await greetedLine()
    const { answers } = line.channel.requestAll(envelope, utf8('hi'))
    await line.say('250 ok\r\n'.repeat(5))
    await answers
    expect(line.transcript.filter((entry) => entry === 'S: 250 ok')).toHaveLength(5)
  })

  it('ends with the channel', async () => {
    const line = await greetedLine({ transcript: 'nobody' })
    const { answers } = line.channel.requestAll(envelope, utf8('hi'))
    await line.say('421 bye\r\n'.repeat(5))
    expect(await answers).toMatchObject({ replies: [], error: { code: 'service-closing', phase: 'mail' } })
  })
})

describe('a reply that nobody waits for ends the channel', () => {
  const outOfStep = { code: 'unsolicited-reply', phase: 'idle', delivery: 'not-sent' }

  it('while nothing is under way', async () => {
    const line = await greetedLine()
    await line.say('250 what?\r\n')
    expect(line.closed).toMatchObject({
      ...outOfStep,
      reply: { code: 250 },
      message: 'a reply to no command: 250 what?',
    })
    expect(line.released).toBe(true)
  })

  it('before the greeting is waited for', async () => {
    const line = openLine()
    await line.say('220 hi\r\n')
    expect(line.closed).toMatchObject(outOfStep)
  })

  it('one reply too many', async () => {
    const line = await greetedLine()
    const reply = line.channel.request('NOOP', 'noop')
    await line.say('250 ok\r\n250 ok\r\n')
    expect((await reply).code).toBe(250)
    expect(line.closed).toMatchObject(outOfStep)
    expect(await failure(line.channel.request('NOOP', 'noop'))).toMatchObject({ code: 'closed', cause: outOfStep })
    expect(line.heard).toBe('NOOP\r\n')
  })

  it('in the chunk of the reply before, while the next command is written', async () => {
    let next: Promise<unknown> | undefined
    const line: Line = await greetedLine({
      transcript: {
        next: (entry) => {
          if (entry.kind === 'reply' && entry.reply.code === 251) next = failure(line.channel.request('QUIT', 'quit'))
        },
      },
    })
    const reply = line.channel.request('NOOP', 'noop')
    await line.say('251 ok\r\n250 injected\r\n')
    expect((await reply).code).toBe(251)
    expect(await next).toMatchObject({ code: 'unsolicited-reply', phase: 'quit', command: 'QUIT' })
  })

  it.each([
    ['half a line', '250 inj'],
    ['half a line end', '250 injected\r'],
    ['half a reply', '250-injected\r\n'],
  ])('%s, found with the next command, which is not written', async (_, half) => {
    const line = await greetedLine()
    const reply = line.channel.request('NOOP', 'noop')
    await line.say(`250 ok\r\n${half}`)
    await reply
    expect(line.closed).toBeUndefined()
    expect(await failure(line.channel.request('DATA', 'data'))).toMatchObject({
      code: 'unsolicited-reply',
      phase: 'data',
    })
    expect(line.heard).toBe('NOOP\r\n')
    expect(line.closed).toMatchObject({ code: 'unsolicited-reply' })
  })

  it('half a reply behind pipelined commands is the beginning of the next answer', async () => {
    const line = await greetedLine()
    const replies = ['A', 'B'].map((text) => line.channel.request(text, 'command'))
    await line.say('250 a\r\n250-b\r\n25')
    const third = line.channel.request('C', 'command')
    await line.say('0 b\r\n250 c\r\n')
    expect((await Promise.all([...replies, third])).map(({ text }) => text)).toEqual(['a', 'b\nb', 'c'])
  })

  it('a positive reply to what is not fully written', async () => {
    const line = await greetedLine()
    const { reply, written } = line.channel.expect('end-of-data', 'end of data', 'body')
    const failing = failure(reply)
    await line.say('250 taken already\r\n')
    expect(await failing).toMatchObject({ code: 'unsolicited-reply', phase: 'body', command: 'end of data' })
    written()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a refusal of what is not fully written is its answer', async () => {
    const line = await greetedLine()
    const { reply } = line.channel.expect('end-of-data', 'end of data', 'body')
    await line.say('552 too much\r\n')
    expect((await reply).code).toBe(552)
    expect(line.closed).toBeUndefined()
  })
})

describe('what is no reply ends the channel', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', 'malformed-reply'],
    ['250-a\r\n550 b\r\n', 'malformed-reply'],
    ['250 a\n', 'malformed-reply'],
    ['250 \0\r\n', 'malformed-reply'],
    [`250 ${'x'.repeat(5_000)}\r\n`, 'reply-too-large'],
    ['x'.repeat(20_000), 'reply-too-large'],
    [`250-${'x'.repeat(1_000)}\r\n`.repeat(70), 'reply-too-large'],
  ])('%j', async (text, code) => {
    const line = await greetedLine()
    const failing = failure(line.channel.request('NOOP', 'noop'))
    await line.say(text)
    expect(await failing).toMatchObject({ code, phase: 'noop', command: 'NOOP' })
    expect(line.closed).toMatchObject({ code, phase: 'noop' })
    expect(line.released).toBe(true)
  })

  it('unless a quirk allows it', async () => {
    const line = await greetedLine({ quirks: { bareLf: true, controls: true } })
    const reply = line.channel.request('NOOP', 'noop')
    await line.say('250 a\0b\n')
    expect((await reply).text).toBe('a\ufffdb')
  })
})

describe('421', () => {
  it('under way fails the command with its text, and whatever is behind it', async () => {
    const line = await greetedLine()
    const failing = ['A', 'B'].map((text) => failure(line.channel.request(text, 'command')))
    await line.say('421 4.3.2 going\r\n250 b\r\n')
    const [first, second] = await Promise.all(failing)
    expect(first).toMatchObject({ code: 'service-closing', command: 'A', message: 'A: 421 4.3.2 going' })
    expect(second).toMatchObject({ code: 'service-closing', command: 'B', reply: { code: 421 } })
    expect(line.closed).toBe(line.channel.ended)
    expect(line.closed).toMatchObject({ code: 'service-closing', command: 'A' })
  })

  it('idle ends the channel with its text', async () => {
    const line = await greetedLine()
    await line.say('421 idle for too long\r\n')
    expect(line.closed).toMatchObject({
      code: 'service-closing',
      phase: 'idle',
      message: 'idle: 421 idle for too long',
    })
    expect(await failure(line.channel.request('NOOP', 'noop'))).toMatchObject({
      code: 'closed',
      phase: 'noop',
      cause: { code: 'service-closing' },
    })
  })

  it('after a goodbye is no fault', async () => {
    const line = await greetedLine()
    line.channel.leaving = true
    const failing = failure(line.channel.request('QUIT', 'quit'))
    await line.say('421 in a hurry\r\n')
    expect(await failing).toMatchObject({ code: 'service-closing', phase: 'quit' })
    expect(line.closed).toBe('completed')
  })
})
