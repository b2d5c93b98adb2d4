/** Work grows with the length of the text and no faster, whatever a peer sends: characters looked at are counted. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { examples, isParser, parsers } from './examples.ts'

// Many inputs, and machines are slow at times.
vi.setConfig({ testTimeout: 60_000 })

let steps = 0

// Parsers of logs read an array.
vi.mock('../../src/grammar/codes.ts', async (original) => ({
  ...(await original<object>()),
  textCodes: (text: string) => ({
    text,
    codes: new Proxy([], {
      get(_, at) {
        steps++
        return at === 'length' ? text.length : charCodeAt.call(text, Number(at))
      },
    }),
  }),
}))
const { charCodeAt } = String.prototype

beforeEach(() => {
  steps = 0
  const { codePointAt } = String.prototype
  const { test } = RegExp.prototype
  const { indexOf } = String.prototype
  vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, text, from = 0) {
    const found = indexOf.call(this, text, from)
    steps += 1 + (found < 0 ? this.length : found) - from
    return found
  })
  vi.spyOn(String.prototype, 'charCodeAt').mockImplementation(function (this: string, at) {
    steps++
    return charCodeAt.call(this, at)
  })
  vi.spyOn(String.prototype, 'codePointAt').mockImplementation(function (this: string, at) {
    steps++
    return codePointAt.call(this, at)
  })
  vi.spyOn(RegExp.prototype, 'test').mockImplementation(function (this: RegExp, text) {
    const from = this.lastIndex
    const found = test.call(this, text)
    if (this.sticky) steps += 1 + this.lastIndex - from
    return found
  })
})

afterEach(() => {
  vi.restoreAllMocks()
})

/** A beginning, what is repeated, and an end that makes the text valid or not. */
type Growing = readonly [grammar: string, rule: string, before: string, unit: string, behind: string]

