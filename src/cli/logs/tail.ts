import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

// Octets that are read at once, and milliseconds between two looks at a log that does not grow.
const chunkSize = 1 << 16
const period = 500

/**
 * Reads a log from its beginning and goes on as it grows, until `signal` is aborted. `onEnd` is told whenever all that
 * is there has been read.
 *
 * A log that is renamed is read to its end before the new one of its name is begun; one that is cut is begun anew.
 */
export async function* tail(path: string, signal: AbortSignal, onEnd: () => void): AsyncGenerator<Uint8Array> {
  let file = await open(path)
  let position = 0
  try {
    while (!signal.aborted) {
      const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(chunkSize), position })
      position += bytesRead
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead)
      else {
        onEnd()
        const next = await successor(path, file, position)
        if (next === undefined) await pause(signal)
        else {
          if (next !== file) await file.close()
          file = next
          position = 0
        }
      }
    }
  } finally {
    await file.close()
  }
}

/** Gives what is to be read from its beginning now, if not the rest of this file: a new one, or the same cut short. */
async function successor(path: string, file: FileHandle, position: number): Promise<FileHandle | undefined> {
  const [mine, named] = await Promise.all([file.stat(), statOf(path)])
  // Between renaming and making anew there is no file of this name.
  if (named !== undefined && (named.ino !== mine.ino || named.dev !== mine.dev)) {
    // Somebody may have written between the last look and the renaming.
    return mine.size > position ? undefined : open(path)
  }
  return mine.size < position ? file : undefined
}

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(period, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
