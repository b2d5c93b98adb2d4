/** The server's side of SCRAM (RFC 5802), written with node:crypto and with nothing of the library. */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'

/** What a server knows of its user and of its connection. */
export interface ScramServerOptions {
  /** Such as `sha256`. */
  readonly hash: string
  readonly username: string
  readonly password: string
  readonly salt?: Uint8Array
  readonly iterations?: number
  readonly nonce?: string
  /** Bindings of the server's end of the connection; those of a server that has none are empty. */
  readonly bindings?: Readonly<Record<string, Uint8Array | undefined>>
}

/** One exchange. */
export class ScramServer {
  /** What the client said of itself, unescaped. */
  username = ''
  identity = ''
  bindingFlag = ''
  readonly #options: ScramServerOptions
  #gs2Header = ''
  #clientFirstBare = ''
  #serverFirst = ''

  constructor(options: ScramServerOptions) {
    this.#options = options
  }

  /** Answers `client-first-message`; the answer is `server-first-message` or an error. */
  first(clientFirst: string): string {
    const parts =
      /^(?<header>(?<flag>n|y|p=[^,]+),(?:a=(?<identity>[^,]+))?,)(?<bare>n=(?<name>[^,]+),r=(?<nonce>[^,]+))$/.exec(
        clientFirst,
      )?.groups
    if (parts === undefined) return 'e=other-error'
    const { header = '', flag = '', identity = '', bare = '', name = '', nonce: clientNonce = '' } = parts
    const { bindings = {}, salt = Buffer.from('saltsalt'), iterations = 4096, nonce = 'ofTheServer' } = this.#options
    this.#gs2Header = header
    this.#clientFirstBare = bare
    this.bindingFlag = flag
    this.username = unescaped(name)
    this.identity = unescaped(identity)
    const supportsBinding = Object.keys(bindings).length > 0
    if (flag === 'y' && supportsBinding) return 'e=server-does-support-channel-binding'
    if (flag.startsWith('p=') && bindings[flag.slice(2)] === undefined) return 'e=unsupported-channel-binding-type'
    if (this.username !== this.#options.username) return 'e=unknown-user'
    this.#serverFirst = `r=${clientNonce}${nonce},s=${Buffer.from(salt).toString('base64')},i=${iterations}`
    return this.#serverFirst
  }

  /** Answers `client-final-message`: with the server's signature, or with why there is none. */
  final(clientFinal: string): string {
    const { hash, password, salt = Buffer.from('saltsalt'), iterations = 4096, bindings = {} } = this.#options
    const parts = /^(?<withoutProof>c=(?<binding>[^,]+),r=(?<nonce>[^,]+)),p=(?<proof>[^,]+)$/.exec(clientFinal)?.groups
    if (parts === undefined) return 'e=other-error'
    const { withoutProof = '', binding = '', nonce = '', proof = '' } = parts
    const data = this.bindingFlag.startsWith('p=') ? bindings[this.bindingFlag.slice(2)] : undefined
    const expected = Buffer.concat([Buffer.from(this.#gs2Header), data ?? Buffer.alloc(0)])
    if (binding !== expected.toString('base64')) return 'e=channel-bindings-dont-match'
    if (!this.#serverFirst.startsWith(`r=${nonce},`)) return 'e=other-error'
    const authMessage = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`
    const length = createHash(hash).digest().length
    const salted = pbkdf2Sync(password, salt, iterations, length, hash)
    const clientKey = hmac(hash, salted, 'Client Key')
    const storedKey = createHash(hash).update(clientKey).digest()
    const signature = hmac(hash, storedKey, authMessage)
    const shown = Buffer.from(proof, 'base64')
    if (shown.length !== length) return 'e=invalid-proof'
    const recovered = shown.map((octet, at) => octet ^ (signature[at] ?? 0))
    if (!timingSafeEqual(createHash(hash).update(recovered).digest(), storedKey)) return 'e=invalid-proof'
    return `v=${hmac(hash, hmac(hash, salted, 'Server Key'), authMessage).toString('base64')}`
  }
}

function hmac(hash: string, key: Uint8Array, text: string): Buffer {
  return createHmac(hash, key).update(text).digest()
}

function unescaped(name: string): string {
  if (/=(?!2C|3D)/.test(name)) throw new Error(`not a saslname: ${name}`)
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=')
}
