/** A program that uses the library is not kept alive by it: each runs in a process of its own, against a server here. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { authority, smtpServer, withServers } from '../helpers/servers.ts'

withServers()

describe('a process that uses it ends by itself', () => {
  const library = fileURLToPath(new URL('../../src/index.ts', import.meta.url))

  it.each([
    ['after a message over TLS', "await sendMail({ ...mail, port, tls: { level: 'verified', ca } })", 'done'],
    ['after a failed handshake', "await sendMail({ ...mail, port, tls: 'verified' })", 'tls-failed'],
    ['after quit', 'const c = await dial(address); await c.noop(); await c.quit()', 'done'],
    ['after nothing but dial and close', 'const c = await dial(address); c.close()', 'done'],
    ['after a signal', 'await dial(address, { signal: AbortSignal.abort() })', 'aborted'],
    [
      'after a source that fails',
      "await sendMail({ ...mail, port, message: (async function* () { yield 'half'; throw new Error('x') })() })",
      'body-failed',
    ],
  ])(
    '%s',
    async (_, action, outcome) => {
      const { port } = await smtpServer()
      const program = `
      import { dial, sendMail } from ${JSON.stringify(library)}
      const port = ${port}
      const address = 'localhost:${port}'
      const ca = ${JSON.stringify(authority.certificate)}
      const mail = { host: 'localhost', tls: 'none', from: 'a@b.example', to: 'c@d.example', message: 'hi' }
      try { ${action}; console.log('done') } catch (error) { console.log(error.code) }`
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: 20_000,
      })
      let output = ''
      child.stdout.on('data', (text: Buffer) => {
        output += text.toString()
      })
      const [code, signal] = await once(child, 'close')
      expect({ output: output.trim(), code, signal }).toEqual({ output: outcome, code: 0, signal: null })
    },
    30_000,
  )
})
