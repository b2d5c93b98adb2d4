import { Observable } from 'rxjs'
import { requireObject } from '../protocol/arguments.ts'
import type { OpenSocket } from '../stream/socket.ts'
import { type ConnectOptions, planOf } from './connect-options.ts'
import { Opening } from './opening.ts'
import { type Session, viewOf } from './session.ts'

/**
 * Connects, reads the greeting, and emits the session.
 *
 * Stays subscribed as long as the session lives: completes when it is closed by `quit()`, errors with an `SmtpError`
 * when it breaks, and unsubscribing drops the connection, so nothing is left open whatever happens downstream.
 *
 * @see RFC 5321 section 3.1
 */
export function connectWith(open: OpenSocket, options: ConnectOptions): Observable<Session<'connected'>> {
  return new Observable((subscriber) => {
    let opening: Opening | undefined
    const start = async (): Promise<void> => {
      const plan = planOf(requireObject('options', options))
      opening = new Opening(options)
      const conversation = await opening.greeted(open, plan)
      // An operator at work knows more than that the connection is gone: its own outcome comes first.
      const tellWhenIdle = (error: unknown): void => {
        conversation.afterStep = conversation.busy ? () => tellWhenIdle(error) : undefined
        if (conversation.busy) return
        if (conversation.phase === 'closed') subscriber.complete()
        else subscriber.error(error)
      }
      const { closed$ } = conversation.channel
      subscriber.add(closed$.subscribe({ error: tellWhenIdle, complete: () => subscriber.complete() }))
      subscriber.next(viewOf(conversation, 'connected'))
    }
    start().catch((error) => subscriber.error(error))
    return () => {
      opening?.release()
      opening?.leave({ code: 'aborted', message: 'unsubscribed' })
    }
  })
}
