import { deepStrictEqual, ok } from 'node:assert'
import {
  describeStatus,
  formatReply,
  parseCapabilities,
  parseGreeting,
  parseReplies,
  printable,
  queueIdOf,
} from '../../src/protocol/index.ts'
import { unlessRefused } from '../expected.ts'
import type { Target } from '../target.ts'

/** Octets are replies or no replies; every reply can be written again, explained and printed. */
export const reply: Target = {
  name: 'reply',
  words: [
    '250 2.1.0 Ok\r\n',
    '250-',
    '220 mx.example ESMTP',
    '550 5.1.1 ',
    '\r\n',
    '4.7.1',
    '[192.0.2.1]',
    'queued as ',
  ],
  run(octets) {
    for (const found of unlessRefused('malformed-reply', () => parseReplies(octets)) ?? []) {
      deepStrictEqual(parseReplies(formatReply(found)), [found])
      ok(describeStatus(found).meaning.length > 0)
      ok(!/\p{Cc}/u.test(printable(found.text)))
      parseGreeting(found)
      parseCapabilities(found)
      queueIdOf(found)
    }
  },
}