const growing: readonly Growing[] = [
  ['reply', 'ReplyLine', '250 ', 'a', '\r\n'],
  ['reply', 'ReplyLine', '250 ', 'a', '\n'],
  ['reply', 'ReplyLine', '550 5.1.1 ', '5.1.1 ', '\0'],
  ['reply', 'ReplyLine', '', '250-a\r\n', '250 b\r\n'],
  ['reply', 'ReplyLine', '', '250-a\r\n', '250'],
  ['reply', 'ReplyLine', '', '250-\r\n', '251 b\r\n'],
  ['reply', 'Greeting', '220 ', 'a.', 'a\r\n'],
  ['reply', 'Greeting', '220 a', '-', ' a\r\n'],
  ['reply', 'Greeting', '220 [', 'a-', 'a:b]\r\n'],
  ['reply', 'Greeting', '220-a\r\n', '220-a\r\n', '220'],
  ['ehlo', 'EhloOkRsp', '250-a\r\n', '250-AUTH=A B\r\n', '250 A\r\n'],
  ['ehlo', 'EhloOkRsp', '250-a\r\n', '250-A b\r\n', '251 A\r\n'],
  ['ehlo', 'EhloLine', 'A', ' b', ' '],
  ['ehlo', 'EhloLine', 'AUTH=', '=', ' '],
  ['path', 'ReversePath', '<', '@a,', 'a@b>'],
  ['path', 'ForwardPath', '<@a', ',@a', ':a@b>'],
  ['path', 'ForwardPath', '<', 'a.', 'a@b>'],
  ['path', 'Mailbox', '"', '\\"', '"@a'],
  ['path', 'Mailbox', '"', '\\\\', '@a'],
  ['path', 'Mailbox', '"', 'ä\u{1f4e7}', '"@a'],
  ['path', 'Mailbox', 'a@', 'a-', '_'],
  ['path', 'Mailbox', 'a@', '\u{1f4e7}.', '-'],
  ['path', 'AddressLiteral', '[IPv6:', '1:', ':]'],
  ['path', 'AddressLiteral', '[IPv6:', ':', ']'],
  ['path', 'AddressLiteral', '[', '-', ':a]'],
  ['path', 'AddressLiteral', '[a:', 'IPv6:', ' ]'],
  ['command', 'Command', 'MAIL FROM:<>', ' A=b', ' '],
  ['command', 'Command', 'VRFY ', 'a.', '@'],
  ['command', 'Command', 'VRFY ', 'a', ' '],
  ['command', 'Command', 'AUTH A ', 'AAAA', '='],
  ['command', 'String', '<@a', ',@a', '>'],
  ['command', 'Base64', '', 'AAAA', 'A'],
  ['command', 'EsmtpValue', '', '\u{1f4e7}', '='],
  ['logs/head', 'Head', '<22>1 - a b - - ', '[a b="c\\"]"]', ''],
  ['logs/head', 'Head', '<22>1 - a b - - [', '"', ''],
  ['logs/head', 'Tag', '', 'a', ''],
  ['logs/head', 'Tag', 'a: ', '[ID ', ''],
  ['logs/reply', 'Flattened', '550-a', ' 550-b', ''],
  ['logs/reply', 'Flattened', '550-a', ' 551', ''],
  ['logs/reply', 'Escaped', '550-a', '\\n550-b', ''],
  ['logs/reply', 'Escaped', '550-a', '/\\\\', ''],
  ['logs/reply', 'Wire', '550-a', '\r\nb', '\r\n550 c'],
  ['logs/reply', 'Wire', '550-a', '\r', ''],
  ['logs/reply', 'FirstStatus', '', '(#', ''],
  ['logs/reply', 'FirstStatus', '', '(#5.1.1', ''],
  ['logs/postfix', 'Message', 'AAAAA: to=<a@b>', ', a=b', ''],
  ['logs/postfix', 'Message', 'AAAAA: to=<a@b>', ', a=<b>', ', status=sent (250 Ok)'],
  ['logs/postfix', 'Message', 'AAAAA: to=<"', '\\"', '"@b>'],
  ['logs/postfix', 'Message', 'AAAAA: to=', '<', ''],
  ['logs/postfix', 'Message', '', 'AAAAA: ', ''],
  ['logs/postfix', 'Message', 'NOQUEUE: reject: RCPT from a[b]: 550 ', '; from=<', ''],
  ['logs/postfix', 'Message', 'NOQUEUE: reject: RCPT from a[b]: 550 ', '; from=<a> to=<b>', 'x'],
  ['logs/postfix', 'Message', 'NOQUEUE: reject: RCPT from a[b]: 550 ', '; from=<a> to=<b>', ''],
  ['logs/postfix', 'Message', 'NOQUEUE: reject: RCPT from a[b]: 550 ', '; from="', ''],
  ['logs/postfix', 'Message', 'AAAAA: hold: header a', ' from a[b]; c=d', ''],
  ['logs/postfix', 'Message', 'AAAAA: hold: header a', ' from ', ''],
  ['logs/postfix', 'Message', 'AAAAA: hold: header a', ' from a[b', ''],
  ['logs/postfix', 'Message', 'disconnect from a[b]', ' a=1', ''],
  ['logs/postfix', 'Message', 'warning: ', 'a', ' limit exceeded: '],
  [
    'logs/postfix',
    'Message',
    'Verified TLS connection established to a[b]:25: c with cipher d (1 bits)',
    ' a b (c)',
    '',
  ],
  ['logs/postfix', 'Message', 'COMMAND ', ' from ', ''],
  ['logs/postfix', 'Explanation', 'host a[b] said: 550 ', ' (in reply to DATA command)', ''],
  ['logs/postfix', 'Explanation', 'host a[b] said: 550 ', ' (in reply to DATA command)', 'x'],
  ['logs/postfix', 'Explanation', 'mail for ', ' loops back', ''],
  ['logs/postfix', 'Explanation', '', 'delivery temporarily suspended: ', ''],
  ['logs/exim', 'Message', '1rgvxE-0003Qb-7k => a', ' X=y', ''],
  ['logs/exim', 'Message', '1rgvxE-0003Qb-7k => a', ' C="', ''],
  ['logs/exim', 'Message', 'H=a [b]', ' X=y:', ''],
  ['logs/exim', 'Message', 'H=', 'a (', ''],
  ['logs/exim', 'Message', '1rgvxE-0003Qb-7k => a', ' (', ''],
  ['logs/exim', 'Message', '1rgvxE-0003Qb-7k => |', ' <', ''],
  ['logs/exim', 'Message', '1rgvxE-0003Qb-7k <= a', ' T="', ''],
  ['logs/exim', 'Message', 'SMTP connection', ' from (', ''],
  ['logs/exim', 'Message', 'SMTP syntax error in ', '"', ''],
  ['logs/exim', 'Explanation', 'all hosts for ', ' have been failing ', ''],
  ['logs/exim', 'Explanation', 'SMTP timeout while connected to ', ' after ', ''],
  ['logs/sendmail', 'Message', 'AAAAAAAA: to=', 'a, ', ''],
  ['logs/sendmail', 'Message', 'AAAAAAAA: to=a', ', b=c', ', stat=d'],
  ['logs/opensmtpd', 'Message', 'aaaaaaaa mta delivery', ' a=b', ''],
  ['logs/opensmtpd', 'Message', 'aaaaaaaa mta delivery', ' a="', ''],
  ['logs/opensmtpd', 'Message', 'relay: Ok: ', 'a=b, ', ''],
  ['logs/qmail', 'Message', 'info msg 4: bytes 5 from <', '>', ''],
  ['logs/qmail', 'Report', 'Connected to ', 'a', ''],
  ['logs/courier', 'Message', 'error,relay=a', ',b=c', ''],
  ['logs/courier', 'Message', 'id=', ':', ''],
  ['logs/courier', 'Delivered', 'delivered: a [', 'a', ''],
  ['logs/courier', 'Reason', 'Connection ', 'a', ''],
  ['logs/haraka', 'Line', '[A] [', 'a', ''],
  ['logs/haraka', 'Message', 'a', ' a="', ''],
  ['logs/csv', 'Record', '"', '""', ''],
  ['logs/csv', 'Record', '', '"a,', ''],
  ['logs/transcript', 'Line', 'reply: b"', '\\r', ''],
  ['logs/transcript', 'Line', '[', ']', ''],
]

