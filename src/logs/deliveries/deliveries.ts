import { Observable, type OperatorFunction } from 'rxjs'
import type { LogRecord } from '../record.ts'
import { Correlator, type CorrelatorOptions } from './correlator.ts'
import type { LoggedMessage } from './logged-message.ts'

/**
 * Puts together what the lines of a log say about each message, by queue id: who sent it, its recipients with all their
 * attempts, and what became of them.
 *
 * Takes records in arrays and emits messages in arrays, each message when it has come to its end. Memory is bounded; see
 * {@link CorrelatorOptions}. When the source completes, emits what is unfinished, marked as such, and completes. Errors
 * pass at once.
 *
 * @example
 * import { of } from 'rxjs'
 * const line = 'Mar  4 07:05:09 mx1 postfix/smtp[8]: 4F2A1C0D9E: to=<ann@a.example>, relay=none, status=deferred (later)'
 * of([line])
 *   .pipe(parseLog(), deliveries())
 *   .subscribe(([message]) => console.log(message?.recipients[0]?.outcome))
 */
export function deliveries(
  options: CorrelatorOptions = {},
): OperatorFunction<readonly LogRecord[], readonly LoggedMessage[]> {
  return (source) =>
    new Observable((subscriber) => {
      const correlator = new Correlator(options)
      const emit = (messages: readonly LoggedMessage[]): void => {
        if (messages.length > 0) subscriber.next(messages)
      }
      return source.subscribe({
        next: (records) => emit(correlator.push(records)),
        error: (error) => subscriber.error(error),
        complete() {
          emit(correlator.end())
          subscriber.complete()
        },
      })
    })
}
