/** How fast each way of sending has to be, and what was reached of it. */
import type { Parsing } from './parsing-process.ts'
import { type Cells, digits, first, type Row } from './table.ts'
import type { WorkloadId } from './workloads.ts'

/** What one way of sending has to reach. */
interface Goal {
  readonly workload: WorkloadId
  /** The line of the table, without the name of the library. */
  readonly way: string
  /** `rate`: times the messages a second of nodemailer; `trips`: round trips a message, at most. */
  readonly of: 'rate' | 'trips'
  readonly bar: number
  /** What bytes made beforehand have reached over a bare socket, where that is known: the way ahead. */
  readonly aim?: number
}

const goals: readonly Goal[] = [
  ...rates('A', [
    ['DATA', 1.5, 2.3],
    ['DATA queue', 3, 4.3],
    ['BDAT', 2.7, 4.5],
    ['BDAT 8', 8, 24],
    ['BDAT 32', 25, 57],
  ]),
  ...rates('B', [
    ['DATA', 5, 7.9],
    ['DATA queue', 6, 10],
    ['BDAT', 8, 12.8],
    ['BDAT 8', 20, 63],
  ]),
  ...rates('C', [
    ['DATA', 3.5, 4.7],
    ['DATA queue', 4],
    ['BDAT', 7, 9.3],
    ['BDAT 8', 8],
  ]),
  ...rates('D', [
    ['DATA', 12, 29],
    ['DATA queue', 15, 32],
    ['BDAT', 15, 57],
    ['BDAT 8', 25, 67],
  ]),
  ...rates('E', [
    ['DATA', 1.2, 1.8],
    ['BDAT', 1.5, 1.9],
  ]),
  ...rates('F', [
    ['DATA', 1.4, 1.8],
    ['DATA queue', 2.2, 3],
    ['BDAT', 2.2, 3.3],
    ['BDAT 32', 20, 53],
  ]),
  { workload: 'G', way: 'DATA', of: 'trips', bar: 2.2, aim: 2.1 },
  { workload: 'G', way: 'DATA queue', of: 'trips', bar: 1.1, aim: 1.05 },
  { workload: 'G', way: 'BDAT', of: 'trips', bar: 1.1, aim: 1.04 },
  { workload: 'G', way: 'BDAT 8', of: 'trips', bar: 0.2, aim: 0.03 },
]

function rates(workload: WorkloadId, ways: readonly (readonly [way: string, bar: number, aim?: number])[]): Goal[] {
  return ways.map(([way, bar, aim]) => ({ workload, way, of: 'rate', bar, ...(aim !== undefined && { aim }) }))
}

/** Sets what was reached beside what was to be reached, by rate and by processor time. */
export function goalCells(results: ReadonlyMap<string, readonly Row[]>): Cells {
  const body = goals.flatMap(({ workload, way, of, bar, aim }) => {
    const rows = results.get(workload) ?? []
    const row = find(rows, `rxsmtp, ${way}`)
    const base = find(rows, first)
    if (row === undefined || base === undefined) return []
    const reached = of === 'rate' ? row.rate / base.rate : (row.roundTrips ?? Number.NaN)
    const unit = of === 'rate' ? 'x' : ' trips'
    const isMet = of === 'rate' ? reached >= bar : reached <= bar
    return [
      [
        `${workload}, ${way}`,
        `${bar}${unit}`,
        `${digits(reached)}${unit}`,
        isMet ? 'yes' : 'no',
        `${digits(base.cpu / row.cpu)}x`,
        aim === undefined ? '-' : `${aim}${unit}`,
      ],
    ]
  })
  return [['', 'bar', 'reached', 'met', 'by CPU', 'aim'], ...body]
}

function find(rows: readonly Row[], name: string): Row | undefined {
  return rows.find((row) => row.name === name && row.failure === undefined)
}

/** Sets the parsers side by side; the last is the bar, the one before it the aim. */
export function parsingCells({ rates }: Parsing): Cells {
  const usual = rates.at(-1)?.[1] ?? Number.NaN
  const body = rates.map(([name, rate]) => [name, digits(rate), digits(1000 / rate), `${digits(rate / usual)}x`])
  return [['', 'M replies/s', 'ns/reply', 'x the usual'], ...body]
}
