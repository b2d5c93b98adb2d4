import { toBase64 } from '../base64.ts'
import { nothing } from '../octets.ts'
import { type SaslExchange, unusable } from './auth.ts'
import type { SaslRefusalInit } from './refusal.ts'
import { digest, hmac, type ScramHash, sameOctets, xor } from './scram-crypto.ts'
import { clientFinalWithoutProof, parseServerFinal, parseServerFirst, saslname } from './scram-messages.ts'

/** All that one exchange needs to know. */
export interface ScramState {
  readonly hash: ScramHash
  readonly username: string
  readonly identity: string
  /** Such as `p=tls-exporter`, or `n` or `y` (RFC 5802 section 6). */
  readonly bindingFlag: string
  /** The data of the channel; empty without binding. */
  readonly bindingData: Uint8Array
  readonly nonce: string
  readonly password: string
  /** Iterations that the server may ask for. */
  readonly maxIterations: number
  saltedPassword(salt: Uint8Array, iterations: number): Promise<Uint8Array<ArrayBuffer>>
}

const encoder = new TextEncoder()

/** One SCRAM exchange: the client proves that it knows the password, then the server does (RFC 5802 section 3). */
export class ScramExchange implements SaslExchange {
  readonly initialResponse: Uint8Array
  readonly #state: ScramState
  readonly #gs2Header: string
  readonly #clientFirstBare: string
  readonly #secrets: string[]
  #expecting: 'server-first' | 'server-final' | 'nothing' = 'server-first'
  #serverSignature: Uint8Array = nothing
  #verified = false
  #refusal: SaslRefusalInit | undefined

  constructor(state: ScramState) {
    const { bindingFlag, identity, username, nonce, password } = state
    this.#state = state
    this.#gs2Header = `${bindingFlag},${identity === '' ? '' : `a=${saslname(identity)}`},`
    this.#clientFirstBare = `n=${saslname(username)},r=${nonce}`
    this.#secrets = [password]
    this.initialResponse = encoder.encode(this.#gs2Header + this.#clientFirstBare)
  }

  get secrets(): readonly string[] {
    return this.#secrets
  }

  get refusal(): SaslRefusalInit | undefined {
    return this.#refusal
  }

  async respond(challenge: Uint8Array): Promise<Uint8Array> {
    const expected = this.#expecting
    // Whatever goes wrong from here on, this exchange answers nothing else.
    this.#expecting = 'nothing'
    const message = textOf(challenge)
    if (expected === 'nothing') throw unusable('SCRAM: one challenge too many')
    if (expected === 'server-final' || message.startsWith('e=')) return this.#hearServerFinal(message)
    const clientFinal = await this.#prove(message)
    this.#expecting = 'server-final'
    return encoder.encode(clientFinal)
  }

  finish(): void {
    if (!this.#verified) throw unusable('SCRAM: the server has not proved that it knows the password')
  }

  /** Computes the client's proof, and the signature that the server will have to show. */
  async #prove(serverFirst: string): Promise<string> {
    const { hash, nonce: ours, bindingData, maxIterations, saltedPassword } = this.#state
    const { nonce, salt, iterations } = parseServerFirst(serverFirst, ours, maxIterations)
    const binding = Uint8Array.of(...encoder.encode(this.#gs2Header), ...bindingData)
    const withoutProof = clientFinalWithoutProof(binding, nonce)
    const authMessage = `${this.#clientFirstBare},${serverFirst},${withoutProof}`
    const salted = await saltedPassword(salt, iterations)
    const clientKey = await hmac(hash, salted, 'Client Key')
    const clientSignature = await hmac(hash, await digest(hash, clientKey), authMessage)
    this.#serverSignature = await hmac(hash, await hmac(hash, salted, 'Server Key'), authMessage)
    const proof = toBase64(xor(clientKey, clientSignature))
    this.#secrets.push(proof)
    return `${withoutProof},p=${proof}`
  }

  /** Checks the server's signature; a refusal is answered with nothing, so that the reply behind it can come. */
  #hearServerFinal(message: string): Uint8Array {
    const final = parseServerFinal(message)
    if ('error' in final) {
      this.#refusal = { status: final.error }
    } else {
      if (!sameOctets(final.verifier, this.#serverSignature)) throw unusable("SCRAM: not this server's signature")
      this.#verified = true
    }
    return nothing
  }
}

function textOf(message: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message)
  } catch (cause) {
    throw unusable('SCRAM: the challenge is not UTF-8', cause)
  }
}
