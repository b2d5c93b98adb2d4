import type { ClockOptions } from './clock.ts'
import { detached } from './detached.ts'
import type { MessageReader } from './formats/format.ts'
import { jsonFormatOf, readJson } from './formats/json.ts'
import { readerOf } from './formats/readers.ts'
import { HeadReader } from './head.ts'
import { formatOfBare } from './programs.ts'
import type { LogFormat, LogRecord } from './record.ts'
import { objectIn, type Stamp, unwrapped } from './wrapped.ts'

const BRACE = 123
const BOM = 0xfeff

/** Settings of {@link logParser}. */
export interface LogParserOptions extends ClockOptions {
  /** Lines that are kept of each program whose lines are not understood; 3 by default. */
  readonly samples?: number
  /**
   * Whether lines that say nothing of a message give records, of kind `event`; true by default. Most lines of a log are
   * such lines, so leaving them out is faster; they are counted all the same.
   */
  readonly events?: boolean
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
  /** Takes texts of whole lines: of one line each, or of many, which are faster to read. */
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
  /** The format of every line, where the caller named one. */
  readonly #format: LogFormat | undefined
  readonly #readers = new Map<LogFormat, MessageReader>()
  /** That of the line before. */
  #lastFormat: LogFormat | undefined
  #lastReader: MessageReader | undefined
  readonly #samples: number
  readonly #events: boolean
  readonly #unparsed = new Map<string, { count: number; samples: string[] }>()
  #lines = 0
  #missed = 0

  constructor(format: LogFormat | 'auto', options: LogParserOptions) {
    this.#head = new HeadReader(options)
    this.#samples = options.samples ?? 3
    this.#events = options.events ?? true
    this.#format = format === 'auto' ? undefined : format
  }

  get counters(): LogCounters {
    return { lines: this.#lines, parsed: this.#lines - this.#missed, unparsed: this.#unparsed }
  }

  parse(lines: readonly string[]): LogRecord[] {
    const records: LogRecord[] = []
    for (const text of lines) this.#parseText(text, records)
    return records
  }

  /** Reads the lines of a text where they stand: texts that are cut out of others take three times as long to read. */
  #parseText(text: string, records: LogRecord[]): void {
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from)
      const to = end < 0 ? text.length : end
      const isCrLf = to > from && text.charCodeAt(to - 1) === 13
      this.#parseLine(text, from, isCrLf ? to - 1 : to, records)
      from = to + 1
    }
  }

  #parseLine(text: string, start: number, to: number, records: LogRecord[]): void {
    let from = start
    // A logger that crashed leaves NULs behind, and programs of Windows begin a file with a mark.
    for (let code = text.charCodeAt(from); from < to && (code === 0 || code === BOM); code = text.charCodeAt(from))
      from++
    if (from === to) return
    this.#lines++
    if (text.charCodeAt(from) === BRACE && this.#parseJson(text.slice(from, to), records)) return
    this.#head.read(text, from, to)
    this.#parseMessage(text, from, to, records)
  }

  /** Reads what stands behind the head that was read last. */
  #parseMessage(text: string, from: number, to: number, records: LogRecord[]): void {
    const head = this.#head
    const reader = this.#readerOf(this.#format ?? head.format ?? formatOfBare(text, from, to))
    if (reader === undefined || !this.#readMessage(reader, text, to, records))
      this.#miss(head.program ?? '', text.slice(from, to))
  }

  #readMessage(reader: MessageReader, text: string, to: number, records: LogRecord[]): boolean {
    const head = this.#head
    if (this.#events) return reader.read(text, to, head, records)
    if (reader.readTold !== undefined) return reader.readTold(text, to, head, records)
    const { length } = records
    const isUnderstood = reader.read(text, to, head, records)
    if (records.length > length && records.at(-1)?.kind === 'event') records.pop()
    return isUnderstood
  }

  /** Reads a line that is an object of JSON: an envelope around another line, or a record of its own. */
  #parseJson(line: string, records: LogRecord[], stamp?: Stamp): boolean {
    const object = objectIn(line)
    if (object === undefined) return false
    const inner = unwrapped(object)
    if (inner !== undefined) {
      this.#parseInner(inner.line, records, inner.stamp)
      return true
    }
    const format = jsonFormatOf(object)
    if (format === undefined) return false
    this.#head.read('', 0, 0)
    this.#head.complete(stamp)
    const read = readJson(object, format, this.#head)
    if (read === undefined) return false
    for (const record of read) if (this.#events || record.kind !== 'event') records.push(record)
    return true
  }

  #parseInner(line: string, records: LogRecord[], stamp: Stamp | undefined): void {
    if (line === '') this.#lines--
    else if (line.charCodeAt(0) !== BRACE || !this.#parseJson(line, records, stamp)) {
      this.#head.read(line, 0, line.length)
      this.#head.complete(stamp)
      this.#parseMessage(line, 0, line.length, records)
    }
  }

  #readerOf(format: LogFormat | undefined): MessageReader | undefined {
    if (format === this.#lastFormat) return this.#lastReader
    this.#lastFormat = format
    this.#lastReader = undefined
    if (format === undefined) return undefined
    const reader = this.#readers.get(format) ?? readerOf(format)
    if (reader !== undefined) this.#readers.set(format, reader)
    this.#lastReader = reader
    return reader
  }

  #miss(program: string, line: string): void {
    this.#missed++
    const missed = this.#unparsed.get(program)
    if (missed === undefined) {
      // A log with more programs than this makes their names up.
      if (this.#unparsed.size >= 1_000 && program !== '') return this.#miss('', line)
      this.#unparsed.set(program, { count: 1, samples: this.#samples > 0 ? [detached(line)] : [] })
    } else {
      missed.count++
      if (missed.samples.length < this.#samples) missed.samples.push(detached(line))
    }
  }
}
