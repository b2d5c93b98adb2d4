export type {
  Bounce,
  BounceAction,
  BouncedRecipient,
  BounceKind,
  Feedback,
  ReturnedMessage,
} from './bounce.ts'
export type { BounceLimits } from './message.ts'
export { type BounceOptions, parseBounce } from './parse-bounce.ts'
