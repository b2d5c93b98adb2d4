/**
 * Cuts a stream of bytes into whole replies, whatever the segmentation, and looks at nothing but
 * three digits, the separator behind them and line ends: a broken reply cannot shift the next one.
 */
import { SmtpError } from './errors.ts'
import { type Limits, limits } from './limits.ts'
import { printable } from './printable.ts'
import { Repeats } from './repeats.ts'

/** Departures from RFC 5321 that broken servers need; every one is off unless named. */
export interface Quirks {
  /** Takes a line feed alone as a line end (RFC 5321 section 2.3.8 forbids it). */
  readonly bareLf?: boolean
  /** Takes control characters and lone carriage returns in reply text; each reads as U+FFFD. */
  readonly controls?: boolean
}

/** Settings of a {@link ReplyFramer}. */
export interface FramerOptions {
  readonly quirks?: Quirks
  /** Limits that differ from the default ones. */
  readonly limits?: Partial<Limits>
}

/** Is given one whole reply: `text` from index `from` up to `to`, line ends included. */
export type OnReplyText = (text: string, from: number, to: number) => void

/** Is told that the reply before came `times` times more, character for character. */
export type OnRepeat = (times: number) => void

const LF = 10
const CR = 13
const SP = 32
const HYPHEN = 45
const FOUR = 52
const FIVE = 53
const nothing = new Uint8Array(0)

/**
 * Cuts bytes into whole SMTP replies (RFC 5321 section 4.2.1).
 *
 * Bytes are decoded as UTF-8 at line ends only, so a character is never cut; what is no UTF-8 reads as U+FFFD.
 *
 * @example
 * const framer = new ReplyFramer()
 * framer.push(new TextEncoder().encode('250-mx.example\r\n250 SI'), console.log) // nothing yet
 * framer.push(new TextEncoder().encode('ZE\r\n'), (text, from, to) => console.log(text.slice(from, to)))
 */
export class ReplyFramer {
  readonly #quirks: Quirks
  readonly #limits: Limits
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** Whole lines of a reply whose last line has not come yet. */
  #lines = ''
  /** Bytes of a line whose end has not come yet: `#rest` up to `#restLength`. */
  #rest: Uint8Array = nothing
  #restLength = 0

  constructor(options: FramerOptions = {}) {
    this.#quirks = options.quirks ?? {}
    this.#limits = options.limits === undefined ? limits : { ...limits, ...options.limits }
  }

  /** Tells whether nothing is waiting for the rest of its reply. */
  get idle(): boolean {
    return this.#restLength === 0 && this.#lines === ''
  }

  /** Tells whether what is waiting can become nothing but a refusal. */
  get refuses(): boolean {
    const first = this.#lines === '' ? this.#rest[0] : this.#lines.charCodeAt(0)
    return !this.idle && (first === FOUR || first === FIVE)
  }

  /**
   * Takes the next bytes and hands over every reply that they complete. Where `onRepeat` is given, it may be told of
   * repetitions in place of `onReply`, which takes a fraction of the time.
   *
   * @throws SmtpError `malformed-reply` when a line is no reply line, `reply-too-large` over the limits;
   *   the framer must not be used after that.
   */
  push(chunk: Uint8Array, onReply: OnReplyText, onRepeat?: OnRepeat): void {
    const end = chunk.lastIndexOf(LF) + 1
    if (end > 0) {
      const known = this.#lines.length
      const octets = this.#restLength + end
      const text = this.#lines + this.#decode(chunk, end)
      this.#lines = ''
      // A character for every octet means the same places in both, counted from the end.
      const alike = text.length - known === octets && !this.#quirks.bareLf
      this.#cut(text, known, onReply, alike ? onRepeat : undefined, chunk, end)
    }
    if (end < chunk.length) this.#keep(end === 0 ? chunk : chunk.subarray(end))
  }

  /** Returns the text that never became a whole reply, and forgets it. */
  end(): string {
    const text = this.#lines + this.#decode(nothing, 0)
    this.#lines = ''
    return text
  }

