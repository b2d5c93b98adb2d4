/** The client on Node, and on every runtime that has `node:net` and `node:tls`. */
import type { Observable } from 'rxjs'
import { hmacMd5 } from './adapters/node/hmac-md5.ts'
import { openSocket } from './adapters/node/open-socket.ts'
import { saslprep } from './adapters/node/saslprep.ts'
import type { Client } from './client/client.ts'
import type { ConnectOptions } from './client/connect-options.ts'
import type { DialOptions } from './client/dial.ts'
import { type SendMail, type Smtp, smtpOver } from './client/over.ts'
import type { Session } from './client/session.ts'
import type { Auth } from './protocol/sasl/auth.ts'
import { type AutoCredentials, autoWith } from './protocol/sasl/auto.ts'
import { cramMd5With } from './protocol/sasl/cram-md5.ts'
import type { Credentials } from './protocol/sasl/credentials.ts'
import { type ScramCredentials, scramWith } from './protocol/sasl/scram.ts'

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
 * With credentials TLS is required and verified (see {@link TlsLevel}).
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

/**
 * Makes the SCRAM mechanism: SCRAM-SHA-512, SCRAM-SHA-256 or SCRAM-SHA-1, the strongest that the server offers, and its
 * `-PLUS` form, which ties it to the TLS connection, where both sides can.
 *
 * The password is never sent, and a server that cannot prove that it knows it is given nothing: the session ends.
 * Iterations from 4,096 to 600,000 are computed.
 *
 * @throws SmtpError `invalid-argument` for an empty user name, a NUL, or characters that SASLprep (RFC 4013) prohibits;
 *   when it runs, `auth-unusable` for another host than `host`, a server that breaks the rules or fails to prove
 *   itself, and for `channelBinding: 'require'` without it.
 * @example
 * const auth = scramAuth({ username: 'ann', password: 'secret', channelBinding: 'require' })
 * @see RFC 5802, RFC 7677, RFC 9266
 */
export const scramAuth: (credentials: ScramCredentials) => Auth = scramWith({ saslprep })

/**
 * Makes a mechanism out of a user name with a password or an access token: the strongest one that the server offers.
 *
 * With a password that is SCRAM bound to the TLS connection, SCRAM, PLAIN, LOGIN, CRAM-MD5, in this order; on a
 * connection that others can read, SCRAM alone. With a token it is OAUTHBEARER, then XOAUTH2. There is one attempt: what
 * the server refuses is not tried again with a weaker one.
 *
 * @throws SmtpError `invalid-argument` unless there is one of password and token; when it runs, `not-offered` when
 *   the server has none of these, and what the mechanism throws.
 * @example
 * const auth = autoAuth({ username: 'ann', password: 'secret' })
 */
export const autoAuth: (credentials: AutoCredentials) => Auth = autoWith({ hmacMd5, saslprep })
