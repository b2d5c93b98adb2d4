/**
 * Direct-style code: a rule becomes a function from the position where it begins to the position behind its match
 * or -1; a function that builds a value leaves that position in `at`. Nothing is allocated but what actions build.
 *
 * A position is a local variable. What may fail works on a copy, so there is nothing to restore afterwards:
 * to fail is to leave a labelled block.
 */
import type peggy from 'peggy'
import { expressionOf, inlined, mayStop, namesIn, readsInput } from './code.ts'
import type { Facts, Mode, Node } from './facts.ts'
import { refuse } from './refuse.ts'

/** Where code is written: the variable that holds the position, what to do on failure, who wants the value. */
interface Place {
  readonly position: string
  readonly fail: string
  /** The variable that takes the value; null where nobody asks for it. */
  readonly value: string | null
  /** Whether to note what was expected. */
  readonly track: boolean
}

type Primary = peggy.ast.Literal | peggy.ast.CharacterClass | peggy.ast.Any

/** Writes the function of a rule in one mode. */
export function writeRule(facts: Facts, rule: peggy.ast.Rule, mode: Mode): string {
  return new RuleWriter(facts, rule, mode).write()
}

class RuleWriter {
  readonly #facts: Facts
  readonly #rule: peggy.ast.Rule
  readonly #mode: Mode
  readonly #lines: string[] = []
  /** Names that the code of actions and predicates in this function mentions: labels not among them are not kept. */
  readonly #mentioned: Set<string> = new Set()
  #count = 0
  #depth = 1

  constructor(facts: Facts, rule: peggy.ast.Rule, mode: Mode) {
    this.#facts = facts
    this.#rule = rule
    this.#mode = mode
  }

