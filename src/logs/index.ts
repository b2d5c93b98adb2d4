// Lines to records

export { lines } from './lines.ts'
export { parseLog } from './parse-log.ts'
export * from './parser.ts'

// What became of messages

export { Correlator, type CorrelatorOptions } from './deliveries/correlator.ts'
export { deliveries } from './deliveries/deliveries.ts'
export type * from './deliveries/logged-message.ts'

// What a reply means

export { type CategoryEntry, verdictCategories } from './classify/categories.ts'
export {
  type ClassifierOptions,
  type Classify,
  classifier,
  classify,
  type Verdict,
  type VerdictContext,
} from './classify/classify.ts'
export { explainVerdict, type VerdictExplanation } from './classify/explain.ts'
export { replyPattern } from './classify/reply-pattern.ts'
export type { Confidence, Provider, Rule } from './classify/rule.ts'
export { classifyRecord } from './classify-record.ts'

export type * from './verdict.ts'
