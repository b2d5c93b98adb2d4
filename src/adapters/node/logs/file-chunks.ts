import { open } from 'node:fs/promises'

/** Which octets of a file are read, and into what. */
export interface Stretch {
  readonly from?: number | undefined
  /** Behind the last one; the end of the file where there is none. */
  readonly to?: number | undefined
  /** Whether one buffer takes every chunk, which then lasts no longer than until the next is asked for. */
  readonly reuse?: boolean | undefined
}

// Octets that are asked for at once: asking costs as much as copying a quarter of this.
const readSize = 1_048_576
// Octets of a chunk: of large ones so much is in use at once that clearing up takes twice as long.
const chunkSize = 65_536

/** Reads a file from one place to another and closes it, also when it is left in the middle. */
export async function* fileChunks(
  path: string | URL,
  { from = 0, to = Number.POSITIVE_INFINITY, reuse = false }: Stretch = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const length = Math.min(readSize, Math.max(size - from, 1))
    let buffer = new Uint8Array(length)
    for (let at = from; at < to; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(length, to - at), at)
      if (bytesRead === 0) return
      for (let begin = 0; begin < bytesRead; begin += chunkSize) {
        yield buffer.subarray(begin, Math.min(begin + chunkSize, bytesRead))
      }
      at += bytesRead
      if (!reuse) buffer = new Uint8Array(length)
    }
  } finally {
    await file.close()
  }
}
