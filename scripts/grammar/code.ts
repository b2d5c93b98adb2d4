/** JavaScript in grammars: one expression each, so that it can stand inside the parser instead of being called. */
import type peggy from 'peggy'
import type { Facts, Node } from './facts.ts'
import { refuse } from './refuse.ts'

/** An action or a predicate. */
export type CodeNode = peggy.ast.Action | peggy.ast.SemanticPredicate

/** Returns the expression behind `return`. */
export function expressionOf(node: CodeNode): string {
  const [, expression] = /^\s*return\b\s*(.*?)\s*;?\s*$/s.exec(node.code) ?? []
  if (expression === undefined || !isExpression(expression)) {
    return refuse('actions that are more than one return', node.codeLocation)
  }
  const [unknown] = /\b(?:location|range|options|error)\b(?=\s*[(.])/.exec(expression) ?? []
  return unknown === undefined ? expression : refuse(`${unknown} in actions`, node.codeLocation)
}

/** Writes what Peggy offers to actions in terms of the generated parser; helpers are given what char codes are read from. */
export function inlined({ units }: Facts, expression: string, start: string, position: string): string {
  return expression
    .replace(/\btext\(\)/g, `$s.slice(${start}, ${position})`)
    .replace(/\boffset\(\)/g, start)
    .replace(/(?<![.\w])input\b(?!\.)/g, units)
    .replace(/(?<![.\w])input\b/g, '$s')
    .replace(/(?<![.\w])expected\(/g, `unexpected(${start}, ${position}, `)
}

/** Writes helpers; where they are given an array they may ask for char codes and for nothing else. */
export function helper({ units }: Facts, { code, codeLocation }: peggy.ast.TopLevelInitializer): string {
  if (units === '$s') return code
  const indexed = code.replace(/\binput\.charCodeAt\(([^()]*)\)/g, 'input[$1]')
  return /\binput\./.test(indexed) ? refuse('helpers that ask for more than char codes', codeLocation) : indexed
}

/** Tells whether the code can end the parse. */
export function mayStop(node: CodeNode): boolean {
  return /(?<![.\w])expected\(/.test(node.code)
}

/** Tells whether the code looks at what it was matched against. */
export function readsInput(expression: string): boolean {
  return /(?<![.\w])(?:text\(\)|offset\(\)|expected\()/.test(expression)
}

/** Lists the names that the code mentions; labels are among them. */
export function namesIn(code: string): string[] {
  return code.match(/[A-Za-z_]\w*/g) ?? []
}

/** Lists the actions and predicates of an expression. */
export function codeIn(node: Node): CodeNode[] {
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

function isExpression(code: string): boolean {
  try {
    new Function(`return (${code}\n)`)
    return true
  } catch {
    return false
  }
}
