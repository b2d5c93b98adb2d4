import { firstValueFrom, from, type Observable, race } from 'rxjs'
import { isSmtpError, SmtpError } from '../protocol/errors.ts'
import { messageOf } from './faults.ts'
import type { Socket, TlsOptions } from './socket.ts'

/**
 * Runs the handshake of TLS; what comes of it too late is dropped.
 *
 * @param closed$ ends the waiting: an adapter that hears nothing of a deadline must not be waited for.
 * @throws SmtpError `tls-failed`.
 */
export async function handshake(socket: Socket, options: TlsOptions, closed$: Observable<never>): Promise<Socket> {
  const upgrading = socket.startTls(options)
  try {
    return await firstValueFrom(race(from(upgrading), closed$))
  } catch (cause) {
    upgrading.then((late) => late.destroy()).catch(() => {})
    const known = isSmtpError(cause)
    throw new SmtpError('tls-failed', known ? cause.message : `TLS handshake: ${messageOf(cause)}`, {
      phase: 'starttls',
      cause: known ? cause.cause : cause,
    })
  }
}
