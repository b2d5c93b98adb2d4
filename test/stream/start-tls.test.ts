import { describe, expect, it, vi } from 'vitest'
import { deadlines, type Reply, type Socket } from '../../src/index.ts'
import { failure, settled } from '../helpers/conversation.ts'
import { greetedLine, type Line, noLineLeftOpen, type openLine } from '../helpers/line.ts'

noLineLeftOpen()

describe('STARTTLS', () => {
  /** Says STARTTLS; the reply is not read yet. */
  const asked = async (...args: Parameters<typeof openLine>): Promise<{ line: Line; reply: Promise<Reply> }> => {
    const line = await greetedLine(...args)
    return { line, reply: line.channel.request('STARTTLS', 'starttls') }
  }

  it('goes on over TLS with nothing of before', async () => {
    const startTls = vi.fn(() => ({
      protocol: 'TLSv1.3',
      cipher: 'x',
      authorized: true,
      authorizationError: undefined,
      peerCertificate: undefined,
    }))
    const { line, reply } = await asked({}, { startTls })
    await line.say('220 go\r\n')
    await reply
    await line.channel.startTls({ servername: 'mx.example' })
    expect(startTls).toHaveBeenCalledWith({ servername: 'mx.example' })
    expect(line.channel.socket).not.toBe(line.socket)
    expect(line.channel.socket.tls?.protocol).toBe('TLSv1.3')
    const ehlo = line.channel.request('EHLO a', 'hello')
    await line.say('250 mx\r\n')
    expect((await ehlo).text).toBe('mx')
    expect(line.transcript.slice(1)).toEqual([
      'C: STARTTLS',
      'S: 220 go',
      'C: (TLSv1.3 established)',
      'C: EHLO a',
      'S: 250 mx',
    ])
  })

  it.each<[string, string[]]>([
    ['a whole line in the same chunk', ['220 go\r\n250 injected\r\n']],
    ['a whole line in the next chunk', ['220 go\r\n', '250 injected\r\n']],
    ['a refusal in the same chunk', ['220 go\r\n550 injected\r\n']],
    ['two lines', ['220 go\r\n250-injected\r\n250 too\r\n']],
  ])('plaintext behind the reply: %s', async (_, chunks) => {
    const startTls = vi.fn()
    const { line, reply } = await asked({}, { startTls })
    await line.say(...chunks)
    await reply
    expect(line.closed).toMatchObject({ code: 'tls-injection' })
    expect(await failure(line.channel.startTls({}))).toMatchObject({ code: 'tls-injection', delivery: 'not-sent' })
    expect(startTls).not.toHaveBeenCalled()
    expect(line.released).toBe(true)
  })

  it.each<[string, string[]]>([
    ['an octet in the same chunk', ['220 go\r\n2']],
    ['half a line in the same chunk', ['220 go\r\n250 inj']],
    ['half a line in the next chunk', ['220 go\r\n', '250 inj']],
    ['half a reply in the same chunk', ['220 go\r\n250-injected\r\n']],
    ['half a reply in the next chunk', ['220 go\r\n', '250-injected\r\n25']],
    ['the beginning of a TLS record', ['220 go\r\n\x16\x03\x01']],
  ])('plaintext behind the reply: %s', async (_, chunks) => {
    const startTls = vi.fn()
    const { line, reply } = await asked({}, { startTls })
    await line.say(...chunks)
    await reply
    expect(await failure(line.channel.startTls({}))).toMatchObject({ code: 'tls-injection' })
    expect(line.closed).toMatchObject({ code: 'tls-injection' })
    expect(startTls).not.toHaveBeenCalled()
    expect(line.released).toBe(true)
  })

  it('a line that is no reply behind the reply', async () => {
    const { line, reply } = await asked()
    await line.say('220 go\r\nEHLO evil.example\r\n')
    await reply
    expect(await failure(line.channel.startTls({}))).toMatchObject({ code: 'tls-injection' })
  })

  it('a handshake that fails', async () => {
    const cause = new Error('self-signed certificate')
    const startTls = (): never => {
      throw cause
    }
    const { line, reply } = await asked({}, { startTls })
    await line.say('220 go\r\n')
    await reply
    const error = await failure(line.channel.startTls({}))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'starttls', delivery: 'not-sent', cause })
    expect(error.message).toBe('TLS handshake: self-signed certificate')
    expect(line.closed).toBe(error)
    expect(line.released).toBe(true)
  })

  it('a handshake that takes too long, and a socket that comes after all', async () => {
    const { line, reply } = await asked()
    await line.say('220 go\r\n')
    await reply
    const late = { ...line.socket, destroy: vi.fn() }
    let resolve: (socket: Socket) => void = () => {}
    line.socket.startTls = () =>
      new Promise((yes) => {
        resolve = yes
      })
    const failing = failure(line.channel.startTls({}))
    await vi.advanceTimersByTimeAsync(deadlines.starttls - 1)
    expect(line.closed).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(await failing).toMatchObject({ code: 'timeout', phase: 'starttls' })
    resolve(late)
    await settled()
    expect(late.destroy).toHaveBeenCalledOnce()
  })

  it('is not begun on a channel that has ended', async () => {
    const line = await greetedLine()
    line.channel.end('aborted', 'enough')
    const startTls = vi.spyOn(line.socket, 'startTls')
    expect(await failure(line.channel.startTls({}))).toMatchObject({ code: 'aborted' })
    expect(startTls).not.toHaveBeenCalled()
  })
})
