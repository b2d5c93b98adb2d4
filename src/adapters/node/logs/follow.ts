import { type BigIntStats, type FSWatcher, watch } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { Observable } from 'rxjs'

/** Settings of {@link follow}. */
export interface FollowOptions {
  /** Where in a file that is there to begin; `end` unless given. One that comes later is read from its start. */
  readonly from?: 'start' | 'end' | undefined
  /**
   * Milliseconds after which the file is looked at even if the operating system tells nothing, as it does for file
   * systems of other machines; 1,000 unless given.
   */
  readonly pollInterval?: number | undefined
  /** Ends following as if the log ended there. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Emits what is written to a log, now and from now on, across rotation: whether the file is renamed and another one made,
 * copied and cut off, deleted and made anew, or not there yet.
 *
 * A file that was renamed is read to its end before the next one is begun, which is when that has something in it. Where
 * a file ends in the middle of a line, a line end is added. Never completes unless `signal` is aborted. Errors when the
 * operating system does not let the file be read. Unsubscribing lets go of everything.
 *
 * @example
 * const records$ = follow('/var/log/mail.log', { from: 'start' }).pipe(lines(), parseLog('auto'))
 */
export function follow(file: string, options: FollowOptions = {}): Observable<Uint8Array> {
  return new Observable((subscriber) => {
    const { signal } = options
    if (signal?.aborted) return subscriber.complete()
    const follower = new Follower(file, options, (chunk) => subscriber.next(chunk))
    const stop = (): void => subscriber.complete()
    signal?.addEventListener('abort', stop)
    follower.run().catch((error: unknown) => subscriber.error(error))
    return () => {
      signal?.removeEventListener('abort', stop)
      follower.stop()
    }
  })
}

class Follower {
  readonly #file: string
  readonly #emit: (chunk: Uint8Array) => void
  readonly #bell: Bell
  #from: 'start' | 'end'
  #open: OpenLog | undefined

  constructor(file: string, { from = 'end', pollInterval = 1_000 }: FollowOptions, emit: (chunk: Uint8Array) => void) {
    this.#file = file
    this.#from = from
    this.#emit = emit
    this.#bell = new Bell(file, pollInterval)
  }

  stop(): void {
    this.#bell.stop()
  }

  /** Goes on until it is stopped. */
  async run(): Promise<void> {
    try {
      while (!this.#bell.isStopped) {
        await this.#look()
        // Whatever comes from now on is new.
        this.#from = 'start'
        await this.#bell.rings()
      }
    } finally {
      this.#bell.stop()
      await this.#open?.close()
    }
  }

  /** Reads what there is, of the file that is open and of those that took its place. */
  async #look(): Promise<void> {
    for (;;) {
      const found = await statOf(this.#file)
      if (this.#bell.isStopped) return
      const isAnother = found !== undefined && this.#open?.isOf(found) !== true
      await this.#open?.read(this.#emit, this.#bell)
      // Whoever writes goes over to a new file at once: when that has something in it, the old one is finished.
      if (!isAnother || (this.#open !== undefined && found.size === 0n)) return
      await this.#goOver()
    }
  }

  async #goOver(): Promise<void> {
    const next = await OpenLog.open(this.#file, this.#from)
    if (next === undefined) return
    const before = this.#open
    this.#open = next
    if (before === undefined) return
    before.endLine(this.#emit)
    await before.close()
  }
}

// Octets in front of the place where reading goes on, by which a file is known again.
const memory = 64
const chunkSize = 65_536
const LF = 10
const lineEnd = Uint8Array.of(LF)

/** A file that is open, and how far it has been read. */
class OpenLog {
  readonly #handle: FileHandle
  readonly #stats: BigIntStats
  readonly #buffer = new Uint8Array(chunkSize)
  #position: number
  /** The last octets that were read. */
  #last: Uint8Array = new Uint8Array(0)

  private constructor(handle: FileHandle, stats: BigIntStats, from: 'start' | 'end') {
    this.#handle = handle
    this.#stats = stats
    this.#position = from === 'end' ? Number(stats.size) : 0
  }

  /** Opens a file; undefined where there is none. */
  static async open(file: string, from: 'start' | 'end'): Promise<OpenLog | undefined> {
    const handle = await orMissing(open(file))
    if (handle === undefined) return undefined
    try {
      return new OpenLog(handle, await handle.stat({ bigint: true }), from)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  isOf({ dev, ino }: BigIntStats): boolean {
    return dev === this.#stats.dev && ino === this.#stats.ino
  }

  /** Reads to the end, from the start again if the file was cut off since. */
  async read(emit: (chunk: Uint8Array) => void, bell: Bell): Promise<void> {
    if (await this.#wasCutOff()) {
      this.endLine(emit)
      this.#position = 0
      this.#last = this.#last.subarray(0, 0)
    }
    while (!bell.isStopped) {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, chunkSize, this.#position)
      if (bytesRead === 0 || bell.isStopped) return
      const chunk = this.#buffer.slice(0, bytesRead)
      this.#position += bytesRead
      this.#last = chunk.slice(-memory)
      emit(chunk)
    }
  }

  /** Ends a line that has none: it does not go on in another file. */
  endLine(emit: (chunk: Uint8Array) => void): void {
    if (this.#last.length > 0 && this.#last.at(-1) !== LF) emit(lineEnd)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  /** A file that is shorter was cut off; one that has grown since has something else where reading would go on. */
  async #wasCutOff(): Promise<boolean> {
    const { size } = await this.#handle.stat()
    if (size < this.#position) return true
    const { length } = this.#last
    if (length === 0) return false
    const { buffer, bytesRead } = await this.#handle.read(new Uint8Array(length), 0, length, this.#position - length)
    return bytesRead < length || buffer.some((octet, at) => octet !== this.#last[at])
  }
}

/** Rings when something has happened to a file, and every now and then. */
class Bell {
  readonly #file: string
  readonly #pollInterval: number
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #hasRung = false
  #onRing = (): void => {}
  isStopped = false

  constructor(file: string, pollInterval: number) {
    this.#file = file
    this.#pollInterval = pollInterval
    this.#watch()
  }

  /** Resolves as soon as it has rung since the last time, or is stopped. */
  async rings(): Promise<void> {
    // Directories come late, go, and come back.
    if (this.#watcher === undefined) this.#watch()
    if (!this.#hasRung && !this.isStopped) {
      await new Promise<void>((resolve) => {
        this.#onRing = resolve
        this.#timer = setTimeout(resolve, this.#pollInterval)
      })
      clearTimeout(this.#timer)
    }
    this.#hasRung = false
  }

  stop(): void {
    this.isStopped = true
    this.#watcher?.close()
    this.#watcher = undefined
    this.#ring()
  }

  #ring(): void {
    this.#hasRung = true
    this.#onRing()
  }

  /** The directory is watched, because the file comes and goes. Where that cannot be, the timer does. */
  #watch(): void {
    if (this.isStopped) return
    const name = basename(this.#file)
    try {
      const watcher = watch(dirname(this.#file), (_event, changed) => {
        // A file that was renamed is still written to, under a name that begins alike.
        if (changed === null || changed.startsWith(name)) this.#ring()
      })
      watcher.on('error', () => {
        watcher.close()
        this.#watcher = undefined
      })
      this.#watcher = watcher
    } catch {
      this.#watcher = undefined
    }
  }
}

function statOf(file: string): Promise<BigIntStats | undefined> {
  return orMissing(stat(file, { bigint: true }))
}

/** Takes a missing file for none. */
async function orMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
