import type { TextCodes } from '../grammar/codes.ts'
import { match } from '../grammar/logs/head.ts'
import { detached } from './detached.ts'
import { KnownPart } from './known-part.ts'
import { formatOf } from './programs.ts'
import type { LogFormat } from './record.ts'

const BLANK = 32
const ZERO = 48
const NINE = 57
const COLON = 58
const OPENING = 91
const CLOSING = 93

/** A program that logs. */
interface Program {
  readonly name: string
  /** What the name tells. */
  readonly format: LogFormat | undefined
}

/** How a program's tag begins: its name, with the bracket or the colon behind it. */
interface KnownProgram extends Program {
  readonly start: KnownPart
}

// More programs than this no honest log has.
const most = 256

/**
 * Reads what stands between the head of a line and its message: the name of a program and its process id. A log says the
 * same names again and again, so that each is cut out once; the next time it is known by its characters.
 */
export class Tags {
  /** Programs by some characters of their names. */
  readonly #slots: (KnownProgram[] | undefined)[] = new Array(256).fill(undefined)
  #count = 0

  /** The tag that was read last: the program, its process id, and where the message begins. */
  program: Program = { name: '', format: undefined }
  pid: number | undefined
  at = 0

  /** Reads the tag that stands at a place of a text; returns whether there is one. */
  read(text: string, line: TextCodes, from: number, to: number): boolean {
    const { codes } = line
    // Names begin the same way, such as with `postfix/`.
    const sum = 31 * (codes[from + 8] ?? 0) + 7 * (codes[from + 9] ?? 0) + (codes[from] ?? 0)
    const slot = sum & 255
    const programs = this.#slots[slot]
    if (programs !== undefined) {
      for (const program of programs) {
        if (program.start.standsAt(line, from, to) && this.#readPid(line, from + program.start.length, to)) {
          this.program = program
          return true
        }
      }
    }
    return this.#readNew(text, line, from, to, slot)
  }

  /** Reads the process id behind a name and its bracket, or nothing behind a name and its colon. */
  #readPid({ codes }: TextCodes, from: number, to: number): boolean {
    let at = from
    let pid: number | undefined
    if (codes[from - 1] === OPENING) {
      pid = 0
      for (let code = codes[at] ?? 0; code >= ZERO && code <= NINE; code = codes[++at] ?? 0)
        pid = 10 * pid + code - ZERO
      // What is longer is no process id.
      if (at === from || at > from + 9 || codes[at] !== CLOSING || codes[at + 1] !== COLON) return false
      at += 2
    }
    // What may belong to the tag behind the blank is left to the grammar.
    if (at + 1 >= to || codes[at] !== BLANK || codes[at + 1] === OPENING) return false
    this.pid = pid
    this.at = at + 1
    return true
  }

  /** Asks the grammar, and remembers the program. */
  #readNew(text: string, line: TextCodes, from: number, to: number, slot: number): boolean {
    const tag = match(text, 'Tag', from, to)
    if (tag === undefined) return false
    const known = this.#slots[slot]?.find(({ start }) => start.standsAt(line, from, to))
    this.program = known ?? this.#learn(text, line, from, from + tag.name, slot)
    this.pid = tag.pid ?? undefined
    this.at = from + tag.length
    return true
  }

  #learn(text: string, line: TextCodes, from: number, end: number, slot: number): Program {
    const name = detached(text.slice(from, end))
    const format = formatOf(name)
    if (this.#count >= most) return { name, format }
    this.#count++
    const program = { name, format, start: new KnownPart(line, from, end + 1) }
    const programs = this.#slots[slot]
    if (programs === undefined) this.#slots[slot] = [program]
    else programs.push(program)
    return program
  }
}
