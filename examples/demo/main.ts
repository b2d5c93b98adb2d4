/**
 * Sends two messages, one through operators and one through a promise, and shows all that was said on the way: to a
 * server of its own, or to the one that the arguments name. `npm start -- --help` lists them.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sendByOperators, sendByPromise } from './deliver.ts'
import { type EmbeddedServer, startServer } from './embedded-server.ts'
import { explain } from './failure.ts'
import { messageFor } from './message.ts'
import { flags, help, type Target, targetOf, UsageError } from './options.ts'
import { readPassword } from './password.ts'
import { Screen } from './screen.ts'

const screen = new Screen(process.stdout)
const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')))

try {
  await main(process.argv.slice(2))
} catch (error) {
  const { lines, exitCode } = explain(error)
  new Screen(process.stderr).failure(lines)
  process.exitCode = exitCode
}

async function main(args: string[]): Promise<void> {
  const { values } = readArguments(args)
  if (values.help) return screen.plain(help)
  const server = values.host === undefined ? await startServer() : undefined
  try {
    const target = server === undefined ? targetOf(values, (path) => readFileSync(path, 'utf8')) : server.target
    const password = server?.password ?? (await readPassword(target, values['password-file']))
    await deliver(target, password, server)
  } finally {
    await server?.stop()
  }
}

async function deliver(target: Target, password: string | undefined, server?: EmbeddedServer): Promise<void> {
  const { signal } = interrupted
  const transcript = screen.transcript()

  screen.title('Operators: connect, hello, startTls, authenticate, send, quit')
  const byOperators = messageFor(target, 'through operators')
  const session = await sendByOperators({ target, password, message: byOperators, transcript, signal })
  screen.title('What the server offers')
  screen.capabilities(session.capabilities)
  screen.security(session.tls)
  screen.title('What became of the message')
  screen.result(session.result)

  screen.title('A promise: sendMail')
  const byPromise = messageFor(target, 'through a promise')
  const result = await sendByPromise({ target, password, message: byPromise, transcript, signal })
  screen.title('What became of it')
  screen.result(result)

  if (server === undefined) return
  screen.title('As the server received them')
  for (const [index, sent] of [byOperators, byPromise].entries()) screen.received(server.received[index], sent)
}

function readArguments(args: string[]): ReturnType<typeof parseArgs<{ options: typeof flags }>> {
  try {
    return parseArgs({ args, options: flags })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
