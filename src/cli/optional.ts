import { exitCodes, Failure } from './failure.ts'

/**
 * Loads a package that may have been left out when rxsmtp was installed; `what` needs it, such as `--parquet`.
 *
 * @throws Failure that names the package where it is missing.
 */
export async function optional<T>(name: string, what: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause
    throw new Failure(
      exitCodes.unavailable,
      `${what} needs the package ${name}, which is not installed: npm install ${name}`,
      {
        cause,
      },
    )
  }
}

function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes(`'${name}'`)
  )
}
