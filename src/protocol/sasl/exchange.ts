import type { SaslExchange } from './auth.ts'

/** What a simple exchange is made of. */
export interface ExchangeParts {
  readonly initialResponse?: Uint8Array
  readonly secrets?: readonly string[]
  respond(challenge: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** An exchange that shows nothing of what it holds to whoever prints it. */
export class PrivateExchange implements SaslExchange {
  readonly #parts: ExchangeParts

  constructor(parts: ExchangeParts) {
    this.#parts = parts
  }

  get initialResponse(): Uint8Array | undefined {
    return this.#parts.initialResponse
  }

  get secrets(): readonly string[] {
    return this.#parts.secrets ?? []
  }

  respond(challenge: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#parts.respond(challenge)
  }
}
