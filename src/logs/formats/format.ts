import type { Head } from '../head.ts'
import type { LogRecord } from '../record.ts'

/** Reads the messages of one program. It may remember what earlier lines said. */
export interface MessageReader {
  /**
   * Reads the message that stands in a text from `head.at` to `to`, and adds what it says to the records; a line may be
   * understood and say nothing yet. Returns whether it was understood.
   */
  read(text: string, to: number, head: Head, records: LogRecord[]): boolean
  /** The same for whoever does not want events: they give no records, which takes less time. */
  readTold?(text: string, to: number, head: Head, records: LogRecord[]): boolean
}
