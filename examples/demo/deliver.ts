/** The library at work: the same message once through operators and once through a promise. */
import { concatMap, identity, lastValueFrom, type Observer, type OperatorFunction, of, Subject } from 'rxjs'
import {
  type Auth,
  authenticate,
  connect,
  hello,
  loginAuth,
  plainAuth,
  quit,
  type SendResult,
  type Session,
  send,
  sendMail,
  startTls,
  type TlsOptions,
  type TranscriptEntry,
} from 'rxsmtp'
import { autoAuth, cramMd5Auth, scramAuth } from 'rxsmtp/node'
import type { Target } from './options.ts'

/** One message, its way, and who is told. */
export interface Job {
  readonly target: Target
  readonly password: string | undefined
  readonly message: string
  readonly transcript: Partial<Observer<TranscriptEntry>>
  readonly signal: AbortSignal
}

/** Sends a message through operators; resolves with the session as it was at its end. */
export function sendByOperators({ target, password, message, transcript, signal }: Job): Promise<Session<'closed'>> {
  const { host, port, from, to, name } = target
  const tls = target.tls === 'implicit' ? 'implicit' : 'starttls'
  return lastValueFrom(
    connect({ host, port, tls, tlsOptions: tlsOptionsOf(target), transcript, signal }).pipe(
      hello(name),
      secured(target),
      loggedIn(target, password),
      send({ from, to, message }),
      quit(),
    ),
  )
}

/** Sends a message through a promise. */
export async function sendByPromise({ target, password, message, transcript, signal }: Job): Promise<SendResult> {
  const { host, port, tls, from, to, name } = target
  const auth = authOf(target, password)
  const conversation = new Subject<TranscriptEntry>()
  conversation.subscribe(transcript)
  const goodbye = lastValueFrom(conversation, { defaultValue: undefined })
  const result = await sendMail({
    host,
    port,
    implicitTls: tls === 'implicit',
    tls: tls === 'implicit' ? 'verified' : tls,
    tlsOptions: tlsOptionsOf(target),
    name,
    from,
    to,
    message,
    transcript: conversation,
    signal,
    ...(auth && { auth }),
  })
  // The result is there before QUIT is answered; what is shown should be in the order of the conversation.
  await goodbye
  return result
}

/** STARTTLS as the target wants it; an operator is chosen like any other value. */
function secured(target: Target): OperatorFunction<Session<'ready'>, Session<'ready'>> {
  const upgrade = startTls(tlsOptionsOf(target))
  if (target.tls === 'verified') return upgrade
  if (target.tls !== 'opportunistic') return identity
  return concatMap((session) => (session.capabilities.has('STARTTLS') ? of(session).pipe(upgrade) : of(session)))
}

function loggedIn(target: Target, password: string | undefined): OperatorFunction<Session<'ready'>, Session<'ready'>> {
  const auth = authOf(target, password)
  return auth === undefined ? identity : authenticate(auth)
}

function authOf({ user, mechanism, host }: Target, password: string | undefined): Auth | undefined {
  if (user === undefined || password === undefined) return undefined
  const mechanisms = {
    auto: autoAuth,
    scram: scramAuth,
    plain: plainAuth,
    login: loginAuth,
    'cram-md5': cramMd5Auth,
  }
  return mechanisms[mechanism]({ username: user, password, host })
}

function tlsOptionsOf({ ca }: Target): TlsOptions {
  return ca === undefined ? {} : { ca }
}
