import type { Observable } from 'rxjs'
import type { Auth } from '../protocol/sasl/auth.ts'
import type { OpenSocket } from '../stream/socket.ts'
import type { Client } from './client.ts'
import { connectWith } from './connect.ts'
import type { ConnectOptions } from './connect-options.ts'
import { type DialOptions, dialWith } from './dial.ts'
import type { MessageSource } from './message-source.ts'
import { type DeliveryOptions, positional, type SendMailOptions, sendMailWith } from './send-mail.ts'
import type { SendResult, Session } from './session.ts'

/** The entry points of the client, bound to one way of opening sockets. */
export interface Smtp {
  connect(options: ConnectOptions): Observable<Session<'connected'>>
  dial(address: string, options?: DialOptions): Promise<Client>
  sendMail: SendMail
}

/** Sends one message: by options, or by the arguments of Go's `SendMail`. */
export interface SendMail {
  (options: SendMailOptions): Promise<SendResult>
  (
    address: string,
    auth: Auth | undefined,
    from: string,
    to: string | readonly string[],
    message: MessageSource,
    options?: DeliveryOptions,
  ): Promise<SendResult>
}

/** Binds the client to a runtime: `open` is the `openSocket` of its adapter, or one of your own. */
export function smtpOver(open: OpenSocket): Smtp {
  return {
    connect: (options) => connectWith(open, options),
    dial: (address, options = {}) => dialWith(open, address, options),
    // An argument that cannot be used must reject, not throw.
    sendMail: async (...args: [SendMailOptions] | Parameters<typeof positional>) =>
      sendMailWith(open, args.length === 1 ? args[0] : positional(...args)),
  }
}
