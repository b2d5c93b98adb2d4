import { argumentError } from '../errors.ts'

/** A user name with its password. */
export interface Credentials {
  readonly username: string
  readonly password: string
  /** The only host these are for; any other is refused. */
  readonly host?: string
}

/** Checks that no field can shift into the next: NUL separates them in PLAIN and ends them elsewhere (RFC 4616). */
export function checkCredentials(credentials: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(credentials)) {
    if (value?.includes('\0')) throw argumentError(name, 'has a NUL character', { phase: 'auth' })
  }
}
