import { match } from '../../grammar/logs/csv.ts'
import { fieldsOf } from '../fields.ts'
import type { Head } from '../head.ts'
import * as make from '../make.ts'
import type { LogRecord } from '../record.ts'
import { ExchangeRows } from './exchange.ts'
import type { MessageReader } from './format.ts'
import { readPowerMta } from './powermta.ts'
import type { Row } from './row.ts'

/** Makes records of a row; undefined where it says nothing known. */
type ReadRow = (row: Row, head: Head) => readonly LogRecord[] | undefined

// The order that PowerMTA documents; a header says otherwise.
const accounting = 'type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat'

/** Reads comma-separated logs: a line with the names of columns comes first, in PowerMTA as it is, in Exchange as `#Fields:`. */
export class CsvReader implements MessageReader {
  readonly #format: 'powermta' | 'exchange'
  readonly #readRow: ReadRow
  #columns: readonly string[]

  constructor(format: 'powermta' | 'exchange') {
    this.#format = format
    this.#columns = format === 'powermta' ? accounting.split(',') : []
    const exchange = new ExchangeRows()
    this.#readRow = format === 'powermta' ? readPowerMta : (row, head) => exchange.read(row, head)
  }

  read(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const line = text.slice(head.at, to)
    if (line.startsWith('#')) {
      const [, names] = /^#Fields: (.*)/.exec(line) ?? []
      if (names !== undefined) this.#columns = names.split(',').map((name) => name.trim())
      return true
    }
    const values = match(line, 'Record') ?? [line]
    if (values[0] === 'type' || values[0] === 'date-time') {
      this.#columns = values
      return true
    }
    const row = fieldsOf(this.#columns.map((name, at) => [name, values[at] ?? null]))
    const read = this.#readRow(row, head)
    if (read === undefined) {
      records.push(make.event(this.#format, head, undefined, { event: 'notice', fields: row, text: line }))
      return false
    }
    records.push(...read)
    return true
  }
}
