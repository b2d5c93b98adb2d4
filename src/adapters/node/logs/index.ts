export { type FollowOptions, follow } from './follow.ts'
export { LogReadError, type LogReadErrorCode } from './log-read-error.ts'
export type { LogSource, ReadLogOptions, ReadProgress } from './read-chunks.ts'
export { readLog } from './read-log.ts'
