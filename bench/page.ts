/** Writes `docs/benchmarks.md`. */
import type { Score } from './contest.ts'
import { goalCells, parsingCells } from './goals.ts'
import { machine, versionOf } from './machine.ts'
import type { Parsing } from './parsing-process.ts'
import type { Streaming } from './streaming.ts'
import { type Cells, first, inMarkdown, type Row, second, summaryCells, workloadCells } from './table.ts'
import type { Workload } from './workloads.ts'

/** One workload with all that was measured. */
export interface Result {
  readonly workload: Workload
  readonly scores: readonly Score[]
  readonly rows: readonly Row[]
}

/** All that was measured, and how. */
export interface Measured {
  readonly parsing: Parsing
  readonly results: readonly Result[]
  readonly streaming: readonly Streaming[]
  readonly runs: number
  readonly seconds: number
  /** Whether processes were bound to cores. */
  readonly bound: boolean
}

/** Puts the page together. */
export function page({ parsing, results, streaming, runs, seconds, bound }: Measured): string {
  const byId = new Map(results.map(({ workload, rows }) => [workload.id, rows]))
  return `# Benchmarks

Written by \`npm run bench\`; run it to get the figures of your machine. Absolute figures differ from machine to machine
and from hour to hour, ratios within one run hold.

Measured on: ${machine()}.

## What was to be reached

Bars are multiples of the messages a second of nodemailer's pooled transport in the same run, in G round trips a message.
By CPU is how many times less processor time a message takes than there, which varies less with what else the machine
does. The aim is what bytes made beforehand have reached over a bare socket.

${inMarkdown(goalCells(byId))}

## Parsing replies

${parsing.replies.toLocaleString('en')} replies in ${parsing.lines.toLocaleString('en')} lines, ${(parsing.octets / parsing.replies).toFixed(0)} octets each on average, of which none is like the one before,
in chunks of 64 KiB. Ours go through framer and grammar and come out as frozen objects.

${inMarkdown(parsingCells(parsing))}

## One message of 1 GiB from a stream

| | MiB/s | CPU ms/MiB | peak MB |
| --- | ---: | ---: | ---: |
${streaming.map(({ way, rate, cpu, memory }) => `| ${way} | ${rate.toFixed(0)} | ${cpu.toFixed(2)} | ${(memory / 1e6).toFixed(0)} |`).join('\n')}

## How much faster than nodemailer

Messages a second, as a multiple of nodemailer's pooled transport in the same run. A message in flight is in doubt when
the connection breaks: compare lines with the same number of them.

${inMarkdown(bold(summaryCells(byId, first, 'rate')))}

The same, as a multiple of its low-level client, which neither queues nor composes:

${inMarkdown(bold(summaryCells(byId, second, 'rate')))}

Processor time a message, as a multiple of what nodemailer's pooled transport needs; less is better. It varies less
than the rate with what else the machine does:

${inMarkdown(bold(summaryCells(byId, first, 'cpu')))}

## Who takes part

${everyone(results)}

## How it is measured

- Every client runs in a process of its own${bound ? ', bound to one core' : ''}. The server is a process of its own${bound ? ' on the other' : ''}:
  [\`bench/sink.ts\`](../bench/sink.ts) offers PIPELINING, CHUNKING, SIZE, 8BITMIME, SMTPUTF8 and, in F, STARTTLS, takes
  every message, and forgets it. The lines of rxsmtp with DATA meet the same server without CHUNKING. The bare lines are
  no clients: they show how much of the way the others have gone.
- Library and bench are compiled to plain JavaScript first, as they are published.
- Each client is warmed up until what runs often is compiled, then measured ${runs} times for about ${seconds} s, in turns with all
  others. The median counts; +/- is half the distance between its best and its worst run.
- Messages are made before. Clients that take a whole message get bytes with CRLF line ends; those that compose
  messages get the text, so that their messages are a little larger or smaller.
- Lines of a message have one length, 76 characters, as those of attachments have; what expects that gains by it. In D the
  server gives every recipient the same answer, as servers do that do not repeat the address. Every message gets a queue id
  of its own; all else that the server says is the same each time.
- After every run the messages, recipients, and octets that the server has counted are compared with what was sent;
  a client that differs is not shown with figures.
- CPU is the time of the client's process, system calls included; peak is the most memory it ever had resident, warm-up
  included. Both are of Node.js as a whole; other programs include their start, and their memory is not measured.
- Sink busy is the processor time of the server as a part of the run. From 85% on the server is what limits the rate, which
  is then marked with >.
- In G the server answers each piece that arrives 20 ms later. Trips are multiples of that.
${results.map(section).join('')}`
}

function section({ workload, scores, rows }: Result): string {
  const failed = scores.filter(({ failure }) => failure !== undefined)
  const notes = failed.map(({ description, failure }) => `- ${description.name}: ${failure}`).join('\n')
  return `
## ${workload.id}: ${workload.title}

${inMarkdown(bold(workloadCells(rows)))}
${notes === '' ? '' : `\n${notes}\n`}`
}

function everyone(results: readonly Result[]): string {
  const all = new Map(results.flatMap(({ scores }) => scores.map(({ description }) => [description.name, description])))
  return [...all.values()]
    .map(({ name, what, package: from = name }) => [name, versionOf(from), what])
    .map(([name, version, what]) => `- ${[name, version].filter(Boolean).join(' ')}: ${what}`)
    .join('\n')
}

/** Makes our own lines stand out. */
function bold(cells: Cells): Cells {
  return cells.map(([name = '', ...rest]) => [name.startsWith('rxsmtp') ? `**${name}**` : name, ...rest])
}