  write(): string {
    const { name, expression } = this.#rule
    const reads = this.#mode === 'read'
    for (const node of codeIn(expression)) {
      if (this.#runs(node, reads)) for (const word of namesIn(node.code)) this.#mentioned.add(word)
    }
    this.#node(expression, {
      position: '$p',
      fail: reads ? 'return fail()' : 'return -1',
      value: reads ? '$v' : null,
      track: this.#mode === 'miss',
    })
    const body = this.#lines.join('\n')
    const locals = ['$s = input', '$e = end', '$c', '$w', '$v'].filter((local) =>
      new RegExp(`\\${local.slice(0, 2)}\\b`).test(body),
    )
    return [
      `function ${this.#mode}${name}($p) {`,
      locals.length === 0 ? '' : `  let ${locals.join(', ')}`,
      body,
      reads ? '  at = $p\n  return $v' : '  return $p',
      '}',
    ]
      .filter((line) => line !== '')
      .join('\n')
  }

  #node(node: Node, place: Place): void {
    switch (node.type) {
      case 'literal':
      case 'class':
      case 'any':
        return this.#primary(node, place)
      case 'rule_ref':
        return this.#call(node, place)
      case 'named':
        return this.#named(node, place)
      case 'text':
        return this.#text(node.expression, place)
      case 'action':
        return this.#action(node, place)
      case 'choice':
        return this.#choice(node, place)
      case 'sequence':
        return this.#sequence(node, place)
      case 'labeled':
        return this.#labeled(node, place)
      case 'group':
        return this.#block('', () => this.#node(node.expression, place))
      case 'optional':
        return this.#optional(node, place)
      case 'zero_or_more':
      case 'one_or_more':
        return this.#repeat(node, node.type === 'zero_or_more' ? 0 : 1, Number.POSITIVE_INFINITY, null, place)
      case 'repeated':
        return this.#repeated(node, place)
      case 'simple_and':
      case 'simple_not':
        return this.#lookahead(node, place)
      case 'semantic_and':
      case 'semantic_not':
        return this.#predicate(node, place)
      default:
        return refuse(node.type, node.location)
    }
  }

  #primary(node: Primary, place: Place): void {
    const { position, value } = place
    const { condition, width } = this.#test(node, position)
    if (condition !== '') this.#line(`if (!(${condition})) ${this.#miss(node, place)}`)
    if (value !== null) this.#line(`${value} = ${matchedText(node, position, width)}`)
    this.#advance(position, width)
  }

  /** Returns the condition that a character or literal stands at a position, and its width. */
  #test(node: Primary, position: string): { condition: string; width: string } {
    if (node.type === 'any') return { condition: `${position} < $e`, width: '1' }
    if (node.type === 'literal') return literalTest(node, position)
    const { condition, width } = this.#facts.classTest(node, position)
    return { condition: `${position} < $e && ($c = $s.charCodeAt(${position}), ${condition})`, width }
  }

  #call(node: peggy.ast.RuleReference, place: Place): void {
    const { position, fail, value, track } = place
    if (value !== null && this.#facts.isText(node)) return this.#text(node, place)
    if (value !== null && track) refuse('a predicate on the value of a rule', node.location)
    const name = this.#facts.call(node.name, value !== null ? 'read' : track ? 'miss' : 'skip')
    if (value === null) {
      this.#line(`if ((${position} = ${name}(${position})) < 0) ${fail}`)
    } else {
      this.#line(`${value} = ${name}(${position})`)
      this.#line(`if ((${position} = at) < 0) ${fail}`)
    }
  }

  /** A display name hides what is expected inside. */
  #named(node: peggy.ast.Named, place: Place): void {
    if (!place.track) return this.#node(node.expression, place)
    const named = this.#name('named')
    const label = this.#name('miss')
    this.#block(`${named}: `, () => {
      this.#block(`${label}: `, () => {
        const position = this.#let('$p', place.position)
        this.#node(node.expression, { ...place, position, fail: `break ${label}`, track: false })
        this.#line(`${place.position} = ${position}`)
        this.#line(`break ${named}`)
      })
      this.#line(`miss(${place.position}, ${this.#facts.expectation(node)})`)
      this.#line(place.fail)
    })
  }

  #text(node: Node, place: Place): void {
    if (place.value === null) return this.#node(node, place)
    if (node.type === 'literal' || node.type === 'class') return this.#node(node, place)
    const start = this.#let('$t', place.position)
    this.#node(node, { ...place, value: null })
    this.#line(`${place.value} = $s.slice(${start}, ${place.position})`)
  }

  #action(node: peggy.ast.Action, place: Place): void {
    if (!this.#runs(node, place.value !== null))
      return this.#block('', () => this.#node(node.expression, { ...place, value: null }))
    const expression = expressionOf(node)
    this.#block('', () => {
      const start = readsInput(expression) ? this.#let('$t', place.position) : ''
      this.#node(node.expression, { ...place, value: null })
      const code = inlined(expression, start, place.position)
      this.#line(place.value === null ? `;(${code})` : `${place.value} = (${code})`)
    })
  }

  #choice(node: peggy.ast.Choice, place: Place): void {
    const choice = this.#name('choice')
    this.#block(`${choice}: `, () => {
      for (const [index, alternative] of node.alternatives.entries()) {
        if (index === node.alternatives.length - 1) {
          this.#block('', () => this.#node(alternative, place))
          continue
        }
        const label = this.#name('alternative')
        this.#block(`${label}: `, () => {
          const position = this.#let('$p', place.position)
          this.#node(alternative, { ...place, position, fail: `break ${label}` })
          this.#line(`${place.position} = ${position}`)
          this.#line(`break ${choice}`)
        })
      }
    })
  }

  #sequence(node: peggy.ast.Sequence, place: Place): void {
    const picks = node.elements.filter((element) => element.type === 'labeled' && element.pick === true)
    const valued = picks.length > 0 ? picks : node.elements
    const values: string[] = []
    for (const element of node.elements) {
      let value: string | null = null
      if (place.value !== null && valued.includes(element)) {
        value = picks.length === 1 ? place.value : this.#let('$v', 'undefined')
        values.push(value)
      }
      this.#node(element, { ...place, value })
    }
    if (place.value !== null && picks.length !== 1) this.#line(`${place.value} = [${values.join(', ')}]`)
  }

  #labeled(node: peggy.ast.Labeled, place: Place): void {
    const { label } = node
    if (label === null || !this.#mentioned.has(label)) return this.#node(node.expression, place)
    if (label.includes('$')) refuse('a label with $', node.labelLocation)
    this.#line(`let ${label}`)
    this.#node(node.expression, { ...place, value: label })
    if (place.value !== null) this.#line(`${place.value} = ${label}`)
  }

  #optional(node: peggy.ast.Suffixed, place: Place): void {
    const { value } = place
    const label = this.#name('optional')
    const inside = (done: string) => {
      const position = this.#let('$p', place.position)
      this.#node(node.expression, { ...place, position, fail: `break ${label}` })
      this.#line(`${place.position} = ${position}`)
      this.#line(done)
    }
    if (value === null) return this.#block(`${label}: `, () => inside(''))
    const all = this.#name('option')
    this.#block(`${all}: `, () => {
      this.#block(`${label}: `, () => inside(`break ${all}`))
      this.#line(`${value} = null`)
    })
  }

  #repeated(node: peggy.ast.Repeated, place: Place): void {
    const min = node.min ?? node.max
    if (min.type !== 'constant' || node.max.type !== 'constant') {
      return refuse('repetitions whose count is not a number', node.location)
    }
    // Peggy says null for a bound that is left out.
    const most: number | null = node.max.value
    this.#repeat(node, min.value ?? 0, most ?? Number.POSITIVE_INFINITY, node.delimiter, place)
  }

  /** Loops; a scan over characters becomes a loop with nothing but the comparison in it. */
  #repeat(
    node: peggy.ast.Suffixed | peggy.ast.Repeated,
    min: number,
    max: number,
    delimiter: Node | null,
    place: Place,
  ): void {
    const { position, value, track } = place
    const { expression } = node
    const counted = max !== Number.POSITIVE_INFINITY || min > 1 || delimiter !== null
    const start = min === 1 && !counted ? this.#let('$t', position) : ''
    const count = counted ? this.#let('$n', '0') : ''
    const list = value === null ? null : this.#let('$l', '[]')
    if (!counted && list === null && isPrimary(expression)) {
      this.#scan(expression, position)
      if (track) this.#line(`miss(${position}, ${this.#facts.expectation(expression)})`)
    } else {
      const label = this.#name('loop')
      const bound = max === Number.POSITIVE_INFINITY ? 'true' : `${count} < ${max}`
      this.#block(`${label}: while (${bound}) `, () => {
        const inner = { ...place, position: this.#let('$p', position), fail: `break ${label}` }
        if (delimiter !== null)
          this.#block(`if (${count} > 0) `, () => this.#node(delimiter, { ...inner, value: null }))
        const item = list === null ? null : this.#let('$v', 'undefined')
        this.#node(expression, { ...inner, value: item })
        if (item !== null) this.#line(`${list}.push(${item})`)
        if (counted) this.#line(`${count}++`)
        this.#line(`${position} = ${inner.position}`)
      })
    }
    if (min > 0) this.#line(`if (${counted ? `${count} < ${min}` : `${position} === ${start}`}) ${place.fail}`)
    if (value !== null) this.#line(`${value} = ${list}`)
  }

  /** Moves behind all characters of a class. */
  #scan(node: Primary, position: string): void {
    const scan = node.type === 'class' ? this.#facts.scan(node) : undefined
    if (scan === undefined) {
      const { condition, width } = this.#test(node, position)
      this.#line(`while (${condition}) ${width === '1' ? `${position}++` : `${position} += ${width}`}`)
    } else {
      this.#line(`${scan}.lastIndex = ${position}`)
      this.#line(`${scan}.test($s)`)
      this.#line(`${position} = Math.min(${scan}.lastIndex, $e)`)
    }
  }

  /** Looks ahead in silence: what is expected there is not told. */
  #lookahead(node: peggy.ast.Prefixed, place: Place): void {
    const negative = node.type === 'simple_not'
    const label = this.#name('ahead')
    this.#block(negative ? `${label}: ` : '', () => {
      const position = this.#let('$p', place.position)
      const fail = negative ? `break ${label}` : place.fail
      this.#node(node.expression, { position, fail, value: null, track: false })
      if (negative) this.#line(place.fail)
    })
    if (place.value !== null) this.#line(`${place.value} = undefined`)
  }

  #predicate(node: peggy.ast.SemanticPredicate, place: Place): void {
    const condition = inlined(expressionOf(node), place.position, place.position)
    this.#line(`if (${node.type === 'semantic_and' ? `!(${condition})` : condition}) ${place.fail}`)
    if (place.value !== null) this.#line(`${place.value} = undefined`)
  }

  /** Tells whether an action's or predicate's code is part of this function. */
  #runs(node: peggy.ast.Action | peggy.ast.SemanticPredicate, valued: boolean): boolean {
    if (node.type !== 'action') return true
    // After a failure the input is known not to stop the parse: it would have done so the first time.
    return valued || (mayStop(node) && this.#mode !== 'miss')
  }

  #miss(node: Primary, { position, fail, track }: Place): string {
    return track ? `{ miss(${position}, ${this.#facts.expectation(node)}); ${fail} }` : fail
  }

  #advance(position: string, width: string): void {
    if (width !== '0') this.#line(width === '1' ? `${position}++` : `${position} += ${width}`)
  }

  /** Declares a variable under a fresh name. */
  #let(prefix: string, value: string): string {
    const name = this.#name(prefix)
    this.#line(`let ${name} = ${value}`)
    return name
  }

  #name(prefix: string): string {
    this.#count++
    return `${prefix}${this.#count}`
  }

  #block(head: string, inside: () => void): void {
    this.#line(`${head}{`)
    this.#depth++
    inside()
    this.#depth--
    this.#line('}')
  }

  #line(line: string): void {
    if (line !== '') this.#lines.push('  '.repeat(this.#depth) + line)
  }
}

