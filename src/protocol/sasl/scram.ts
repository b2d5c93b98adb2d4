import { requireObject } from '../arguments.ts'
import { toBase64 } from '../base64.ts'
import { argumentError } from '../errors.ts'
import { limits } from '../limits.ts'
import { nothing } from '../octets.ts'
import { revealed } from '../secret.ts'
import { type Auth, type ChannelBindingType, requireHost, type ServerInfo, unusable } from './auth.ts'
import { type Credentials, checkCredentials } from './credentials.ts'
import { prepared, type Saslprep } from './saslprep.ts'
import { hi, type ScramHash } from './scram-crypto.ts'
import { ScramExchange, type ScramState } from './scram-exchange.ts'

/** Credentials for SCRAM, and what to insist on. */
export interface ScramCredentials extends Credentials {
  /** The identity to act as, where it is not the one that authenticates. */
  readonly identity?: string
  /** The only hash to use; the strongest that the server offers unless given. */
  readonly hash?: ScramHash
  /**
   * Whether to tie the authentication to the TLS connection, so that nobody in between can pass it on: `prefer` does
   * it where both sides can and is what happens unless given, `require` fails otherwise, `never` does without.
   */
  readonly channelBinding?: 'prefer' | 'require' | 'never'
  /** The only kind of binding to use; `tls-exporter` where TLS has it unless given, else `tls-server-end-point`. */
  readonly bindingType?: ChannelBindingType
  /** Iterations that the server may ask for; `limits.scramIterations` unless given. */
  readonly maxIterations?: number
}

/** What {@link scramWith} takes from the runtime. */
export interface ScramRuntime {
  /** Needed for user names and passwords beyond ASCII. */
  readonly saslprep?: Saslprep
  /** Makes the client's nonce: printable ASCII without commas, never the same twice. Random unless given. */
  readonly nonce?: () => string
}

/**
 * Makes `scramAuth` out of what a runtime has; SCRAM itself needs nothing but the Web's cryptography.
 *
 * @example
 * const scram = scramWith()
 * scram({ username: 'ann', password: 'secret' }).mechanism // 'SCRAM-SHA-256'
 * @see RFC 5802, RFC 7677
 */
export function scramWith(runtime: ScramRuntime = {}): (credentials: ScramCredentials) => Auth {
  return (credentials) => {
    const given = requireObject('credentials', credentials, 'auth')
    const { username, identity = '', host, hash: only, maxIterations = limits.scramIterations } = given
    const password = revealed(credentials.password)
    checkCredentials({ username, password, identity })
    if (username === '') throw argumentError('username', 'empty', { phase: 'auth' })
    if (!Number.isSafeInteger(maxIterations)) throw argumentError('maxIterations', 'not a number', { phase: 'auth' })
    if (only !== undefined && !strongestFirst.includes(only)) {
      throw argumentError('hash', `none of ${strongestFirst.join(', ')}`, { phase: 'auth' })
    }
    const saltedPassword = rememberingLast(hi)
    const choose = (server: ServerInfo): Auth => {
      requireHost(server, host)
      const { mechanism, hash, bindingFlag, bindingData } = choiceFor(server, credentials)
      const start = async (): Promise<ScramExchange> => {
        const secret = await prepared('password', password, 'stored', runtime.saslprep)
        return new ScramExchange({
          hash,
          username: await prepared('username', username, 'query', runtime.saslprep),
          identity,
          bindingFlag,
          bindingData,
          nonce: (runtime.nonce ?? randomNonce)(),
          password,
          maxIterations,
          saltedPassword: (salt, iterations) => saltedPassword(hash, secret, salt, iterations),
        })
      }
      return { mechanism, start }
    }
    return {
      mechanism: `SCRAM-${credentials.hash ?? 'SHA-256'}`,
      choose,
      start: (server) => choose(server).start(server),
    }
  }
}

/** A mechanism, and what it says of channel binding. */
interface Choice extends Pick<ScramState, 'hash' | 'bindingFlag' | 'bindingData'> {
  readonly mechanism: string
}

const strongestFirst: readonly ScramHash[] = ['SHA-512', 'SHA-256', 'SHA-1']

/** Chooses the strongest variant that the server offers; any that is tied to the channel goes before any that is not. */
function choiceFor(server: ServerInfo, { hash, channelBinding = 'prefer', bindingType }: ScramCredentials): Choice {
  const hashes = hash === undefined ? strongestFirst : [hash]
  const offered = (suffix: string): ScramHash | undefined =>
    hashes.find((name) => server.mechanisms.includes(`SCRAM-${name}${suffix}`))
  const binding = channelBinding === 'never' ? undefined : bindingOf(server, bindingType)
  const bound = offered('-PLUS')
  if (binding !== undefined && bound !== undefined) {
    const bindingFlag = `p=${binding.type}`
    return { mechanism: `SCRAM-${bound}-PLUS`, hash: bound, bindingFlag, bindingData: binding.data }
  }
  if (channelBinding === 'require') {
    throw unusable(`SCRAM: no channel binding ${binding === undefined ? 'on this connection' : 'with this server'}`)
  }
  // RFC 5802 section 6: "y" is "I could, but you did not offer"; a server that did knows that somebody came between.
  const anyBound = server.mechanisms.some((name) => name.startsWith('SCRAM-') && name.endsWith('-PLUS'))
  const unbound = offered('') ?? hash ?? 'SHA-256'
  const bindingFlag = binding !== undefined && !anyBound ? 'y' : 'n'
  return { mechanism: `SCRAM-${unbound}`, hash: unbound, bindingFlag, bindingData: nothing }
}

/** Finds what the connection can be recognised by; RFC 9266 prefers the exporter. */
function bindingOf(
  server: ServerInfo,
  only: ChannelBindingType | undefined,
): { readonly type: ChannelBindingType; readonly data: Uint8Array } | undefined {
  const types: readonly ChannelBindingType[] = only === undefined ? ['tls-exporter', 'tls-server-end-point'] : [only]
  for (const type of types) {
    const data = server.channelBinding?.(type)
    if (data !== undefined) return { type, data }
  }
  return undefined
}

/** Keeps the last result: `Hi` is slow on purpose, and a server has the same salt for every connection of a user. */
function rememberingLast(compute: typeof hi): typeof hi {
  let last: { readonly of: string; readonly result: ReturnType<typeof hi> } | undefined
  return (hash, password, salt, iterations) => {
    const of = `${hash} ${iterations} ${toBase64(salt)}`
    if (last?.of !== of) last = { of, result: compute(hash, password, salt, iterations) }
    return last.result
  }
}

function randomNonce(): string {
  return toBase64(crypto.getRandomValues(new Uint8Array(24)))
}
