/** The functions of RFC 5802 section 2.2, on the Web's cryptography, which every runtime has. */

/** A hash that SCRAM is defined with, by its name in the Web's cryptography. */
export type ScramHash = 'SHA-512' | 'SHA-256' | 'SHA-1'

/** Octets that the Web's cryptography takes: never in memory that is shared. */
type Octets = Uint8Array<ArrayBuffer>

const { subtle } = crypto
const encoder = new TextEncoder()

/** Computes `Hi(str, salt, i)`: PBKDF2 with the length of the hash. */
export async function hi(hash: ScramHash, password: string, salt: Uint8Array, iterations: number): Promise<Octets> {
  const key = await subtle.importKey('raw', encoder.encode(password), 'PBKDF2', false, ['deriveBits'])
  return new Uint8Array(
    await subtle.deriveBits({ name: 'PBKDF2', hash, salt: salt.slice(), iterations }, key, 8 * octetsOf[hash]),
  )
}

/** Computes `HMAC(key, str)`. */
export async function hmac(hash: ScramHash, key: Octets, text: string): Promise<Octets> {
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign'])
  return new Uint8Array(await subtle.sign('HMAC', imported, encoder.encode(text)))
}

/** Computes `H(str)`. */
export async function digest(hash: ScramHash, octets: Octets): Promise<Octets> {
  return new Uint8Array(await subtle.digest(hash, octets))
}

/** Computes the exclusive-or of two strings of octets of the same length. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, at) => octet ^ (b[at] ?? 0))
}

/** Compares octets in a time that does not tell where they differ. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && xor(a, b).reduce((different, octet) => different | octet, 0) === 0
}

const octetsOf: Readonly<Record<ScramHash, number>> = { 'SHA-512': 64, 'SHA-256': 32, 'SHA-1': 20 }
