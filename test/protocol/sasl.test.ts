import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Auth, loginAuth, plainAuth, type ServerInfo } from '../../src/protocol/index.ts'
import { cramMd5With } from '../../src/protocol/sasl/cram-md5.ts'
import { utf8 } from '../helpers/chunks.ts'

const cramMd5Auth = cramMd5With((key, message) => createHmac('md5', key).update(message).digest())
const server: ServerInfo = { host: 'mx.example', tls: true, loopback: false, mechanisms: [] }
const ann = { username: 'ann', password: 'wonderland' }

/** What a mechanism says: its initial response, then its answers to some challenges. */
async function dialogue(auth: Auth, challenges: readonly string[] = []): Promise<(string | undefined)[]> {
  const text = (octets: Uint8Array | undefined): string | undefined => octets && new TextDecoder().decode(octets)
  const exchange = await auth.start(server)
  const said = [text(exchange.initialResponse)]
  for (const challenge of challenges) said.push(text(await exchange.respond(utf8(challenge))))
  return said
}

const refusal = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'auth-unusable', phase: 'auth', message: expect.stringMatching(message) })

describe('what each mechanism says', () => {
  it.each<[string, Auth, string[], (string | undefined)[]]>([
    ['PLAIN', plainAuth(ann), [], ['\0ann\0wonderland']],
    ['PLAIN', plainAuth({ ...ann, identity: 'bob' }), [], ['bob\0ann\0wonderland']],
    // RFC 4616 section 4.
    ['PLAIN', plainAuth({ username: 'tim', password: 'tanstaaftanstaaf' }), [], ['\0tim\0tanstaaftanstaaf']],
    [
      'PLAIN',
      plainAuth({ identity: 'Ursel', username: 'Kurt', password: 'xipj3plmq' }),
      [],
      ['Ursel\0Kurt\0xipj3plmq'],
    ],
    ['PLAIN', plainAuth({ username: 'jörg', password: 'füße' }), [], ['\0jörg\0füße']],
    ['LOGIN', loginAuth(ann), ['Username:', 'Password:'], [undefined, 'ann', 'wonderland']],
    ['LOGIN', loginAuth(ann), ['whatever', ''], [undefined, 'ann', 'wonderland']],
    // RFC 2195 section 2.
    [
      'CRAM-MD5',
      cramMd5Auth({ username: 'tim', password: 'tanstaaftanstaaf' }),
      ['<1896.697170952@postoffice.reston.mci.net>'],
      [undefined, 'tim b913a602c7eda7a495b4e6e7334d3890'],
    ],
  ])('%s', async (mechanism, auth, challenges, said) => {
    expect(auth.mechanism).toBe(mechanism)
    expect(await dialogue(auth, challenges)).toEqual(said)
    // Nothing is left of the exchange before.
    expect(await dialogue(auth, challenges)).toEqual(said)
  })
})

describe('a challenge too many is not answered', () => {
  it.each<[string, Auth, string[], RegExp]>([
    ['PLAIN', plainAuth(ann), ['x'], /PLAIN has no second challenge/],
    ['LOGIN', loginAuth(ann), ['x', 'x', 'x'], /LOGIN has no third challenge/],
    ['CRAM-MD5', cramMd5Auth(ann), ['x', 'x'], /CRAM-MD5 has one challenge/],
  ])('%s', async (_, auth, challenges, message) => {
    await expect(dialogue(auth, challenges)).rejects.toEqual(refusal(message))
  })
})

describe('where a secret may go', () => {
  const mechanisms = { plain: plainAuth, login: loginAuth, cramMd5: cramMd5Auth }
  it.each<[keyof typeof mechanisms, Partial<ServerInfo>, RegExp | undefined]>([
    ['plain', {}, undefined],
    ['plain', { tls: false, loopback: true }, undefined],
    ['plain', { tls: false }, /unencrypted connection: PLAIN/],
    ['login', {}, undefined],
    ['login', { tls: false, loopback: true }, undefined],
    ['login', { tls: false }, /unencrypted connection: LOGIN/],
    // The password itself does not travel.
    ['cramMd5', { tls: false }, undefined],
  ])('%s on %j', async (name, over, message) => {
    const start = async (): Promise<unknown> => mechanisms[name](ann).start({ ...server, ...over })
    if (message === undefined) await expect(start()).resolves.toBeDefined()
    else await expect(start()).rejects.toEqual(refusal(message))
  })

  it.each(['plain', 'login', 'cramMd5'] as const)('%s goes to the host it is for and to no other', async (name) => {
    const start = async (host: string): Promise<unknown> => mechanisms[name]({ ...ann, host }).start(server)
    await expect(start('mx.example')).resolves.toBeDefined()
    await expect(start('mx.evil.example')).rejects.toEqual(refusal(/wrong host name: .* for mx\.evil\.example/))
  })

  it.each(['plain', 'login', 'cramMd5'] as const)(
    '%s tells what must not be printed, and prints it nowhere',
    async (name) => {
      const auth = mechanisms[name](ann)
      expect((await auth.start(server)).secrets).toContain('wonderland')
      expect(JSON.stringify(auth)).not.toContain('wonderland')
      const error = await dialogue(auth, ['x', 'x', 'x']).catch((cause: unknown) => cause)
      expect(String(error)).not.toContain('wonderland')
    },
  )
})

describe('a NUL, which would shift one field into the next', () => {
  it.each([
    ['username', { ...ann, username: 'ann\0bob' }],
    ['password', { ...ann, password: 'a\0b' }],
    ['identity', { ...ann, identity: '\0' }],
  ])('in %s', (argument, credentials) => {
    const nul = expect.objectContaining({ code: 'invalid-argument', argument, phase: 'auth' })
    expect(() => plainAuth(credentials)).toThrow(nul)
    if (argument === 'identity') return
    expect(() => loginAuth(credentials)).toThrow(nul)
    expect(() => cramMd5Auth(credentials)).toThrow(nul)
  })
})