/** Compares char by char; nothing is cut out of the input for it. */
function literalTest(
  { value, ignoreCase, location }: peggy.ast.Literal,
  position: string,
): { condition: string; width: string } {
  const width = String(value.length)
  if (value === '') return { condition: '', width }
  const bound = value.length === 1 ? `${position} < $e` : `${position} + ${value.length} <= $e`
  const units = Array.from({ length: value.length }, (_, index) => {
    const unit = `$s.charCodeAt(${index === 0 ? position : `${position} + ${index}`})`
    const code = value.charCodeAt(index)
    const isLetter = ignoreCase && /[A-Za-z]/.test(value.charAt(index))
    return isLetter ? `(${unit} | 32) === ${code | 32}` : `${unit} === ${code}`
  })
  // Peggy folds by Unicode, where U+212A is a k.
  if (ignoreCase && /k|[^ -~]/i.test(value)) refuse('this literal without case', location)
  return { condition: [bound, ...units].join(' && '), width }
}

function matchedText(node: Primary, position: string, width: string): string {
  if (node.type === 'literal' && !node.ignoreCase) return JSON.stringify(node.value)
  return width === '1' ? `$s.charAt(${position})` : `$s.slice(${position}, ${position} + ${width})`
}

function isPrimary(node: Node): node is Primary {
  return node.type === 'literal' || node.type === 'class' || node.type === 'any'
}

/** Lists the actions and predicates of an expression. */
function codeIn(node: Node): (peggy.ast.Action | peggy.ast.SemanticPredicate)[] {
  switch (node.type) {
    case 'semantic_and':
    case 'semantic_not':
      return [node]
    case 'action':
      return [node, ...codeIn(node.expression)]
    case 'choice':
      return node.alternatives.flatMap(codeIn)
    case 'sequence':
      return node.elements.flatMap(codeIn)
    case 'literal':
    case 'class':
    case 'any':
    case 'rule_ref':
    case 'library_ref':
      return []
    default:
      return codeIn(node.expression)
  }
}
