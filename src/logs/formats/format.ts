import type { Head } from '../head.ts'
import type { LogRecord } from '../record.ts'

/** Reads the messages of one program. It may remember what earlier lines said. */
export interface MessageReader {
  /** Returns what the message of a line says, which begins at `head.at`; undefined where it says nothing known. */
  read(line: string, head: Head): LogRecord | undefined
}
