import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** How a process ended and what it printed. */
export interface Outcome {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Settings of {@link runNode}. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Milliseconds after which it is killed. */
  readonly timeout?: number
}

/** Runs Node without a terminal and with no input; a process that does not end by itself is killed after half a minute. */
export async function runNode(
  args: readonly string[],
  { env = {}, cwd = root, timeout = 30_000 }: RunOptions = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, args, {
    cwd,
    // No colours and no flags of the test runner's.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    killSignal: 'SIGKILL',
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { exitCode, stdout, stderr }
}

/** The project's own folder. */
export const root: string = new URL('../..', import.meta.url).pathname
