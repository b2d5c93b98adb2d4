import type { HeadNode } from '../grammar/logs/ast.ts'
import { match } from '../grammar/logs/head.ts'
import { Clock, type ClockOptions } from './clock.ts'
import { formatOf } from './programs.ts'

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
  readonly #clock: Clock
  /** Time and host of a line as written: those of the next line are the same more often than not. */
  #known = ''
  #knownTime: number | undefined
  #knownHost: string | undefined

  constructor(options: ClockOptions) {
    this.#clock = new Clock(options)
  }

  /** Reads one line; what is not there is undefined. */
  read(line: string): void {
    this.program = undefined
    this.pid = undefined
    if (this.#known !== '' && line.startsWith(this.#known)) {
      this.time = this.#knownTime
      this.host = this.#knownHost
      this.at = this.#known.length
    } else {
      this.time = undefined
      this.host = undefined
      this.at = 0
      this.#readFrom(line, 0)
    }
    if (this.program === undefined) this.#readTag(line)
  }

  #readFrom(line: string, from: number): void {
    const node = match(line, 'Head', from)
    if (node === undefined) return
    if (node.stamp !== null) this.time = this.#clock.timeOf(node.stamp)
    this.at = line.length - node.rest.length
    if (node.host === null) return
    const inner = wrapped(line, from, node)
    if (inner >= 0) {
      this.at = inner
      return this.#readFrom(line, inner)
    }
    this.host = node.host === '-' ? undefined : node.host
    if (node.program !== null) {
      this.program = node.program
      this.pid = Number.parseInt(node.pid ?? '', 10) || undefined
    } else if (from === 0) {
      this.#known = line.slice(0, this.at)
      this.#knownTime = this.time
      this.#knownHost = this.host
    }
  }

  #readTag(line: string): void {
    const tag = match(line, 'Tag', this.at)
    // Without a time in front, what looks like a name may be the first word of a message.
    if (tag === undefined || (this.at === 0 && tag.pid === null && formatOf(tag.program) === undefined)) return
    this.program = tag.program
    this.pid = tag.pid ?? undefined
    this.at = line.length - tag.rest.length
  }
}

/**
 * Returns where a line begins that a container's runtime has put a time and the name of a stream in front of, or a time
 * alone; -1 where it is no such line.
 */
function wrapped(line: string, from: number, { host, rest }: HeadNode): number {
  const at = line.length - rest.length
  if (host === 'stdout' || host === 'stderr') return /^[FP] /.test(line.slice(at, at + 2)) ? at + 2 : at
  if (host === null || !/^(?:[A-Z][a-z][a-z]|\d{4}-\d\d-\d\dT\S+|<\d+>.*)$/.test(host)) return -1
  const inner = line.indexOf(` ${host} `, from) + 1
  return match(line, 'Head', inner) === undefined ? -1 : inner
}
