import { NEVER, Observable, type OperatorFunction } from 'rxjs'
import type { LogRecord } from '../record.ts'
import { type Overview, overview } from './overview.ts'
import { Summary, type SummaryOptions } from './summary.ts'

/** Settings of {@link summarize}. */
export interface SummarizeOptions extends SummaryOptions {
  /** Rows of each table in what is emitted, 20 unless given. */
  readonly top?: number | undefined
  /** Emits whenever figures are wanted before the end, such as `interval(1000)` beside a log that is still written. */
  readonly snapshots?: Observable<unknown> | undefined
}

/**
 * Counts what the records of a log say, within bounded memory.
 *
 * Takes records in arrays, emits an {@link Overview} whenever `snapshots` emits and once more when the source completes,
 * then completes. Errors of the source and of `snapshots` pass.
 *
 * @example
 * import { from } from 'rxjs'
 *
 * from([[]])
 *   .pipe(summarize())
 *   .subscribe(({ outcomes }) => console.log(outcomes.delivered))
 */
export function summarize(options: SummarizeOptions = {}): OperatorFunction<readonly LogRecord[], Overview> {
  const { snapshots = NEVER, top = 20 } = options
  return (source) =>
    new Observable((subscriber) => {
      const summary = new Summary(options)
      const emit = (): void => subscriber.next(overview(summary.state(), { top }))
      subscriber.add(snapshots.subscribe({ next: emit, error: (error) => subscriber.error(error) }))
      subscriber.add(
        source.subscribe({
          next: (records) => {
            for (const record of records) summary.add(record)
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            emit()
            subscriber.complete()
          },
        }),
      )
    })
}
