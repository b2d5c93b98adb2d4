import { strictEqual } from 'node:assert'
import { describeStatus, formatEnhancedStatus, parseEnhancedStatus } from '../../src/protocol/index.ts'
import { textOf, unlessRefused } from '../expected.ts'
import type { Target } from '../target.ts'

/** An enhanced status code reads and writes as itself, and can be explained. */
export const status: Target = {
  name: 'status',
  words: ['5.1.1', '4.', '.0', '2.0.0', '999', '.10', '0'],
  run(octets) {
    const text = textOf(octets)
    const found = unlessRefused('invalid-argument', () => parseEnhancedStatus(text))
    if (found === undefined) return
    strictEqual(formatEnhancedStatus(found), text)
    describeStatus(found)
  },
}
