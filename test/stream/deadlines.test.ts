import { describe, expect, it, vi } from 'vitest'
import { deadlines, type SmtpPhase } from '../../src/index.ts'
import { failure } from '../helpers/conversation.ts'
import { greetedLine, noLineLeftOpen } from '../helpers/line.ts'

noLineLeftOpen()

describe('deadlines', () => {
  it.each(Object.entries(deadlines).filter(([, ms]) => ms < Number.POSITIVE_INFINITY) as [SmtpPhase, number][])(
    '%s: %d ms from the command to its whole reply',
    async (phase, ms) => {
      const line = await greetedLine()
      const failing = failure(line.channel.request('X', phase))
      await vi.advanceTimersByTimeAsync(ms - 1)
      expect(line.closed).toBeUndefined()
      await vi.advanceTimersByTimeAsync(1)
      expect(await failing).toMatchObject({
        code: 'timeout',
        phase,
        message: `no answer within ${ms} ms`,
        command: 'X',
      })
      expect(line.closed).toMatchObject({ code: 'timeout', phase })
      expect(line.released).toBe(true)
    },
  )

  it('trickled bytes do not extend', async () => {
    const line = await greetedLine({ deadlines: { noop: 1_000 } })
    const failing = failure(line.channel.request('NOOP', 'noop'))
    for (let ms = 0; ms < 1_000; ms += 100) {
      expect(line.closed).toBeUndefined()
      await line.say('250-on and on\r\n')
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(await failing).toMatchObject({ code: 'timeout', phase: 'noop' })
  })

  it('run for the reply that is due next, from when it is', async () => {
    const line = await greetedLine({ deadlines: { mail: 1_000, rcpt: 100, data: 50 } })
    const mail = line.channel.request('MAIL', 'mail')
    const rcpt = line.channel.request('RCPT', 'rcpt')
    const failing = failure(line.channel.request('DATA', 'data'))
    await vi.advanceTimersByTimeAsync(999)
    await line.say('250 mail\r\n')
    await vi.advanceTimersByTimeAsync(99)
    await line.say('250 rcpt\r\n')
    await Promise.all([mail, rcpt])
    await vi.advanceTimersByTimeAsync(49)
    expect(line.closed).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(await failing).toMatchObject({ code: 'timeout', phase: 'data' })
  })

  it('are not extended by a command that is written in the meantime', async () => {
    const line = await greetedLine({ deadlines: { noop: 1_000 } })
    const failing = [failure(line.channel.request('NOOP', 'noop'))]
    await vi.advanceTimersByTimeAsync(999)
    failing.push(failure(line.channel.request('NOOP', 'noop')))
    expect(line.closed).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(await Promise.all(failing)).toMatchObject([{ code: 'timeout' }, { code: 'timeout' }])
  })

  it('do not run while a command is being written', async () => {
    const line = await greetedLine({ deadlines: { 'end-of-data': 100, body: 10 } })
    const { reply, written } = line.channel.expect('end-of-data', 'end of data', 'body')
    const failing = failure(reply)
    await vi.advanceTimersByTimeAsync(1e6)
    expect(line.closed).toBeUndefined()
    written()
    await vi.advanceTimersByTimeAsync(100)
    expect(await failing).toMatchObject({ code: 'timeout', phase: 'end-of-data' })
  })

  it.each([Number.POSITIVE_INFINITY, 2 ** 31])('of %d ms never pass', async (ms) => {
    const line = await greetedLine({ deadlines: { noop: ms } })
    const reply = line.channel.request('NOOP', 'noop')
    expect(vi.getTimerCount()).toBe(0)
    await line.say('250 ok\r\n')
    await reply
  })

  it('leave no timer behind a reply', async () => {
    const line = await greetedLine()
    const reply = line.channel.request('NOOP', 'noop')
    expect(vi.getTimerCount()).toBe(1)
    await line.say('250 ok\r\n')
    await reply
    expect(vi.getTimerCount()).toBe(0)
  })
})
