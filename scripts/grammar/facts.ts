/** What the writer asks about a grammar, and what it gathers while functions are written. */
import peggy from 'peggy'
import { type CharTest, charTest } from './classes.ts'
import { refuse } from './refuse.ts'

/** Any expression of a grammar. */
export type Node = peggy.ast.Expression | peggy.ast.Named

/**
 * What a generated function does with its rule: `read` builds the value, `skip` only finds where the match ends,
 * `miss` does so once more after a failure and notes what was expected where.
 */
export type Mode = 'read' | 'skip' | 'miss'

/** One grammar on its way into code. */
export class Facts {
  readonly rules: ReadonlyMap<string, peggy.ast.Rule>
  /** Modes in which each rule is called. */
  readonly calls: Map<string, Set<Mode>> = new Map()
  /** Descriptions of what can be expected, as Peggy words them. */
  readonly expectations: string[] = []
  /** Declarations that classes need beside the functions. */
  readonly declarations: Map<string, string> = new Map()

  constructor(grammar: peggy.ast.Grammar) {
    this.rules = new Map(grammar.rules.map((rule) => [rule.name, rule]))
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

  /** Returns the number of an expectation. */
  expectation(node: peggy.ast.Literal | peggy.ast.CharacterClass | peggy.ast.Any | peggy.ast.Named): number {
    const description = describe(node)
    const known = this.expectations.indexOf(description)
    return known >= 0 ? known : this.expectations.push(description) - 1
  }

  /** Returns a condition that `$c`, the char code at `position`, is in a class; `$w` gets the width where it varies. */
  classTest(node: peggy.ast.CharacterClass, position: string): { condition: string; width: string } {
    const test = charTest(node)
    const condition = test.comparisons > 4 ? this.#table(test) : test.condition
    if (test.astral === undefined) return { condition, width: '1' }
    const pair = this.#declare('pair', test.astral, (name) => [
      `// Returns 2 when a character of the class stands at $p in two char codes.`,
      `function ${name}($s, $p, $e) {`,
      `  const $cp = $p + 1 < $e ? $s.codePointAt($p) : 0`,
      `  return $cp > 65535 && (${test.astral}) ? 2 : 0`,
      `}`,
    ])
    const high = '$c >= 55296 && $c <= 56319'
    return { condition: `($w = ${high} ? ${pair}($s, ${position}, $e) : +(${condition})) > 0`, width: '$w' }
  }

  /**
   * Returns the name of a sticky RegExp for runs of a class, or undefined where a loop is as fast.
   *
   * A RegExp costs 27 ns to start and 0.3 ns a character, a loop 2.8 ns a character: they are even at ten. A RegExp may
   * look past the end of the part that is parsed, which matters for pairs of char codes; those are left to loops.
   */
  scan(node: peggy.ast.CharacterClass): string | undefined {
    const { pattern } = charTest(node)
    return pattern && this.#declare('scan', pattern, (name) => [`const ${name} = /${pattern}*/y`])
  }

  /** Looks ASCII up in a table: a tenth cheaper than many comparisons, and shorter. */
  #table({ ascii, beyond }: CharTest): string {
    const table = this.#declare('ascii', ascii, (name) => [
      `const ${name} = /* @__PURE__ */ Uint8Array.from({ length: 128 }, (_, $c) => +(${ascii}))`,
    ])
    return `($c < 128 ? ${table}[$c] === 1 : ${beyond})`
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
