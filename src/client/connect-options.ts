import { checkLimits } from '../protocol/checked-limits.ts'
import { argumentError } from '../protocol/errors.ts'
import type { ChannelOptions } from '../stream/channel-options.ts'
import { checkDeadlines, type Deadlines } from '../stream/deadlines.ts'
import { checkHostPort, type HostPort } from './address.ts'
import { type CallOptions, checkBounds } from './bounds.ts'
import type { ConversationOptions, Protocol } from './session.ts'
import { type CheckedTls, checkTls, type TlsLevel, type TlsPolicy } from './tls-policy.ts'
import type { Pipelining } from './transaction/mode.ts'

/** Where to connect, and how to treat the server. */
export interface ConnectOptions extends ChannelOptions, CallOptions {
  /** A name, an address, or the path of a Unix socket, which begins with `/`. */
  readonly host: string
  /** 25 unless given, 24 with `protocol: 'lmtp'`; a path has none. */
  readonly port?: number
  /** What is spoken: `smtp` unless given. */
  readonly protocol?: Protocol
  /**
   * How much TLS the session needs, and how it is verified: `hello` sees to it. Unless a level is given, the session stays
   * in clear until `startTls()`, except on port 465, where TLS begins with the first byte.
   */
  readonly tls?: TlsLevel | TlsPolicy
  /**
   * Lets mechanisms that show the server a password or a token do so although others may read it, or the server may not
   * be the one that is meant: without TLS, or with a certificate that was not verified. False unless given, and not needed
   * for a server on this machine.
   */
  readonly allowInsecureAuth?: boolean
  /**
   * How much `send` may have under way before the replies come, on a server that offers PIPELINING: `transaction`
   * (unless given), the commands of one message; `auto`, several messages; `off`, one command.
   */
  readonly pipelining?: Pipelining
  /** Messages under way at once with `pipelining: 'auto'`; 4 unless given. As many are in doubt when a connection breaks. */
  readonly inFlight?: number
  /** Ends the session at any time: whatever is under way fails with `aborted`. */
  readonly signal?: AbortSignal
  /**
   * Milliseconds for the whole session, from subscribing to its end; for `dial`, until the greeting is there; for `sendMail`,
   * until the message is taken. No bound unless given.
   */
  readonly deadline?: number
}

interface Target extends Pick<ConnectOptions, 'host' | 'protocol'> {
  readonly port?: number | undefined
}

/**
 * Returns where to connect to.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function targetOf({ host, port, protocol = 'smtp' }: Target): HostPort {
  const target = checkHostPort({ host, port: port ?? usualPorts[protocol] })
  // RFC 2033 section 5: what listens there takes LHLO for a mistake, and mail for its own to queue.
  if (protocol === 'lmtp' && target.port === 25) throw argumentError('port', 'LMTP is not spoken on port 25')
  return target
}

const usualPorts: Readonly<Record<Protocol, number>> = { smtp: 25, lmtp: 24 }

/** Options that were checked. */
export interface Plan {
  readonly target: HostPort
  readonly tls: CheckedTls
  readonly deadlines: Deadlines
  /** What the conversation goes by. */
  readonly settings: ConversationOptions
  /** What the channel goes by. */
  readonly options: ChannelOptions
}

/**
 * Checks options; `level` is that of TLS where they have none.
 *
 * @throws SmtpError `invalid-argument` for what cannot be used; nothing is connected yet.
 */
export function planOf(options: ConnectOptions, level?: TlsLevel): Plan {
  const settings = settingsOf(options)
  const deadlines = checkDeadlines(options.deadlines)
  checkLimits(options.limits)
  checkBounds(options)
  const target = targetOf(options)
  const tls = checkTls({ ...target, tls: options.tls }, level)
  return { target, tls, deadlines, settings, options }
}

function settingsOf(options: ConnectOptions): ConversationOptions {
  const { host, protocol = 'smtp', pipelining = 'transaction', inFlight = 4, allowInsecureAuth = false } = options
  oneOf('protocol', protocol, ['smtp', 'lmtp'])
  oneOf('pipelining', pipelining, ['auto', 'transaction', 'off'])
  // Whatever else is not false must not pass for a yes.
  if (typeof allowInsecureAuth !== 'boolean') throw argumentError('allowInsecureAuth', 'not true or false')
  if (!Number.isSafeInteger(inFlight) || inFlight < 1) throw argumentError('inFlight', 'not a number of messages')
  return { host, protocol, pipelining, inFlight, allowInsecureAuth }
}

function oneOf(argument: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) throw argumentError(argument, `none of ${values.join(', ')}`)
}
