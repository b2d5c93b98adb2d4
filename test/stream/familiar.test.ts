import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatReply, parseCapabilities, parseGreeting, parseReply } from '../../src/index.ts'
import { familiarReply } from '../../src/stream/familiar.ts'
import { replyParts } from '../helpers/arbitraries.ts'

const read = (text: string) => familiarReply(text, 0, text.length)

describe('a familiar reply', () => {
  it('is what parsing gives, however often it comes and whatever came before', () => {
    fc.assert(
      fc.property(fc.array(replyParts, { minLength: 1, maxLength: 8 }), (all) => {
        const texts = all.map(formatReply)
        for (const text of [...texts, ...texts]) expect(read(text)).toEqual(parseReply(text))
      }),
    )
  })

  it('is found in the midst of a text', () => {
    const text = '250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n'
    expect([familiarReply(text, 0, 14), familiarReply(text, 14, 28)]).toEqual(
      ['250 2.1.0 Ok', '250 2.1.5 Ok'].map(parseReply),
    )
  })

  it('is one object that nobody can change, with what was worked out for it', () => {
    const text = '250-mx.example\r\n250-SIZE 1000\r\n250 PIPELINING\r\n'
    const reply = read(text)
    expect(read(text)).toBe(reply)
    expect([Object.isFrozen(reply), Object.isFrozen(reply.lines)]).toEqual([true, true])
    const first = parseCapabilities(reply)
    ;(first.keywords as Map<string, readonly string[]>).clear()
    expect(parseCapabilities(read(text)).get('SIZE')).toEqual({ limit: 1000 })
    const greeting = read('220 mx.example hello\r\n')
    expect(parseGreeting(greeting)).toBe(parseGreeting(greeting))
    expect(parseGreeting(greeting)).toEqual({ domain: 'mx.example', text: 'hello' })
  })

  it('fewer keywords are kept where fewer are asked for', () => {
    const reply = read('250-mx.example\r\n250-SIZE 1000\r\n250 PIPELINING\r\n')
    expect([...parseCapabilities(reply, 1).keywords.keys()]).toEqual(['SIZE'])
    expect([...parseCapabilities(reply).keywords.keys()]).toEqual(['SIZE', 'PIPELINING'])
  })

  it.each([
    ['a refusal, which may repeat a secret', '550 5.7.1 no\r\n'],
    ['a challenge', '334 bm9uY2U=\r\n'],
    ['the end of authentication', '235 2.7.0 welcome\r\n'],
    ['what stands in a long text', `250 2.0.0 ${'x'.repeat(5_000)}\r\n`],
  ])('is not: %s', (_, text) => {
    expect(read(text)).not.toBe(read(text))
  })
})
