// Replies

// What a server offers
export { type Capabilities, parseCapabilities } from './capabilities.ts'
// Commands and addresses
export { type Command, type EsmtpParams, formatCommand, type Verb } from './command.ts'
// Errors and bounds
export {
  type AnySmtpError,
  type Delivery,
  isSmtpError,
  type RejectedRecipient,
  SmtpError,
  type SmtpErrorCode,
  type SmtpErrorInit,
  type SmtpPhase,
} from './errors.ts'
export { type Limits, limits } from './limits.ts'
export {
  formatMailbox,
  formatPath,
  type Mailbox,
  type MailboxDomain,
  type Path,
  parseMailbox,
  parsePath,
} from './path.ts'
export { printable } from './printable.ts'
export { queueIdOf } from './queue-id.ts'
export {
  type Category,
  formatReply,
  type Greeting,
  parseGreeting,
  parseReplies,
  parseReply,
  type Reply,
  type Severity,
} from './reply.ts'
export { type FramerOptions, type OnReplyText, type Quirks, ReplyFramer } from './reply-framer.ts'
// Authentication
export type { Auth, SaslExchange, ServerInfo } from './sasl/auth.ts'
export type { Credentials } from './sasl/credentials.ts'
export { loginAuth } from './sasl/login.ts'
export { type PlainCredentials, plainAuth } from './sasl/plain.ts'
export {
  describeStatus,
  type EnhancedStatus,
  formatEnhancedStatus,
  parseEnhancedStatus,
  type StatusDescription,
} from './status.ts'
// Messages
export { BodyDecoder, BodyEncoder, type BodyEncoderOptions } from './transparency.ts'
