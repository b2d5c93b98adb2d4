import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CommandNode } from '../../src/grammar/ast.ts'
import { parse } from '../../src/grammar/command.ts'
import { phases, positiveReplies } from '../../src/protocol/command.ts'
import {
  type Command,
  type EsmtpParams,
  formatCommand,
  isSmtpError,
  limits,
  parsePath,
} from '../../src/protocol/index.ts'
import { encodeXtext } from '../../src/protocol/xtext.ts'
import { command, hostileText } from '../helpers/arbitraries.ts'

/** What the grammar has to read out of a command that was written. */
function nodeOf(given: Command): CommandNode {
  switch (given.verb) {
    case 'MAIL':
      return { verb: 'MAIL', path: parsePath(`<${given.from}>`), params: paramNodes(given.params) }
    case 'RCPT':
      return { verb: 'RCPT', path: parsePath(`<${given.to}>`), params: paramNodes(given.params) }
    case 'NOOP':
    case 'HELP':
      return { verb: given.verb, argument: given.argument ?? null }
    case 'AUTH':
      return { ...given, initialResponse: given.initialResponse ?? null }
    case 'BDAT':
    case 'BURL':
      return { ...given, last: given.last ?? false }
    case 'VRFY':
    case 'EXPN': {
      const { verb, argument, smtpUtf8 } = given
      return { verb, argument, ...(smtpUtf8 && { smtpUtf8 }) }
    }
    case 'XCLIENT':
    case 'XFORWARD': {
      const attributes = Object.entries(given.attributes).map(([name, value]) => ({ name, value: encodeXtext(value) }))
      return { verb: given.verb, attributes }
    }
    default:
      return given
  }
}

function paramNodes(params: EsmtpParams = {}): { keyword: string; value: string | null }[] {
  return Object.entries(params).map(([keyword, value]) => ({ keyword, value: value === true ? null : String(value) }))
}

