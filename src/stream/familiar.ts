/**
 * Replies that were read lately, on whichever connection: servers say the same again and again, and as a rule a whole
 * greeting, EHLO reply or acceptance is one that was read before.
 */
import { type Reply, replyAt } from '../protocol/reply.ts'

const TWO = 50
const THREE = 51
const places = 64
// The text of a chunk is kept as long as a reply in it: more than so many characters are not kept.
const longest = 4_096

interface Known {
  /** The text that the reply was read from. */
  readonly text: string
  readonly reply: Reply
}

const known: (Known | undefined)[] = Array.from({ length: places })

/** Reads a reply, or finds the one that was read from the same text; what may have a secret in it is not remembered. */
export function familiarReply(text: string, from: number, to: number): Reply {
  if (text.length > longest || !isHarmless(text, from)) return replyAt(text, from, to)
  const place = placeOf(text, from, to)
  const before = known[place]
  if (before !== undefined && before.text.length === to - from && isSame(text, from, before.text, 0, to - from)) {
    return before.reply
  }
  const reply = replyAt(text, from, to)
  // Nobody who has the reply can change it for the others.
  Object.freeze(reply.lines)
  known[place] = { text: text.slice(from, to), reply }
  return reply
}

/** Compares parts of two texts where they stand: to cut them out takes longer. */
export function isSame(text: string, from: number, other: string, start: number, length: number): boolean {
  let index = 0
  while (index < length && text.charCodeAt(from + index) === other.charCodeAt(start + index)) index++
  return index === length
}

/** Tells whether a code says yes, and is none of authentication (23z, 33z): a refusal may quote what it refuses. */
function isHarmless(text: string, at: number): boolean {
  const severity = text.charCodeAt(at)
  return (severity === TWO || severity === THREE) && text.charCodeAt(at + 1) !== THREE
}

/** Finds the place of a reply by its length and two digits of its enhanced status, which tell the usual ones apart. */
function placeOf(text: string, from: number, to: number): number {
  return (to - from + 3 * text.charCodeAt(from + 6) + 5 * text.charCodeAt(from + 8)) & (places - 1)
}
