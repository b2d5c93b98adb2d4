import type { Capabilities } from '../../protocol/capabilities.ts'
import { type BodyTraits, inspectBody } from '../../protocol/inspect.ts'
import { joined } from '../../protocol/octets.ts'
import { BodyEncoder } from '../../protocol/transparency.ts'
import type { Body } from '../mail.ts'
import { type MessageSource, wholeMessage } from '../message-source.ts'

/** A message as it will travel. */
export interface Content {
  /** The octets as they will be on the wire, but for dots that DATA doubles; undefined for a stream. */
  readonly whole: Uint8Array | undefined
  /** What MAIL says of it; nothing where it is lines of ASCII, which every server takes. */
  readonly body: Body | undefined
  /** Whether it has no lines, so that only chunks can carry it, as it is (RFC 3030 section 3). */
  readonly binary: boolean
  /** Whether DATA carries it as it is as well: a whole message in which no line begins with a dot. */
  readonly plain: boolean
}

/** Looks at a message that is there as a whole, and chooses what is said of it unless the caller has. */
export function contentOf(message: MessageSource, asked: Body | undefined, capabilities: Capabilities): Content {
  const octets = wholeMessage(message)
  if (octets === undefined) {
    const body = asked ?? (capabilities.has('8BITMIME') ? '8BITMIME' : undefined)
    return { whole: undefined, body, binary: body === 'BINARYMIME', plain: false }
  }
  const traits = inspectBody(octets)
  const body = asked ?? bodyFor(octets, traits, capabilities)
  const binary = body === 'BINARYMIME'
  return { whole: binary || traits.canonical ? octets : normalised(octets), body, binary, plain: !traits.dots }
}

function bodyFor(octets: Uint8Array, traits: BodyTraits, capabilities: Capabilities): Body | undefined {
  if (isBinary(octets, traits) && capabilities.has('BINARYMIME') && capabilities.has('CHUNKING')) return 'BINARYMIME'
  return traits.eightBit ? '8BITMIME' : undefined
}

// RFC 5321 section 4.5.3.1.6, without the line end.
const longestAllowed = 998

/**
 * Tells whether there is something in a message that lines cannot carry, under a header that can be sent as it is: one
 * whose line ends had to be mended would be changed behind it as well.
 */
function isBinary(octets: Uint8Array, { nul, longestLine }: BodyTraits): boolean {
  if (!nul && longestLine <= longestAllowed) return false
  const header = inspectBody(octets.subarray(0, headerLength(octets)))
  return header.canonical && !header.nul && header.longestLine <= longestAllowed
}

/** Counts the octets up to the first empty line, with the line end before it; all of them where there is none. */
function headerLength(octets: Uint8Array): number {
  for (let at = octets.indexOf(13); at >= 0; at = octets.indexOf(13, at + 1)) {
    if (octets[at + 1] === 10 && octets[at + 2] === 13 && octets[at + 3] === 10) return at + 2
  }
  return octets.length
}

function normalised(message: Uint8Array): Uint8Array {
  const encoder = new BodyEncoder({ stuff: false })
  const text = encoder.push(message)
  const rest = encoder.end()
  return rest.length === 0 ? text : joined(text, rest)
}