  /**
   * Walks over the lines of `text`, of which the first `known` characters were walked before. Only where every character
   * is one octet, and `text` ends with octet `end` of the chunk, is there an `onRepeat`.
   */
  #cut(
    text: string,
    known: number,
    onReply: OnReplyText,
    onRepeat: OnRepeat | undefined,
    chunk: Uint8Array,
    end: number,
  ): void {
    const shift = text.length - end
    let repeats: Repeats | undefined
    let from = 0
    let line = known
    while (line < text.length) {
      const next = text.indexOf('\n', line) + 1
      if (next - line > this.#limits.replyLine) throw tooLarge('reply line', this.#limits.replyLine)
      if (next - from > this.#limits.reply) throw tooLarge('reply', this.#limits.reply)
      if (text.charCodeAt(next - 2) !== CR) throw malformed(text.slice(line, next), 'a bare line feed')
      const separator = isCode(text, line) ? text.charCodeAt(line + 3) : 0
      line = next
      if (separator === SP || separator === CR) {
        onReply(text, from, next)
        if (onRepeat !== undefined && from >= shift && next < text.length) {
          repeats ??= new Repeats(chunk)
          const times = repeats.count(from - shift, next - shift)
          line += times * (next - from)
          if (times > 0) onRepeat(times)
        }
        from = line
      } else if (separator !== HYPHEN) {
        throw malformed(text.slice(from, next), 'no reply code')
      }
    }
    // Joined with an empty string a slice would keep the whole chunk alive; a reply in progress is short.
    this.#lines = from === 0 ? text : text.slice(from)
  }

  /** Decodes the waiting bytes and those of `chunk` up to `end`. */
  #decode(chunk: Uint8Array, end: number): string {
    let bytes = end === chunk.length ? chunk : chunk.subarray(0, end)
    if (this.#restLength > 0) {
      const joined = new Uint8Array(this.#restLength + end)
      joined.set(this.#rest.subarray(0, this.#restLength))
      joined.set(bytes, this.#restLength)
      bytes = joined
      this.#restLength = 0
    }
    const text = this.#decoder.decode(bytes)
    return this.#quirks.bareLf || this.#quirks.controls ? tolerate(text, this.#quirks) : text
  }

  /** Stores the start of a line. */
  #keep(bytes: Uint8Array): void {
    const length = this.#restLength + bytes.length
    // A character takes at most three bytes, so this refuses nothing that #cut would take.
    if (length > 3 * this.#limits.replyLine) throw tooLarge('reply line', this.#limits.replyLine)
    if (length > this.#rest.length) {
      const larger = new Uint8Array(Math.max(2 * length, 512))
      larger.set(this.#rest.subarray(0, this.#restLength))
      this.#rest = larger
    }
    this.#rest.set(bytes, this.#restLength)
    this.#restLength = length
  }
}

/** Tells whether a `Reply-code` stands at `at`: %x32-35 %x30-35 %x30-39. */
function isCode(text: string, at: number): boolean {
  const severity = text.charCodeAt(at)
  const category = text.charCodeAt(at + 1)
  const detail = text.charCodeAt(at + 2)
  return severity >= 50 && severity <= 53 && category >= 48 && category <= 53 && detail >= 48 && detail <= 57
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/g

/** Rewrites what the named quirks let pass into what the grammar accepts. */
function tolerate(text: string, quirks: Quirks): string {
  const lines = quirks.bareLf ? text.replace(/(?<!\r)\n/g, '\r\n') : text
  return quirks.controls ? lines.replace(controls, '\ufffd') : lines
}

function malformed(text: string, why: string): SmtpError<'malformed-reply'> {
  return new SmtpError('malformed-reply', `not an SMTP reply (${why}): ${printable(text.trimEnd(), 128)}`, {
    phase: 'command',
  })
}

function tooLarge(what: 'reply line' | 'reply', characters: number): SmtpError<'reply-too-large'> {
  return new SmtpError('reply-too-large', `a ${what} of more than ${characters} characters`, { phase: 'command' })
}
