import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { fileOf, type Target, UsageError } from './options.ts'

/** Finds the password of the target's user: in a file, in the environment, or by asking. */
export async function readPassword({ user, host }: Target, file: string | undefined): Promise<string | undefined> {
  if (user === undefined) return undefined
  if (file !== undefined) {
    return fileOf('password-file', file, (path) => readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '')
  }
  const password = process.env['RXSMTP_PASSWORD']
  if (password !== undefined) return password
  if (process.stdin.isTTY) return ask(`Password of ${user} at ${host}: `)
  throw new UsageError('--user needs a password: --password-file, RXSMTP_PASSWORD, or a terminal to ask at')
}

/** Asks at the terminal and shows nothing of the answer. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await Promise.race([terminal.question(''), interruptionOf(terminal)])
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

// While readline has the terminal, Ctrl-C and Ctrl-D come as events of its own.
function interruptionOf(terminal: ReturnType<typeof createInterface>): Promise<never> {
  return new Promise((_, reject) => {
    terminal.once('SIGINT', () => reject(new UsageError('no password was given')))
    terminal.once('close', () => reject(new UsageError('no password was given')))
  })
}
