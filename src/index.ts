// Send a message

export type { CallOptions } from './client/bounds.ts'
export { Client } from './client/client.ts'
export { type DialOptions, type NewClientOptions, newClient } from './client/dial.ts'
export type { MessageSource } from './client/message-source.ts'
export type { MessageWriter } from './client/message-writer.ts'
export { type SendMail, type Smtp, smtpOver } from './client/over.ts'
export type { DeliveryOptions, SendMailOptions } from './client/send-mail.ts'
export type { TlsLevel, TlsPolicy } from './client/tls-policy.ts'
export { autoAuth, connect, cramMd5Auth, dial, scramAuth, sendMail } from './node.ts'

// Operators

export { type AuthenticateOptions, authenticate } from './client/authenticate.ts'
export { type BurlOptions, burl } from './client/burl.ts'
export { type CommandOptions, command } from './client/command.ts'
export type { ConnectOptions } from './client/connect-options.ts'
export { data } from './client/data.ts'
export { etrn } from './client/etrn.ts'
export { type ExpnOptions, expn } from './client/expn.ts'
export { hello } from './client/hello.ts'
export { help } from './client/help.ts'
export { type Body, type MailOptions, mail } from './client/mail.ts'
export { noop } from './client/noop.ts'
export { quit } from './client/quit.ts'
export { type RcptOptions, rcpt } from './client/rcpt.ts'
export type { Recipient, RecipientOptions } from './client/recipient.ts'
export { reset } from './client/reset.ts'
export { type Envelope, send } from './client/send.ts'
export type { FailedRecipient, Phase, Protocol, SendResult, Session } from './client/session.ts'
export { type StartTlsOptions, startTls } from './client/start-tls.ts'
export type { Pipelining } from './client/transaction/mode.ts'
export { type VerifyOptions, verify } from './client/verify.ts'
export { xclient } from './client/xclient.ts'
export { xforward } from './client/xforward.ts'

// Streams

export type { ChannelOptions } from './stream/channel-options.ts'
export { type Deadlines, deadlines } from './stream/deadlines.ts'
export { replies } from './stream/replies.ts'
export type { OpenSocket, PeerCertificate, Socket, SocketOptions, TlsOptions, TlsState } from './stream/socket.ts'
export { formatTranscript, type TranscriptEntry } from './stream/transcript.ts'

// Everything of rxsmtp/protocol

export * from './protocol/index.ts'
