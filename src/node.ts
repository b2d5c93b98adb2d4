/** The client on Node, and on every runtime that has `node:net` and `node:tls`. */
import type { Observable } from 'rxjs'
import { hmacMd5 } from './adapters/node/hmac-md5.ts'
import { openSocket } from './adapters/node/open-socket.ts'
import type { Client } from './client/client.ts'
import type { ConnectOptions } from './client/connect.ts'
import type { DialOptions } from './client/dial.ts'
import { type SendMail, type Smtp, smtpOver } from './client/over.ts'
import type { Session } from './client/session.ts'
import type { Auth } from './protocol/sasl/auth.ts'
import { cramMd5With } from './protocol/sasl/cram-md5.ts'
import type { Credentials } from './protocol/sasl/credentials.ts'

export { NodeSocket } from './adapters/node/node-socket.ts'
export { openSocket }

const smtp: Smtp = smtpOver(openSocket)

/**
 * Connects, reads the greeting, and emits the session.
 *
 * Stays subscribed as long as the session lives: completes when it is closed by `quit()`, errors with an `SmtpError`
 * when it breaks, and unsubscribing drops the connection, so nothing is left open whatever happens downstream.
 *
 * @example
 * connect({ host: 'mx.example', port: 25 })
 *   .pipe(hello('client.example'), startTls(), mail('ann@a.example'), rcpt('bob@b.example'), data(message), quit())
 *   .subscribe({ error: console.error })
 * @see RFC 5321 section 3.1
 */
export const connect: (options: ConnectOptions) => Observable<Session<'connected'>> = smtp.connect

/**
 * Connects to `host:port` and resolves with a {@link Client} once the greeting is there. The port is a number, `smtp`,
 * `submission` or `submissions`; on the last, 465, TLS begins with the first byte.
 *
 * @throws SmtpError `invalid-argument`, `connect-failed`, `tls-failed`, `timeout`, `aborted`, or in phase `greeting`.
 * @example
 * const client = await dial('mx.example:submission')
 * await client.quit()
 */
export const dial: (address: string, options?: DialOptions) => Promise<Client> = smtp.dial

/**
 * Sends one message over a connection of its own: EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA.
 *
 * Resolves when the server has taken the message for at least one recipient; those it refused are in `rejected`.
 * With credentials TLS is required and verified (see {@link TlsPolicy}).
 *
 * @throws SmtpError whose `delivery` and `safeToRetry` tell what became of the message; `invalid-argument` before
 *   anything is connected.
 * @example
 * await sendMail({
 *   host: 'mx.example',
 *   auth: plainAuth({ username: 'ann', password: 'secret' }),
 *   from: 'ann@mx.example',
 *   to: ['bob@b.example'],
 *   message: 'Subject: hi\n\nHello Bob\n',
 * })
 * // or, in the order of Go's net/smtp:
 * await sendMail('mx.example:smtp', undefined, 'ann@mx.example', ['bob@b.example'], 'Subject: hi\n\nHello\n')
 */
export const sendMail: SendMail = smtp.sendMail

/**
 * Makes the CRAM-MD5 mechanism: the password is not sent, but anyone who listens can try passwords at leisure, and the
 * server does not prove that it knows it. Prefer another one over TLS.
 *
 * @throws SmtpError `invalid-argument` for a NUL in a field; when it runs, `auth-unusable` for another host than `host`.
 * @see RFC 2195
 */
export const cramMd5Auth: (credentials: Credentials) => Auth = cramMd5With(hmacMd5)
