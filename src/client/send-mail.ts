import { requireObject } from '../protocol/arguments.ts'
import { argumentError, isSmtpError } from '../protocol/errors.ts'
import type { Auth } from '../protocol/sasl/auth.ts'
import type { OpenSocket } from '../stream/socket.ts'
import { parseAddress } from './address.ts'
import { bounded } from './bounds.ts'
import { targetOf } from './connect-options.ts'
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
  /** A name, an address, or the path of a Unix socket, which begins with `/`. */
  readonly host: string
  /** 587 with credentials, 25 without, and 24 for LMTP, unless given; a path has none. */
  readonly port?: number
  readonly auth?: Auth
}

/** Sends one message over a connection of its own. */
export async function sendMailWith(open: OpenSocket, options: SendMailOptions): Promise<SendResult> {
  const { auth, requireTls = false, deadline: _, ...unbounded } = requireObject('options', options)
  const usual = auth === undefined || options.protocol === 'lmtp' ? undefined : 587
  // Everything the caller could have got wrong is found before a connection is made.
  const { port } = targetOf({ ...unbounded, port: options.port ?? usual })
  checkEnvelope(options)
  checkAuth(auth)
  const level = auth === undefined && !requireTls ? 'opportunistic' : 'verified'
  return bounded(options, async (signal) => {
    const client = await openClient(open, { ...unbounded, port, ...(signal && { signal }) }, level)
    try {
      if (auth !== undefined) await client.auth(auth)
      return await client.send(options)
    } catch (error) {
      // The connection is this call's own: what ended it is what failed.
      throw isSmtpError(error, 'closed') && isSmtpError(error.cause) ? error.cause : error
    } finally {
      // The result stands whatever the goodbye brings: nobody waits for it.
      void client.quit().catch(() => client.close())
    }
  })
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
  if (auth === undefined || (typeof auth?.mechanism === 'string' && typeof auth.start === 'function')) return
  throw argumentError('auth', 'not a mechanism, such as plainAuth() makes', { phase: 'auth' })
}
