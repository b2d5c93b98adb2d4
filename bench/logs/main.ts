/** rxsmtp beside pflogsumm and grep, over the same made-up log in the same run: `npm run bench:logs`. */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Build, build } from '../build.ts'
import { coresOf, machine } from '../machine.ts'
import { generateLog, type LogShape, type Truth } from './generate.ts'
import type { Report } from './report.ts'

const size = Number(process.argv[2] ?? 200_000_000)
const runs = 3

/** Seconds of processor time, the best of several runs, and the most memory. */
interface Cost {
  readonly seconds: number
  readonly memory: number | undefined
}

const shapes: readonly LogShape[] = [
  { size, tls: true, longIds: true, times: 'rfc3339' },
  { size, tls: false, longIds: false, times: 'rfc3164' },
  // Start and warm-up, which take half a second, matter less here.
  { size: 4 * size, tls: false, longIds: false, times: 'rfc3164' },
]

function main(): void {
  const directory = mkdtempSync(join(tmpdir(), 'bench-logs-'))
  const built = build()
  try {
    const tables = shapes.map((shape) => measure(shape, join(directory, 'mail.log'), built))
    writeFileSync('docs/log-benchmarks.md', page(tables))
    console.log(`${tables.join('\n\n')}\n\ndocs/log-benchmarks.md is written`)
  } finally {
    built.remove()
    rmSync(directory, { recursive: true })
  }
}

/** Measures all programs over one log, and holds what they count against the truth. */
function measure(shape: LogShape, file: string, built: Build): string {
  const truth = write(shape, file)
  const { octets: _octets, ...expected } = truth
  const ours = (program: string): Cost =>
    best(() => {
      const { counts, seconds, memory }: Report = JSON.parse(run(process.execPath, [program, file]))
      if (!isDeepStrictEqual(sorted(counts), sorted(expected)))
        throw new Error('rxsmtp counts something else than is there')
      return { seconds, memory }
    })
  const parser = ours(built.file('logs/count'))
  const operators = ours(built.file('logs/count-stream'))
  const report = best(() => reporting(built.command, file, truth))
  const pflogsumm = best(() => ({ seconds: secondsOf('pflogsumm', [file]), memory: undefined }))
  const grep = best(() => ({ seconds: secondsOf('grep', ['-c', 'status=', file]), memory: undefined }))
  const rate = ({ seconds }: Cost): number => truth.octets / seconds / 1e6
  const rows = [
    ['rxsmtp, `logParser`', parser, 'equal to the truth'] as const,
    ['rxsmtp, `readLog` and `parseLog`', operators, 'equal to the truth'] as const,
    ['`rxsmtp logs`', report, 'those of its report'] as const,
    ['pflogsumm', pflogsumm, 'those of its report'] as const,
    ['grep -c', grep, 'lines of deliveries only'] as const,
  ].map(
    ([name, cost, counts]) =>
      `| ${name} | ${rate(cost).toFixed(rate(cost) < 100 ? 1 : 0)} | ${(rate(cost) / rate(pflogsumm)).toFixed(1)} | ${cost.memory === undefined ? '' : Math.round(cost.memory / 1e6)} | ${counts} |`,
  )
  return [
    `${title(shape)}: ${Math.round(truth.octets / 1e6)} MB, ${truth.lines} lines, ${sum(truth.status)} deliveries.`,
    '',
    '| program | MB/s | times pflogsumm | peak memory, MB | counts |',
    '| --- | --: | --: | --: | --- |',
    ...rows,
  ].join('\n')
}

/** Measures the command, and holds the outcomes that it reports against the truth. */
function reporting(command: string, file: string, { status, rejects }: Truth): Cost {
  const output = join(dirname(file), 'report.json')
  const seconds = secondsOf(process.execPath, [command, 'logs', '--json', '-o', output, '--year', '2025', file])
  const { outcomes } = JSON.parse(readFileSync(output, 'utf8')) as { outcomes: Readonly<Record<string, number>> }
  const { sent, deferred, bounced } = status
  const expected = { delivered: sent, deferred, failed: bounced, expired: 0, rejected: rejects }
  if (!isDeepStrictEqual(outcomes, expected)) throw new Error('rxsmtp reports something else than is there')
  return { seconds, memory: undefined }
}

function title({ tls, longIds, times }: LogShape): string {
  return `${times === 'rfc3339' ? 'RFC 3339' : 'RFC 3164'} times, ${longIds ? 'long' : 'short'} queue ids, ${tls ? 'with' : 'without'} \`tls=\``
}

function write(shape: LogShape, file: string): Truth {
  const log = generateLog(shape)
  const descriptor = openSync(file, 'w')
  for (let next = log.next(); ; next = log.next()) {
    if (next.done) {
      closeSync(descriptor)
      return next.value
    }
    writeSync(descriptor, next.value)
  }
}

function best(work: () => Cost): Cost {
  return Array.from({ length: runs }, work).reduce((one, other) => (one.seconds <= other.seconds ? one : other))
}

/** Runs a program and measures the processor time that it took, its start included. */
function secondsOf(program: string, args: readonly string[]): number {
  const times = run('bash', ['-c', '"$@" | cat > /dev/null; times', 'bash', program, ...args])
  const [, children = ''] = /\n(\S+ \S+)\s*$/.exec(times) ?? []
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((all, [, m, s]) => all + 60 * Number(m) + Number(s), 0)
}

/** Runs a program, on one core where processes can be bound to one. */
function run(program: string, args: readonly string[]): string {
  const { client } = coresOf()
  const [command = '', ...rest] = [...(client === undefined ? [] : ['taskset', '-c', String(client)]), program, ...args]
  return execFileSync(command, rest, { encoding: 'utf8', maxBuffer: 1e9, env: { ...process.env, LC_ALL: 'C' } })
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0)
}

function sorted(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each) =>
      each?.constructor === Object ? Object.fromEntries(Object.entries(each).sort()) : each,
    ),
  )
}

function page(tables: readonly string[]): string {
  return `# Benchmarks of logs

Written by \`npm run bench:logs\`; run it to get the figures of your machine. Measured on: ${machine()}.

A log of Postfix is [made up](../bench/logs/generate.ts), the same in every run, together with what is in it: deliveries
by status, reply code, enhanced status code and domain, refusals by code, messages. Every program reads it from the page
cache, ${runs} times; the run with the least processor time counts, the start of the program included. rxsmtp reads chunks,
makes a record of every line that tells of a message, parses every reply, and counts, once in a loop of its own and once by
operators; a difference from the truth stops the benchmark.

${tables.join('\n\n')}

\`rxsmtp logs\` and pflogsumm make a whole report, and \`grep -c\` no more than a count: the one is what is used for the job
today, the other what the machine can do. The command reads, classifies and sums up everything. Memory
does not grow with the log. A test counts logs of all eight shapes, times short and long queue ids, times with and
without \`tls=\`, and compares with the truth.
`
}

main()
