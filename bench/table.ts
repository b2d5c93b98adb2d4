/** Figures out of runs, as rows of text. */
import type { Score } from './contest.ts'

/** The median of all runs of one client with one workload. */
export interface Row {
  readonly name: string
  readonly failure: string | undefined
  /** Messages a second. */
  readonly rate: number
  /** The distance between the fastest and the slowest run, as a part of the median. */
  readonly spread: number
  /** Microseconds of processor time a message. */
  readonly cpu: number
  /** How busy the sink was, as a part of the time. */
  readonly sink: number
  /** Octets; undefined for other programs. */
  readonly memory: number | undefined
  /** Times the delay of the sink a message; undefined where it has none. */
  readonly roundTrips: number | undefined
}

/** Sums up the runs. */
export function rowOf({ description, workload, count, runs, failure }: Score): Row {
  const rates = runs.map(({ elapsed }) => (count / elapsed) * 1000)
  const rate = median(rates)
  const peaks = runs.flatMap(({ memory }) => memory ?? [])
  return {
    name: description.name,
    failure,
    rate,
    spread: (Math.max(...rates) - Math.min(...rates)) / rate,
    cpu: median(runs.map(({ cpu }) => (cpu / count) * 1000)),
    sink: median(runs.map(({ sinkCpu, elapsed }) => sinkCpu / elapsed)),
    memory: peaks.length === 0 ? undefined : Math.max(...peaks),
    roundTrips: workload.delay === 0 ? undefined : 1000 / workload.delay / rate,
  }
}

/** A table as cells, the first row and the first column of which are names. */
export type Cells = readonly (readonly string[])[]

/** Writes one workload as a table, in ratios to the two that others are compared with. */
export function workloadCells(rows: readonly Row[]): Cells {
  const withTrips = rows.some(({ roundTrips }) => roundTrips !== undefined)
  const head = ['', 'msg/s', '+/-', `x ${first}`, `x ${second}`, 'CPU us/msg', 'peak MB', 'sink busy']
  const body = rows.map((row) => {
    if (row.failure !== undefined) return [row.name, ...Array.from({ length: head.length - 1 }, () => '-')]
    const { name, rate, spread, cpu, memory, sink, roundTrips } = row
    const cells = [
      name,
      atLeast(row) + digits(rate),
      `${(spread * 50).toFixed(0)}%`,
      ratio(row, rows, first, 'rate'),
      ratio(row, rows, second, 'rate'),
      // The clock of other programs ticks ten milliseconds at a time.
      cpu === 0 ? '-' : digits(cpu),
      memory === undefined ? '-' : (memory / 1e6).toFixed(0),
      `${(Math.min(1, sink) * 100).toFixed(0)}%`,
    ]
    return withTrips ? [...cells, roundTrips?.toFixed(2) ?? ''] : cells
  })
  return [withTrips ? [...head, 'trips/msg'] : head, ...body]
}

/** Writes all workloads as one table of ratios to nodemailer, or to its low-level client. */
export function summaryCells(results: ReadonlyMap<string, readonly Row[]>, to: string, of: 'rate' | 'cpu'): Cells {
  const names = new Set([...results.values()].flatMap((rows) => rows.map(({ name }) => name)))
  const body = [...names].map((name) => [
    name,
    ...[...results.values()].map((rows) => {
      const row = rows.find((each) => each.name === name)
      return row === undefined || row.failure !== undefined ? '-' : ratio(row, rows, to, of)
    }),
  ])
  return [[`${of === 'rate' ? 'msg/s' : 'CPU/msg'}, x ${to}`, ...results.keys()], ...body]
}

// Above this the sink has no time to wait for anyone.
const saturated = 0.85

/** Those that others are compared with. */
export const [first, second] = ['nodemailer', 'SMTPConnection'] as const

function ratio(row: Row, rows: readonly Row[], to: string, of: 'rate' | 'cpu'): string {
  const base = rows.find(({ name, failure }) => name === to && failure === undefined)
  if (base === undefined || row[of] === 0) return '-'
  return (of === 'rate' ? atLeast(row) : '') + digits(row[of] / base[of])
}

/** Marks a rate that the server has limited: against a faster one it would be higher. */
function atLeast({ sink }: Row): string {
  return sink < saturated ? '' : '>'
}

/** Writes a number with three digits that count. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '-'
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.max(value, 0.001))))
  return value.toLocaleString('en', { minimumFractionDigits: places, maximumFractionDigits: places })
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Sets a table in columns. */
export function inColumns(cells: Cells): string {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, column === 0)).join('  ')
  return cells.map((row) => `  ${line(row)}`.trimEnd()).join('\n')
}

/** Sets a table in Markdown. */
export function inMarkdown([head = [], ...body]: Cells): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function pad(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width)
}
