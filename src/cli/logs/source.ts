import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { readLog } from '../../adapters/node/logs/index.ts'
import { exitCodes, Failure } from '../failure.ts'
import type { Log } from './scan.ts'

/** What goes with reading. */
export interface Reading {
  /** Is told how many octets of the file have been read. */
  readonly onRead?: ((bytes: number) => void) | undefined
  /** Ends reading as if the log ended there. */
  readonly signal: AbortSignal
}

/** Gives a log to be read, packed or not; `-` is standard input. */
export function logOf(file: string, { onRead, signal }: Reading): Log {
  return (ready) => readLog(file, { signal, ready, onProgress: ({ bytes }) => onRead?.(bytes) })
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
