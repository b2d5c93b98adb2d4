import { defer, firstValueFrom, type OperatorFunction, race } from 'rxjs'
import { fromBase64, toBase64 } from '../protocol/base64.ts'
import { formatCommand } from '../protocol/command.ts'
import { isSmtpError, replyError, SmtpError } from '../protocol/errors.ts'
import { isLoopback } from '../protocol/loopback.ts'
import { printable } from '../protocol/printable.ts'
import type { Reply } from '../protocol/reply.ts'
import {
  type Auth,
  type ChannelBindingType,
  type SaslExchange,
  type ServerInfo,
  unusable,
} from '../protocol/sasl/auth.ts'
import { SaslRefusal } from '../protocol/sasl/refusal.ts'
import { masked } from '../protocol/secret.ts'
import type { Channel } from '../stream/channel.ts'
import { withoutChallenge } from '../stream/transcript.ts'
import { isTrusted } from '../stream/trust.ts'
import { type Conversation, type Session, step } from './session.ts'

/** Settings of {@link authenticate}. */
export interface AuthenticateOptions {
  /** Sends AUTH although the server does not offer it, or not this mechanism. */
  readonly force?: boolean
}

/**
 * Authenticates with one mechanism, which may be chosen by what the server offers.
 *
 * Errors with `not-offered` when the server lacks AUTH or the mechanism, `auth-unusable` when the mechanism declines
 * (a password without TLS, another host, a bad challenge), `auth-failed` when the server refuses the credentials;
 * its `cause` is a {@link SaslRefusal} where the mechanism lets the server say why. A mechanism that verifies the server
 * ends the session when it declines.
 * No secret appears in transcript or errors, not even when the server echoes it.
 *
 * @see RFC 4954
 */
export function authenticate(
  auth: Auth,
  options: AuthenticateOptions = {},
): OperatorFunction<Session<'ready' | 'sent'>, Session<'ready'>> {
  return step('auth', ['ready', 'sent'], async (conversation) => {
    await logIn(conversation, auth, options)
    return 'ready'
  })
}

/** Does the work of {@link authenticate}. */
export async function logIn(conversation: Conversation, auth: Auth, options: AuthenticateOptions): Promise<void> {
  const { delivery } = conversation.channel
  if (conversation.authenticated) {
    throw new SmtpError('bad-sequence', 'the session is authenticated already', { phase: 'auth', delivery })
  }
  const { channel } = conversation
  const server = serverInfo(conversation)
  const chosen = await declining(channel, () => auth.choose?.(server) ?? auth)
  if (!options.force) requireOffer(conversation, chosen.mechanism)
  const exchange = await declining(channel, () => chosen.start(server))
  conversation.reply = await converse(conversation, chosen.mechanism, exchange)
  conversation.authenticated = true
}

/** What a mechanism may know about this server. */
export function serverInfo({ channel, host, capabilities, options }: Conversation): ServerInfo {
  const { tls, remoteAddress } = channel.socket
  const loopback = isLoopback(remoteAddress)
  return {
    host,
    tls: tls !== undefined,
    loopback,
    secure: loopback || isTrusted(tls) || options.allowInsecureAuth,
    mechanisms: capabilities.get('AUTH')?.mechanisms ?? [],
    ...(tls?.channelBinding && { channelBinding: (type: ChannelBindingType) => tls.channelBinding?.(type) }),
  }
}

function requireOffer({ channel, capabilities }: Conversation, mechanism: string): void {
  const offered = capabilities.get('AUTH')?.mechanisms
  const init = { phase: 'auth', delivery: channel.delivery, extension: 'AUTH' } as const
  if (offered === undefined) throw new SmtpError('not-offered', "the server doesn't support AUTH", init)
  if (offered.includes(mechanism.toUpperCase())) return
  const what = printable(offered.join(' '), 128)
  throw new SmtpError('not-offered', `the server doesn't support AUTH ${mechanism}, only ${what}`, init)
}

