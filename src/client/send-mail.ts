import { requireObject } from '../protocol/arguments.ts'
import { argumentError, isSmtpError } from '../protocol/errors.ts'
import type { Auth } from '../protocol/sasl/auth.ts'
import type { OpenSocket } from '../stream/socket.ts'
import { parseAddress } from './address.ts'
import { logIn } from './authenticate.ts'
import { planOf } from './connect-options.ts'
import { checkName, type DialOptions } from './dial.ts'
import { sayHello } from './hello.ts'
import type { MessageSource } from './message-source.ts'
import { Opening } from './opening.ts'
import { sayGoodbye } from './quit.ts'
import type { NamedRecipient } from './recipient.ts'
import { checkEnvelope, type Envelope, transact } from './send.ts'
import { type Conversation, type SendResult, untilEnded } from './session.ts'

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
  const { auth, requireTls = false, port, name } = requireObject('options', options)
  const submits = port === undefined && auth !== undefined && options.protocol !== 'lmtp'
  // Everything the caller could have got wrong is found before a connection is made.
  const level = auth === undefined && !requireTls ? 'opportunistic' : 'verified'
  const plan = planOf(submits ? { ...options, port: 587 } : options, level)
  const recipients = checkEnvelope(options)
  checkAuth(auth)
  const helloName = checkName(name)
  const opening = new Opening(options)
  let conversation: Conversation | undefined
  try {
    conversation = await opening.greeted(open, plan)
    return await deliver(conversation, helloName, options, recipients)
  } catch (error) {
    // The connection is this call's own: what ended it is what failed.
    throw isSmtpError(error, 'closed') && isSmtpError(error.cause) ? error.cause : error
  } finally {
    opening.inTime()
    const release = (): void => opening.release()
    // The result stands whatever the goodbye brings: nobody waits for it.
    if (conversation === undefined) release()
    else sayGoodbye(conversation.channel).then(release, release)
  }
}

async function deliver(
  conversation: Conversation,
  name: string,
  options: SendMailOptions,
  recipients: readonly NamedRecipient[],
): Promise<SendResult> {
  const { auth } = options
  await untilEnded(conversation, () => sayHello(conversation, name))
  if (auth !== undefined) await untilEnded(conversation, () => logIn(conversation, auth, {}))
  conversation.phase = 'ready'
  return transact(conversation, options, recipients)
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
