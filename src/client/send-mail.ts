import { argumentError, SmtpError } from '../protocol/errors.ts'
import type { Auth } from '../protocol/sasl/auth.ts'
import type { OpenSocket } from '../stream/socket.ts'
import { checkHostPort, parseAddress } from './address.ts'
import type { Client } from './client.ts'
import { type DialOptions, openClient } from './dial.ts'
import type { MessageSource } from './message-source.ts'
import { checkEnvelope, type Envelope } from './send.ts'
import type { SendResult } from './session.ts'

/**
 * How much TLS a message needs: `verified`, TLS with a certificate for the host or nothing is sent; `opportunistic`,
 * TLS where the server offers it, then verified too, and plaintext where it does not; `none`, never.
 */
export type TlsPolicy = 'verified' | 'opportunistic' | 'none'

/** Settings of `sendMail` beside server and message. */
export interface DeliveryOptions extends DialOptions {
  /**
   * How much TLS is needed; `verified` unless given as soon as there are credentials or `requireTls`, `opportunistic`
   * without.
   * A server on this machine that does not offer TLS is trusted without.
   */
  readonly tls?: TlsPolicy
}

/** One message, where it goes, and how. */
export interface SendMailOptions extends DeliveryOptions, Envelope {
  readonly host: string
  /** 587 with credentials, 25 without, unless given. */
  readonly port?: number
  readonly auth?: Auth
}

/** Sends one message over a connection of its own. */
export async function sendMailWith(open: OpenSocket, options: SendMailOptions): Promise<SendResult> {
  const { auth, tls, ...rest } = options
  const port = options.port ?? (auth === undefined ? 25 : 587)
  // Everything the caller could have got wrong is found before a connection is made.
  checkHostPort({ host: options.host, port })
  checkEnvelope(options)
  checkPolicy(tls)
  checkAuth(auth)
  const client = await openClient(open, { ...rest, port })
  try {
    await secure(client, options)
    if (auth !== undefined) await client.auth(auth)
    return await client.send(options)
  } finally {
    // The result stands whatever the goodbye brings: nobody waits for it.
    void client.quit().catch(() => client.close())
  }
}

/** Reads the arguments of Go's `SendMail` into the options. */
export function positional(
  address: string,
  auth: Auth | undefined,
  from: string,
  to: string | readonly string[],
  message: MessageSource,
  options: DeliveryOptions = {},
): SendMailOptions {
  return { ...options, ...parseAddress(address), from, to, message, ...(auth && { auth }) }
}

/** Brings the session to the TLS that the policy asks for, or throws. */
async function secure(client: Client, options: SendMailOptions): Promise<void> {
  const { tls, auth, host, tlsOptions, requireTls = false } = options
  const policy = tls ?? (auth === undefined && !requireTls ? 'opportunistic' : 'verified')
  if (client.tls !== undefined || policy === 'none') return
  const capabilities = await client.capabilities()
  if (capabilities.has('STARTTLS')) {
    await client.startTls(tlsOptions)
    return
  }
  // Nobody listens between two processes of one machine, unless the caller insists.
  if (policy === 'opportunistic' || (tls === undefined && client.isLoopback)) return
  throw new SmtpError('tls-required', `${host} does not offer STARTTLS`, { phase: 'starttls', extension: 'STARTTLS' })
}

function checkPolicy(tls: unknown): void {
  if (tls === undefined || tls === 'verified' || tls === 'opportunistic' || tls === 'none') return
  throw argumentError('tls', 'not verified, opportunistic or none', { phase: 'starttls' })
}

function checkAuth(auth: Partial<Auth> | undefined): void {
  if (auth === undefined || (typeof auth.mechanism === 'string' && typeof auth.start === 'function')) return
  throw argumentError('auth', 'not a mechanism, such as plainAuth() makes', { phase: 'auth' })
}
