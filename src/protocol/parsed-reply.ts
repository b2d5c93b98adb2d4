import type { Category, Reply, Severity } from './reply.ts'
import type { EnhancedStatus } from './status.ts'

const severities: readonly Severity[] = ['completion', 'intermediate', 'transient', 'permanent']
const categories: readonly Category[] = [
  'syntax',
  'information',
  'connections',
  'unspecified',
  'unspecified',
  'mail-system',
]

/** A reply as the grammar found it; what follows from its code and lines is worked out when it is asked for. */
export class ParsedReply implements Reply {
  // Fields that are not declared alone are made twice: undefined first.
  declare readonly code: number
  declare readonly enhanced: EnhancedStatus | undefined
  declare readonly lines: readonly string[]

  constructor(code: number, lines: readonly string[], enhanced: EnhancedStatus | undefined) {
    this.code = code
    this.enhanced = enhanced
    this.lines = lines
  }

  get severity(): Severity {
    return severities[Math.trunc(this.code / 100) - 2] ?? 'permanent'
  }

  get category(): Category {
    return categories[Math.trunc(this.code / 10) % 10] ?? 'unspecified'
  }

  get text(): string {
    return this.lines.length === 1 ? (this.lines[0] ?? '') : this.lines.join('\n')
  }
}
