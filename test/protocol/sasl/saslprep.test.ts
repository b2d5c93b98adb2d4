/** SASLprep (RFC 4013): the library that does it, when it is asked, and SCRAM with what it returns. */
import { describe, expect, it, vi } from 'vitest'
import { saslprep } from '../../../src/adapters/node/saslprep.ts'
import { scramAuth } from '../../../src/node.ts'
import type { ServerInfo } from '../../../src/protocol/sasl/auth.ts'
import { prepared, type Saslprep } from '../../../src/protocol/sasl/saslprep.ts'
import { scramWith } from '../../../src/protocol/sasl/scram.ts'
import { failure } from '../../helpers/conversation.ts'
import { ScramServer } from './scram-server.ts'

const info: ServerInfo = { host: 'mx.example', tls: true, loopback: false, mechanisms: ['SCRAM-SHA-256'] }

it.each([
  ['I\u00adX', 'IX', 'SOFT HYPHEN is mapped to nothing'],
  ['user', 'user', 'no transformation'],
  ['USER', 'USER', 'case is kept'],
  ['\u00aa', 'a', 'NFKC'],
  ['\u2168', 'IX', 'NFKC'],
  ['a\u00a0b', 'a b', 'a space beyond ASCII'],
])('RFC 4013 section 3: %j becomes %j: %s', async (text, result) => {
  expect(await prepared('password', text, 'stored', saslprep)).toBe(result)
})

it.each([
  ['\u0007', 'a control character'],
  ['\u0627\u0031', 'letters that run both ways'],
  ['\ue000', 'private use'],
  ['\ufffd', 'what stands for nonsense'],
  ['\ud800', 'half a character'],
  ['\u00ad', 'nothing'],
])('%j is prohibited: %s', async (text) => {
  for (const as of ['query', 'stored'] as const) {
    const error = await failure(prepared('password', text, as, saslprep))
    expect(error).toMatchObject({ code: 'invalid-argument', argument: 'password', phase: 'auth' })
    expect(error.message).toBe('password: not allowed by SASLprep (RFC 4013)')
  }
})

it('a name of which nothing is left is none', async () => {
  const error = await failure(prepared('username', '\u200b', 'query', () => ''))
  expect(error).toMatchObject({ code: 'invalid-argument', argument: 'username', phase: 'auth' })
})

it('a code point that Unicode 3.2 had not assigned may be in a name, and not in a password', async () => {
  const kangaroo = '\u{1f998}'
  expect(await prepared('username', kangaroo, 'query', saslprep)).toBe(kangaroo)
  expect(await failure(prepared('password', kangaroo, 'stored', saslprep))).toMatchObject({ code: 'invalid-argument' })
})

describe('SCRAM', () => {
  it('asks only for what is beyond ASCII', async () => {
    const prepare = vi.fn<Saslprep>((text) => text)
    const scram = scramWith({ saslprep: prepare })
    await scram({ username: 'ann', password: 'won der~land!' }).start(info)
    expect(prepare).not.toHaveBeenCalled()
    await scram({ username: 'änn', password: 'wönderland' }).start(info)
    expect(prepare.mock.calls.sort()).toEqual([
      ['wönderland', 'stored'],
      ['änn', 'query'],
    ])
  })

  it('refuses what is beyond ASCII where there is no SASLprep', async () => {
    const error = await failure((async () => scramWith()({ username: 'änn', password: 'x' }).start(info))())
    expect(error).toMatchObject({ code: 'invalid-argument', argument: 'username' })
    expect(error.message).not.toContain('änn')
  })

  it('proves the prepared password for the prepared name', async () => {
    const exchange = await scramAuth({ username: 'Ⅸ', password: 'p\u00ada\u0308ß\u00a0Ⅸ' }).start(info)
    const server = new ScramServer({ hash: 'sha256', username: 'IX', password: 'p\u00e4ß IX' })
    const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
    const answer = await exchange.respond(utf8(server.first(new TextDecoder().decode(exchange.initialResponse))))
    const last = server.final(new TextDecoder().decode(answer))
    expect(last).toMatch(/^v=/)
    await exchange.respond(utf8(last))
    await exchange.finish?.()
  })
})
