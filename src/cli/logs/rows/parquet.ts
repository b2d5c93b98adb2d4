import { detachedRecord, detachedText } from '../../../logs/deliveries/detached-record.ts'
import { exitCodes, Failure } from '../../failure.ts'
import { type Column, columns, type Subject } from './column.ts'
import type { Sink } from './sink.ts'

// Rows that are held back until they are one row group.
const groupSize = 20_000

/** Writes a Parquet file, compressed, a group of rows at a time. */
export async function parquetSink(file: string): Promise<Sink> {
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer')
  const writer = new ParquetWriter({ writer: created(file, fileWriter), schema: schema(), createdBy: 'rxsmtp' })
  let rows: Subject[] = []
  const flush = async (): Promise<void> => {
    const group = rows
    rows = []
    if (group.length > 0)
      await writer.write({ columnData: columns.map((column) => dataOf(column, group)), rowGroupSize: group.length })
  }
  return {
    write: (more) => {
      for (const row of more) rows.push(detachedRow(row))
      return rows.length >= groupSize ? flush() : undefined
    },
    end: async () => {
      await flush()
      await writer.finish()
    },
  }
}

/** What waits for its group would keep the chunk of the log that it was cut out of. */
function detachedRow({ record, pattern, envelope, ...row }: Subject): Subject {
  return {
    ...row,
    record: detachedRecord(record),
    pattern: detachedText(pattern),
    envelope: envelope && {
      ...envelope,
      from: envelope.from && detachedText(envelope.from),
      messageId: envelope.messageId && detachedText(envelope.messageId),
    },
  }
}

function created<T>(file: string, create: (file: string) => T): T {
  try {
    return create(file)
  } catch (cause) {
    throw new Failure(exitCodes.cannotCreate, cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

type Schema = ConstructorParameters<typeof import('hyparquet-writer').ParquetWriter>[0]['schema']

function schema(): Schema {
  return [
    { name: 'rxsmtp', num_children: columns.length },
    ...columns.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...parquetTypes[type] })),
  ]
}

const parquetTypes = {
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const satisfies Readonly<Record<Column['type'], object>>

function dataOf({ name, type, value }: Column, rows: readonly Subject[]): { name: string; data: unknown[] } {
  const data = rows.map((row) => {
    const plain = value(row)
    if (type === 'timestamp' && typeof plain === 'number') return new Date(plain)
    return type === 'integer' && typeof plain === 'number' ? BigInt(Math.trunc(plain)) : plain
  })
  return { name, data }
}
