import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { exitCodes, Failure } from './failure.ts'

/** Takes text, one piece after the other. */
export interface Writer {
  /** Writes; the promise is backpressure. */
  write(text: string): Promise<void>
  end(): Promise<void>
}

/** Writes to a file, or to standard output when none is named. */
export async function writerTo(file: string | undefined): Promise<Writer> {
  if (file === undefined) return writerOf(process.stdout, false)
  const stream = createWriteStream(file)
  try {
    await once(stream, 'open')
  } catch (cause) {
    throw new Failure(exitCodes.cannotCreate, cause instanceof Error ? cause.message : String(cause), { cause })
  }
  return writerOf(stream, true)
}

/** Writes to a stream, which is closed at the end only if it is ours. */
function writerOf(stream: NodeJS.WritableStream, isOurs: boolean): Writer {
  let failure: unknown
  stream.on('error', (error) => {
    failure = error
  })
  return {
    write: async (text) => {
      if (failure !== undefined) throw failure
      if (!stream.write(text)) await once(stream, 'drain')
    },
    end: async () => {
      if (failure !== undefined) throw failure
      if (!isOurs) return
      stream.end()
      await finished(stream)
    },
  }
}
