import type { Reply } from '../protocol/reply.ts'
import type { ReplyFramer } from '../protocol/reply-framer.ts'
import { familiarReply } from './familiar.ts'
import { ReplyReader } from './replies.ts'

/** Where the replies of a connection go. */
export interface Recipient {
  /** Whether none are wanted any more, which may be so in the middle of a chunk. */
  readonly isOver: boolean
  /** Takes a reply that came several `times`, or as many of them as one command may; tells how many that were. */
  take(reply: Reply, times: number): number
  /** Is told that the server speaks no SMTP, or that the connection broke. */
  broken(error: unknown): void
  /** Is told that the server has closed. */
  closed(): void
}

/** Reads replies for somebody who hands them on one by one, or several of a kind at once. */
export function readerFor(recipient: Recipient, framer: ReplyFramer): ReplyReader {
  let last: Reply
  const observer = {
    get closed(): boolean {
      return recipient.isOver
    },
    next(reply: Reply): void {
      last = reply
      recipient.take(reply, 1)
    },
    error: (error: unknown) => recipient.broken(error),
    complete: () => recipient.closed(),
  }
  const onRepeat = (times: number): void => {
    for (let left = times; left > 0 && !recipient.isOver; ) left -= recipient.take(last, left)
  }
  return new ReplyReader(framer, observer, familiarReply, onRepeat)
}
