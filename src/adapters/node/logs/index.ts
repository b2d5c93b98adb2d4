export { type FollowOptions, follow } from './follow.ts'
export { LogReadError, type LogReadErrorCode } from './log-read-error.ts'
export { type LogSource, type ReadLogOptions, type ReadProgress, readLog } from './read-log.ts'
