import { SmtpError } from '../../protocol/errors.ts'
import type { Conversation } from '../session.ts'

/**
 * Counts a message that is about to begin against what the server takes in one session: LIMITS MAILMAX (RFC 9422
 * section 4.1).
 *
 * @throws SmtpError `session-exhausted`.
 */
export function countMessage(conversation: Conversation): void {
  const most = conversation.capabilities.get('LIMITS')?.mailmax
  if (most !== undefined && conversation.messages >= most) {
    throw new SmtpError('session-exhausted', `the server takes no more than ${most} messages in one session`, {
      phase: 'mail',
    })
  }
  conversation.messages++
}
