import { LogReadError } from '../adapters/node/logs/log-read-error.ts'
import { printable } from '../protocol/printable.ts'

/** Exit codes, those of sysexits.h where it has one. */
export const exitCodes = {
  ok: 0,
  /** Nothing was found, where something was looked for. */
  nothing: 1,
  usage: 64,
  noInput: 66,
  unavailable: 69,
  bug: 70,
  cannotCreate: 73,
  io: 74,
  interrupted: 130,
} as const

/** A failure that is no bug: its message is for the person, its exit code for the shell. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: number

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** Tells that the arguments make no sense. */
export function usageError(message: string): Failure {
  return new Failure(exitCodes.usage, `${message}\nSee --help.`)
}

/** Tells on standard error what went wrong; gives the exit code. */
export function tellFailure(error: unknown): number {
  const { text, exitCode } = explain(error)
  process.stderr.write(`rxsmtp: ${text}\n`)
  return exitCode
}

/** Says what went wrong, and how the process is to end. */
export function explain(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof Failure) {
    return {
      text: error.message
        .split('\n')
        .map((line) => printable(line))
        .join('\n'),
      exitCode: error.exitCode,
    }
  }
  const missing = missingPackage(error)
  if (missing !== undefined) {
    const text = `the package ${missing} is needed for this and was left out when rxsmtp was installed: npm install ${missing}`
    return { text, exitCode: exitCodes.unavailable }
  }
  if (error instanceof LogReadError) {
    const exitCode = error.code === 'missing-package' ? exitCodes.unavailable : exitCodes.io
    return { text: printable(error.message), exitCode }
  }
  if (isSystemError(error)) return { text: printable(error.message), exitCode: exitCodes.io }
  return { text: `A bug: ${error instanceof Error ? error.stack : String(error)}`, exitCode: exitCodes.bug }
}

/** Names a package that was not found: those that serve the command alone may be left out. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) return undefined
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1]
}

/** Tells whether the operating system refused something: the message names what. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
