import { argumentError } from '../protocol/errors.ts'
import type { Auth } from '../protocol/sasl/auth.ts'
import type { OpenSocket } from '../stream/socket.ts'
import { checkHostPort, parseAddress } from './address.ts'
import { type DialOptions, openClient } from './dial.ts'
import type { MessageSource } from './message-source.ts'
import { checkEnvelope, type Envelope } from './send.ts'
import type { SendResult } from './session.ts'

/**
 * Settings of `sendMail` beside server and message. Without a level of TLS it is `verified` as soon as there are
 * credentials or `requireTls`, and `opportunistic` without; a server on this machine that does not offer TLS is then
 * trusted without.
 */
export type DeliveryOptions = DialOptions

/** One message, where it goes, and how. */
export interface SendMailOptions extends DeliveryOptions, Envelope {
  readonly host: string
  /** 587 with credentials, 25 without, unless given. */
  readonly port?: number
  readonly auth?: Auth
}

/** Sends one message over a connection of its own. */
export async function sendMailWith(open: OpenSocket, options: SendMailOptions): Promise<SendResult> {
  const { auth, requireTls = false, ...rest } = options
  const port = options.port ?? (auth === undefined ? 25 : 587)
  // Everything the caller could have got wrong is found before a connection is made.
  checkHostPort({ host: options.host, port })
  checkEnvelope(options)
  checkAuth(auth)
  const fallback = auth === undefined && !requireTls ? 'opportunistic' : 'verified'
  const client = await openClient(open, { ...rest, port }, fallback)
  try {
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

function checkAuth(auth: Partial<Auth> | undefined): void {
  if (auth === undefined || (typeof auth.mechanism === 'string' && typeof auth.start === 'function')) return
  throw argumentError('auth', 'not a mechanism, such as plainAuth() makes', { phase: 'auth' })
}
