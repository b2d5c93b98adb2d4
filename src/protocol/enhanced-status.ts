import type { StatusNode } from '../grammar/ast.ts'
import type { EnhancedStatus, EnhancedStatusCode } from './status.ts'

/** Completes a node of the grammar. The common codes are made once: a server says the same few all day. */
export function enhancedStatus(node: StatusNode): EnhancedStatus {
  const { subject, detail } = node
  if (subject > 9 || detail > 99) return complete(node)
  const index = (node.class * 10 + subject) * 100 + detail
  const known = common[index]
  if (known !== undefined) return known
  const status = complete(node)
  common[index] = status
  return status
}

const common: (EnhancedStatus | undefined)[] = new Array(6_000).fill(undefined)

function complete(node: StatusNode): EnhancedStatus {
  return Object.freeze({ class: node.class, subject: node.subject, detail: node.detail, code: codeOf(node) })
}

/** Writes the three numbers as text. */
export function codeOf({ class: first, subject, detail }: StatusNode): EnhancedStatusCode {
  return `${first}.${subject}.${detail}`
}
