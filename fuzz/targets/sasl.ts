import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import { fromBase64, toBase64 } from '../../src/protocol/base64.ts'
import { oauthBearerAuth, xoauth2Auth } from '../../src/protocol/index.ts'
import { parseServerFinal, parseServerFirst } from '../../src/protocol/sasl/scram-messages.ts'
import { textOf, unlessRefused } from '../expected.ts'
import type { Target } from '../target.ts'

/** What a server says in an authentication is understood or refused: base64, the messages of SCRAM, the JSON of OAuth. */
export const sasl: Target = {
  name: 'sasl',
  words: [
    'r=nonce',
    ',s=c2FsdA==',
    ',i=4096',
    'm=',
    'v=',
    'e=other-error',
    '{"status":"',
    '"scope":',
    '__proto__',
    '=',
    'YQ==',
  ],
  async run(octets) {
    deepStrictEqual(fromBase64(toBase64(octets)), octets.slice())
    const text = textOf(octets)
    const decoded = fromBase64(text)
    if (decoded !== undefined) strictEqual(toBase64(decoded), text)
    const first = unlessRefused('auth-unusable', () => parseServerFirst(text, 'nonce'))
    ok(first === undefined || (first.iterations >= 4096 && first.nonce.startsWith('nonce')))
    unlessRefused('auth-unusable', () => parseServerFinal(text))
    for (const make of [oauthBearerAuth, xoauth2Auth]) {
      const auth = make({ username: 'ann', accessToken: 'token' })
      const exchange = await auth.start({ ...server, mechanisms: [auth.mechanism] })
      await exchange.respond(octets)
      ok(typeof exchange.refusal?.status === 'string')
    }
  },
}

const server = { host: 'mx.example', tls: true, loopback: false, secure: true, mechanisms: [] }
