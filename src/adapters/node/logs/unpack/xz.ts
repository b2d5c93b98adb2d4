import type { LogReadError } from '../log-read-error.ts'
import { optionalPackage } from './optional-package.ts'
import { cutOff, damaged, unread } from './transform.ts'
import type { Emit, Unpacker } from './unpacker.ts'

/**
 * Unpacks xz, any number of streams, by a package. It runs in WebAssembly whose memory does for one log: another one
 * waits until that has been read.
 */
export async function xzUnpacker(emit: Emit): Promise<Unpacker> {
  const { XzReadableStream } = await optionalPackage('xz-decompress', 'xz', load)
  return new XzUnpacker((packed) => new XzStream(new XzReadableStream(packed.stream), packed, emit))
}

type XzPackage = typeof import('xz-decompress')

/** Loads the package, a CommonJS module whose names Node does not see from outside. */
async function load(): Promise<XzPackage> {
  const loaded: XzPackage & { readonly default?: XzPackage } = await import('xz-decompress')
  return loaded.default ?? loaded
}

// Streams end in these two octets. Their length is a multiple of four, and so is that of the padding behind them.
const [Y, Z] = [0x59, 0x5a]

/** The package reads one stream and does not tell where it ended, so it is given what may be the end as an end. */
class XzUnpacker implements Unpacker {
  readonly #make: (packed: Inlet) => XzStream
  #stream: XzStream | undefined
  #offset = 0
  #last = 0

  constructor(make: (packed: Inlet) => XzStream) {
    this.#make = make
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length; ) {
      const to = this.#endIn(chunk, from)
      await this.#take(chunk.subarray(from, to))
      from = to
    }
  }

  async end(): Promise<void> {
    await this.#stream?.end()
  }

  close(): void {
    this.#stream?.close()
  }

  /** Finds how far it goes to where a stream may end, or to the end of the chunk. */
  #endIn(chunk: Uint8Array, from: number): number {
    let to = chunk.length
    for (let at = chunk.indexOf(Z, from); at >= 0; at = chunk.indexOf(Z, at + 1)) {
      if ((this.#offset + at - from) % 4 !== 3 || (at === from ? this.#last : chunk[at - 1]) !== Y) continue
      to = at + 1
      break
    }
    this.#offset += to - from
    this.#last = chunk[to - 1] ?? 0
    return to
  }

  async #take(bytes: Uint8Array): Promise<void> {
    const rest = this.#stream === undefined ? withoutPadding(bytes) : bytes
    if (rest.length === 0) return
    this.#stream ??= this.#make(new Inlet())
    if (await this.#stream.push(rest)) this.#stream = undefined
  }
}

function withoutPadding(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((octet) => octet !== 0)
  return at < 0 ? bytes.subarray(bytes.length) : bytes.subarray(at)
}

/** The numbers are those of `xz_ret` in XZ Embedded. */
function isUnsupported(cause: unknown): boolean {
  return cause instanceof Error && /error code [246]$/.test(cause.message)
}

function unsupported(cause: unknown): LogReadError {
  const what = 'filters, checks (other than CRC32 and CRC64) or dictionaries'
  return unread(`it has ${what} of xz that are not read`, 'xz -dc', cause)
}

/** A stream of the web into which is put what is asked for, and no more. */
class Inlet {
  readonly stream: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #onHunger = (): void => {}
  #hunger: Promise<void>

  constructor() {
    this.#hunger = this.#nextHunger()
    this.stream = new ReadableStream(
      {
        pull: (controller) => {
          this.#controller = controller
          this.#onHunger()
        },
      },
      { highWaterMark: 0 },
    )
  }

  /** Resolves when more is asked for. */
  get hunger(): Promise<void> {
    return this.#hunger
  }

  put(bytes: Uint8Array): void {
    this.#hunger = this.#nextHunger()
    this.#controller?.enqueue(bytes)
  }

  end(): void {
    this.#controller?.close()
  }

  #nextHunger(): Promise<void> {
    return new Promise((resolve) => {
      this.#onHunger = resolve
    })
  }
}

/** One stream on its way through the package. */
class XzStream {
  readonly #inlet: Inlet
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #begun: Promise<void>
  /** Resolves to true when the stream has come to its end. */
  readonly #ended: Promise<true>

  constructor(unpacked: ReadableStream<Uint8Array>, inlet: Inlet, emit: Emit) {
    this.#inlet = inlet
    this.#begun = inlet.hunger
    this.#reader = unpacked.getReader()
    this.#ended = this.#pump(emit)
    // Told by whatever comes next.
    this.#ended.catch(() => {})
  }

  /** Takes bytes and tells whether the stream ends with them. */
  async push(bytes: Uint8Array): Promise<boolean> {
    await Promise.race([this.#inlet.hunger, this.#ended])
    this.#inlet.put(bytes)
    return Promise.race([this.#ended, this.#inlet.hunger.then(() => false)]).catch((cause: unknown) => {
      throw isUnsupported(cause) ? unsupported(cause) : damaged(cause)
    })
  }

  async end(): Promise<void> {
    this.#inlet.end()
    await this.#ended.catch((cause: unknown) => {
      throw cutOff(cause)
    })
  }

  close(): void {
    // The package lets go of the memory of another log when it is stopped before it has begun.
    this.#begun.then(() => this.#reader.cancel()).catch(() => {})
  }

  async #pump(emit: Emit): Promise<true> {
    for (;;) {
      const { done, value } = await this.#reader.read()
      if (done) return true
      if (value.length > 0) emit(value)
    }
  }
}
