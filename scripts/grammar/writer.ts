import type { Facts, Mode, Node } from './facts.ts'
import type { Lines } from './lines.ts'

/** Where code is written: the variable that holds the position, what to do on failure, who wants the value. */
export interface Place {
  readonly position: string
  readonly fail: string
  /** The variable that takes the value; null where nobody asks for it. */
  readonly value: string | null
  /** Whether to note what was expected. */
  readonly track: boolean
}

/** One function on its way. */
export interface Writer {
  readonly facts: Facts
  readonly mode: Mode
  readonly lines: Lines
  /** Names that the code of actions and predicates in this function mentions: labels not among them are not kept. */
  readonly mentioned: ReadonlySet<string>
  /** Writes an expression: its code moves the position behind the match or goes where failure leads. */
  node(node: Node, place: Place): void
}
