import { accepts } from '../grammar/command.ts'
import { requireObject } from '../protocol/arguments.ts'
import { argumentError } from '../protocol/errors.ts'
import { limits } from '../protocol/limits.ts'
import type { OpenSocket, Socket } from '../stream/socket.ts'
import { parseAddress } from './address.ts'
import { Client } from './client.ts'
import { type ConnectOptions, planOf } from './connect-options.ts'
import { Opening } from './opening.ts'
import { viewOf } from './session.ts'

/** Settings of `dial`. */
export interface DialOptions extends Omit<ConnectOptions, 'host' | 'port'> {
  /** The name of this host in EHLO; `localhost` unless given. */
  readonly name?: string
}

/** Connects to `host:port` or a path and resolves with a {@link Client} once the greeting is there. */
export async function dialWith(open: OpenSocket, address: string, options: DialOptions): Promise<Client> {
  const target = parseAddress(address)
  checkName(options.name)
  return clientOf(open, { ...options, ...target }, options.name)
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
  return clientOf(async () => checked(socket), { ...options, host }, options.name)
}

/**
 * Checks the name of this host.
 *
 * @throws SmtpError `invalid-argument`.
 */
export function checkName(name = 'localhost'): string {
  if (accepts(name, 'EhloDomain') && name.length <= limits.domain) return name
  throw argumentError('name', 'not a domain or address literal')
}

/** Returns what can be spoken over; an adapter's own socket has to be put into the port first. */
function checked(socket: Socket): Socket {
  const { bytes$, write } = requireObject('socket', socket)
  if (typeof bytes$?.subscribe === 'function' && typeof write === 'function') return socket
  throw argumentError('socket', 'not the port that an adapter makes')
}

async function clientOf(open: OpenSocket, options: ConnectOptions, name?: string): Promise<Client> {
  const plan = planOf(options)
  const opening = new Opening(options)
  const release = (): void => opening.release()
  try {
    const conversation = await opening.greeted(open, plan)
    // The deadline was for the greeting; every later call tells its own failure, the connection nobody else's.
    opening.inTime()
    conversation.channel.closed$.subscribe({ error: release, complete: release })
    const unsubscribe = (): void => {
      release()
      opening.leave({ code: 'aborted', message: 'unsubscribed' })
    }
    return new Client(viewOf(conversation, 'connected'), { unsubscribe }, name)
  } catch (error) {
    release()
    throw error
  }
}
