/** What the writer asks about a grammar, and what it gathers while functions are written. */
import peggy from 'peggy'
import { type CharTest, charTest } from './classes.ts'
import { isPrimary, type Primary, unitTests } from './primary.ts'
import { refuse } from './refuse.ts'

/** Any expression of a grammar. */
export type Node = peggy.ast.Expression | peggy.ast.Named

/**
 * What a generated function does with its rule: `read` builds the value, `skip` only finds where the match ends,
 * `miss` does so once more after a failure and notes what was expected where.
 */
export type Mode = 'read' | 'skip' | 'miss'

/** What a parser is for: `parse` says why a text does not fit, and costs twice the code; `match` says no more than that. */
export type Purpose = 'parse' | 'match'

/** One grammar on its way into code. */
export class Facts {
  readonly rules: ReadonlyMap<string, peggy.ast.Rule>
  /** Modes in which each rule is called. */
  readonly calls: Map<string, Set<Mode>> = new Map()
  /** Descriptions of what can be expected, as Peggy words them. */
  readonly expectations: string[] = []
  /** Declarations that classes need beside the functions. */
  readonly declarations: Map<string, string> = new Map()

  /** The variable that char codes are read from: an array where there is one, or else the text. */
  readonly units: '$u' | '$s'

  constructor(grammar: peggy.ast.Grammar, purpose: Purpose) {
    this.units = purpose === 'match' ? '$u' : '$s'
    this.rules = new Map(grammar.rules.map((rule) => [rule.name, rule]))
  }

  /** Returns the expression for the char code at a position. */
  unit(position: string): string {
    return this.units === '$u' ? `$u[${position}]` : `$s.charCodeAt(${position})`
  }

  /** Returns the name of the function for a rule, which will then be written. */
  call(name: string, mode: Mode): string {
    const modes = this.calls.get(name)
    if (modes === undefined) this.calls.set(name, new Set([mode]))
    else modes.add(mode)
    return `${mode}${name}`
  }

  /** Tells whether the value of an expression is always the text that it matches. */
  isText(node: Node): boolean {
    switch (node.type) {
      case 'text':
      case 'literal':
      case 'class':
      case 'any':
        return true
      case 'choice':
        return node.alternatives.every((alternative) => this.isText(alternative))
      case 'named':
      case 'group':
        return this.isText(node.expression)
      case 'rule_ref':
        return this.isText(this.rule(node.name).expression)
      default:
        return false
    }
  }

  rule(name: string): peggy.ast.Rule {
    const rule = this.rules.get(name)
    if (rule === undefined) throw new Error(`no rule ${name}`)
    return rule
  }

  /**
   * Finds the characters that an expression is, behind names, groups and references to other rules, and what is said to
   * be expected there; undefined where there is more to it.
   */
  characters(node: Node): { primary: Primary; expected: Primary | peggy.ast.Named } | undefined {
    if (isPrimary(node)) return { primary: node, expected: node }
    if (node.type === 'rule_ref') return this.characters(this.rule(node.name).expression)
    if (node.type !== 'named' && node.type !== 'group' && node.type !== 'text') return undefined
    const inner = this.characters(node.expression)
    return inner && node.type === 'named' ? { ...inner, expected: node } : inner
  }

  /** Returns the number of an expectation. */
  expectation(node: peggy.ast.Literal | peggy.ast.CharacterClass | peggy.ast.Any | peggy.ast.Named): number {
    const description = describe(node)
    const known = this.expectations.indexOf(description)
    return known >= 0 ? known : this.expectations.push(description) - 1
  }

