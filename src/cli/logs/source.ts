import type { Stats } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { type ReadProgress, readChunks } from '../../adapters/node/logs/read-chunks.ts'
import { exitCodes, explain, Failure } from '../failure.ts'
import type { Log } from './scan.ts'

/** A log that is to be read, as it was when it was looked at. */
export interface LogFile {
  /** `-` is standard input. */
  readonly path: string
  /** Octets; 0 where it is no file. */
  readonly size: number
  /** When it was written to, in milliseconds since 1970; undefined where that is not known. */
  readonly written: number | undefined
}

/** Tells that a log could not be read to its end. Names it; what was read before counts. */
export class Unreadable extends Failure {}

/** What goes with reading. */
export interface Reading {
  /** Is told how many octets of the file have been read. */
  readonly onRead?: ((bytes: number) => void) | undefined
  /** Ends reading as if the log ended there. */
  readonly signal: AbortSignal
}

/** Octets of a file that is not packed, from one place up to another. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Gives a log to be read, packed or not, or a stretch of it; errors are {@link Unreadable}. */
export function logOf(path: string, { onRead, signal }: Reading, stretch?: Stretch): Log {
  return async (take, { ready, signal: failed }) => {
    const onProgress = ({ bytes }: ReadProgress): void => onRead?.(bytes)
    const either = AbortSignal.any([signal, failed])
    await readChunks(path, take, { ...stretch, signal: either, ready, reuse: true, onProgress }).catch(
      (error: unknown) => {
        throw unreadable(path, error)
      },
    )
  }
}

/** Looks at every log before the first is read, so that a typing error does not cost the work on all the others. */
export async function lookAt(paths: readonly string[]): Promise<LogFile[]> {
  return Promise.all(paths.map((path) => (path === '-' ? { path, size: 0, written: undefined } : fileAt(path))))
}

async function fileAt(path: string): Promise<LogFile> {
  const stats = await statOf(path)
  if (stats.isDirectory()) throw new Failure(exitCodes.noInput, `${path} is a directory; name the logs in it`)
  return { path, size: stats.size, written: stats.isFile() ? writtenAt(stats) : undefined }
}

async function statOf(path: string): Promise<Stats> {
  try {
    const stats = await stat(path)
    await access(path, constants.R_OK)
    return stats
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new Failure(exitCodes.noInput, missing ? `there is no file ${path}` : message, { cause })
  }
}

/** What unpacks or copies files without their times gives them one long ago. */
function writtenAt({ mtimeMs }: Stats): number | undefined {
  return mtimeMs > Date.UTC(2000) ? mtimeMs : undefined
}

function unreadable(path: string, error: unknown): unknown {
  const { text, exitCode } = explain(error)
  if (exitCode === exitCodes.bug) return error
  const name = path === '-' ? 'standard input' : path
  return new Unreadable(exitCode, text.includes(name) ? text : `${name}: ${text}`, { cause: error })
}