describe('formatCommand', () => {
  it.each<[Command, string]>([
    [{ verb: 'EHLO', domain: 'mx.example' }, 'EHLO mx.example'],
    [{ verb: 'EHLO', domain: '[192.0.2.1]' }, 'EHLO [192.0.2.1]'],
    [{ verb: 'HELO', domain: '[IPv6:2001:db8::1]' }, 'HELO [IPv6:2001:db8::1]'],
    [{ verb: 'LHLO', domain: 'localhost' }, 'LHLO localhost'],
    [{ verb: 'MAIL', from: '' }, 'MAIL FROM:<>'],
    [
      { verb: 'MAIL', from: 'ann@mx.example', params: { SIZE: 1024, BODY: '8BITMIME', SMTPUTF8: true } },
      'MAIL FROM:<ann@mx.example> SIZE=1024 BODY=8BITMIME SMTPUTF8',
    ],
    [{ verb: 'MAIL', from: 'a@b', params: { SIZE: undefined } }, 'MAIL FROM:<a@b>'],
    [{ verb: 'RCPT', to: 'Postmaster' }, 'RCPT TO:<Postmaster>'],
    [{ verb: 'RCPT', to: '"a b"@mx.example', params: { NOTIFY: 'NEVER' } }, 'RCPT TO:<"a b"@mx.example> NOTIFY=NEVER'],
    [{ verb: 'DATA' }, 'DATA'],
    [{ verb: 'RSET' }, 'RSET'],
    [{ verb: 'QUIT' }, 'QUIT'],
    [{ verb: 'STARTTLS' }, 'STARTTLS'],
    [{ verb: 'NOOP' }, 'NOOP'],
    [{ verb: 'NOOP', argument: 'hi' }, 'NOOP hi'],
    [{ verb: 'HELP', argument: 'mail' }, 'HELP mail'],
    [{ verb: 'VRFY', argument: '"ann b"' }, 'VRFY "ann b"'],
    [{ verb: 'EXPN', argument: 'list' }, 'EXPN list'],
    [{ verb: 'AUTH', mechanism: 'PLAIN' }, 'AUTH PLAIN'],
    [{ verb: 'AUTH', mechanism: 'EXTERNAL', initialResponse: '=' }, 'AUTH EXTERNAL ='],
    [{ verb: 'AUTH', mechanism: 'X', initialResponse: 'Zm9v' }, 'AUTH X Zm9v'],
    [{ verb: 'BDAT', size: 0, last: true }, 'BDAT 0 LAST'],
    [{ verb: 'BDAT', size: 86400 }, 'BDAT 86400'],
    [{ verb: 'VRFY', argument: 'jörg', smtpUtf8: true }, 'VRFY jörg SMTPUTF8'],
    [{ verb: 'EXPN', argument: 'list', smtpUtf8: false }, 'EXPN list'],
    [{ verb: 'ETRN', node: '@mx.example' }, 'ETRN @mx.example'],
    [{ verb: 'ETRN', node: '#queue' }, 'ETRN #queue'],
    [{ verb: 'BURL', url: 'imap://mx.example/a', last: true }, 'BURL imap://mx.example/a LAST'],
    [
      { verb: 'XCLIENT', attributes: { ADDR: '192.0.2.1', NAME: 'a b\r\n+=ü' } },
      'XCLIENT ADDR=192.0.2.1 NAME=a+20b+0D+0A+2B+3D+C3+BC',
    ],
  ])('%j', (given, line) => {
    expect(formatCommand(given)).toBe(line)
  })

  it.each<[Command | object, string, string]>([
    [{ verb: 'EHLO', domain: '' }, 'domain', 'hello'],
    [{ verb: 'EHLO', domain: 'a b' }, 'domain', 'hello'],
    [{ verb: 'EHLO', domain: 'mx.example\r\nMAIL FROM:<a@b>' }, 'domain', 'hello'],
    [{ verb: 'EHLO', domain: '192.0.2.1]' }, 'domain', 'hello'],
    [{ verb: 'EHLO' }, 'domain', 'hello'],
    [{ verb: 'MAIL', from: 'a@b> SIZE=1' }, 'from', 'mail'],
    [{ verb: 'MAIL', from: 'a@b\r\nRCPT TO:<c@d>' }, 'from', 'mail'],
    [{ verb: 'MAIL', from: 'a@b', params: { SIZE: '1 BODY=7BIT' } }, 'params.SIZE', 'mail'],
    [{ verb: 'MAIL', from: 'a@b', params: { SIZE: '1\r\nDATA' } }, 'params.SIZE', 'mail'],
    [{ verb: 'MAIL', from: 'a@b', params: { SIZE: '' } }, 'params.SIZE', 'mail'],
    [{ verb: 'MAIL', from: 'a@b', params: { 'A B': true } }, 'params.A B', 'mail'],
    [{ verb: 'MAIL', from: 'a@b', params: { '': true } }, 'params.', 'mail'],
    [{ verb: 'MAIL', from: 'a@b', params: { 'A\r\n': '1' } }, 'params.A / ', 'mail'],
    [{ verb: 'MAIL', from: 'a@b', params: { '-A': '1' } }, 'params.-A', 'mail'],
    [{ verb: 'RCPT', to: 'a' }, 'to', 'rcpt'],
    [{ verb: 'NOOP', argument: 'a\r\nQUIT' }, 'argument', 'noop'],
    [{ verb: 'HELP', argument: '' }, 'argument', 'command'],
    [{ verb: 'VRFY', argument: 'two words' }, 'argument', 'verify'],
    [{ verb: 'EXPN', argument: 'a\nb' }, 'argument', 'verify'],
    [{ verb: 'AUTH', mechanism: 'plain' }, 'mechanism', 'auth'],
    [{ verb: 'AUTH', mechanism: 'A'.repeat(21) }, 'mechanism', 'auth'],
    [{ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: '' }, 'initialResponse', 'auth'],
    [{ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: 'Zg' }, 'initialResponse', 'auth'],
    [{ verb: 'AUTH', mechanism: 'PLAIN', initialResponse: 'Zg==\r\n' }, 'initialResponse', 'auth'],
    [{ verb: 'BDAT', size: -1 }, 'size', 'body'],
    [{ verb: 'BDAT', size: 1.5 }, 'size', 'body'],
    [{ verb: 'BDAT', size: 2 ** 53 }, 'size', 'body'],
    [{ verb: 'BDAT', size: '1 LAST' }, 'size', 'body'],
    [{ verb: 'VRFY', argument: 'ann SMTPUTF8' }, 'argument', 'verify'],
    [{ verb: 'ETRN' }, 'node', 'command'],
    [{ verb: 'ETRN', node: 'a b' }, 'node', 'command'],
    [{ verb: 'BURL', url: 'imap://mx.example/ x' }, 'url', 'body'],
    [{ verb: 'BURL', url: 'imap://mx.example/\r\nQUIT' }, 'url', 'body'],
    [{ verb: 'XCLIENT', attributes: {} }, 'attributes', 'command'],
    [{ verb: 'XCLIENT', attributes: { 'A B': 'x' } }, 'attributes.A B', 'command'],
    [{ verb: 'XFORWARD', attributes: { NAME: 7 } }, 'attributes.NAME', 'command'],
    [{ verb: 'TURN' }, 'verb', 'command'],
    [{ verb: 'toString' }, 'verb', 'command'],
    [{ verb: '__proto__' }, 'verb', 'command'],
    [{ verb: 'QUIT\r\nDATA' }, 'verb', 'command'],
    [{}, 'verb', 'command'],
  ])('refuses %j', (given, argument, phase) => {
    expect(() => formatCommand(given as Command)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', argument, phase, delivery: 'not-sent' }),
    )
  })

  it('writes no line that is longer than the limit', () => {
    const param = (length: number): Command => ({ verb: 'MAIL', from: 'a@b', params: { X: 'x'.repeat(length) } })
    const room = limits.commandLine - 2 - 'MAIL FROM:<a@b> X='.length
    expect(formatCommand(param(room))).toHaveLength(limits.commandLine - 2)
    expect(() => formatCommand(param(room + 1))).toThrow(
      expect.objectContaining({ argument: 'command', phase: 'mail' }),
    )
  })

  it('counts octets, as the limit does', () => {
    const given: Command = { verb: 'MAIL', from: 'a@b', params: { X: 'é'.repeat(limits.commandLine / 2) } }
    expect(() => formatCommand(given)).toThrow(expect.objectContaining({ argument: 'command' }))
  })
})

