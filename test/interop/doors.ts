import { lastValueFrom, type Observable } from 'rxjs'
import {
  type Auth,
  authenticate,
  connect,
  data,
  hello,
  type MessageSource,
  mail,
  quit,
  rcpt,
  type SendResult,
  type Session,
  sendMail,
  startTls,
  type TlsLevel,
  type TlsOptions,
  type TlsPolicy,
} from '../../src/index.ts'
import { type RealServer, type Tls, world } from './real-server.ts'

/** What a test wants sent, and how. */
export interface Delivery {
  readonly tls: Tls
  readonly to?: string | readonly string[]
  readonly message: MessageSource
  readonly auth?: Auth
  readonly tlsOptions?: TlsOptions
}

/** The two ways into the library: the promise and the operators. */
export const doors: readonly [
  name: string,
  deliver: (server: RealServer, delivery: Delivery) => Promise<SendResult>,
][] = [
  ['sendMail', bySendMail],
  ['operators', byOperators],
]

function bySendMail(
  server: RealServer,
  { tls, to = world.users, message, auth, tlsOptions }: Delivery,
): Promise<SendResult> {
  return sendMail({
    host: '127.0.0.1',
    port: portOf(server, tls),
    tls: policyOf(tls, tlsOptions ?? { ca: server.ca, servername: world.serverName }),
    name: 'client.example',
    from: world.sender,
    to,
    message,
    ...(auth && { auth }),
  })
}

async function byOperators(
  server: RealServer,
  { tls, to = world.users, message, auth, tlsOptions = { ca: server.ca } }: Delivery,
): Promise<SendResult> {
  const ready$ = open(server, tls, tlsOptions)
  const trusted$ = auth === undefined ? ready$ : ready$.pipe(authenticate(auth))
  const body = '8BITMIME'
  const { result } = await lastValueFrom(trusted$.pipe(mail(world.sender, { body }), rcpt(to), data(message), quit()))
  if (result === undefined) throw new Error('the session closed without a result')
  return result
}

/** Connects by operators and brings the session to where mail can begin. */
export function open(
  server: RealServer,
  tls: Tls,
  tlsOptions: TlsOptions = { ca: server.ca },
): Observable<Session<'ready'>> {
  const port = portOf(server, tls)
  const policy = tls === 'starttls' ? tlsOptions : policyOf(tls, tlsOptions)
  const ready$ = connect({ host: '127.0.0.1', port, tls: policy }).pipe(hello('client.example'))
  return tls === 'starttls' ? ready$.pipe(startTls()) : ready$
}

function policyOf(tls: Tls, tlsOptions: TlsOptions): TlsLevel | TlsPolicy {
  return tls === 'plain' ? 'none' : { level: 'verified', implicit: tls === 'implicit', ...tlsOptions }
}

export function portOf(server: RealServer, tls: Tls): number {
  const port = server.ports[tls]
  if (port === undefined) throw new Error(`the server has no ${tls} port`)
  return port
}