/** Sends AUTH and answers challenges until the server has decided. */
async function converse({ channel }: Conversation, mechanism: string, exchange: SaslExchange): Promise<Reply> {
  const hide = (response: Uint8Array): string => {
    for (const secret of exchange.secrets ?? []) channel.mask.add(secret)
    const text = toBase64(response)
    channel.mask.addText(text)
    return text
  }
  const { limits } = channel
  const first = exchange.initialResponse
  // RFC 4954 section 4: an empty response is written "="; one that makes the line too long waits for a challenge.
  const initialResponse = first === undefined ? undefined : first.length === 0 ? '=' : hide(first)
  const whole = formatCommand({ verb: 'AUTH', mechanism, ...(initialResponse && { initialResponse }) })
  const fits = whole.length <= commandLine
  const name = `AUTH ${mechanism}`
  let unsent = fits ? undefined : first
  let reply = await channel.request(fits ? whole : name, 'auth', fits && initialResponse ? `${name} ${masked}` : name)
  for (let round = 1; reply.code === 334; round++) {
    const waiting = unsent
    unsent = undefined
    let response: string
    try {
      if (round > limits.authRounds) throw unusable(`more than ${limits.authRounds} challenges`)
      const challenge = challengeOf(reply, limits.challenge)
      response = hide(waiting ?? (await declining(channel, () => exchange.respond(challenge))))
    } catch (error) {
      await cancel(channel, exchange)
      throw error
    }
    reply = await channel.request(response, 'auth', masked)
  }
  const init = { phase: 'auth', command: name, delivery: channel.delivery } as const
  if (reply.code >= 400) throw refused(channel, exchange, reply, name)
  if (reply.code !== 235) throw channel.fail(replyError('unexpected-reply', reply, init))
  try {
    await declining(channel, () => exchange.finish?.())
  } catch (error) {
    // A server that could not prove itself must not be given mail.
    throw channel.fail(isSmtpError(error) ? error : unusable('not authenticated', error))
  }
  return reply
}

/** Tells that the server refused, and why, where the mechanism lets it say so. */
function refused({ delivery, mask }: Channel, { refusal }: SaslExchange, reply: Reply, command: string): SmtpError {
  const init = { phase: 'auth', command, delivery } as const
  if (refusal === undefined) return replyError('auth-failed', reply, init)
  const { status, scope, openidConfiguration } = refusal
  const cause = new SaslRefusal(`${command}: ${mask.text(printable(status, 128))}`, {
    status: mask.text(status),
    ...(scope !== undefined && { scope: mask.text(scope) }),
    ...(openidConfiguration !== undefined && { openidConfiguration: mask.text(openidConfiguration) }),
  })
  return replyError('auth-failed', reply, { ...init, cause })
}

/** Cancels the exchange (RFC 4954 section 4). Whatever comes of it, why it was cancelled says more. */
async function cancel(channel: Channel, exchange: SaslExchange): Promise<void> {
  const init = { phase: 'auth', command: '*', delivery: channel.delivery } as const
  try {
    const reply = await channel.request('*', 'auth')
    // A server that goes on all the same has another idea of the state than we do.
    if (reply.code < 400) channel.fail(replyError('unexpected-reply', withoutChallenge(reply), init))
    // One that failed to prove itself must not be given mail.
    else if (exchange.finish !== undefined) channel.fail(unusable('the server has not proved itself'))
  } catch {
    // The channel has ended, and tells so to whoever comes next.
  }
}

// RFC 5321 section 4.5.3.1.4: what every server takes.
const commandLine = 510

function challengeOf(reply: Reply, most: number): Uint8Array {
  const challenge = reply.lines.length === 1 ? fromBase64(reply.text) : undefined
  if (challenge === undefined) throw unusable('the challenge is not base64')
  if (challenge.length > most) throw unusable(`a challenge of more than ${most} octets`)
  return challenge
}

/** Runs a mechanism's own code, as long as there is a session for it; what it throws says that it declines. */
async function declining<T>(channel: Channel, run: () => T | Promise<T>): Promise<T> {
  channel.working = 'auth'
  try {
    return await firstValueFrom(
      race(
        defer(async () => run()),
        channel.closed$,
      ),
    )
  } catch (error) {
    if (isSmtpError(error)) throw error
    throw unusable(error instanceof Error ? error.message : String(error), error)
  } finally {
    channel.working = 'idle'
  }
}