  /** Returns a condition that `$c`, the char code at `position`, is in a class; `$w` gets the width where it varies. */
  classTest(node: peggy.ast.CharacterClass, position: string): { condition: string; width: string } {
    const test = charTest(node)
    const inTable = test.comparisons > 4
    if (test.astral === undefined) return { condition: inTable ? this.#table(test) : test.condition, width: '1' }
    const pair = this.#declare('pair', test.astral, (name) => [
      `// Returns 2 when a character of the class stands at $p in two char codes.`,
      `function ${name}($s, $p, $e) {`,
      `  const $cp = $p + 1 < $e ? $s.codePointAt($p) : 0`,
      `  return $cp > 65535 && (${test.astral}) ? 2 : 0`,
      `}`,
    ])
    const high = '$c >= 55296 && $c <= 56319'
    const ascii = inTable ? `${this.#asciiTable(test)}[$c]` : `+(${test.ascii})`
    const width = `$c < 128 ? ${ascii} : ${high} ? ${pair}($s, ${position}, $e) : +(${test.beyond})`
    return { condition: `($w = ${width}) > 0`, width: '$w' }
  }

  /**
   * Returns the name of a sticky RegExp for runs of a class, or undefined where a loop is as fast.
   *
   * A RegExp costs 27 ns to start and 0.3 ns a character, a loop 2.8 ns a character: they are even at ten. Where the loop
   * reads an array it takes less than 1 ns, and runs are seldom as long as that. A RegExp may look past the end of the
   * part that is parsed, which matters for pairs of char codes; those are left to loops.
   */
  scan(node: peggy.ast.CharacterClass): string | undefined {
    const { pattern } = charTest(node)
    if (this.units === '$u') return undefined
    return pattern && this.#declare('scan', pattern, (name) => [`const ${name} = /${pattern}*/y`])
  }

  /** Returns a condition that all but the first character of a literal stand at a position. */
  literal(value: string, ignoreCase: boolean, position: string): string {
    if (this.units === '$u' && !ignoreCase && /^[\0-\xff]*$/.test(value)) {
      const text = JSON.stringify(value)
      const name = this.#declare('literal', text, (name) => [`const ${name} = /* @__PURE__ */ literal(${text})`])
      return `stands($u, ${position}, ${name})`
    }
    const rest = unitTests(this, value, ignoreCase, '$p').slice(1).join(' && ')
    const lines = (name: string): string[] => [`function ${name}(${this.units}, $p) {`, `  return ${rest}`, `}`]
    return `${this.#declare('literal', rest, lines)}(${this.units}, ${position})`
  }

  /** Returns the name of a function that looks for a text up to the end of the part, and never past it. */
  find(): string {
    return this.#declare('find', '', (name) => [
      `function ${name}($s, text, from, to) {`,
      `  if (to === $s.length) {`,
      `    const found = $s.indexOf(text, from)`,
      `    return found < 0 ? to : found`,
      `  }`,
      `  const found = $s.slice(from, to).indexOf(text)`,
      `  return found < 0 ? to : from + found`,
      `}`,
    ])
  }

  /** Looks ASCII up in a table: a tenth cheaper than many comparisons, and shorter. */
  #table(test: CharTest): string {
    return `($c < 128 ? ${this.#asciiTable(test)}[$c] === 1 : ${test.beyond})`
  }

  #asciiTable({ ascii }: CharTest): string {
    return this.#declare('ascii', ascii, (name) => [
      `const ${name} = /* @__PURE__ */ Uint8Array.from({ length: 128 }, (_, $c) => +(${ascii}))`,
    ])
  }

  #declare(prefix: string, key: string, lines: (name: string) => string[]): string {
    const id = `${prefix} ${key}`
    const known = this.declarations.get(id)
    const name = /(?:const|function) (\w+)/.exec(known ?? '')?.[1] ?? `${prefix}${this.declarations.size}`
    if (known === undefined) this.declarations.set(id, lines(name).join('\n'))
    return name
  }
}

/** Asks Peggy itself how it words an expectation. */
function describe(node: peggy.ast.Literal | peggy.ast.CharacterClass | peggy.ast.Any | peggy.ast.Named): string {
  const message = peggy.parser.SyntaxError.buildMessage([expectation(node)], '')
  return message.slice('Expected '.length, -' but end of input found.'.length)
}

function expectation(
  node: peggy.ast.Literal | peggy.ast.CharacterClass | peggy.ast.Any | peggy.ast.Named,
): peggy.parser.Expectation {
  switch (node.type) {
    case 'literal':
      return { type: 'literal', text: node.value, ignoreCase: node.ignoreCase }
    case 'any':
      return { type: 'any' }
    case 'named':
      return { type: 'other', description: node.name }
    case 'class': {
      const parts = node.parts.map((part) => (isPart(part) ? part : refuse('a property escape', node.location)))
      const { inverted, ignoreCase, unicode } = node
      // Peggy's types leave the flag u out; its messages do not.
      return { type: 'class', parts, inverted, ignoreCase, ...{ unicode } }
    }
  }
}

function isPart(part: string | string[] | peggy.ast.ClassEscape): part is string | string[] {
  return typeof part === 'string' || Array.isArray(part)
}
