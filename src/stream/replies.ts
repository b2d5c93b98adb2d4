import { defer, Observable, type OperatorFunction } from 'rxjs'
import { SmtpError } from '../protocol/errors.ts'
import { type Reply, replyAt } from '../protocol/reply.ts'
import { type FramerOptions, type OnRepeat, ReplyFramer } from '../protocol/reply-framer.ts'

/**
 * Turns chunks of bytes into replies, whatever the segmentation.
 *
 * Emits each reply as soon as its last line is whole and completes with the source. Errors with an `SmtpError`:
 * `malformed-reply`, `reply-too-large`, or `connection-lost` when the source completes in mid-reply; a refusal
 * that lacks nothing but its line end is still emitted then, while a positive reply has to be complete.
 *
 * @example
 * socket.bytes$.pipe(replies()).subscribe((reply) => console.log(reply.code, reply.lines))
 * @see RFC 5321 section 4.2
 */
export function replies(options: FramerOptions = {}): OperatorFunction<Uint8Array, Reply> {
  return (source) => defer(() => source.pipe(repliesFrom(new ReplyFramer(options))))
}

/**
 * Does the work of {@link replies} with a framer that the caller can look at. Where `onRepeat` is given, it is told how
 * often the reply that was emitted last comes again, which then is not emitted again.
 */
export function repliesFrom(framer: ReplyFramer, onRepeat?: OnRepeat): OperatorFunction<Uint8Array, Reply> {
  return (source) =>
    new Observable((subscriber) => {
      // A subscriber may write, and a source may answer, before push() returns: its chunks wait their turn.
      const waiting: Uint8Array[] = []
      let busy = false
      let completed = false
      const read = reader()
      const onReply = (text: string, from: number, to: number): void => {
        // A subscriber may leave in the middle of a chunk.
        if (!subscriber.closed) subscriber.next(read(text, from, to))
      }
      const repeat =
        onRepeat &&
        ((times: number): void => {
          if (!subscriber.closed) onRepeat(times)
        })
      const finish = (): void => {
        const rest = framer.end()
        if (rest === '') return subscriber.complete()
        const reply = wholeRefusal(rest)
        if (reply === undefined) return subscriber.error(cutOff(rest))
        subscriber.next(reply)
        subscriber.complete()
      }
      return source.subscribe({
        next(chunk) {
          waiting.push(chunk)
          if (busy) return
          busy = true
          try {
            for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
              framer.push(next, onReply, repeat)
          } catch (error) {
            return subscriber.error(error)
          }
          busy = false
          if (completed) finish()
        },
        error: (error) => subscriber.error(error),
        complete() {
          completed = true
          if (!busy) finish()
        },
      })
    })
}

/**
 * Makes a reader of replies that need not look twice at what the reply before has said: a server gives a thousand
 * recipients the same answer. Replies never change, so that one can stand for all.
 */
function reader(): (text: string, from: number, to: number) => Reply {
  let reply: Reply | undefined
  let known = ''
  let start = 0
  let length = 0
  return (text, from, to) => {
    if (reply !== undefined && to - from === length && isSame(text, from, known, start, length)) return reply
    reply = replyAt(text, from, to)
    known = text
    start = from
    length = to - from
    return reply
  }
}

/** Compares parts of two texts where they stand: to cut them out takes longer. */
function isSame(text: string, from: number, other: string, start: number, length: number): boolean {
  let index = 0
  while (index < length && text.charCodeAt(from + index) === other.charCodeAt(start + index)) index++
  return index === length
}

/** Reads text that stopped before its line end; a positive reply must not be guessed. */
function wholeRefusal(rest: string): Reply | undefined {
  try {
    const text = `${rest.replace(/\r$/, '')}\r\n`
    const reply = replyAt(text, 0, text.length)
    return reply.code >= 400 ? reply : undefined
  } catch {
    return undefined
  }
}

function cutOff(rest: string): SmtpError<'connection-lost'> {
  return new SmtpError('connection-lost', `the connection ended inside a reply of ${rest.length} characters`, {
    phase: 'command',
  })
}
