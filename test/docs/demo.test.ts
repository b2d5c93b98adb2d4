import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type EmbeddedServer, startServer } from '../../examples/demo/embedded-server.ts'
import { type Outcome, root, runNode } from './run-node.ts'

// A process each, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

/** Runs what `npm start` runs. */
function demo(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return runNode([join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'examples/demo/main.ts'), ...args], { env })
}

describe('with a server of its own', () => {
  let outcome: Outcome
  beforeAll(async () => {
    outcome = await demo()
  }, 60_000)

  test('ends by itself without complaint', () => {
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test.each([
    ['the transcript, over TLS', /C: STARTTLS\n {2}S: 220 .*\n {2}C: \(TLSv1\.3 established\)\n {2}C: EHLO/],
    ['every line of a reply', /S: 250-PIPELINING\n {2}S: 250-8BITMIME\n/],
    ['the goodbye of both conversations', /(S: 221 Bye[\s\S]*){2}/],
    ['the secret as stars', /C: AUTH PLAIN \*{8}\n/],
    ['the capabilities as a table', /AUTH +PLAIN LOGIN CRAM-MD5 +mechanisms PLAIN, LOGIN, CRAM-MD5\n/],
    ['a capability with its typed value', /SIZE +10485760 +limit 10485760\n/],
    ['the certificate', /TLSv1\.3, TLS_\w+, certificate verified\n/],
    ['the reply with an explanation', /last reply +250 Ok: queued as DEMO1\n +250 .*It worked\./],
    ['the queue id', /queue id +DEMO2\n/],
    ['the first message as it was received', /\| Subject: Hello from rxsmtp, sent through operators\n/],
    ['the second message as it was received', /\| Subject: Hello from rxsmtp, sent through a promise\n/],
    ['a dot at the start of a line', /\| \.A dot at the start of a line arrives as it was\.\n/],
    ['that nothing was changed on the way', /(\d+ octets, the same as sent\n[\s\S]*){2}/],
  ])('shows %s', (_, pattern) => {
    expect(outcome.stdout).toMatch(pattern)
  })

  test('shows no secret and no control characters', () => {
    expect(outcome.stdout).not.toContain('correct horse')
    expect(outcome.stdout).not.toContain(btoa('\0ann\0correct horse battery staple'))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
    expect(outcome.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/)
  })
})

describe('with a server that the arguments name', () => {
  let server: EmbeddedServer
  let folder: string
  let args: readonly string[]

  beforeAll(async () => {
    server = await startServer()
    folder = await mkdtemp(join(tmpdir(), 'rxsmtp-demo-'))
    await writeFile(join(folder, 'ca.pem'), server.target.ca ?? '')
    await writeFile(join(folder, 'password'), `${server.password}\n`)
    const { host, port } = server.target
    args = ['--host', host, '--port', `${port}`, '--ca', join(folder, 'ca.pem'), '--from', 'ann@client.example']
  })

  afterAll(async () => {
    await server.stop()
    await rm(folder, { recursive: true })
  })

  const bob = ['--to', 'bob@mx.example']
  const ann = ['--user', 'ann']
  const nobody = ['--to', 'nobody@mx.example']

  test('sends both messages, the password from a file', async () => {
    const before = server.received.length
    const file = ['--password-file', join(folder, 'password')]
    const outcome = await demo([...args, ...bob, ...nobody, ...ann, ...file])
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/refused for +nobody@mx\.example: +550 No such mailbox here\n/)
    expect(server.received.slice(before)).toMatchObject([{ to: ['bob@mx.example'] }, { to: ['bob@mx.example'] }])
  })

  test.each(['auto', 'plain', 'login', 'cram-md5'])(
    'logs in with %s, the password from the environment',
    async (mechanism) => {
      const outcome = await demo([...args, ...bob, ...ann, '--auth', mechanism], { RXSMTP_PASSWORD: server.password })
      expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
      expect(outcome.stdout).not.toContain(server.password)
    },
  )

  test.each([
    ['a wrong password', [...bob, ...ann], 69, /code +auth-failed\n +phase +auth\n +delivery +not-sent\n/],
    ['no login where one is needed', bob, 69, /code +refused\n +phase +mail\n +delivery +rejected\n/],
    ['TLS from the first byte where it is not', [...bob, '--tls', 'implicit'], 75, /code +tls-failed\n/],
    ['no recipient', [], 64, /--host, --from and --to belong together\n +See --help\./],
    ['an address that is none', ['--to', 'bob'], 69, /code +invalid-argument\n/],
    ['an unknown argument', ['--bogus'], 64, /Unknown option '--bogus'/],
    [
      'an unknown kind of TLS',
      [...bob, '--tls', 'maybe'],
      64,
      /--tls: none of verified, opportunistic, none, implicit/,
    ],
    ['a mechanism that the server lacks', [...bob, ...ann, '--auth', 'scram'], 69, /code +not-offered\n/],
    ['a port that is none', [...bob, '--port', '0'], 64, /--port: not a port: 0/],
  ])('tells %s by error and exit status', async (_, more, exitCode, pattern) => {
    const outcome = await demo([...args, ...more], { RXSMTP_PASSWORD: 'wrong-password' })
    expect(outcome.stderr).toMatch(pattern)
    expect(outcome.exitCode).toBe(exitCode)
    expect(outcome.stdout + outcome.stderr).not.toContain('wrong-password')
  })

  test('asks for a password only where somebody can answer', async () => {
    const outcome = await demo([...args, ...bob, ...ann])
    expect(outcome).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('RXSMTP_PASSWORD') })
  })
})

test('explains itself', async () => {
  const outcome = await demo(['--help'])
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^Usage: npm start/) })
})
