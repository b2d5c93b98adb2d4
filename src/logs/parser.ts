/** What turns lines into records without rxjs: for workers, and for whoever has loops of their own. */

export type { ClockOptions } from './clock.ts'
export {
  type LogCounters,
  type LogParser,
  type LogParserOptions,
  logParser,
  parseLogLine,
  type Unparsed,
} from './log-parser.ts'
export { parseLoggedReply, type ReplyForm } from './logged-reply.ts'
export type * from './record.ts'
export { type LinesOptions, WholeLines } from './whole-lines.ts'
