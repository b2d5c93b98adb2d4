/** What cannot fail needs no code for its failure. */
import type { Facts, Node } from './facts.ts'

/** Tells whether an expression matches any text. Left recursion, which Peggy refuses, is all that it could be lost in. */
export function alwaysMatches(facts: Facts, node: Node): boolean {
  switch (node.type) {
    case 'optional':
    case 'zero_or_more':
      return true
    case 'literal':
      return node.value === ''
    case 'rule_ref':
      return alwaysMatches(facts, facts.rule(node.name).expression)
    case 'choice':
      return node.alternatives.some((alternative) => alwaysMatches(facts, alternative))
    case 'sequence':
      return node.elements.every((element) => alwaysMatches(facts, element))
    case 'repeated': {
      const { type, value } = node.min ?? node.max
      // Peggy says null for a bound that is left out.
      return type === 'constant' && (!value || (value === 1 && alwaysMatches(facts, node.expression)))
    }
    case 'action':
    case 'group':
    case 'labeled':
    case 'named':
    case 'text':
      return alwaysMatches(facts, node.expression)
    default:
      return false
  }
}
