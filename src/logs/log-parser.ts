import type { ClockOptions } from './clock.ts'
import type { MessageReader } from './formats/format.ts'
import { postfixReader } from './formats/postfix.ts'
import { HeadReader } from './head.ts'
import { formatOf } from './programs.ts'
import type { LogFormat, LogRecord } from './record.ts'

/** Settings of {@link logParser}. */
export interface LogParserOptions extends ClockOptions {
  /** Lines that are kept of each program whose lines are not understood; 3 by default. */
  readonly samples?: number
}

/** Lines of one program that were not understood. */
export interface Unparsed {
  readonly count: number
  /** The first of them. */
  readonly samples: readonly string[]
}

/** What a parser has come across. */
export interface LogCounters {
  /** Lines that were not empty. */
  readonly lines: number
  readonly parsed: number
  /** By the name of the program; empty where the line names none. Notices of known programs are among them. */
  readonly unparsed: ReadonlyMap<string, Unparsed>
}

/** Turns lines into records; it remembers what earlier lines said, so each log has a parser of its own. */
export interface LogParser {
  (lines: readonly string[]): LogRecord[]
  /** What has been counted so far. */
  readonly counters: LogCounters
}

/**
 * Makes a parser of one format, or of whatever the programs' names tell; a pure function of the lines and of those
 * before them, for use in any worker.
 *
 * Lines of other programs give no record and are counted. Nothing that a line holds makes it throw.
 *
 * @example
 * const parse = logParser('postfix', { year: 2026 })
 * parse(['Mar  4 07:05:09 mx1 postfix/qmgr[9]: 4F2A1C0D9E: removed'])[0]?.kind // 'removed'
 */
export function logParser(format: LogFormat | 'auto' = 'auto', options: LogParserOptions = {}): LogParser {
  const parser = new Parser(format, options)
  return Object.defineProperty((lines: readonly string[]) => parser.parse(lines), 'counters', {
    get: () => parser.counters,
    enumerable: true,
  }) as LogParser
}

/**
 * Parses one line that stands for itself; undefined where it says nothing known.
 *
 * @example
 * parseLogLine('4F2A1C0D9E: removed', 'postfix')?.queueId // '4F2A1C0D9E'
 */
export function parseLogLine(
  line: string,
  format: LogFormat | 'auto' = 'auto',
  options: LogParserOptions = {},
): LogRecord | undefined {
  return logParser(format, options)([line])[0]
}

class Parser {
  readonly #head: HeadReader
  /** The reader of everything, where the caller named the format. */
  readonly #reader: MessageReader | undefined
  readonly #readers = new Map<string, MessageReader | undefined>()
  readonly #samples: number
  readonly #unparsed = new Map<string, { count: number; samples: string[] }>()
  #lines = 0
  #missed = 0

  constructor(format: LogFormat | 'auto', options: LogParserOptions) {
    this.#head = new HeadReader(options)
    this.#samples = options.samples ?? 3
    this.#reader = format === 'auto' ? undefined : readerOf(format)
  }

  get counters(): LogCounters {
    return { lines: this.#lines, parsed: this.#lines - this.#missed, unparsed: this.#unparsed }
  }

  parse(lines: readonly string[]): LogRecord[] {
    const records: LogRecord[] = []
    for (const line of lines) {
      if (line === '') continue
      this.#lines++
      this.#head.read(line)
      const { program = '' } = this.#head
      const record = (this.#reader ?? this.#readerOf(program))?.read(line, this.#head)
      if (record !== undefined) records.push(record)
      if (record === undefined || (record.kind === 'event' && record.event === 'notice')) this.#miss(program, line)
    }
    return records
  }

  #readerOf(program: string): MessageReader | undefined {
    const known = this.#readers.get(program)
    if (known !== undefined || this.#readers.has(program)) return known
    const format = formatOf(program)
    const reader = format === undefined ? undefined : readerOf(format)
    this.#readers.set(program, reader)
    return reader
  }

  #miss(program: string, line: string): void {
    this.#missed++
    const missed = this.#unparsed.get(program)
    if (missed === undefined) this.#unparsed.set(program, { count: 1, samples: this.#samples > 0 ? [line] : [] })
    else {
      missed.count++
      if (missed.samples.length < this.#samples) missed.samples.push(line)
    }
  }
}

function readerOf(format: LogFormat): MessageReader | undefined {
  return format === 'postfix' ? postfixReader : undefined
}
