/** Clients that are programs of their own. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figures } from './client.ts'

/** The root of the project, where the bench is started. */
export const root: string = process.cwd()

/** The environment of such programs: Debian keeps the tools of Postfix where only root looks. */
export const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/go/bin`,
}
let directory: string | undefined

/** Tells whether a program can be started. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', program], { env }).status === 0
}

/** Names a file that is gone when this process ends. */
export function temporaryFile(name: string): string {
  if (directory === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'bench-'))
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
    directory = made
  }
  return join(directory, name)
}

/** Runs a program and measures it, start and end included. */
export function runProgram(program: string, args: readonly string[]): Promise<Figures> {
  const start = performance.now()
  // The second line of `times` is what the children of the shell have used.
  const child = spawn('sh', ['-c', '"$0" "$@"; status=$?; times; exit $status', program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const elapsed = performance.now() - start
      if (code === 0) resolve({ elapsed, cpu: processorTime(output) })
      else reject(new Error(`${program} ended with ${code}: ${errors.trim()}`))
    })
  })
}

/** Reads `0m1.250000s 0m0.110000s`, user and system, in milliseconds. */
function processorTime(output: string): number {
  const line = output.trim().split('\n').at(-1) ?? ''
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + (Number(m) * 60 + Number(s)) * 1000, 0)
}
