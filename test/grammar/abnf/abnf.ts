/**
 * ABNF as ABNF means it. APG compiles the rules; its own parser takes the first alternative and the longest repetition
 * that fit, as a PEG does, so a second one here follows every possibility and is the judge.
 */
import { readFileSync } from 'node:fs'
import apg, { type Opcode, type Rule } from 'apg-js'
import { pick, type Random } from '../random.ts'

const { apgApi, apgLib } = apg
const { ALT, CAT, REP, RNM, TRG, TBS, TLS, NOT } = apgLib.ids

/** A set of compiled rules. */
export class Abnf {
  readonly #rules: ReadonlyMap<string, Rule>
  readonly #order: readonly Rule[]
  readonly #grammar: object

  constructor(text: string) {
    const api = new apgApi(text)
    api.generate()
    if (api.errors.length > 0) throw new Error(`ABNF: ${JSON.stringify(api.errors)}`)
    this.#order = api.rules
    this.#rules = new Map(api.rules.map((rule) => [rule.name.toLowerCase(), rule]))
    this.#grammar = api.toObject()
  }

  /** Tells whether the rule derives the text. */
  accepts(rule: string, text: string): boolean {
    const codes = codePoints(text)
    return this.#ends(this.#rule(rule).opcodes, 0, codes, 0).includes(codes.length)
  }

  /** Tells whether APG's own parser accepts the text: if it does, so does the rule. */
  apgAccepts(rule: string, text: string): boolean {
    return new apgLib.parser().parse(this.#grammar, rule, codePoints(text)).success
  }

  /** Makes a text out of a rule, choosing at random where there is a choice. */
  sentence(rule: string, random: Random): string {
    return String.fromCodePoint(...this.#codes(this.#rule(rule).opcodes, 0, random))
  }

  /** Returns every place where a match that begins at `from` can end. */
  #ends(opcodes: readonly Opcode[], at: number, input: readonly number[], from: number): number[] {
    const { type, children = [], min = 0, max = 0, index = 0, string = [] } = opcodes[at] ?? { type: 0 }
    switch (type) {
      case ALT:
        return [...new Set(children.flatMap((child) => this.#ends(opcodes, child, input, from)))]
      case CAT:
        return children.reduce((starts: number[], child) => this.#from(starts, opcodes, child, input), [from])
      case REP:
        return this.#repeated(opcodes, at, input, from)
      case RNM:
        return this.#ends(this.#order[index]?.opcodes ?? [], 0, input, from)
      case NOT:
        return this.#ends(opcodes, at + 1, input, from).length > 0 ? [] : [from]
      case TRG: {
        const code = input[from] ?? -1
        return code >= min && code <= max ? [from + 1] : []
      }
      case TBS:
      case TLS: {
        const same = string.every(
          (code, offset) => code === (type === TLS ? lower(input[from + offset]) : input[from + offset]),
        )
        return same ? [from + string.length] : []
      }
      default:
        throw new Error(`operator ${type}`)
    }
  }

  #from(starts: readonly number[], opcodes: readonly Opcode[], at: number, input: readonly number[]): number[] {
    return [...new Set(starts.flatMap((start) => this.#ends(opcodes, at, input, start)))]
  }

  #repeated(opcodes: readonly Opcode[], at: number, input: readonly number[], from: number): number[] {
    const { min = 0, max = 0 } = opcodes[at] ?? {}
    const ends = new Set(min === 0 ? [from] : [])
    let starts = [from]
    for (let count = 1; count <= max && starts.length > 0; count++) {
      starts = this.#from(starts, opcodes, at + 1, input).filter((end) => count <= min || !ends.has(end))
      if (count >= min) for (const end of starts) ends.add(end)
    }
    return [...ends]
  }

  #codes(opcodes: readonly Opcode[], at: number, random: Random): number[] {
    const { type, children = [], min = 0, max = 0, index = 0, string = [] } = opcodes[at] ?? { type: 0 }
    switch (type) {
      case ALT:
        return this.#codes(opcodes, pick(random, children), random)
      case CAT:
        return children.flatMap((child) => this.#codes(opcodes, child, random))
      case REP: {
        const length = min + random(Math.min(max - min, random(8) === 0 ? 12 : 3) + 1)
        return Array.from({ length }, () => this.#codes(opcodes, at + 1, random)).flat()
      }
      case RNM:
        return this.#codes(this.#order[index]?.opcodes ?? [], 0, random)
      case NOT:
        return []
      case TRG:
        // Both ends more often than the rest.
        return [[min, max, min + random(max - min + 1)][random(3)] ?? min]
      case TLS:
        return string.map((code) => (random(2) === 0 ? code : upper(code)))
      default:
        return [...string]
    }
  }

  #rule(name: string): Rule {
    const rule = this.#rules.get(name.toLowerCase())
    if (rule === undefined) throw new Error(`no rule ${name}`)
    return rule
  }
}

/** Reads rule files, of which the last amends the others. */
export function amended(files: readonly string[], amendments: string): Abnf {
  const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
  const changes = rulesIn(read(amendments))
  const names = new Set(changes.map(nameOf))
  const kept = files.flatMap((file) => rulesIn(read(file))).filter((rule) => !names.has(nameOf(rule)))
  return new Abnf([...kept, ...changes].join('\n').replace(/\n?$/, '\n'))
}

/** Cuts a file into rules, comments left out. */
function rulesIn(text: string): string[] {
  return text
    .replace(/^;.*\n/gm, '')
    .split(/\n(?=[A-Za-z])/)
    .map((rule) => rule.trim())
    .filter((rule) => rule !== '')
}

function nameOf(rule: string): string {
  return (/^[\w-]+/.exec(rule)?.[0] ?? '').toLowerCase()
}

function codePoints(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0)
}

function lower(code = 0): number {
  return code >= 65 && code <= 90 ? code + 32 : code
}

function upper(code: number): number {
  return code >= 97 && code <= 122 ? code - 32 : code
}
