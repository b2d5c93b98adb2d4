/** The client's side of SCRAM as the tests drive it, with a nonce that is known, and exchanges that are printed. */
import { type AnySmtpError, isSmtpError } from '../../../src/protocol/errors.ts'
import type { SaslExchange, ServerInfo } from '../../../src/protocol/sasl/auth.ts'
import { type ScramCredentials, scramWith } from '../../../src/protocol/sasl/scram.ts'
import type { ScramHash } from '../../../src/protocol/sasl/scram-crypto.ts'

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
export const hashes: Readonly<Record<ScramHash, string>> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' }
export const all = Object.keys(hashes).map((hash) => `SCRAM-${hash}`)
export const server = (mechanisms: readonly string[], info: Partial<ServerInfo> = {}): ServerInfo => ({
  host: 'mx.example',
  tls: true,
  loopback: false,
  mechanisms,
  ...info,
})
export const pencil = { username: 'user', password: 'pencil' }

/** Begins an exchange with a nonce that is known. */
export async function begin(
  credentials: ScramCredentials = pencil,
  info: ServerInfo = server(all),
  nonce = 'ofTheClient',
): Promise<{ exchange: SaslExchange; mechanism: string }> {
  const auth = scramWith({ nonce: () => nonce })(credentials)
  const { mechanism } = auth.choose?.(info) ?? auth
  return { exchange: await auth.start(info), mechanism }
}

export async function failure(run: () => unknown): Promise<AnySmtpError> {
  try {
    await run()
  } catch (error) {
    if (isSmtpError(error)) return error
    throw error
  }
  throw new Error('no failure')
}

/** An exchange that is printed somewhere. */
export interface Vector {
  readonly hash: ScramHash
  readonly nonce: string
  readonly serverFirst: string
  readonly clientFinal: string
  readonly serverFinal: string
}

export const vectors: Readonly<Record<string, Vector>> = {
  'RFC 5802 section 5': {
    hash: 'SHA-1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    serverFirst: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    clientFinal: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    serverFinal: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  'RFC 7677 section 3': {
    hash: 'SHA-256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    clientFinal:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
  // No RFC has one: computed with another implementation, Python's hashlib and hmac, from the values of RFC 7677.
  'SHA-512': {
    hash: 'SHA-512',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    clientFinal:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==',
    serverFinal: 'v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==',
  },
}
