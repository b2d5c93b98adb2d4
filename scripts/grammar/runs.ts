/** Runs that end at one text or at the end: found by `indexOf`, many characters at a time. */
import type peggy from 'peggy'
import { charTest } from './classes.ts'
import type { Node } from './facts.ts'

/** A run of characters up to a text that does not begin inside it; the empty text stands for the end. */
export interface Run {
  readonly until: string
  /** What could go on. */
  readonly expected: peggy.ast.CharacterClass | peggy.ast.Any
  /** Whether that is noted wherever the run ends; behind a lookahead only at the end. */
  readonly always: boolean
}

/** Reads `.`, `[^x]` and `(!"text" .)` as what is repeated; undefined for everything else. */
export function runOf(node: Node): Run | undefined {
  if (node.type === 'any') return { until: '', expected: node, always: true }
  if (node.type === 'class') {
    const { excluded } = charTest(node)
    return excluded === undefined ? undefined : { until: excluded, expected: node, always: true }
  }
  if (node.type !== 'group' || node.expression.type !== 'sequence') return undefined
  const [ahead, any, ...more] = node.expression.elements
  if (ahead?.type !== 'simple_not' || any?.type !== 'any' || more.length > 0) return undefined
  const literal = ahead.expression
  if (literal.type !== 'literal' || literal.ignoreCase || literal.value === '') return undefined
  return { until: literal.value, expected: any, always: false }
}
