import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addAbortSignal, Readable } from 'node:stream'
import { fileChunks, type Stretch } from './file-chunks.ts'
import { LogReadError } from './log-read-error.ts'
import type { Unpacker } from './unpack/unpacker.ts'
import { headLength, unpackerOf } from './unpack/unpacker-of.ts'

/** A log: the path of a file, `-` for standard input, or anything that gives chunks of bytes, such as a stream. */
export type LogSource = string | URL | AsyncIterable<Uint8Array>

/** How far reading has come. */
export interface ReadProgress {
  /** Octets that were read, packed as they are. */
  readonly bytes: number
  /** Octets of all that is to be read; undefined where it is no file. */
  readonly size: number | undefined
}

/** Settings of `readLog`. */
export interface ReadLogOptions {
  /** Ends reading as if the log ended there: what was emitted before is complete in itself. */
  readonly signal?: AbortSignal | undefined
  /** Is told how far reading has come, after each chunk. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined
  /** Is awaited before more is read: backpressure for whoever does something with the bytes that takes its time. */
  readonly ready?: (() => Promise<void> | void) | undefined
  /**
   * Whether what is emitted may be overwritten by what comes next, which is faster: for whoever is done with it within
   * `next`, as `lines()` and `parseLog()` are. False by default.
   */
  readonly reuse?: boolean | undefined
  /** Where reading begins and where it ends, in octets of a file that is not packed: a part of a log, for one of many workers. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/**
 * Reads a log to its end and hands on what is in it, piece by piece; nothing more once `signal` is aborted. Rejects with a
 * {@link LogReadError} or the error of the operating system, after what could be read, or with what `take` throws.
 */
export async function readChunks(
  source: LogSource,
  take: (chunk: Uint8Array) => void,
  options: ReadLogOptions = {},
): Promise<void> {
  const { signal } = options
  let isOver = signal?.aborted === true
  const reader = new LogReader((chunk) => {
    if (!isOver) take(chunk)
  }, options)
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      isOver = true
      reader.stop()
      resolve()
    }
    if (isOver) return stop()
    signal?.addEventListener('abort', stop)
    reader
      .read(source)
      .then(resolve, (error: unknown) => reject(named(error, source)))
      .finally(() => signal?.removeEventListener('abort', stop))
  })
}

class LogReader {
  readonly #emit: (chunk: Uint8Array) => void
  readonly #onProgress: ReadLogOptions['onProgress']
  readonly #ready: ReadLogOptions['ready']
  readonly #stretch: Stretch
  readonly #stop = new AbortController()
  #unpacker: Unpacker | undefined
  #size: number | undefined
  #bytes = 0

  constructor(emit: (chunk: Uint8Array) => void, { onProgress, ready, reuse, from, to }: ReadLogOptions) {
    this.#emit = emit
    this.#onProgress = onProgress
    this.#ready = ready
    this.#stretch = { reuse, from, to }
  }

  stop(): void {
    this.#stop.abort()
    this.#unpacker?.close()
  }

  /** Reads to the end. Rejects when it was stopped, too. */
  async read(source: LogSource): Promise<void> {
    const chunks: AsyncIterable<unknown> = await this.#open(source)
    let head: Uint8Array = new Uint8Array(0)
    for await (const chunk of chunks) {
      const bytes = checked(chunk)
      if (this.#unpacker !== undefined) await this.#unpacker.push(bytes)
      else {
        head = head.length === 0 && bytes.length >= headLength ? bytes : joined(head, bytes)
        if (head.length >= headLength) await this.#begin(head)
      }
      this.#bytes += bytes.length
      this.#onProgress?.({ bytes: this.#bytes, size: this.#size })
      await this.#ready?.()
      this.#stop.signal.throwIfAborted()
    }
    if (this.#unpacker === undefined && head.length > 0) await this.#begin(head)
    await this.#unpacker?.end()
  }

  async #open(source: LogSource): Promise<AsyncIterable<unknown>> {
    const { signal } = this.#stop
    if (source === '-') return addAbortSignal(signal, process.stdin)
    if (typeof source !== 'string' && !(source instanceof URL)) {
      return addAbortSignal(signal, source instanceof Readable ? source : Readable.from(source))
    }
    const stats = await stat(source)
    // What is no file may keep one waiting, and a stream can be left while it waits.
    if (!stats.isFile()) return addAbortSignal(signal, createReadStream(source))
    const { from = 0, to = stats.size } = this.#stretch
    this.#size = Math.max(0, Math.min(to, stats.size) - from)
    return fileChunks(source, this.#stretch)
  }

  async #begin(head: Uint8Array): Promise<void> {
    this.#unpacker = await unpackerOf(head, this.#emit)
    this.#stop.signal.throwIfAborted()
    await this.#unpacker.push(head)
  }
}

function checked(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk
  throw new TypeError('a log is read as bytes; this stream gives something else, such as text')
}

function joined(head: Uint8Array, rest: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + rest.length)
  whole.set(head)
  whole.set(rest, head.length)
  return whole
}

/** Puts the name of the log in front of what was wrong with it. */
function named(error: unknown, source: LogSource): unknown {
  if (!(error instanceof LogReadError)) return error
  const name = source === '-' ? 'standard input' : typeof source === 'string' ? source : undefined
  return name === undefined ? error : new LogReadError(error.code, `${name}: ${error.message}`, { cause: error.cause })
}
