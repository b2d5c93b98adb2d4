/** A password leaves this machine in the AUTH exchange and appears nowhere else, whatever a server makes of it. */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  type Auth,
  cramMd5Auth,
  formatTranscript,
  isSmtpError,
  loginAuth,
  plainAuth,
  type TranscriptEntry,
} from '../../src/index.ts'
import { greeted, nothingLeftBehind, talk } from '../helpers/conversation.ts'

nothingLeftBehind()

const password = 'through-the-Looking-Glass'
const ann = { username: 'ann.liddell', password }
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const challenge = base64('<1.2@mx.example>')
const plain = base64(`\0${ann.username}\0${password}`)
// The digest was computed by openssl dgst -md5 -hmac.
const digest = base64(`${ann.username} 2de5d277966201a6fa691472d9bf51ec`)

/** A mechanism, and its conversation up to the reply that decides. */
const mechanisms: Readonly<Record<string, { auth: Auth; script: string; forms: readonly string[] }>> = {
  PLAIN: { auth: plainAuth(ann), script: `C: AUTH PLAIN ${plain}\n`, forms: [password, plain, base64(password)] },
  LOGIN: {
    auth: loginAuth(ann),
    script: `C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: ${base64(ann.username)}\nS: 334 UGFzc3dvcmQ6\nC: ${base64(password)}\n`,
    forms: [password, base64(password), base64(ann.username)],
  },
  'CRAM-MD5': {
    auth: cramMd5Auth(ann),
    script: `C: AUTH CRAM-MD5\nS: 334 ${challenge}\nC: ${digest}\n`,
    forms: [password, base64(password), digest],
  },
}

/** What a server makes of a secret behind the exchange, `%s`. */
const echoes: Readonly<Record<string, string>> = {
  'a refusal': 'S: 535 5.7.8 not with %s\nC: NOOP\nS: 250 %s\n',
  'a refusal of several lines': 'S: 535-5.7.8 not\nS: 535-%s\nS: 535 and %s%s\nC: NOOP\nS: 500 %s?\n',
  'an acceptance, and every reply after it': 'S: 235 hello %s\nC: NOOP\nS: 250 %s\n',
  'the answer to a cancellation': 'S: 334 !\nC: *\nS: 501 %s cancelled\nC: NOOP\nS: 250 ok\n',
  'a challenge': 'S: 334 %s!\nC: *\nS: 501 cancelled\nC: NOOP\nS: 250 ok\n',
  '421': 'S: 421 I tell everyone: %s\n',
  'something that is no reply': 'S: %s\n',
  'a reply with a control character': 'S: 535 %s\\x01\n',
  'a reply with two codes': 'S: 535-%s\nS: 550 %s\n',
  'a second reply': 'S: 235 ok\nS: 250 %s\n',
  'a reply that AUTH does not have': 'S: 250 %s\n',
  'a refusal without its line end': 'S: 535 %s\\\nX:\n',
  'half a reply': 'S: 535-%s\\\nX:\n',
}

describe.each(Object.entries(mechanisms))('%s', (name, { auth, script, forms }) => {
  it.each(Object.entries(echoes))('a server that repeats it in %s', async (_, echo) => {
    for (const form of forms) {
      const entries: TranscriptEntry[] = []
      const seen: unknown[] = []
      const after = echo.replaceAll('%s', form)
      const { client, server } = await talk(
        `${greeted(`AUTH ${name}`)}${script}${after}`,
        {},
        { transcript: { next: (entry) => void entries.push(entry) } },
      )
      const note = async (call: Promise<unknown>): Promise<void> => {
        seen.push(await call.catch((error: unknown) => error))
      }
      await note(client.auth(auth))
      if (after.includes('C: NOOP')) await note(client.noop())
      seen.push(
        client,
        client.reply,
        auth,
        client.auth(auth).catch((error: unknown) => error),
      )
      client.close()
      expect(server.received, 'it was sent').toContain(script.slice(script.lastIndexOf('C: ') + 3, -1))
      const shown = [
        ...entries.flatMap((entry) => [inspect(entry, everything), formatTranscript(entry), JSON.stringify(entry)]),
        ...(await Promise.all(seen)).flatMap((value) => [
          inspect(value, everything),
          JSON.stringify(value),
          String(value),
          ...causesOf(value),
        ]),
      ].join('\n')
      expect(shown).toContain('********')
      for (const secret of forms) expect(shown).not.toContain(secret)
    }
  })
})

const everything = { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null } as const

function causesOf(value: unknown): string[] {
  if (!(value instanceof Error)) return []
  const own = [value.message, value.stack ?? '', inspect(value, everything)]
  return [
    ...own,
    ...(isSmtpError(value) ? [value.command ?? '', JSON.stringify(value.toJSON())] : []),
    ...causesOf(value.cause),
  ]
}

it('the password of a mechanism of one’s own is what the mechanism says it is', async () => {
  const entries: TranscriptEntry[] = []
  const token: Auth = {
    mechanism: 'XTOKEN',
    start: () => ({
      secrets: ['bearer-of-news'],
      initialResponse: new TextEncoder().encode('auth=bearer-of-news'),
      respond: () => new Uint8Array(),
    }),
  }
  const sent = base64('auth=bearer-of-news')
  const { client } = await talk(
    `${greeted('AUTH XTOKEN')}C: AUTH XTOKEN ${sent}\nS: 535 no bearer-of-news here`,
    {},
    { transcript: { next: (entry) => void entries.push(entry) } },
  )
  const error: unknown = await client.auth(token).catch((reason: unknown) => reason)
  client.close()
  const shown = `${inspect(entries, everything)}${inspect(error, everything)}`
  expect(shown).toContain('no ******** here')
  expect(shown).not.toMatch(/bearer|YXV0aD1i/)
})
