import type { FieldNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/dsn.ts'
import { enhancedStatus } from '../../protocol/enhanced-status.ts'
import type { EnhancedStatus } from '../../protocol/status.ts'

/** The fields of one group of a report. A field that was read is not among the rest. */
export class Fields {
  readonly #lines = new Map<string, (readonly string[])[]>()

  constructor(nodes: readonly FieldNode[]) {
    for (const { name, lines } of nodes) {
      const same = this.#lines.get(name)
      if (same === undefined) this.#lines.set(name, [lines])
      else same.push(lines)
    }
  }

  has(name: string): boolean {
    return this.#lines.has(name)
  }

  /** The body of the first field of this name, one text for each of its lines. */
  lines(name: string): readonly string[] | undefined {
    const [first] = this.#take(name)
    return first
  }

  text(name: string): string | undefined {
    const [first] = this.texts(name)
    return first
  }

  texts(name: string): string[] {
    return this.#take(name).map(unfolded)
  }

  /** The value of a field that has its type in front. */
  typed(name: string): string | undefined {
    const body = this.text(name)
    const value = body === undefined ? undefined : match(body, 'Typed')?.value
    return value === '' ? undefined : value
  }

  address(name: string): string | undefined {
    const body = this.text(name)
    return body === undefined ? undefined : addressIn(body)
  }

  status(name: string): EnhancedStatus | undefined {
    const node = match(this.text(name) ?? '', 'StatusField')
    return node === undefined ? undefined : enhancedStatus(node)
  }

  time(name: string): number | undefined {
    const time = Date.parse(match(this.text(name) ?? '', 'Moment') ?? '')
    return Number.isNaN(time) ? undefined : time
  }

  /** What was not asked for. */
  rest(): ReadonlyMap<string, string> {
    return new Map([...this.#lines].map(([name, [first = []]]) => [name, unfolded(first)]))
  }

  #take(name: string): (readonly string[])[] {
    const found = this.#lines.get(name) ?? []
    this.#lines.delete(name)
    return found
  }
}

function unfolded(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join(' ')
}

/** Reads an address with its type; `utf-8` ones are decoded (RFC 6533 section 3), brackets and comments go. */
function addressIn(body: string): string | undefined {
  const { type, value } = match(body, 'Typed') ?? { type: null, value: body }
  const decoded = type === 'utf-8' ? (match(value, 'Utf8Address') ?? value) : value
  const [, bracketed] = /<([^<>]{1,1000})>/.exec(decoded) ?? []
  const address = (bracketed ?? decoded.replace(/(?<!\s)\s+\([^()]*\)\s*$/, '')).trim()
  return address === '' ? undefined : address
}
