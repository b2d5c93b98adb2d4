import type { Subject } from './column.ts'

/** Takes rows and writes them down. */
export interface Sink {
  /** Writes rows; the promise is backpressure. */
  write(rows: readonly Subject[]): Promise<void> | void
  /** Writes what comes behind the last row. */
  end(): Promise<void>
}
