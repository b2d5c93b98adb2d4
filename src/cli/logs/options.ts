import { parseArgs } from 'node:util'
import type { Disposition, LogFormat } from '../../logs/record.ts'
import { Zone } from '../../logs/zone.ts'
import { usageError } from '../failure.ts'
import type { Filter } from './filter.ts'
import { timeOf } from './time.ts'

/** What `rxsmtp logs` is to do. */
export interface LogsOptions {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[]
  /** The queue id, Message-ID or address whose story is wanted. */
  readonly trace: string | undefined
  readonly follow: boolean
  readonly output: Output
  readonly filter: Filter
  readonly parsing: Parsing
  /** Rows of each table. */
  readonly top: number
  readonly serve: boolean
  readonly port: number
  readonly workers: number | undefined
  readonly progress: boolean
}

/** What comes out, and where; `file` undefined is standard output. */
export interface Output {
  readonly kind: 'tables' | 'json' | 'ndjson' | 'csv' | 'parquet' | 'html'
  readonly file: string | undefined
}

/** How lines are read. */
export interface Parsing {
  readonly format: LogFormat | 'auto'
  readonly year: number | undefined
  /** Of times that name none. */
  readonly zone: string
}

const flags = {
  follow: { type: 'boolean', short: 'f' },
  json: { type: 'boolean' },
  ndjson: { type: 'boolean' },
  csv: { type: 'boolean' },
  parquet: { type: 'string' },
  html: { type: 'string' },
  output: { type: 'string', short: 'o' },
  serve: { type: 'boolean' },
  port: { type: 'string' },
  domain: { type: 'string', multiple: true },
  'queue-id': { type: 'string', multiple: true },
  category: { type: 'string', multiple: true },
  status: { type: 'string', multiple: true },
  since: { type: 'string' },
  until: { type: 'string' },
  format: { type: 'string' },
  year: { type: 'string' },
  zone: { type: 'string' },
  top: { type: 'string', short: 'n' },
  workers: { type: 'string' },
  'no-progress': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** The formats that `--format` takes. */
export const formats: readonly (LogFormat | 'auto')[] = [
  'auto',
  'postfix',
  'exim',
  'sendmail',
  'opensmtpd',
  'qmail',
  'courier',
  'exchange',
  'powermta',
  'kumomta',
  'haraka',
  'swaks',
  'nodemailer',
]

const statuses: readonly Disposition[] = ['delivered', 'deferred', 'failed', 'expired', 'rejected']

/** Reads the arguments of `rxsmtp logs`; undefined when help is asked for. `now` is what `2h` counts from. */
export function logsOptions(args: readonly string[], now: number): LogsOptions | undefined {
  const { values, positionals } = parsed(args)
  if (values.help) return undefined
  const isTrace = positionals[0] === 'trace'
  const trace = isTrace ? positionals[1] : undefined
  const files = isTrace ? positionals.slice(2) : positionals
  if (isTrace && trace === undefined) throw usageError('trace needs a queue id, a Message-ID or an address')
  if (files.length === 0) throw usageError('no log is named; - stands for standard input')
  if (files.filter((file) => file === '-').length > 1) throw usageError('standard input can be read once')
  const output = outputOf(values)
  const options: LogsOptions = {
    files,
    trace,
    follow: values.follow === true,
    output,
    filter: {
      domains: (values.domain ?? []).map((domain) => domain.toLowerCase().replace(/^@/, '')),
      queueIds: values['queue-id'] ?? [],
      categories: values.category ?? [],
      statuses: (values.status ?? []).map((status) => oneOf('status', statuses, status)),
      since: values.since === undefined ? undefined : timeOf('since', values.since, now),
      until: values.until === undefined ? undefined : timeOf('until', values.until, now),
    },
    parsing: {
      format: oneOf('format', formats, values.format ?? 'auto'),
      year: values.year === undefined ? undefined : numberOf('year', values.year, 1970, 9999),
      zone: values.zone === undefined ? zoneHere() : zoneOf(values.zone),
    },
    top: numberOf('top', values.top ?? '20', 1, 1_000),
    serve: values.serve === true,
    port: numberOf('port', values.port ?? '0', 0, 65_535),
    workers: values.workers === undefined ? undefined : numberOf('workers', values.workers, 1, 256),
    progress: values['no-progress'] !== true,
  }
  checkTogether(options, values)
  return options
}

function parsed(
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof flags; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true })
  } catch (cause) {
    throw usageError(cause instanceof Error ? cause.message : String(cause))
  }
}

type Values = ReturnType<typeof parsed>['values']

function outputOf({ json, ndjson, csv, parquet, html, output: file }: Values): Output {
  const asked: Output[] = [
    ...(json ? [{ kind: 'json', file } as const] : []),
    ...(ndjson ? [{ kind: 'ndjson', file } as const] : []),
    ...(csv ? [{ kind: 'csv', file } as const] : []),
    ...(parquet === undefined ? [] : [{ kind: 'parquet', file: parquet } as const]),
    ...(html === undefined ? [] : [{ kind: 'html', file: html } as const]),
  ]
  if (asked.length > 1) throw usageError('one of --json, --ndjson, --csv, --parquet and --html at a time')
  if (file !== undefined && (parquet ?? html) !== undefined)
    throw usageError('--parquet and --html name their file themselves, without --output')
  return asked[0] ?? { kind: 'tables', file }
}

function checkTogether({ files, filter, follow, serve, trace, output }: LogsOptions, { port }: Values): void {
  if (port !== undefined && !serve) throw usageError('--port belongs to --serve')
  if (serve && output.kind !== 'tables') throw usageError('--serve shows a report by itself')
  if (follow && files.length > 1) throw usageError('--follow follows one log')
  if (follow && (output.kind === 'parquet' || output.kind === 'html' || output.kind === 'json')) {
    throw usageError(`--follow has no end, and --${output.kind} needs one; --serve shows the report while it grows`)
  }
  const { domains, queueIds, categories, statuses } = filter
  if (trace !== undefined && domains.length + queueIds.length + categories.length + statuses.length > 0) {
    throw usageError('trace tells all about its subject; only --since and --until leave something out')
  }
  if (trace !== undefined && (follow || serve))
    throw usageError('trace looks at what is there, without --follow and --serve')
  if (trace !== undefined && output.kind !== 'tables' && output.kind !== 'json') {
    throw usageError(`trace tells a story, as text or with --json; --queue-id selects rows for --${output.kind}`)
  }
}

function oneOf<T extends string>(flag: string, known: readonly T[], value: string): T {
  const found = known.find((one) => one === value)
  if (found === undefined) throw usageError(`--${flag}: none of ${known.join(', ')}: ${value}`)
  return found
}

function numberOf(flag: string, value: string, from: number, to: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= from && number <= to)) throw usageError(`--${flag}: no number from ${from} to ${to}: ${value}`)
  return number
}

function zoneOf(value: string): string {
  if (!isZone(value))
    throw usageError(`--zone: neither the name of a zone like Europe/Berlin nor like +01:00: ${value}`)
  return value
}

/** Names the zone of this machine; one that is not known by name stands for UTC. */
function zoneHere(): string {
  const zone: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return zone !== undefined && isZone(zone) ? zone : 'UTC'
}

function isZone(name: string): boolean {
  try {
    new Zone(name)
    return true
  } catch {
    return false
  }
}
