import { argumentError } from './errors.ts'

/** What stands in place of a secret. */
export const masked = '********'

/**
 * Holds a password, a token or a key, and never prints it: not in a template, a log, JSON, a clone or a debugger's view of
 * an object. Accepted wherever a secret is; only `reveal()` gives it out.
 *
 * @throws SmtpError `invalid-argument` for anything but text.
 * @example
 * const password = new Secret('wonderland')
 * String(password) // '********'
 * JSON.stringify({ password }) // '{"password":"********"}'
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    if (typeof text !== 'string') throw argumentError('secret', 'not text', { phase: 'auth' })
    this.#text = text
    Object.freeze(this)
  }

  /** Returns the secret, for whoever has to send it. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return masked
  }

  toJSON(): string {
    return masked
  }

  [Symbol.toPrimitive](): string {
    return masked
  }
}

// What Node's `util.inspect` and `console.log` show.
Object.defineProperty(Secret.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: () => `Secret(${masked})` })

/** Returns the text of a secret, however it was given. */
export function revealed(secret: string | Secret): string {
  return secret instanceof Secret ? secret.reveal() : secret
}
