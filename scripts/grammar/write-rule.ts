/**
 * Direct-style code: a rule becomes a function from the position where it begins to the position behind its match
 * or -1; a function that builds a value leaves that position in `at`. Nothing is allocated but what actions build.
 *
 * A position is a local variable. What may fail works on a copy, so there is nothing to restore afterwards:
 * to fail is to leave a labelled block.
 */
import type peggy from 'peggy'
import { choice, lookahead, named, optional } from './branches.ts'
import { codeIn, namesIn } from './code.ts'
import type { Facts, Mode, Node } from './facts.ts'
import { action, call, labeled, predicate, primary, runs, sequence, text } from './leaves.ts'
import { Lines } from './lines.ts'
import { repeat, repeated } from './loops.ts'
import { refuse } from './refuse.ts'
import type { Place, Writer } from './writer.ts'

/** Writes the function of a rule in one mode. */
export function writeRule(facts: Facts, { name, expression }: peggy.ast.Rule, mode: Mode): string {
  const reads = mode === 'read'
  const code = codeIn(expression).filter((node) => runs(mode, node, reads))
  const writer: Writer = {
    facts,
    mode,
    lines: new Lines(),
    mentioned: new Set(code.flatMap((node) => namesIn(node.code))),
    node: (node, place) => write(writer, node, place),
  }
  const fail = reads ? 'return fail()' : 'return -1'
  writer.node(expression, { position: '$p', fail, value: reads ? '$v' : null, track: mode === 'miss' })
  const body = writer.lines.text
  const input = facts.units === '$u' ? ['$s = source.text', '$u = source.codes'] : ['$s = input']
  const locals = [...input, '$e = end', '$c', '$w', '$v'].filter((local) =>
    new RegExp(`\\${local.slice(0, 2)}\\b`).test(body),
  )
  const lines = [
    `function ${mode}${name}($p) {`,
    locals.length === 0 ? '' : `  let ${locals.join(', ')}`,
    body,
    reads ? '  at = $p\n  return $v' : '  return $p',
    '}',
  ]
  return lines.filter((line) => line !== '').join('\n')
}

/** Hands an expression to the one who knows its kind. */
function write(writer: Writer, node: Node, place: Place): void {
  switch (node.type) {
    case 'literal':
    case 'class':
    case 'any':
      return primary(writer, node, place)
    case 'rule_ref':
      return call(writer, node, place)
    case 'named':
      return named(writer, node, place)
    case 'text':
      return text(writer, node.expression, place)
    case 'action':
      return action(writer, node, place)
    case 'choice':
      return choice(writer, node, place)
    case 'sequence':
      return sequence(writer, node, place)
    case 'labeled':
      return labeled(writer, node, place)
    case 'group':
      return writer.lines.block('', () => writer.node(node.expression, place))
    case 'optional':
      return optional(writer, node, place)
    case 'zero_or_more':
    case 'one_or_more':
      return repeat(writer, node, node.type === 'zero_or_more' ? 0 : 1, Number.POSITIVE_INFINITY, null, place)
    case 'repeated':
      return repeated(writer, node, place)
    case 'simple_and':
    case 'simple_not':
      return lookahead(writer, node, place)
    case 'semantic_and':
    case 'semantic_not':
      return predicate(writer, node, place)
    default:
      return refuse(node.type, node.location)
  }
}
