import { type TextCodes, textCodes } from '../grammar/codes.ts'
import type { HeadNode } from '../grammar/logs/ast.ts'
import { match } from '../grammar/logs/head.ts'
import { Clock, type ClockOptions } from './clock.ts'
import { Layout } from './layout.ts'
import { formatBehindTime, formatOf } from './programs.ts'
import type { LogFormat } from './record.ts'
import { Tags } from './tags.ts'
import type { Stamp } from './wrapped.ts'

/** What stands in front of a message: of the line that was read last. */
export interface Head {
  readonly time: number | undefined
  readonly host: string | undefined
  readonly program: string | undefined
  readonly pid: number | undefined
  /** Where the message begins. */
  readonly at: number
}

/** Copies a head, some of which is known better. */
export function headWith({ time, host, program, pid, at }: Head, better: Partial<Head>): Head {
  return { time, host, program, pid, at, ...better }
}

const UPPER = 65

const hosted = /([\w.-]+) +(?=[\w./-]+\[\d+\]: )/y

/** Reads the heads of lines, one line after the other. */
export class HeadReader implements Head {
  host: string | undefined
  program: string | undefined
  pid: number | undefined
  at = 0
  /** What the name of the program tells. */
  format: LogFormat | undefined
  /** Not a number where it is not known: a number is written where the one before was, and anything else beside it. */
  #time = Number.NaN
  readonly #clock: Clock
  readonly #tags = new Tags()
  /** How the line before began, its day and its host, where that had no more than a time and a host. */
  readonly #layout = new Layout()
  #midnight = 0
  #zone: number | null = null
  #knownHost: string | undefined
  #isProgramless = false

  constructor(options: ClockOptions) {
    this.#clock = new Clock(options)
  }

  get time(): number | undefined {
    return Number.isNaN(this.#time) ? undefined : this.#time
  }

  /** Reads the line that stands in a text from one place to another; what is not there is undefined. */
  read(text: string, from: number, to: number): void {
    this.program = undefined
    this.format = undefined
    this.pid = undefined
    const codes = textCodes(text)
    if (this.#layout.read(codes, from, to)) {
      this.#time = this.#clock.timeIn(this.#midnight, this.#layout.clock, this.#zone)
      this.host = this.#knownHost
      this.at = this.#layout.at
      this.#readTag(text, codes, to, true)
    } else {
      this.#time = Number.NaN
      this.host = undefined
      this.at = from
      this.#isProgramless = false
      this.#readFrom(text, codes, from, to, true)
      if (this.program === undefined && !this.#isProgramless) this.#readTag(text, codes, to, this.at > from)
    }
  }

  /** Takes what an envelope tells of the line that was read last. */
  complete(stamp: Stamp | undefined): void {
    if (stamp === undefined) return
    if (Number.isNaN(this.#time)) this.#time = stamp.time ?? Number.NaN
    this.host ??= stamp.host
  }

  #readFrom(text: string, codes: TextCodes, from: number, to: number, isWhole: boolean): void {
    const node = match(text, 'Head', from, to)
    if (node === undefined) return
    const { stamp } = node
    if (stamp !== null) this.#time = this.#clock.timeOf(stamp)
    this.at = from + node.length
    if (node.host === null) {
      this.host = this.#hostAt(text)
      if (this.host !== undefined) return
      // Exim and qmail write a time and nothing else.
      this.#isProgramless = true
      const format = formatBehindTime(text, this.at)
      this.format = format === 'exim' && stamp !== null && 'epoch' in stamp ? 'qmail' : format
      return
    }
    const inner = wrapped(text, from, to, node)
    if (inner >= 0) {
      this.at = inner
      return this.#readFrom(text, codes, inner, to, false)
    }
    this.host = node.host === '-' ? undefined : node.host
    if (node.program !== null) {
      this.program = node.program
      this.format = formatOf(node.program)
      this.pid = Number.parseInt(node.pid ?? '', 10) || undefined
    } else if (isWhole && this.host !== undefined && stamp !== null && 'clock' in stamp) {
      const begin = from + node.pri + stamp.date
      this.#layout.learn(codes, { from, begin, behind: begin + stamp.digits, to: this.at })
      this.#midnight = this.#clock.midnight
      this.#zone = stamp.zone
      this.#knownHost = this.host
    }
  }

  /** Reads a host that stands behind a time, with a program's tag behind it: some loggers write a blank and no T. */
  #hostAt(text: string): string | undefined {
    // What begins with a digit is a message id of Exim.
    if (text.charCodeAt(this.at) < UPPER) return undefined
    hosted.lastIndex = this.at
    const [, host] = hosted.exec(text) ?? []
    if (host !== undefined) this.at = hosted.lastIndex
    return host
  }

  #readTag(text: string, codes: TextCodes, to: number, behindTime: boolean): void {
    const tags = this.#tags
    if (!tags.read(text, codes, this.at, to)) return
    // Without a time in front, what looks like a name may be the first word of a message.
    if (!behindTime && tags.pid === undefined && tags.program.format === undefined) return
    this.program = tags.program.name
    this.format = tags.program.format
    this.pid = tags.pid
    this.at = tags.at
  }
}

/**
 * Returns where a line begins that a container's runtime has put a time and the name of a stream in front of, or a time
 * alone; -1 where it is no such line.
 */
function wrapped(text: string, from: number, to: number, { host, length }: HeadNode): number {
  const at = from + length
  if (host === 'stdout' || host === 'stderr') return /^[FP] /.test(text.slice(at, at + 2)) ? at + 2 : at
  if (host === null || !/^(?:[A-Z][a-z][a-z]|\d{4}-\d\d-\d\dT\S+|<\d+>.*)$/.test(host)) return -1
  const inner = text.indexOf(` ${host} `, from) + 1
  return match(text, 'Head', inner, to) === undefined ? -1 : inner
}
