import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import { match, parse } from '../../src/grammar/command.ts'
import { GrammarFailure } from '../../src/grammar/failure.ts'
import { type Command, formatCommand } from '../../src/protocol/index.ts'
import { decodeXtext, encodeUtf8Address, encodeXtext } from '../../src/protocol/xtext.ts'
import { textOf, unlessRefused } from '../expected.ts'
import type { Target } from '../target.ts'

/**
 * A line of text is a command or none, and strings of a caller never make two lines of one: the first octet says which
 * command they go into, a line feed separates them.
 */
export const command: Target = {
  name: 'command',
  words: [
    'MAIL FROM:<',
    'RCPT TO:<a@b>',
    ' SIZE=1',
    '\r\n',
    'AUTH PLAIN ',
    'BDAT 1 LAST',
    '=',
    '+2B',
    'imap://',
    '"a b"',
    '\0',
  ],
  run(octets) {
    const text = textOf(octets.subarray(1))
    const node = match(text, 'Command')
    try {
      deepStrictEqual(parse(text, 'Command'), node)
    } catch (error) {
      if (!(error instanceof GrammarFailure)) throw error
      ok(node === undefined, 'match takes what parse does not')
    }
    const [first = '', second = '', third = ''] = text.split('\n')
    const written = unlessRefused('invalid-argument', () =>
      formatCommand(commandOf(octets[0] ?? 0, first, second, third)),
    )
    if (written !== undefined) {
      ok(!/[\r\n\0]/.test(written), 'a second line')
      ok(match(written, 'Command') !== undefined, 'no command')
    }
    for (const form of ['xtext', 'unitext'] as const)
      unlessRefused('invalid-argument', () => encodeUtf8Address(text, form))
    strictEqual(decodeXtext(encodeXtext(text)), text)
    unlessRefused('invalid-argument', () => decodeXtext(text))
  },
}

function commandOf(which: number, first: string, second: string, third: string): Command {
  const all: readonly Command[] = [
    { verb: 'EHLO', domain: first },
    { verb: 'MAIL', from: first, params: { [second]: third } },
    { verb: 'RCPT', to: first, params: { ORCPT: second, [third]: true } },
    { verb: 'VRFY', argument: first, smtpUtf8: second !== '' },
    { verb: 'AUTH', mechanism: first, initialResponse: second },
    { verb: 'ETRN', node: first },
    { verb: 'BURL', url: first },
    { verb: 'XCLIENT', attributes: { [first]: second, NAME: third } },
    { verb: 'NOOP', argument: first },
  ]
  return all[which % all.length] as Command
}
