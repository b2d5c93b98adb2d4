/** What goes straight on or fails: characters, calls of other rules, sequences and code. */
import type peggy from 'peggy'
import { alwaysMatches } from './always.ts'
import { type CodeNode, expressionOf, inlined, mayStop, readsInput } from './code.ts'
import type { Mode, Node } from './facts.ts'
import { matchedText, type Primary, primaryTest } from './primary.ts'
import { refuse } from './refuse.ts'
import type { Place, Writer } from './writer.ts'

/** Names that the code around actions uses. */
const reserved = /^(?:at|end|input|source|start|fail|miss|unexpected|(?:read|skip|miss)[A-Z].*|.*\$.*)$/

/** Compares characters. */
export function primary(writer: Writer, node: Primary, place: Place): void {
  const { position, value } = place
  const { condition, width } = primaryTest(writer.facts, node, position)
  if (condition !== '') writer.lines.add(`if (!(${condition})) ${miss(writer, node, place)}`)
  if (value !== null) writer.lines.add(`${value} = ${matchedText(node, position, width)}`)
  advance(writer, position, width)
}

/** Calls the function of a rule in the mode that serves the place. */
export function call(writer: Writer, node: peggy.ast.RuleReference, place: Place): void {
  const { position, fail, value, track } = place
  if (value !== null && writer.facts.isText(node)) return text(writer, node, place)
  if (value !== null && track) refuse('a predicate on the value of a rule', node.location)
  const name = writer.facts.call(node.name, value !== null ? 'read' : track ? 'miss' : 'skip')
  if (value !== null) writer.lines.add(`${value} = ${name}(${position})`)
  const behind = `${position} = ${value === null ? `${name}(${position})` : 'at'}`
  writer.lines.add(alwaysMatches(writer.facts, node) ? behind : `if ((${behind}) < 0) ${fail}`)
}

/** Cuts out what an expression matched, whatever its own value. */
export function text(writer: Writer, node: Node, place: Place): void {
  if (place.value === null) return writer.node(node, place)
  if (node.type === 'literal' || node.type === 'class') return writer.node(node, place)
  const start = writer.lines.variable('$t', place.position)
  writer.node(node, { ...place, value: null })
  writer.lines.add(`${place.value} = $s.slice(${start}, ${place.position})`)
}

/** Puts the code of an action behind its expression. */
export function action(writer: Writer, node: peggy.ast.Action, place: Place): void {
  if (!runs(writer.mode, node, place.value !== null))
    return writer.lines.block('', () => writer.node(node.expression, { ...place, value: null }))
  const expression = expressionOf(node)
  writer.lines.block('', () => {
    const start = readsInput(expression) ? writer.lines.variable('$t', place.position) : ''
    writer.node(node.expression, { ...place, value: null })
    const code = inlined(writer.facts, expression, start, place.position)
    writer.lines.add(place.value === null ? `;(${code})` : `${place.value} = (${code})`)
  })
}

/** Writes one element after the other; the value is what is picked, or all values. */
export function sequence(writer: Writer, node: peggy.ast.Sequence, place: Place): void {
  const picks = node.elements.filter((element) => element.type === 'labeled' && element.pick === true)
  const valued = picks.length > 0 ? picks : node.elements
  const values: string[] = []
  for (const element of node.elements) {
    let value: string | null = null
    if (place.value !== null && valued.includes(element)) {
      value = picks.length === 1 ? place.value : writer.lines.variable('$v', 'undefined')
      values.push(value)
    }
    writer.node(element, { ...place, value })
  }
  if (place.value !== null && picks.length !== 1) writer.lines.add(`${place.value} = [${values.join(', ')}]`)
}

/** Keeps a value under its label where code asks for it. */
export function labeled(writer: Writer, node: peggy.ast.Labeled, place: Place): void {
  const { label } = node
  if (label === null || !writer.mentioned.has(label)) return writer.node(node.expression, place)
  if (reserved.test(label)) refuse(`${label} as a label`, node.labelLocation)
  writer.lines.add(`let ${label}`)
  writer.node(node.expression, { ...place, value: label })
  if (place.value !== null) writer.lines.add(`${place.value} = ${label}`)
}

/** Puts the code of a predicate where it decides. */
export function predicate(writer: Writer, node: peggy.ast.SemanticPredicate, place: Place): void {
  const condition = inlined(writer.facts, expressionOf(node), place.position, place.position)
  writer.lines.add(`if (${node.type === 'semantic_and' ? `!(${condition})` : condition}) ${place.fail}`)
  if (place.value !== null) writer.lines.add(`${place.value} = undefined`)
}

/** Tells whether an action's or predicate's code is part of this function. */
export function runs(mode: Mode, node: CodeNode, valued: boolean): boolean {
  if (node.type !== 'action') return true
  // After a failure the input is known not to stop the parse: it would have done so the first time.
  return valued || (mayStop(node) && mode !== 'miss')
}

function miss(writer: Writer, node: Primary, { position, fail, track }: Place): string {
  return track ? `{ miss(${position}, ${writer.facts.expectation(node)}); ${fail} }` : fail
}

function advance(writer: Writer, position: string, width: string): void {
  if (width !== '0') writer.lines.add(width === '1' ? `${position}++` : `${position} += ${width}`)
}
