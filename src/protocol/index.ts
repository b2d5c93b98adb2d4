// Replies

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
export { type FramerOptions, type OnRepeat, type OnReplyText, type Quirks, ReplyFramer } from './reply-framer.ts'
export {
  type Describable,
  describeStatus,
  type EnhancedStatus,
  type EnhancedStatusCode,
  formatEnhancedStatus,
  parseEnhancedStatus,
  type RegisteredStatusCode,
  type StatusClass,
  type StatusDescription,
} from './status.ts'

// What a server offers

export { type Capabilities, parseCapabilities } from './capabilities.ts'
export { type EffectiveLimits, effectiveLimits } from './effective-limits.ts'
export type {
  AttributesExtension,
  AuthExtension,
  BurlExtension,
  DeliverByExtension,
  Extensions,
  FutureReleaseExtension,
  KnownKeyword,
  LimitsExtension,
  NoSolicitingExtension,
  PriorityExtension,
  SizeExtension,
} from './extensions.ts'

// Commands and addresses

export type { ClientAttributes } from './attributes.ts'
export { type Command, type EsmtpParams, formatCommand, type Verb } from './command.ts'
export type { DeliverBy, MailParams } from './mail-params.ts'
export {
  formatMailbox,
  formatPath,
  type Mailbox,
  type MailboxDomain,
  type Path,
  parseMailbox,
  parsePath,
} from './path.ts'
export type { NotifyOn, RcptParams, ValidSince } from './rcpt-params.ts'
export { decodeXtext, encodeXtext } from './xtext.ts'

// Messages

export { BodyDecoder, BodyEncoder, type BodyEncoderOptions } from './transparency.ts'

// Authentication

export { anonymousAuth } from './sasl/anonymous.ts'
export type { Auth, ChannelBindingType, SaslExchange, ServerInfo } from './sasl/auth.ts'
export { type AutoCredentials, type AutoRuntime, autoWith } from './sasl/auto.ts'
export { cramMd5With, type HmacMd5 } from './sasl/cram-md5.ts'
export type { Credentials } from './sasl/credentials.ts'
export { type ExternalCredentials, externalAuth } from './sasl/external.ts'
export { loginAuth } from './sasl/login.ts'
export { oauthBearerAuth, type TokenCredentials, xoauth2Auth } from './sasl/oauth.ts'
export { type PlainCredentials, plainAuth } from './sasl/plain.ts'
export { SaslRefusal, type SaslRefusalInit } from './sasl/refusal.ts'
export type { Saslprep } from './sasl/saslprep.ts'
export { type ScramCredentials, type ScramRuntime, scramWith } from './sasl/scram.ts'
export type { ScramHash } from './sasl/scram-crypto.ts'

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
export { printable } from './printable.ts'
export { Secret } from './secret.ts'
