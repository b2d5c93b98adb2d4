import { parseArgs } from 'node:util'
import { type EntrantId, roster } from './roster.ts'
import { type Workload, workloads } from './workloads.ts'

/** What to measure and how long. */
export interface BenchOptions {
  readonly workloads: readonly Workload[]
  readonly entrants: readonly EntrantId[]
  readonly runs: number
  /** Seconds that a run shall take, and the warm-up before the first at least. */
  readonly seconds: number
  /** Whether everything is only tried out: few messages, one run, no figures to rely on. */
  readonly quick: boolean
  /** Where profiles of the clients go. */
  readonly profile: string | undefined
  /** Whether nothing is left out. */
  readonly whole: boolean
  /** Whether the page may be written: nothing is left out, and it is measured in earnest. */
  readonly full: boolean
}

/** What `--help` prints. */
export const usage: string = `Compares SMTP clients, and parsers of replies, in one run: npm run bench -- [options]

  --workloads A,C     only these: ${workloads.map(({ id, title }) => `${id}  ${title}`).join(`\n${' '.repeat(34)}`)}
  --clients a,b       only these: ${roster.map(nameOf).join(`\n${' '.repeat(34)}`)}
  --runs 5            runs of each, of which the median counts
  --seconds 1         how long a run takes
  --quick             a few messages each, only to see that everything works
  --profile DIR       writes a processor profile of every client
  --help

Workloads or clients leave the rest out. With nothing left out, docs/benchmarks.md is written anew.`

/** Reads the command line; undefined when help is wanted. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workloads: { type: 'string' },
      clients: { type: 'string' },
      runs: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { quick, profile } = values
  const whole = values.workloads === undefined && values.clients === undefined && profile === undefined
  return {
    workloads: pick(values.workloads?.toUpperCase(), workloads, ({ id }) => id),
    entrants: pick(values.clients, roster, nameOf),
    runs: quick ? 1 : positive('runs', values.runs),
    seconds: quick ? 0 : positive('seconds', values.seconds),
    quick,
    profile,
    whole,
    full: whole && !quick,
  }
}

/** Writes the name of an entrant as an argument: `rxsmtp-BDAT-8`. */
function nameOf(entrant: EntrantId): string {
  return entrant.replace(', ', '-').replaceAll(' ', '-')
}

function pick<T>(list: string | undefined, all: readonly T[], name: (item: T) => string): readonly T[] {
  if (list === undefined) return all
  return list.split(',').map((wanted) => {
    const found = all.find((item) => name(item).toLowerCase() === wanted.trim().toLowerCase())
    if (found === undefined) throw new Error(`${wanted} is none of ${all.map(name).join(', ')}`)
    return found
  })
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`)
  return value
}
