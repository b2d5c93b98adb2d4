import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Outcome, root } from '../docs/run-node.ts'

const program = join(root, 'dist/cli/main.js')

/** Starts `rxsmtp` as it is built, in the zone of Greenwich. */
export function startCli(args: readonly string[], cwd: string): ChildProcessWithoutNullStreams {
  if (!existsSync(program)) throw new Error('nothing is built: npm run build')
  return spawn(process.execPath, [program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: 'UTC' },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
}

/** Runs `rxsmtp` to its end, with `input` on standard input. */
export async function runCli(args: readonly string[], cwd: string, input = ''): Promise<Outcome> {
  const child = startCli(args, cwd)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { exitCode, stdout, stderr }
}
