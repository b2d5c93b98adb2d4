import { gzipUnpacker } from './gzip.ts'
import { unread } from './transform.ts'
import type { Emit, Unpacker } from './unpacker.ts'
import { xzUnpacker } from './xz.ts'
import { zstdUnpacker } from './zstd.ts'

/** Octets at the beginning that tell how a log is packed. */
export const headLength = 6

/** Makes what unpacks a log that begins with `head`; names of files are not looked at. */
export async function unpackerOf(head: Uint8Array, emit: Emit): Promise<Unpacker> {
  const form = forms.find(({ magic }) => magic.every((octet, at) => octet === null || octet === head[at]))
  return form === undefined ? { push: emit, end() {}, close() {} } : form.make(emit)
}

interface Form {
  /** `null` is any octet. */
  readonly magic: readonly (number | null)[]
  make(emit: Emit): Promise<Unpacker> | Unpacker
}

const forms: readonly Form[] = [
  { magic: [0x1f, 0x8b], make: gzipUnpacker },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], make: zstdUnpacker },
  // A frame to be skipped, as programs that pack in parallel write. Its first octet ends in any four bits: no text does.
  { magic: [null, 0x2a, 0x4d, 0x18], make: zstdUnpacker },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], make: xzUnpacker },
  { magic: [0x42, 0x5a, 0x68, null, 0x31, 0x41], make: () => refuse('bzip2', 'bzip2 -dc') },
  { magic: [0x1f, 0x9d], make: () => refuse('compress', 'zcat') },
  { magic: [0x50, 0x4b, 0x03, 0x04], make: () => refuse('zip', 'unzip -p') },
  { magic: [0x04, 0x22, 0x4d, 0x18], make: () => refuse('lz4', 'lz4 -dc') },
  { magic: [0x5d, 0x00, 0x00], make: () => refuse('lzma', 'xz -dc') },
]

function refuse(form: string, program: string): never {
  throw unread(`it is packed by ${form}, which is not read`, program)
}
