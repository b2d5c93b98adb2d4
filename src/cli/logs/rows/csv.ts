import { printable } from '../../../protocol/printable.ts'
import type { Writer } from '../../writer.ts'
import { columns, type Subject, type Value } from './column.ts'
import { isoTime } from './ndjson.ts'
import type { Sink } from './sink.ts'

// Characters of one text: whoever wants more takes another form.
const longest = 32_000

/**
 * Writes comma-separated values as RFC 4180 has them, with a line of names. Texts have no control characters, and one
 * that a spreadsheet would take for a formula has an apostrophe in front.
 */
export async function csvSink(writer: Writer): Promise<Sink> {
  const { stringify } = await import('csv-stringify/sync')
  const options = { escape_formulas: true, record_delimiter: 'windows', cast: { boolean: String } } as const
  await writer.write(stringify([columns.map(({ name }) => name)], options))
  return {
    write: (rows) => writer.write(stringify(rows.map(valuesOf), options)),
    end: () => writer.end(),
  }
}

function valuesOf(subject: Subject): Value[] {
  return columns.map(({ type, value }) => {
    const plain = value(subject)
    if (typeof plain === 'string') return printable(plain, longest)
    return type === 'timestamp' && typeof plain === 'number' ? isoTime(plain) : plain
  })
}
