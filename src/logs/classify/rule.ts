import type { Stage } from '../record.ts'
import type { VerdictCategory } from '../verdict.ts'

/** How sure a verdict is. */
export type Confidence = 'high' | 'medium' | 'low'

/** One reason that replies give, and the words that they give it in. The first rule that fits decides. */
export interface Rule<C extends string = VerdictCategory> {
  /** Short and unique, in lower case with hyphens; the verdict's evidence shows it. */
  readonly name: string
  readonly category: C
  /** Any of these has to occur. A text is a phrase (see docs/classification.md); a pattern sees the reply as it is. */
  readonly phrases?: readonly (string | RegExp)[]
  /** Enhanced codes that it is limited to, such as `5.7.1`; `5.7` and `4` stand for all codes that begin so. */
  readonly status?: readonly string[]
  /** Reply codes that it is limited to; `4` and `5` stand for all codes that begin so, `none` for a text without any. */
  readonly code?: readonly (number | 'none')[]
  /** Steps of the conversation that it is limited to; a reply whose step is not known passes. */
  readonly stage?: readonly Stage[]
  /** How sure it is; `high` unless given. */
  readonly confidence?: Confidence
  /** Why these words mean this category, for whoever reads the rules. */
  readonly why: string
  /** A reply of this kind that the rule is the first to fit. */
  readonly example: string
}

/** Rules for the servers of one provider, which are asked before the others. */
export interface Provider<C extends string = VerdictCategory> {
  readonly name: string
  /** Ends of the names of its servers, such as `google.com`. */
  readonly hosts: readonly string[]
  /** Words that only its replies have, in lower case: they tell where no name of a server is known. */
  readonly marks?: readonly string[]
  readonly rules: readonly Rule<C>[]
}
