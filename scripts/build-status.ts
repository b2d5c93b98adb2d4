/** Makes `src/protocol/status-table.ts` out of the two tables in `scripts/data`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const data = new URL('./data/', import.meta.url)
const target = new URL('../src/protocol/status-table.ts', import.meta.url)

/** Returns the text of the generated module. */
export function statusTable(): string {
  const enhanced = rows('enhanced-status-codes.tsv')
  const basic = rows('reply-codes.tsv')
  const details = enhanced.map((row) => field(row, 'code').replace(/^X\./, ''))
  const entries = enhanced.map((row, index) =>
    entry(quoted(details[index] ?? ''), row, `[${field(row, 'replies').replace('-', '').split(' ').join(', ')}]`),
  )
  return `// Made by scripts/build-status.ts from scripts/data: change it there.

/** What is known about one code. */
export interface CodeEntry {
  readonly name: string
  readonly meaning: string
  readonly advice: string
  readonly reference: string
}

/** What is known about one subject and detail of the enhanced status codes. */
export interface StatusEntry extends CodeEntry {
  /** The basic reply codes that the registry associates with the status; none given where empty. */
  readonly replies: readonly number[]
}

/** Subject and detail of every registered enhanced status code (RFC 5248). */
export type StatusDetail =
${details.map((detail) => `  | ${quoted(detail)}`).join('\n')}

/** Every registered enhanced status code by subject and detail. */
export const statusTable: Readonly<Record<StatusDetail, StatusEntry>> = {
${entries.join('\n')}
}

/** Every basic reply code of the SMTP specifications. */
export const replyTable: Readonly<Record<number, CodeEntry>> = {
${basic.map((row) => entry(field(row, 'code'), row)).join('\n')}
}
`
}

/** Writes the table when it changed. */
export function main(): void {
  const text = statusTable()
  if (text !== readFileSync(target, { encoding: 'utf8', flag: 'a+' })) writeFileSync(target, text)
}

type Row = ReadonlyMap<string, string>

function rows(file: string): Row[] {
  const [head = '', ...lines] = readFileSync(new URL(file, data), 'utf8').trimEnd().split('\n')
  const columns = head.split('\t')
  return lines.map((line, index) => {
    const cells = line.split('\t')
    if (cells.length !== columns.length) throw new Error(`${file}:${index + 2}: ${cells.length} columns`)
    return new Map(columns.map((column, at) => [column, cells[at] ?? '']))
  })
}

function field(row: Row, column: string): string {
  const value = row.get(column)
  if (value === undefined || value === '') throw new Error(`no ${column} in ${JSON.stringify([...row])}`)
  return value
}

/** Writes one entry as the formatter would: a value that does not fit stands on a line of its own. */
function entry(key: string, row: Row, replies?: string): string {
  const lines = ['name', 'meaning', 'advice', 'reference'].map((name) => {
    const line = `    ${name}: ${quoted(field(row, name))},`
    return line.length <= 120 ? line : line.replace(': ', ':\n      ')
  })
  if (replies !== undefined) lines.push(`    replies: ${replies},`)
  return `  ${key}: {\n${lines.join('\n')}\n  },`
}

function quoted(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
