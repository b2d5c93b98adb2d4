import type { HeadNode } from '../grammar/logs/ast.ts'
import { match } from '../grammar/logs/head.ts'
import { Clock, type ClockOptions } from './clock.ts'
import { Names } from './names.ts'
import { formatOf } from './programs.ts'
import type { LogFormat } from './record.ts'
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

/** Reads the heads of lines, one line after the other. */
export class HeadReader implements Head {
  time: number | undefined
  host: string | undefined
  program: string | undefined
  pid: number | undefined
  at = 0
  /** What the name of the program tells. */
  format: LogFormat | undefined
  readonly #clock: Clock
  readonly #programs = new Names(formatOf)
  /** Where time and host of an earlier line stand: those of the next line are the same more often than not. */
  #known = ''
  #knownFrom = 0
  #isProgramless = false
  #stamp: Stamp | undefined
  #knownLength = 0
  #knownTime: number | undefined
  #knownHost: string | undefined

  constructor(options: ClockOptions) {
    this.#clock = new Clock(options)
  }

  /** Takes time and host from an envelope, for a line that tells none itself. */
  assume(stamp: Stamp | undefined): void {
    this.#stamp = stamp
  }

  /** Reads the line that stands in a text from one place to another; what is not there is undefined. */
  read(text: string, from: number, to: number): void {
    this.program = undefined
    this.format = undefined
    this.#isProgramless = false
    this.pid = undefined
    if (this.#isKnown(text, from, to)) {
      this.time = this.#knownTime
      this.host = this.#knownHost
      this.at = from + this.#knownLength
    } else {
      this.time = undefined
      this.host = undefined
      this.at = from
      this.#readFrom(text, from, to, true)
    }
    if (this.program === undefined && !this.#isProgramless) this.#readTag(text, to, this.at > from)
    if (this.#stamp !== undefined) {
      this.time ??= this.#stamp.time
      this.host ??= this.#stamp.host
    }
  }

  #isKnown(text: string, from: number, to: number): boolean {
    const length = this.#knownLength
    if (length === 0 || from + length > to) return false
    for (let index = 0; index < length; index++) {
      if (this.#known.charCodeAt(this.#knownFrom + index) !== text.charCodeAt(from + index)) return false
    }
    return true
  }

  #readFrom(text: string, from: number, to: number, isWhole: boolean): void {
    const node = match(text, 'Head', from, to)
    if (node === undefined) return
    if (node.stamp !== null) this.time = this.#clock.timeOf(node.stamp)
    this.at = from + node.length
    if (node.host === null) {
      // Exim and qmail write a time and nothing else.
      this.#isProgramless = true
      this.format = node.stamp !== null && 'epoch' in node.stamp ? 'qmail' : 'exim'
      return
    }
    const inner = wrapped(text, from, to, node)
    if (inner >= 0) {
      this.at = inner
      return this.#readFrom(text, inner, to, false)
    }
    this.host = node.host === '-' ? undefined : node.host
    if (node.program !== null) {
      this.program = node.program
      this.format = formatOf(node.program)
      this.pid = Number.parseInt(node.pid ?? '', 10) || undefined
    } else if (isWhole) {
      this.#known = text
      this.#knownFrom = from
      this.#knownLength = this.at - from
      this.#knownTime = this.time
      this.#knownHost = this.host
    }
  }

  #readTag(text: string, to: number, behindTime: boolean): void {
    const tag = match(text, 'Tag', this.at, to)
    if (tag === undefined) return
    const { name, value } = this.#programs.at(text, this.at, tag.name)
    // Without a time in front, what looks like a name may be the first word of a message.
    if (!behindTime && tag.pid === null && value === undefined) return
    this.program = name
    this.format = value
    this.pid = tag.pid ?? undefined
    this.at += tag.length
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
