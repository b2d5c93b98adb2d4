// Lines to records

export type { ClockOptions } from './clock.ts'
export { type LinesOptions, lines } from './lines.ts'
export {
  type LogCounters,
  type LogParser,
  type LogParserOptions,
  logParser,
  parseLogLine,
  type Unparsed,
} from './log-parser.ts'
export { parseLoggedReply, type ReplyForm } from './logged-reply.ts'
export { parseLog } from './parse-log.ts'

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

// What a line says

export type * from './record.ts'
export type * from './verdict.ts'
