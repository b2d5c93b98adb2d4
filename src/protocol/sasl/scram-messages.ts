/** The messages of SCRAM, as RFC 5802 section 7 writes them. */
import { fromBase64, toBase64 } from '../base64.ts'
import { limits } from '../limits.ts'
import { unusable } from './auth.ts'

/** What the server says first: `server-first-message`. */
export interface ServerFirst {
  /** The client's nonce with the server's behind it. */
  readonly nonce: string
  readonly salt: Uint8Array
  readonly iterations: number
}

/** What the server says last, `server-final-message`: its signature, or why it refuses. */
export type ServerFinal = { readonly verifier: Uint8Array } | { readonly error: string }

/** Writes a `saslname`: the comma separates attributes, so it cannot stand for itself. */
export function saslname(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C')
}

/** Writes `client-final-message-without-proof`; `binding` is the GS2 header and the channel's data. */
export function clientFinalWithoutProof(binding: Uint8Array, nonce: string): string {
  return `c=${toBase64(binding)},r=${nonce}`
}

// reserved-mext is a must-understand extension, and none is defined; others come behind the count and may be ignored.
const serverFirst = /^r=(?<nonce>[!-+\--~]+),s=(?<salt>[^,]+),i=(?<count>[1-9]\d{0,9})(?:,.*)?$/s
const mandatory = /(?:^|,)m=/

/**
 * Reads `server-first-message` and refuses a nonce that is not ours, salt that is none, and a count of iterations
 * that is too weak (RFC 7677 section 4) or would keep us busy for ever.
 */
export function parseServerFirst(
  message: string,
  clientNonce: string,
  most: number = limits.scramIterations,
): ServerFirst {
  if (mandatory.test(message)) throw unusable('SCRAM: the server asks for an extension that nobody knows')
  const { nonce = '', salt: encoded = '', count = '' } = serverFirst.exec(message)?.groups ?? {}
  const salt = fromBase64(encoded)
  if (nonce === '' || salt === undefined) throw unusable('SCRAM: not a server-first-message')
  if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length) {
    throw unusable('SCRAM: the nonce is not ours with one of the server behind it')
  }
  const iterations = Number(count)
  if (iterations < fewestIterations || iterations > most) {
    throw unusable(`SCRAM: ${iterations} iterations, not ${fewestIterations} to ${most}`)
  }
  return { nonce, salt, iterations }
}

const fewestIterations = 4096

/** Reads `server-final-message`. */
export function parseServerFinal(message: string): ServerFinal {
  const { verifier, error } = /^(?:v=(?<verifier>[^,]+)|e=(?<error>[^,]+))(?:,.*)?$/s.exec(message)?.groups ?? {}
  if (error !== undefined) return { error }
  const octets = verifier === undefined ? undefined : fromBase64(verifier)
  if (octets === undefined) throw unusable('SCRAM: not a server-final-message')
  return { verifier: octets }
}
