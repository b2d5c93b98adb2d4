import { formats } from './options.ts'

/** What `rxsmtp logs --help` says. */
export const help: string = `Usage: rxsmtp logs [options] FILE...
       rxsmtp logs --follow [options] FILE
       rxsmtp logs trace QUEUEID|MESSAGE-ID|ADDRESS [options] FILE...

Tells what became of the mail in logs, why some was not delivered, and what to do. A FILE may be packed by gzip,
Zstandard or xz; - is standard input. Several files are one time line, in whatever order they are named. Lines of
other programs are counted and left out.

Output: tables to read, unless one of these is given
  --json             the same figures as one JSON document
  --ndjson           one JSON object a line for each recipient and attempt
  --csv              the same as comma-separated values, for spreadsheets
  --parquet FILE     the same as a Parquet file, for DuckDB, ClickHouse, Spark
  --html FILE        a report in one file, to open in a browser; it loads nothing from the network
  -o, --output FILE  write there and not to standard output (not with --parquet and --html)
  -n, --top N        rows of each table, 20 unless given

While a log is written
  -f, --follow       go on reading as the log grows, and print each recipient; Ctrl-C ends it with tables
  --serve            show the report in a browser, on this machine alone; with --follow as it grows
  --port PORT        for --serve; any free one unless given

What counts; each may be given more than once, and what is given has to fit
  --domain DOMAIN    of the recipient, and domains below it
  --queue-id ID
  --category NAME    such as unknown-recipient, greylisted, ip-blocklisted
  --status WORD      delivered, deferred, failed, expired or rejected
  --since TIME       2026-03-04, 2026-03-04T12:00, 2026-03-04T12:00Z, or an age: 90m, 24h, 7d, 2w
  --until TIME

How lines are read
  --format NAME      ${wrapped(formats.join(', '))}
  --year YEAR        of the first line, where lines have none; the latest that is not in the future unless given
  --zone ZONE        of times that name none: Europe/Berlin, +01:00, UTC; that of this machine unless given
  --workers N        files, or pieces of them, that are read at a time; as many as there are processors unless given

  --no-progress      no progress bar; there is none anyway where standard error is no terminal
  -h, --help         this text

trace tells the story of one message, by its queue id or Message-ID, or of every message from or to an address: who,
when, each attempt with what was said, what it means and what to do, under every id that the message goes on as.

Exit status: 0 done; 1 trace found nothing; 64 the arguments make no sense; 66 a file cannot be read; 69 a package
that was left out is needed; 70 a bug; 73 the output cannot be made; 74 writing failed, or a file cannot be read to
its end, which is told when the rest has been shown; 130 interrupted, after what was read so far has been shown.
`

function wrapped(text: string): string {
  const indent = ' '.repeat(21)
  return text.replace(/(.{1,80})(?:, |$)/g, (_, line: string, at: number) => (at === 0 ? line : `,\n${indent}${line}`))
}
