/** The library at work: the same message once through operators and once through a promise. */
import { identity, lastValueFrom, type Observer, type OperatorFunction, Subject } from 'rxjs'
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
  type TlsPolicy,
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
  return lastValueFrom(
    connect({ host, port, tls: tlsOf(target), transcript, signal }).pipe(
      hello(name),
      loggedIn(target, password),
      send({ from, to, message }),
      quit(),
    ),
  )
}

/** Sends a message through a promise. */
export async function sendByPromise({ target, password, message, transcript, signal }: Job): Promise<SendResult> {
  const { host, port, from, to, name } = target
  const auth = authOf(target, password)
  const conversation = new Subject<TranscriptEntry>()
  conversation.subscribe(transcript)
  const goodbye = lastValueFrom(conversation, { defaultValue: undefined })
  const result = await sendMail({
    host,
    port,
    tls: tlsOf(target),
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

/** An operator is chosen like any other value. */
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

function tlsOf({ tls, ca, pins }: Target): TlsPolicy {
  return {
    level: tls === 'implicit' ? 'verified' : tls,
    ...(tls === 'implicit' && { implicit: true }),
    ...(ca !== undefined && { ca }),
    ...(pins.length > 0 && { pins }),
  }
}
