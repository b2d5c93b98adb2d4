import { requireObject } from '../arguments.ts'
import { revealed } from '../secret.ts'
import { type Auth, requireHost, unusable } from './auth.ts'
import { type Credentials, checkCredentials } from './credentials.ts'
import { PrivateExchange } from './exchange.ts'

/** Computes HMAC-MD5 (RFC 2104); the web's own cryptography has no MD5, so each runtime brings it. */
export type HmacMd5 = (key: Uint8Array, message: Uint8Array) => Uint8Array | Promise<Uint8Array>

/** Makes `cramMd5Auth` out of a runtime's HMAC-MD5 (RFC 2195). */
export function cramMd5With(hmacMd5: HmacMd5): (credentials: Credentials) => Auth {
  return (credentials) => {
    const { username, password: given, host } = requireObject('credentials', credentials, 'auth')
    const password = revealed(given)
    checkCredentials({ username, password })
    const encoder = new TextEncoder()
    return {
      mechanism: 'CRAM-MD5',
      start(server) {
        requireHost(server, host)
        let answered = false
        return new PrivateExchange({
          secrets: [password],
          async respond(challenge) {
            if (answered) throw unusable('CRAM-MD5 has one challenge')
            answered = true
            const digest = await hmacMd5(encoder.encode(password), challenge)
            const hexadecimal = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
            return encoder.encode(`${username} ${hexadecimal}`)
          },
        })
      },
    }
  }
}
