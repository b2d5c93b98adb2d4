import { createGunzip } from 'node:zlib'
import { chunkSize, TransformUnpacker } from './transform.ts'
import type { Emit, Unpacker } from './unpacker.ts'

/** Unpacks gzip (RFC 1952), any number of members. */
export function gzipUnpacker(emit: Emit): Unpacker {
  return new TransformUnpacker(createGunzip({ chunkSize }), emit)
}
