import { isSmtpError, type SmtpErrorCode } from '../src/index.ts'

/**
 * Returns what a function makes of an input, or undefined when it refuses it as it should.
 *
 * @throws every other error.
 */
export function unlessRefused<T>(code: SmtpErrorCode, attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    if (isSmtpError(error, code)) return undefined
    throw error
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Reads an input as text; octets that are no UTF-8 read as U+FFFD. */
export function textOf(octets: Uint8Array): string {
  return decoder.decode(octets)
}
