import type { GreetingNode } from '../grammar/ast.ts'
import { GrammarFailure } from '../grammar/failure.ts'
import { match, parse } from '../grammar/reply.ts'
import { requireObject, requireText } from './arguments.ts'
import { enhancedStatus } from './enhanced-status.ts'
import { argumentError, SmtpError } from './errors.ts'
import { ParsedReply } from './parsed-reply.ts'
import { printable } from './printable.ts'
import { remembered } from './remembered.ts'
import { type FramerOptions, ReplyFramer } from './reply-framer.ts'
import type { EnhancedStatus } from './status.ts'

/** The first digit of a reply code (RFC 5321 section 4.2.1). */
export type Severity = 'completion' | 'intermediate' | 'transient' | 'permanent'

/** The second digit of a reply code (RFC 5321 section 4.2.1). */
export type Category = 'syntax' | 'information' | 'connections' | 'unspecified' | 'mail-system'

/** One whole SMTP reply; it never changes, and is safe to keep. */
export interface Reply {
  /** The three digits as a number, 200 to 559. */
  readonly code: number
  readonly severity: Severity
  readonly category: Category
  /** The enhanced status code that the text begins with (RFC 2034). */
  readonly enhanced: EnhancedStatus | undefined
  /** The text of every line, without code and separator; an enhanced status code stays in it. */
  readonly lines: readonly string[]
  /** All lines, joined by line feeds. Text of a server: print it through `printable`. */
  readonly text: string
}

/** The greeting of a server (RFC 5321 section 4.2). */
export interface Greeting {
  /** The name or address literal that the server gives itself; undefined where it gives none. */
  readonly domain: string | undefined
  /** What follows the domain. */
  readonly text: string
}

/**
 * Parses one whole reply of one or more lines; the last line end may be missing.
 *
 * @throws SmtpError `malformed-reply`, with the position in its `cause`.
 * @example
 * parseReply('550 5.1.1 No such user').enhanced?.code // '5.1.1'
 * @see RFC 5321 section 4.2
 */
export function parseReply(text: string): Reply {
  requireText('text', text)
  const whole = text.endsWith('\n') ? text : `${text}\r\n`
  return replyAt(whole, 0, whole.length)
}

/**
 * Parses every reply of a text or of bytes, such as a recorded conversation's server side.
 *
 * @throws SmtpError `malformed-reply` for what is no reply or stops in mid-reply, `reply-too-large` over the limits.
 * @example
 * parseReplies('220 mx.example\r\n250-mx.example\r\n250 SIZE\r\n').map((reply) => reply.code) // [220, 250]
 */
export function parseReplies(input: string | Uint8Array, options: FramerOptions = {}): Reply[] {
  const replies: Reply[] = []
  const framer = new ReplyFramer(options)
  const bytes = input instanceof Uint8Array ? input : new TextEncoder().encode(requireText('input', input))
  framer.push(bytes, (text, from, to) => replies.push(replyAt(text, from, to)))
  const rest = framer.end()
  if (rest !== '') throw malformedReply(rest)
  return replies
}

/** Parses the reply that a {@link ReplyFramer} found in `text`. */
export function replyAt(text: string, from: number, to: number): Reply {
  try {
    const { code, lines, status } = parse(text, 'ReplyLine', from, to)
    return Object.freeze(new ParsedReply(code, lines, status === null ? undefined : enhancedStatus(status)))
  } catch (cause) {
    if (!(cause instanceof GrammarFailure)) throw cause
    throw malformedReply(text.slice(from, to), cause)
  }
}

/**
 * Writes a reply as it stands on the wire; `parseReply(formatReply(reply))` equals `reply`.
 *
 * @throws SmtpError `malformed-reply` when the parts make no reply, such as a line break in a line.
 * @example
 * formatReply({ code: 250, lines: ['mx.example', 'SIZE'] }) // '250-mx.example\r\n250 SIZE\r\n'
 */
export function formatReply(reply: Pick<Reply, 'code' | 'lines'>): string {
  if (!Array.isArray(requireObject('reply', reply).lines)) throw argumentError('reply', 'has no lines')
  const last = reply.lines.length - 1
  const text = reply.lines
    .map((line, index) => `${reply.code}${index < last ? '-' : line === '' ? '' : ' '}${line}\r\n`)
    .join('')
  const written = match(text, 'ReplyLine')
  if (written?.lines.length !== reply.lines.length) throw malformedReply(text)
  return text
}

/**
 * Reads domain and text out of a 220 reply.
 *
 * Many servers put something else where RFC 5321 wants their domain; then `domain` is undefined and `text` is all of it.
 *
 * @example
 * parseGreeting(parseReply('220 mx.example ESMTP')).domain // 'mx.example'
 */
export function parseGreeting(reply: Reply): Greeting {
  const isKept = Object.isFrozen(requireObject('reply', reply)) && Object.isFrozen(reply.lines)
  return isKept ? greeting(reply) : greetingOf(reply)
}

// A server greets everybody alike.
const greeting = remembered(greetingOf)

function greetingOf(reply: Reply): Greeting {
  const node: GreetingNode | undefined = reply.code === 220 ? match(formatReply(reply), 'Greeting') : undefined
  return Object.freeze(
    node === undefined ? { domain: undefined, text: reply.text } : { domain: node.domain, text: node.lines.join('\n') },
  )
}

/** Puts other text into a reply, where its own must not be shown. */
export function withLines({ code, enhanced }: Reply, lines: readonly string[]): Reply {
  return Object.freeze(new ParsedReply(code, lines, enhanced))
}

function malformedReply(text: string, cause?: unknown): SmtpError<'malformed-reply'> {
  return new SmtpError('malformed-reply', `not an SMTP reply: ${printable(text.trimEnd(), 128)}`, {
    phase: 'command',
    cause,
  })
}
