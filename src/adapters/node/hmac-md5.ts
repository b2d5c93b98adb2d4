import { createHmac } from 'node:crypto'
import type { HmacMd5 } from '../../protocol/sasl/cram-md5.ts'

/** Computes HMAC-MD5 with `node:crypto`. */
export const hmacMd5: HmacMd5 = (key, message) => createHmac('md5', key).update(message).digest()