describe('the tables of commands', () => {
  it('say the phase and the positive replies of every verb', () => {
    expect(Object.keys(phases).sort()).toEqual(Object.keys(positiveReplies).sort())
    for (const codes of Object.values(positiveReplies)) {
      expect(codes.length).toBeGreaterThan(0)
      expect(codes.every((code) => code >= 200 && code < 400)).toBe(true)
    }
  })
})

describe('for any commands', () => {
  it('parse(format(x)) = x', () => {
    fc.assert(
      fc.property(command, (given) => {
        expect(parse(formatCommand(given), 'Command')).toEqual(nodeOf(given))
      }),
      { numRuns: 500 },
    )
  })

  it('no string makes a second line or another command', () => {
    const hostile = fc.oneof(
      fc.record({ verb: fc.constantFrom('EHLO', 'HELO'), domain: hostileText }),
      fc.record({
        verb: fc.constant('MAIL'),
        from: fc.oneof(hostileText, fc.constant('a@b')),
        params: fc.dictionary(hostileText, hostileText, { maxKeys: 2 }),
      }),
      fc.record({ verb: fc.constant('RCPT'), to: hostileText }),
      fc.record({ verb: fc.constantFrom('NOOP', 'HELP'), argument: hostileText }),
      fc.record({ verb: fc.constantFrom('VRFY', 'EXPN'), argument: hostileText, smtpUtf8: fc.boolean() }),
      fc.record({ verb: fc.constant('ETRN'), node: hostileText }),
      fc.record({ verb: fc.constant('BURL'), url: hostileText.map((text) => `imap:${text}`) }),
      fc.record({ verb: fc.constant('XCLIENT'), attributes: fc.dictionary(hostileText, hostileText, { maxKeys: 2 }) }),
      fc.record({ verb: fc.constant('XFORWARD'), attributes: fc.record({ NAME: hostileText }) }),
      fc.record({ verb: fc.constant('AUTH'), mechanism: hostileText, initialResponse: hostileText }),
    )
    fc.assert(
      fc.property(hostile, (given) => {
        let line: string
        try {
          line = formatCommand(given as Command)
        } catch (error) {
          expect(isSmtpError(error, 'invalid-argument')).toBe(true)
          return
        }
        expect(line).not.toMatch(/[\r\n\0]/u)
        expect(parse(line, 'Command')).toMatchObject({ verb: given.verb })
      }),
      { numRuns: 2_000 },
    )
  })
})
