import { deepStrictEqual, ok } from 'node:assert'
import { formatMailbox, formatPath, parseMailbox, parsePath } from '../../src/protocol/index.ts'
import { asciiAddress, needsUtf8 } from '../../src/protocol/path.ts'
import { textOf, unlessRefused } from '../expected.ts'
import type { Target } from '../target.ts'

/** An address reads as what it writes, and A-labels change nothing but its domain. */
export const path: Target = {
  name: 'path',
  words: [
    '<',
    '>',
    'ann@mx.example',
    '"a b"@',
    '@[192.0.2.1]',
    '[IPv6:::1]',
    '\\',
    '\xc3\xbc',
    'xn--',
    '<@a,@b:',
    '.',
    '-',
  ],
  run(octets) {
    const text = textOf(octets)
    const found = unlessRefused('invalid-argument', () => parsePath(text))
    if (found?.kind === 'mailbox') deepStrictEqual(parsePath(formatPath(found)), { ...found, route: [] })
    const mailbox = unlessRefused('invalid-argument', () => parseMailbox(text))
    if (mailbox === undefined) return
    deepStrictEqual(parseMailbox(formatMailbox(mailbox)), mailbox)
    const ascii = asciiAddress(text)
    ok(parseMailbox(ascii).localPart === mailbox.localPart, 'another local part')
    ok(needsUtf8(text) === needsUtf8(ascii))
  },
}
