import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addAbortSignal, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { exitCodes, Failure } from '../failure.ts'

// Octets that are read at once.
const chunkSize = 1 << 20

/** What goes with reading. */
export interface Reading {
  /** Is told how many octets of the file have been read. */
  readonly onRead?: ((bytes: number) => void) | undefined
  /** Ends reading as if the log ended there. */
  readonly signal: AbortSignal
}

/** Reads a log, packed or not; `-` is standard input. */
export async function* bytesOf(file: string, { onRead, signal }: Reading): AsyncGenerator<Uint8Array> {
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: chunkSize })
  // Errors of the file end what is unpacked, and whoever iterates is told.
  const bytes = file.endsWith('.gz') ? pipeline(stream, createGunzip({ chunkSize }), () => {}) : stream
  addAbortSignal(signal, bytes)
  try {
    for await (const chunk of bytes) {
      yield chunk as Uint8Array
      onRead?.(stream.bytesRead)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/**
 * Looks at every file before the first is read, so that a typing error does not cost the work on all the others. Gives
 * their sizes in octets.
 */
export async function sizesOf(files: readonly string[]): Promise<number[]> {
  return Promise.all(
    files.map(async (file) => {
      if (file === '-') return 0
      const stats = await statOf(file)
      if (stats.isDirectory()) throw new Failure(exitCodes.noInput, `${file} is a directory; name the logs in it`)
      return stats.size
    }),
  )
}

async function statOf(file: string): Promise<Stats> {
  try {
    return await stat(file)
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new Failure(exitCodes.noInput, missing ? `there is no file ${file}` : message, { cause })
  }
}
