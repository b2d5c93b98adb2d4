import type { PairsNode } from '../grammar/logs/ast.ts'
import { detached } from './detached.ts'
import { Memo } from './memo.ts'

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

/** Makes a reader of fields that come again and again in the same words; texts that are none are one field, `text`. */
export function fieldsOnce(read: (text: string) => PairsNode | undefined): (text: string) => Fields {
  const known = new Memo<Fields>(1_000)
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const own = detached(text)
    const fields = fieldsOf(read(own) ?? [['text', own]])
    known.set(own, fields)
    return fields
  }
}
