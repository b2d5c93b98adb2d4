import { match } from '../grammar/logs/head.ts'
import { detached } from './detached.ts'
import { KnownPart, type LineCodes } from './line-codes.ts'
import { formatOf } from './programs.ts'
import type { LogFormat } from './record.ts'

const BLANK = 32
const COLON = 58
const BRACKET = 91

/** What stands between the head of a line and its message. */
export interface Tag {
  readonly program: string
  readonly pid: number | undefined
  /** What the name of the program tells. */
  readonly format: LogFormat | undefined
  /** Characters up to the message. */
  readonly length: number
}

/** A tag as it was written. */
interface KnownTag {
  readonly written: KnownPart
  readonly tag: Tag
}

// Tags that are longer, and more of them than this, no honest log has.
const longest = 64
const most = 8_192

/**
 * Reads tags. A log says the same ones again and again, so that each is taken apart once; the next time it is found by
 * its characters, without cutting them out.
 */
export class Tags {
  readonly #slots: (KnownTag[] | undefined)[] = new Array(1_024).fill(undefined)
  #count = 0

  at(text: string, line: LineCodes, from: number, to: number): Tag | undefined {
    const { codes } = line
    const limit = Math.min(to - 2, from + longest)
    let end = from
    while (end < limit && codes[end] !== COLON) end++
    const length = end - from
    // What may belong to the tag behind the colon is left to the grammar.
    const isPlain = length > 4 && codes[end] === COLON && codes[end + 1] === BLANK && codes[end + 2] !== BRACKET
    if (!isPlain) return tagAt(text, from, to)
    // Names begin the same way, and the ends are process ids.
    const sum = (codes[end - 2] ?? 0) + 7 * (codes[end - 3] ?? 0) + 31 * (codes[end - 4] ?? 0)
    const slot = (sum + 127 * (length + (codes[from + (length >> 1)] ?? 0))) & 1_023
    const known = this.#slots[slot]
    if (known !== undefined) {
      for (const each of known) {
        if (each.written.length === length && each.written.standsAt(line, from)) return each.tag
      }
    }
    const tag = tagAt(text, from, to)
    if (tag === undefined || tag.length !== length + 2 || this.#count >= most) return tag
    this.#count++
    const made = { written: new KnownPart(line, from, end), tag }
    if (known === undefined) this.#slots[slot] = [made]
    else known.push(made)
    return tag
  }
}

function tagAt(text: string, from: number, to: number): Tag | undefined {
  const node = match(text, 'Tag', from, to)
  if (node === undefined) return undefined
  const program = detached(text.slice(from, from + node.name))
  return { program, pid: node.pid ?? undefined, format: formatOf(program), length: node.length }
}
