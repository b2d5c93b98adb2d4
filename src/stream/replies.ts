import { Observable, type OperatorFunction } from 'rxjs'
import { SmtpError } from '../protocol/errors.ts'
import { type Reply, replyAt } from '../protocol/reply.ts'
import { type FramerOptions, type OnRepeat, type OnReplyText, ReplyFramer } from '../protocol/reply-framer.ts'
import { isSame } from './familiar.ts'

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
  return (source) =>
    new Observable((subscriber) => source.subscribe(new ReplyReader(new ReplyFramer(options), subscriber, replyAt)))
}

/** Whoever is told of replies. */
export interface ReplyObserver {
  /** Whether it has left, maybe in the middle of a chunk. */
  readonly closed: boolean
  next(reply: Reply): void
  error(error: unknown): void
  complete(): void
}

/** Reads one reply, `text` from index `from` up to `to`. */
export type ReadReply = (text: string, from: number, to: number) => Reply

/**
 * Does the work of {@link replies} for one observer, with a framer that the caller can look at. Where `onRepeat` is given,
 * it is told how often the reply that was emitted last comes again, which then is not emitted again.
 */
export class ReplyReader {
  /** Chunks that have come. */
  chunks = 0
  readonly #framer: ReplyFramer
  readonly #observer: ReplyObserver
  readonly #onReply: OnReplyText
  readonly #onRepeat: OnRepeat | undefined
  // An observer may write, and a source may answer, before push() returns: its chunks wait their turn.
  readonly #waiting: Uint8Array[] = []
  #busy = false
  #completed = false

  constructor(framer: ReplyFramer, observer: ReplyObserver, readReply: ReadReply, onRepeat?: OnRepeat) {
    const read = reader(readReply)
    this.#framer = framer
    this.#observer = observer
    this.#onReply = (text, from, to) => {
      if (!observer.closed) observer.next(read(text, from, to))
    }
    this.#onRepeat =
      onRepeat &&
      ((times) => {
        if (!observer.closed) onRepeat(times)
      })
  }

  next(chunk: Uint8Array): void {
    this.chunks++
    if (this.#busy) {
      this.#waiting.push(chunk)
      return
    }
    this.#busy = true
    try {
      for (let next: Uint8Array | undefined = chunk; next !== undefined; next = this.#waiting.shift())
        this.#framer.push(next, this.#onReply, this.#onRepeat)
    } catch (error) {
      return this.#observer.error(error)
    }
    this.#busy = false
    if (this.#completed) this.#finish()
  }

  error(error: unknown): void {
    this.#observer.error(error)
  }

  complete(): void {
    this.#completed = true
    if (!this.#busy) this.#finish()
  }

  #finish(): void {
    if (this.#observer.closed) return
    const rest = this.#framer.end()
    if (rest === '') return this.#observer.complete()
    const reply = wholeRefusal(rest)
    if (reply === undefined) return this.#observer.error(cutOff(rest))
    this.#observer.next(reply)
    this.#observer.complete()
  }
}

/**
 * Makes a reader of replies that need not look twice at what the reply before has said: a server gives a thousand
 * recipients the same answer. Replies never change, so that one can stand for all.
 */
function reader(readReply: ReadReply): ReadReply {
  let reply: Reply | undefined
  let known = ''
  let start = 0
  let length = 0
  return (text, from, to) => {
    if (reply !== undefined && to - from === length && isSame(text, from, known, start, length)) return reply
    reply = readReply(text, from, to)
    known = text
    start = from
    length = to - from
    return reply
  }
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
