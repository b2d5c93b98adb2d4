/** Why a log cannot be read to its end. */
export type LogReadErrorCode =
  /** The archive ends in the middle. */
  | 'truncated'
  /** The archive is damaged. */
  | 'corrupt'
  /** It is packed in a way that is not understood. */
  | 'unsupported'
  /** The package that unpacks it is not installed. */
  | 'missing-package'

/**
 * Tells that a log is there and cannot be read, or not to its end. What was readable has been emitted before. What the
 * operating system refuses is its own error, such as one with the code `ENOENT`.
 */
export class LogReadError extends Error {
  override readonly name = 'LogReadError'
  readonly code: LogReadErrorCode

  constructor(code: LogReadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
