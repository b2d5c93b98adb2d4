import { LogReadError } from '../log-read-error.ts'

/**
 * Loads a package that may have been left out when rxsmtp was installed; it unpacks `form`.
 *
 * @throws LogReadError `missing-package`, which names it.
 */
export async function optionalPackage<T>(name: string, form: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause
    throw new LogReadError(
      'missing-package',
      `${form} is unpacked by the package ${name}, which is not installed: npm install ${name}`,
      { cause },
    )
  }
}