describe.each(['match', 'parse'] as const)('%s', (how) => {
  const able = growing.filter(([grammar]) => how in (parsers[grammar] ?? {}))

  it.each(able)('%s %s: %j, many %j, %j', (grammar, rule, before, unit, behind) => {
    const [once, twice, eightfold] = [200, 400, 1600].map((times) => work(before + unit.repeat(times) + behind))
    expect(once).toBeGreaterThan(0)
    expect((twice ?? 0) / (once ?? 1)).toBeLessThan(2.1)
    expect((eightfold ?? 0) / (once ?? 1)).toBeLessThan(8.4)

    function work(text: string): number {
      return workOf(how, grammar, rule, text)
    }
  })
})

/** Every start rule: each piece of each example is repeated where it stands, and the text ends well or not. */
const rules = Object.entries(examples).flatMap(([grammar, byRule]) =>
  Object.entries(byRule).map(([rule, texts]) => [grammar, rule, texts] as const),
)

it.each(rules)('%s %s, whatever is repeated', (grammar, rule, texts) => {
  for (const text of texts) {
    // In a long text one place in some is enough.
    for (let at = 0; at < text.length; at += Math.ceil(text.length / 20)) {
      for (const length of [1, 3]) {
        const unit = text.slice(at, at + length)
        for (const rest of [text.slice(at), '\0']) {
          const [few = 0, many = 0] = [20, 160].map((times) =>
            workOf('match', grammar, rule, text.slice(0, at) + unit.repeat(times) + rest),
          )
          expect(many, `${unit} in ${text}`).toBeLessThanOrEqual(9 * few)
        }
      }
    }
  }
})

function workOf(how: 'match' | 'parse', grammar: string, rule: string, text: string): number {
  const parser = parsers[grammar]
  steps = 0
  try {
    if (how === 'match') parser?.match(text, rule)
    else if (parser !== undefined && isParser(parser)) parser.parse(text, rule)
  } catch {
    // A failure took its steps as well.
  }
  return steps
}
