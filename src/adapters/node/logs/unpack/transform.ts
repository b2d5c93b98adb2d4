import type { Transform } from 'node:stream'
import { LogReadError } from '../log-read-error.ts'
import type { Emit, Unpacker } from './unpacker.ts'

// Octets that are unpacked at once: when an archive is damaged, at most so many in front of the damage are lost.
export const chunkSize = 65_536

/**
 * Unpacks by a stream of Node. Listens instead of iterating, because an error takes along what a stream holds back for
 * somebody who iterates.
 */
export class TransformUnpacker implements Unpacker {
  readonly #transform: Transform
  readonly #failed: Promise<never>

  constructor(transform: Transform, emit: Emit) {
    this.#transform = transform.on('data', emit)
    this.#failed = new Promise((_, reject) => transform.on('error', (error) => reject(archiveError(error))))
    // Told by whatever comes next.
    this.#failed.catch(() => {})
  }

  push(chunk: Uint8Array): Promise<void> {
    // The stream does not call back about what is written when it breaks.
    return Promise.race([this.#failed, new Promise<void>((resolve) => this.#transform.write(chunk, () => resolve()))])
  }

  end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#transform.on('end', resolve).end())
    return Promise.race([this.#failed, ended])
  }

  close(): void {
    this.#transform.destroy()
  }
}

function archiveError(cause: NodeJS.ErrnoException): LogReadError {
  if (cause.code === 'Z_BUF_ERROR') return cutOff(cause)
  return damaged(cause)
}

/** Tells that an archive ends too early. */
export function cutOff(cause?: unknown): LogReadError {
  return new LogReadError('truncated', 'the archive ends in the middle', { cause })
}

/** Tells that an archive is not what it should be. */
export function damaged(cause?: unknown): LogReadError {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new LogReadError('corrupt', `the archive is damaged${why}`, { cause })
}

/** Tells that an archive is of a kind that only its own program unpacks. */
export function unread(what: string, program: string, cause?: unknown): LogReadError {
  const instead = `let its own program unpack it: ${program} FILE | rxsmtp logs -`
  return new LogReadError('unsupported', `${what}; ${instead}`, { cause })
}
