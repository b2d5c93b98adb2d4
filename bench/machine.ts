import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { env, isInstalled, root } from './program.ts'

/** Which processes are bound to which core; undefined where they are not. */
export interface Cores {
  readonly client: number | undefined
  readonly sink: number | undefined
}

/** Finds a core for the client and another for the sink, where processes can be bound to one. */
export function coresOf(): Cores {
  return availableParallelism() > 1 && isInstalled('taskset')
    ? { client: 0, sink: 1 }
    : { client: undefined, sink: undefined }
}

/** Describes the machine in one line. */
export function machine(): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const system = `${platform()} ${release().split('-')[0]} ${arch()}`
  return `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${memory} GiB, ${system}, Node.js ${process.version}`
}

/** Tells the version of a package, or of Go. */
export function versionOf(name: string): string {
  try {
    if (name === 'net/smtp') {
      const [version = ''] = /go[\d.]+/.exec(execFileSync('go', ['version'], { env, encoding: 'utf8' })) ?? []
      return version
    }
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
    return String(version)
  } catch {
    return ''
  }
}
