/** Single characters and literals: conditions on char codes. Nothing is cut out of the input to look at it. */
import type peggy from 'peggy'
import type { Facts, Node } from './facts.ts'
import { refuse } from './refuse.ts'

/** What is matched without calling a rule. */
export type Primary = peggy.ast.Literal | peggy.ast.CharacterClass | peggy.ast.Any

/** A condition, empty where it always holds, and how many char codes it is about. */
export interface Test {
  readonly condition: string
  readonly width: string
}

/** Returns the condition that a primary stands at a position. */
export function primaryTest(facts: Facts, node: Primary, position: string): Test {
  if (node.type === 'any') return { condition: `${position} < $e`, width: '1' }
  if (node.type === 'literal') return literalTest(facts, node, position)
  const { condition, width } = facts.classTest(node, position)
  return { condition: `${position} < $e && ($c = ${facts.unit(position)}, ${condition})`, width }
}

function literalTest(facts: Facts, { value, ignoreCase, location }: peggy.ast.Literal, position: string): Test {
  const width = String(value.length)
  if (value === '') return { condition: '', width }
  // Peggy folds by Unicode, where U+212A is a k.
  if (ignoreCase && /k|[^ -~]/i.test(value)) refuse('this literal without case', location)
  return { condition: textTest(facts, value, position, ignoreCase), width }
}

/** Returns the condition that a text, which is not empty, stands at a position. */
export function textTest(facts: Facts, value: string, position: string, ignoreCase: boolean = false): string {
  const bound = value.length === 1 ? `${position} < $e` : `${position} + ${value.length} <= $e`
  const units = unitTests(facts, value, ignoreCase, position)
  // Most of what a long literal is compared with differs at once; the rest is written once and called.
  if (value.length > 9) return `${bound} && ${units[0]} && ${facts.literal(value, ignoreCase, position)}`
  return [bound, ...units].join(' && ')
}

/** Returns a condition for each char code of a literal. */
export function unitTests(facts: Facts, value: string, ignoreCase: boolean, position: string): string[] {
  return Array.from({ length: value.length }, (_, index) => {
    const unit = facts.unit(index === 0 ? position : `${position} + ${index}`)
    const code = value.charCodeAt(index)
    const isLetter = ignoreCase && /[A-Za-z]/.test(value.charAt(index))
    return isLetter ? `(${unit} | 32) === ${code | 32}` : `${unit} === ${code}`
  })
}

/** Returns the expression for what a primary matched at a position. */
export function matchedText(node: Primary, position: string, width: string): string {
  if (node.type === 'literal' && !node.ignoreCase) return JSON.stringify(node.value)
  return width === '1' ? `$s.charAt(${position})` : `$s.slice(${position}, ${position} + ${width})`
}

export function isPrimary(node: Node): node is Primary {
  return node.type === 'literal' || node.type === 'class' || node.type === 'any'
}
