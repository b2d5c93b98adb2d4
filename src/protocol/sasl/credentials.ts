import { argumentError } from '../errors.ts'
import type { Secret } from '../secret.ts'

/** A user name with its password. */
export interface Credentials {
  readonly username: string
  /** Text, or a {@link Secret}, which never prints. */
  readonly password: string | Secret
  /** The only host these are for; any other is refused. */
  readonly host?: string
}

/** Checks that no field can shift into the next: NUL separates them in PLAIN and ends them elsewhere (RFC 4616). */
export function checkCredentials(credentials: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(credentials)) {
    // From JavaScript anything may come, and must not be sent as the word "undefined".
    if (typeof value !== 'string') throw argumentError(name, 'not text', { phase: 'auth' })
    if (value.includes('\0')) throw argumentError(name, 'has a NUL character', { phase: 'auth' })
  }
}
