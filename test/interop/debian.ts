import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'

const cache = process.env['RXSMTP_SERVERS'] ?? '/var/cache/rxsmtp'

/** Gives the path of a file of a package that `.ci/install-servers` has unpacked beside the system. */
export function unpacked(debianPackage: string, file: string): string {
  return join(cache, debianPackage, file)
}

/** Says which of the needed programs is not there, in words for the person who runs the tests. */
export function missingPrograms(server: string, programs: readonly string[]): string | undefined {
  const lost = programs.find((program) => !isExecutable(program))
  return lost && `${server} is not installed (no ${lost}); run .ci/install-servers`
}

/** Says that root is needed, for servers that switch to other users to deliver. */
export function missingRoot(server: string): string | undefined {
  return process.getuid?.() === 0 ? undefined : `${server} must be started by root`
}

/** Finds a library by its name: the folder depends on the processor. */
export function library(name: string): string {
  const triplets: Partial<Record<string, string>> = {
    x64: 'x86_64-linux-gnu',
    arm64: 'aarch64-linux-gnu',
  }
  const path = join('/usr/lib', triplets[process.arch] ?? '', name)
  return existsSync(path) ? path : join('/usr/lib', name)
}

function isExecutable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}
