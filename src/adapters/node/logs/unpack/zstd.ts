import type { Transform } from 'node:stream'
import zlib from 'node:zlib'
import { optionalPackage } from './optional-package.ts'
import { chunkSize, cutOff, damaged, TransformUnpacker } from './transform.ts'
import type { Emit, Unpacker } from './unpacker.ts'
import { frameMagic, ZstdFrames } from './zstd-frames.ts'

/** What unpacks one frame. */
type MakeDecoder = (emit: Emit) => Unpacker

/**
 * Unpacks Zstandard (RFC 8878), any number of frames: by Node itself from 22.15 on, which is several times as fast, and by a
 * package before.
 */
export async function zstdUnpacker(emit: Emit): Promise<Unpacker> {
  const { createZstdDecompress } = runtime
  if (createZstdDecompress === undefined) return new ZstdUnpacker(await packageDecoder(), emit)
  return new ZstdUnpacker((next) => new TransformUnpacker(createZstdDecompress({ chunkSize }), next), emit)
}

// The types are those of Node 20.
const runtime: typeof zlib & { readonly createZstdDecompress?: (options: { chunkSize: number }) => Transform } = zlib

/** Gives each frame a decoder of its own, as some versions of Node know of one frame and not where it ends. */
class ZstdUnpacker implements Unpacker {
  readonly #frames = new ZstdFrames()
  readonly #make: MakeDecoder
  readonly #emit: Emit
  #decoder: Unpacker | undefined

  constructor(make: MakeDecoder, emit: Emit) {
    this.#make = make
    this.#emit = emit
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (const { bytes, ends } of this.#frames.cut(chunk)) {
      const decoder = this.#decoder ?? (await this.#begin())
      await decoder.push(bytes)
      if (!ends) continue
      await decoder.end()
      this.#decoder = undefined
    }
  }

  end(): void {
    if (!this.#frames.isBetween) throw cutOff()
  }

  close(): void {
    this.#decoder?.close()
  }

  async #begin(): Promise<Unpacker> {
    const decoder = this.#make(this.#emit)
    this.#decoder = decoder
    await decoder.push(frameMagic)
    return decoder
  }
}

/** Makes decoders of the package fzstd; it hands on one block at a time, and does not look at checksums. */
async function packageDecoder(): Promise<MakeDecoder> {
  const { Decompress } = await optionalPackage('fzstd', 'Zstandard', () => import('fzstd'))
  return (emit) => {
    const decoder = new Decompress((chunk) => {
      if (chunk.length > 0) emit(chunk)
    })
    const push = (chunk: Uint8Array, isLast: boolean): void => {
      try {
        decoder.push(chunk, isLast)
      } catch (cause) {
        throw damaged(cause)
      }
    }
    return { push: (chunk) => push(chunk, false), end: () => push(new Uint8Array(0), true), close() {} }
  }
}
