import { describeStatus, isSmtpError, printable, type SmtpErrorCode } from 'rxsmtp'
import { UsageError } from './options.ts'

/** What to tell the person, and the shell. */
export interface Explanation {
  readonly lines: readonly string[]
  readonly exitCode: number
}

/** Explains whatever went wrong: what, where, what became of the message, and what to do. */
export function explain(error: unknown): Explanation {
  if (error instanceof UsageError) return { lines: [error.message, 'See --help.'], exitCode: 64 }
  if (!isSmtpError(error)) return { lines: [`A bug: ${error instanceof Error ? error.stack : error}`], exitCode: 70 }
  const { code, message, phase, delivery, safeToRetry, reply } = error
  const status = reply === undefined ? [] : [describeStatus(reply)]
  return {
    lines: [
      printable(message),
      `code         ${code}`,
      `phase        ${phase}`,
      `delivery     ${delivery}`,
      `safeToRetry  ${safeToRetry}`,
      ...status.map(({ meaning, outlook, advice }) => `The server:  ${meaning} ${outlook} ${advice}`),
      `What to do:  ${advice[code]}`,
    ],
    exitCode: safeToRetry ? 75 : delivery === 'unknown' ? 74 : 69,
  }
}

const advice: Readonly<Record<SmtpErrorCode, string>> = {
  'invalid-argument': 'Correct the value that the message names.',
  'bad-sequence': 'Call the steps in the order of the conversation.',
  closed: 'Connect again.',
  'connect-failed': 'Check host and port, and whether a firewall is in the way.',
  'connection-lost': 'Try again; if it happens at the same place each time, look into the log of the server.',
  timeout: 'Try again later: the server, or the way to it, is too slow.',
  aborted: 'Nothing: it was stopped from this side.',
  'malformed-reply': 'Check whether an SMTP server listens on this port, and whether TLS begins with the first byte.',
  'reply-too-large': 'Check whether an SMTP server listens on this port.',
  'unsolicited-reply': 'Do not trust this server, or what stands between: it answers what was not asked.',
  'unexpected-reply': 'Do not trust this server: it agrees in a way that the command does not have.',
  refused: 'Read what the server says.',
  'service-closing': 'Try again later: the server is closing.',
  'recipients-refused': 'Check the recipients: not one of them was accepted.',
  'not-offered': 'Do without the extension (for STARTTLS: --tls opportunistic), or use a server that has it.',
  'message-too-large': 'Send less, or use a server that takes more.',
  'session-exhausted': 'Connect again: the server takes no more messages in one session.',
  'tls-required': 'Use a port with TLS, or allow to go without: --tls opportunistic.',
  'tls-failed': 'Check the name of the host, the time on this machine, and --ca.',
  'tls-injection': 'Do not trust this connection: somebody put text in front of the encryption.',
  'auth-failed': 'Check user name and password.',
  'auth-unusable': 'Use TLS, or another mechanism: --auth.',
  'body-failed': 'Correct what the message is read from.',
}
