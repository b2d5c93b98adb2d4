import { accepts } from '../grammar/command.ts'
import { requireObject } from '../protocol/arguments.ts'
import { argumentError, SmtpError } from '../protocol/errors.ts'
import { limits } from '../protocol/limits.ts'
import type { OpenSocket, Socket } from '../stream/socket.ts'
import { checkHostPort, parseAddress } from './address.ts'
import { Client } from './client.ts'
import { connectWith } from './connect.ts'
import type { ConnectOptions } from './connect-options.ts'
import { checkTls, type TlsLevel } from './tls-policy.ts'

/** Settings of `dial`. */
export interface DialOptions extends Omit<ConnectOptions, 'host' | 'port'> {
  /** The name of this host in EHLO; `localhost` unless given. */
  readonly name?: string
}

/** Connects to `host:port` or a path and resolves with a {@link Client} once the greeting is there. */
export async function dialWith(open: OpenSocket, address: string, options: DialOptions): Promise<Client> {
  return openClient(open, { ...options, ...parseAddress(address) })
}

/** Settings of {@link openClient}. */
export interface OpenClientOptions extends DialOptions {
  readonly host: string
  readonly port: number
}

/** Does the work of {@link dialWith}; `level` is that of TLS where the options have none. */
export async function openClient(open: OpenSocket, options: OpenClientOptions, level?: TlsLevel): Promise<Client> {
  const { name = 'localhost', ...rest } = options
  checkHostPort(options)
  checkTls(options, level)
  if (!accepts(name, 'EhloDomain') || name.length > limits.domain)
    throw argumentError('name', 'not a domain or address literal')
  return clientOf(open, rest, name, level)
}

/** Settings of {@link newClient}. */
export type NewClientOptions = DialOptions

/**
 * Speaks SMTP over a socket that is open already; resolves with the client once the greeting is there.
 *
 * @param host the name that certificates and credentials are checked against.
 * @throws SmtpError in phase `greeting`.
 */
export function newClient(socket: Socket, host: string, options: NewClientOptions = {}): Promise<Client> {
  const { name, ...rest } = options
  return clientOf(async () => checked(socket), { ...rest, host }, name)
}

/** Returns what can be spoken over; an adapter's own socket has to be put into the port first. */
function checked(socket: Socket): Socket {
  const { bytes$, write } = requireObject('socket', socket)
  if (typeof bytes$?.subscribe === 'function' && typeof write === 'function') return socket
  throw argumentError('socket', 'not the port that an adapter makes')
}

function clientOf(open: OpenSocket, options: ConnectOptions, name?: string, level?: TlsLevel): Promise<Client> {
  const opening = { deadlineFor: 'greeting', ...(level && { level }) } as const
  return new Promise((resolve, reject) => {
    // After the greeting every call tells its own failure; the connection then has nobody else to tell.
    const connection = connectWith(open, options, opening).subscribe({
      next: (session) => queueMicrotask(() => resolve(new Client(session, connection, name))),
      error: reject,
      complete: () => reject(new SmtpError('closed', 'the session was closed', { phase: 'greeting' })),
    })
  })
}
