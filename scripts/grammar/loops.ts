/** Repetitions; a scan over characters becomes a loop with nothing but the comparison in it. */
import type peggy from 'peggy'
import { alwaysMatches } from './always.ts'
import type { Node } from './facts.ts'
import { type Primary, primaryTest, textTest } from './primary.ts'
import { refuse } from './refuse.ts'
import { type Run, runOf } from './runs.ts'
import type { Place, Writer } from './writer.ts'

/** Reads the bounds of a counted repetition. */
export function repeated(writer: Writer, node: peggy.ast.Repeated, place: Place): void {
  const min = node.min ?? node.max
  if (min.type !== 'constant' || node.max.type !== 'constant') {
    return refuse('repetitions whose count is not a number', node.location)
  }
  // Peggy says null for a bound that is left out.
  const most: number | null = node.max.value
  repeat(writer, node, min.value ?? 0, most ?? Number.POSITIVE_INFINITY, node.delimiter, place)
}

/** Writes a loop, and behind it what makes too few repetitions a failure. */
export function repeat(
  writer: Writer,
  node: peggy.ast.Suffixed | peggy.ast.Repeated,
  min: number,
  max: number,
  delimiter: Node | null,
  place: Place,
): void {
  const { position, value, track } = place
  const { expression } = node
  const list = value === null ? null : writer.lines.variable('$l', '[]')
  const endless = max === Number.POSITIVE_INFINITY && delimiter === null && list === null
  const run = endless ? runOf(expression) : undefined
  const found = endless ? writer.facts.characters(expression) : undefined
  const characters = found !== undefined && (min <= 1 || isOneUnit(found.primary)) ? found : undefined
  const counted = run === undefined && characters === undefined && (!endless || min > 1)
  const start = min > 0 && !counted ? writer.lines.variable('$t', position) : ''
  const count = counted ? writer.lines.variable('$n', '0') : ''
  if (run !== undefined) {
    skipRun(writer, run, place)
  } else if (characters !== undefined) {
    scan(writer, characters.primary, position)
    if (track) writer.lines.add(`miss(${position}, ${writer.facts.expectation(characters.expected)})`)
  } else {
    const label = writer.lines.name('loop')
    const bound = max === Number.POSITIVE_INFINITY ? 'true' : `${count} < ${max}`
    writer.lines.block(`${label}: while (${bound}) `, () => {
      const inner = { ...place, position: writer.lines.variable('$p', position), fail: `break ${label}` }
      if (delimiter !== null)
        writer.lines.block(`if (${count} > 0) `, () => writer.node(delimiter, { ...inner, value: null }))
      const item = list === null ? null : writer.lines.variable('$v', 'undefined')
      writer.node(expression, { ...inner, value: item })
      if (item !== null) writer.lines.add(`${list}.push(${item})`)
      if (counted) writer.lines.add(`${count}++`)
      writer.lines.add(`${position} = ${inner.position}`)
    })
  }
  const few = counted ? `${count} < ${min}` : min === 1 ? `${position} === ${start}` : `${position} - ${start} < ${min}`
  if (min > 1 || (min === 1 && !alwaysMatches(writer.facts, expression))) writer.lines.add(`if (${few}) ${place.fail}`)
  if (value !== null) writer.lines.add(`${value} = ${list}`)
}

function isOneUnit(node: Primary): boolean {
  return node.type === 'any' || (node.type === 'class' ? !node.unicode : node.value.length === 1)
}

/** Moves to what ends a run, or to the end. */
function skipRun(writer: Writer, { until, expected, always }: Run, { position, track }: Place): void {
  if (until === '') {
    writer.lines.add(`${position} = $e`)
  } else if (writer.facts.units === '$u') {
    // In an array nothing is faster than to look.
    const condition = textTest(writer.facts, until, position)
    writer.lines.add(`while (${position} < $e && !(${condition})) ${position}++`)
  } else {
    writer.lines.add(`${position} = ${writer.facts.find()}($s, ${JSON.stringify(until)}, ${position}, $e)`)
  }
  if (!track) return
  const missing = `miss(${position}, ${writer.facts.expectation(expected)})`
  writer.lines.add(always ? missing : `if (${position} === $e) ${missing}`)
}

/** Moves behind all characters of a class. */
function scan(writer: Writer, node: Primary, position: string): void {
  const scan = node.type === 'class' ? writer.facts.scan(node) : undefined
  if (scan === undefined) {
    const { condition, width } = primaryTest(writer.facts, node, position)
    writer.lines.add(`while (${condition}) ${width === '1' ? `${position}++` : `${position} += ${width}`}`)
  } else {
    writer.lines.add(`${scan}.lastIndex = ${position}`)
    writer.lines.add(`${scan}.test($s)`)
    writer.lines.add(`${position} = Math.min(${scan}.lastIndex, $e)`)
  }
}
