// A server is a process group. Whatever happens to the test, the group goes: stop() ends it politely, the exit of
// this process ends it at once, and if this process is killed a watchdog in the group sees its standard input close.
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, connect as dialPort } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// The shell becomes the program, so the program leads the group. The watchdog is nobody's child: a server that reaps
// children must not find one that it does not know.
const guarded = `
exec 3<&0 </dev/null
( { while read -r line; do :; done <&3; kill -KILL 0; } & )
exec "$0" "$@" 3<&-
`
const startLimit = 20_000
const stopLimit = 3_000

export interface Command {
  name: string
  program: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
  /** Ready when all of these accept a connection. */
  ports: readonly number[]
  /** More log than the program writes to its output. */
  extraLog?: () => string
}

export interface Running {
  log(): string
  stop(): Promise<void>
}

/** Makes a directory that every user may pass through, hands it to `build`, and removes it if that fails. */
export async function inNewDirectory<T>(name: string, build: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), `rxsmtp-${name}-`))
  // Servers leave root behind and still have to reach their files.
  await chmod(directory, 0o755)
  try {
    return await build(directory)
  } catch (failure) {
    await rm(directory, { recursive: true, force: true })
    throw failure
  }
}

/** Starts a program that stays in the foreground, and waits until its ports answer. */
export async function run(command: Command): Promise<Running> {
  const child = spawn('/bin/sh', ['-c', guarded, command.program, ...command.args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...command.env },
  })
  const output = collect(child)
  const log = (): string => [output(), command.extraLog?.() ?? ''].join('\n').trim()
  const endNow = (): void => signal(child, 'SIGKILL')
  process.once('exit', endNow)
  const running: Running = {
    log,
    async stop() {
      await end(child)
      process.removeListener('exit', endNow)
    },
  }
  try {
    await Promise.all(command.ports.map((port) => untilAccepting(port, child)))
    return running
  } catch (failure) {
    await running.stop()
    throw new Error(`${command.name} did not come up; its log:\n${log() || '(empty)'}`, { cause: failure })
  }
}

/** Finds ports that are free now, all different. */
export async function freePorts<const N extends readonly string[]>(...names: N): Promise<Record<N[number], number>> {
  const servers = await Promise.all(names.map(listenAnywhere))
  const found = servers.map(({ port }, index) => [names[index], port] as const)
  await Promise.all(servers.map(({ close }) => close()))
  return Object.fromEntries(found) as Record<N[number], number>
}

function listenAnywhere(): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      resolve({
        port,
        close: () => new Promise((done) => server.close(() => done())),
      })
    })
  })
}

async function untilAccepting(port: number, child: ChildProcess): Promise<void> {
  const until = Date.now() + startLimit
  while (!(await accepts(port))) {
    if (hasEnded(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`)
    if (Date.now() > until) throw new Error(`port ${port} does not answer after ${startLimit} ms`)
    await sleep(20)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dialPort(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

async function end(child: ChildProcess): Promise<void> {
  signal(child, 'SIGTERM')
  if (await groupGone(child, stopLimit)) return
  signal(child, 'SIGKILL')
  await groupGone(child, stopLimit)
}

// The leader may go before its children do.
async function groupGone(child: ChildProcess, limit: number): Promise<boolean> {
  const until = Date.now() + limit
  while (Date.now() < until) {
    if (child.pid === undefined || (hasEnded(child) && !livesOn(child.pid))) return true
    await sleep(20)
  }
  return false
}

/** Tells whether somebody in a process group is alive; a zombie is not, and may wait long for its burial. */
function livesOn(group: number): boolean {
  return readdirSync('/proc').some((name) => {
    const [, state, of] = /\) (\w) \d+ (\d+) [^)]*$/.exec(statOf(name)) ?? []
    return Number(of) === group && state !== 'Z' && state !== 'X'
  })
}

function statOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/stat`, 'utf8')
  } catch {
    return ''
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, name)
  } catch {
    // Nobody is left.
  }
}

function collect(child: ChildProcess): () => string {
  const keep = 64 * 1024
  let text = ''
  const add = (chunk: Buffer | string): void => {
    text = (text + String(chunk)).slice(-keep)
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  child.on('error', (failure) => add(failure.message))
  return () => text
}
