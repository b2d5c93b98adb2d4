/** What may fail without failing the rule: it works on a copy of the position, and fails by leaving its block. */
import type peggy from 'peggy'
import type { Place, Writer } from './writer.ts'

/** Tries one after the other; the last need not be tried on a copy. */
export function choice(writer: Writer, node: peggy.ast.Choice, place: Place): void {
  const choice = writer.lines.name('choice')
  writer.lines.block(`${choice}: `, () => {
    for (const [index, alternative] of node.alternatives.entries()) {
      if (index === node.alternatives.length - 1) {
        writer.lines.block('', () => writer.node(alternative, place))
        continue
      }
      const label = writer.lines.name('alternative')
      writer.lines.block(`${label}: `, () => {
        const position = writer.lines.variable('$p', place.position)
        writer.node(alternative, { ...place, position, fail: `break ${label}` })
        writer.lines.add(`${place.position} = ${position}`)
        writer.lines.add(`break ${choice}`)
      })
    }
  })
}

/** Goes on without a match as well; the value is null then. */
export function optional(writer: Writer, node: peggy.ast.Suffixed, place: Place): void {
  const { value } = place
  const label = writer.lines.name('optional')
  const inside = (done: string) => {
    const position = writer.lines.variable('$p', place.position)
    writer.node(node.expression, { ...place, position, fail: `break ${label}` })
    writer.lines.add(`${place.position} = ${position}`)
    writer.lines.add(done)
  }
  if (value === null) return writer.lines.block(`${label}: `, () => inside(''))
  const all = writer.lines.name('option')
  writer.lines.block(`${all}: `, () => {
    writer.lines.block(`${label}: `, () => inside(`break ${all}`))
    writer.lines.add(`${value} = null`)
  })
}

/** A display name hides what is expected inside. */
export function named(writer: Writer, node: peggy.ast.Named, place: Place): void {
  if (!place.track) return writer.node(node.expression, place)
  const named = writer.lines.name('named')
  const label = writer.lines.name('miss')
  writer.lines.block(`${named}: `, () => {
    writer.lines.block(`${label}: `, () => {
      const position = writer.lines.variable('$p', place.position)
      writer.node(node.expression, { ...place, position, fail: `break ${label}`, track: false })
      writer.lines.add(`${place.position} = ${position}`)
      writer.lines.add(`break ${named}`)
    })
    writer.lines.add(`miss(${place.position}, ${writer.facts.expectation(node)})`)
    writer.lines.add(place.fail)
  })
}

/** Looks ahead in silence: what is expected there is not told. */
export function lookahead(writer: Writer, node: peggy.ast.Prefixed, place: Place): void {
  const negative = node.type === 'simple_not'
  const label = writer.lines.name('ahead')
  writer.lines.block(negative ? `${label}: ` : '', () => {
    const position = writer.lines.variable('$p', place.position)
    const fail = negative ? `break ${label}` : place.fail
    writer.node(node.expression, { position, fail, value: null, track: false })
    if (negative) writer.lines.add(place.fail)
  })
  if (place.value !== null) writer.lines.add(`${place.value} = undefined`)
}
