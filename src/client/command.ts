import type { OperatorFunction } from 'rxjs'
import { requireText } from '../protocol/arguments.ts'
import { argumentError } from '../protocol/errors.ts'
import { limits } from '../protocol/limits.ts'
import type { Reply } from '../protocol/reply.ts'
import { exchangeLine } from '../stream/exchange.ts'
import { type Conversation, type Phase, type Session, step } from './session.ts'

/** Settings of {@link command}. */
export interface CommandOptions {
  /** The reply codes that are fine; every 2yz and 3yz unless given. */
  readonly positive?: readonly number[]
}

const open: readonly Phase[] = ['connected', 'ready', 'mail', 'rcpt', 'sent']

/**
 * Sends a line of one's own, for an extension that has no operator here, and leaves the session where it is;
 * `session.reply` has the answer.
 *
 * Errors with `invalid-argument` for control characters, `refused`, `unexpected-reply`.
 *
 * @example
 * session$.pipe(command('XSTATUS queue', { positive: [250] }), map(({ reply }) => reply?.lines))
 */
export function command<P extends Exclude<Phase, 'closed'>>(
  line: string,
  options: CommandOptions = {},
): OperatorFunction<Session<P>, Session<P>> {
  return step<P, P>('command', open, async (conversation, session) => {
    await sendLine(conversation, line, options)
    return session.phase
  })
}

/** Does the work of {@link command}. */
export async function sendLine(conversation: Conversation, line: string, { positive }: CommandOptions): Promise<Reply> {
  requireText('line', line, 'command')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
  if (/[\u0000-\u001f\u007f]/.test(line) || line.length === 0 || line.length > limits.commandLine - 2) {
    throw argumentError('line', 'empty, too long, or has a control character', { phase: 'command' })
  }
  conversation.reply = await exchangeLine(conversation.channel, line, 'command', positive)
  return conversation.reply
}
