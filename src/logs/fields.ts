import type { PairsNode } from '../grammar/logs/ast.ts'

/** Fields of a line by their names: an object without a prototype, for names are what a log says. */
export type Fields = Readonly<Record<string, string>>

/** No fields at all. */
export const noFields: Fields = Object.freeze(Object.create(null))

/** Makes fields out of pairs; those without a value are left out, and of two with one name the last one counts. */
export function fieldsOf(pairs: PairsNode): Fields {
  const fields: Record<string, string> = Object.create(null)
  for (const [key, value] of pairs) if (value !== null) fields[key] = value
  return Object.freeze(fields)
}
