import { jsonText } from '../../json.ts'
import type { Writer } from '../../writer.ts'
import { type Column, columns, type Subject, type Value } from './column.ts'
import type { Sink } from './sink.ts'

/** Writes one JSON object a line; what is not known is left out. */
export function ndjsonSink(writer: Writer): Sink {
  return {
    write: (rows) => writer.write(rows.map((row) => `${jsonText(objectOf(row))}\n`).join('')),
    end: () => writer.end(),
  }
}

function objectOf(subject: Subject): Readonly<Record<string, Value>> {
  const object: Record<string, Value> = {}
  for (const column of columns) object[column.name] = jsonValue(column, subject)
  return object
}

function jsonValue({ type, value }: Column, subject: Subject): Value {
  const plain = value(subject)
  return type === 'timestamp' && typeof plain === 'number' ? isoTime(plain) : plain
}

/** Writes a time in ISO 8601, in UTC; undefined where it is none that can be written. */
export function isoTime(milliseconds: number): string | undefined {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : undefined
}
