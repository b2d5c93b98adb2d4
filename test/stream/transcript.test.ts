import { describe, expect, it, vi } from 'vitest'
import { formatTranscript, parseReply } from '../../src/index.ts'
import { SecretMask } from '../../src/stream/secret-mask.ts'
import { settled } from '../helpers/conversation.ts'
import { greetedLine, noLineLeftOpen } from '../helpers/line.ts'

noLineLeftOpen()

describe('the transcript', () => {
  it('tells every step', async () => {
    const line = await greetedLine()
    const replies = [line.channel.request('EHLO a', 'hello'), line.channel.request('DATA', 'data')]
    await line.say('250-mx\r\n250-\r\n250\r\n354 go\r\n')
    await Promise.all(replies)
    line.channel.noteBody(42)
    expect(line.transcript).toEqual([
      'S: 220 mx.example',
      'C: EHLO a',
      'C: DATA',
      'S: 250-mx\nS: 250-\nS: 250',
      'S: 354 go',
      'C: (42 octets of message)',
    ])
  })

  it('shows what stands in for a secret, also where the server echoes it', async () => {
    const line = await greetedLine()
    line.channel.mask.add('wonderland')
    const replies = [
      line.channel.request('AUTH X wonderland', 'auth', 'AUTH X ********'),
      line.channel.request('X', 'auth'),
    ]
    await line.say('535-not wonderland\r\n535 nor d29uZGVybGFuZA==\r\n250 wonderlandwonderland\r\n')
    expect((await Promise.all(replies)).map(({ text, lines }) => [text, lines])).toEqual([
      ['not ********\nnor ********', ['not ********', 'nor ********']],
      ['****************', ['****************']],
    ])
    expect(line.heard).toBe('AUTH X wonderland\r\nX\r\n')
    expect(line.transcript.slice(1)).toEqual([
      'C: AUTH X ********',
      'C: X',
      'S: 535-not ********\nS: 535 nor ********',
      'S: 250 ****************',
    ])
  })

  it('shows no secret of a command', async () => {
    const line = await greetedLine()
    line.channel.mask.add('wonderland')
    const reply = line.channel.request('VRFY wonderland', 'verify')
    await line.say('250 ok\r\n')
    await reply
    expect(line.heard).toBe('VRFY wonderland\r\n')
    expect(line.transcript.slice(1)).toEqual(['C: VRFY ********', 'S: 250 ok'])
  })

  it('shows no secret of a broken reply', async () => {
    const line = await greetedLine()
    line.channel.mask.add('wonderland')
    await line.say('wonderland is no reply\r\n')
    expect(String(line.closed)).toMatch(/\*{8} is no reply$/)
  })

  it('of a part of it: from the subscription on, completed with the channel', async () => {
    const line = await greetedLine()
    const told: string[] = []
    line.channel.transcript$.subscribe({
      next: (entry) => told.push(formatTranscript(entry)),
      complete: () => told.push('end'),
    })
    const reply = line.channel.request('NOOP', 'noop')
    await line.say('250 ok\r\n')
    await reply
    await line.channel.close()
    expect(told).toEqual(['C: NOOP', 'S: 250 ok', 'end'])
  })

  it('completes when the channel breaks', async () => {
    const complete = vi.fn()
    const line = await greetedLine({ transcript: { complete } })
    line.peer.end()
    await settled()
    expect(complete).toHaveBeenCalledOnce()
  })
})

describe('SecretMask', () => {
  it.each<[string[], string, string]>([
    [['wonderland'], 'a wonderland b wonderland', 'a ******** b ********'],
    [['wonderland'], 'd29uZGVybGFuZA==', '********'],
    [['füße'], 'füße ZsO8w59l', '******** ********'],
    [['a.c+'], 'abc a.c+', 'abc ********'],
    [['$&$1'], '$&$1', '********'],
    [['pass', 'password', 'word'], 'password', '********'],
    [['password', 'pass'], 'pass password', '******** ********'],
    // So short that it would blank ordinary text.
    [['abc'], 'abc', 'abc'],
    [[''], 'abc', 'abc'],
  ])('%j: %j is shown as %j', (secrets, text, shown) => {
    const mask = new SecretMask()
    for (const secret of secrets) mask.add(secret)
    expect(mask.text(text)).toBe(shown)
  })

  it('leaves a reply without a secret alone', () => {
    const mask = new SecretMask()
    const reply = parseReply('250 ok')
    expect(mask.reply(reply)).toBe(reply)
    mask.add('wonderland')
    expect(mask.reply(reply)).toBe(reply)
  })

  it('gives a reply as frozen as the others, and keeps the rest of it', () => {
    const mask = new SecretMask()
    mask.add('wonderland')
    const reply = mask.reply(parseReply('535-5.7.8 not wonderland\r\n535 5.7.8 no'))
    expect(reply).toMatchObject({ code: 535, enhanced: { code: '5.7.8' }, text: '5.7.8 not ********\n5.7.8 no' })
    expect(reply).toSatisfy(Object.isFrozen)
  })
})
