import { deepStrictEqual } from 'node:assert'
import { isSmtpError, limits, ReplyFramer } from '../../src/protocol/index.ts'
import { octetByOctet } from '../../test/helpers/chunks.ts'
import type { Target } from '../target.ts'

/** The framer finds the same replies, the same rest and the same error however the octets are cut; the first says how. */
export const framer: Target = {
  name: 'framer',
  words: ['250 ok\r\n', '250-', '354 ', '\r\n', '\n', '\r', '\0', '220', '\xe2\x82\xac', '\xff', '25', '600 '],
  run(octets) {
    const [how = 0] = octets
    const quirks = { bareLf: (how & 1) > 0, controls: (how & 2) > 0 }
    const options = { quirks, limits: { ...limits, replyLine: 8 + ((how >> 2) & 15) * 8, reply: 200 } }
    const stream = octets.subarray(1)
    const size = 2 + (how >> 6)
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
      stream.subarray(index * size, (index + 1) * size),
    )
    const whole = framed([stream], options)
    deepStrictEqual(framed(pieces, options), whole)
    deepStrictEqual(framed(octetByOctet(stream), options), whole)
  },
}

function framed(pieces: readonly Uint8Array[], options: ConstructorParameters<typeof ReplyFramer>[0]): unknown {
  const found = new ReplyFramer(options)
  const replies: string[] = []
  try {
    for (const piece of pieces) found.push(piece, (text, from, to) => replies.push(text.slice(from, to)))
    return { replies, rest: found.end() }
  } catch (error) {
    if (!isSmtpError(error)) throw error
    return { replies, code: error.code }
  }
}
