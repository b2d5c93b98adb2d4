// What RFC 5321 can say, at random: dense in the characters that its grammar looks at.
import fc from 'fast-check'
import type { Command, Mailbox, MailboxDomain, Path, Reply } from '../../src/index.ts'
import { cutAt } from './chunks.ts'

/** `textstring`, which may be empty here and have UTF-8 in it. */
export const textstring: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(' ', '-', '2', '5', '0', '.', 'a', '\t', '~', '€', '\u{1f4e7}'), maxLength: 20 }),
  fc.constantFrom('5.1.1 no such user', '4.7.1', '2.0.0 Ok', '250-no', ' 2.1.5 not in front'),
)

/** Code and lines of a reply, as `formatReply` takes them. */
export const replyParts: fc.Arbitrary<Pick<Reply, 'code' | 'lines'>> = fc.record({
  code: fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9 }))
    .map(([severity, category, detail]) => 100 * severity + 10 * category + detail),
  lines: fc.array(textstring, { minLength: 1, maxLength: 5 }),
})

/** Octets that look like replies from afar. */
export const replyLikeOctets: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('250', '354', '550', '250-', '250 ', '\r\n', 'ok', '-', ' ') },
      {
        weight: 2,
        arbitrary: fc.constantFrom('\r', '\n', '\0', '\x1b', '\x7f', '199', '25', '600', '\xe2\x82', '\xff'),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 8 }).map((octets) => String.fromCharCode(...octets)) },
    ),
    { maxLength: 30 },
  )
  .map((parts) => Uint8Array.from(parts.join(''), (character) => character.charCodeAt(0)))

/** A way to cut octets, whatever their number. */
export const segmentation: fc.Arbitrary<(octets: Uint8Array) => Uint8Array[]> = fc
  .array(fc.nat(), { maxLength: 12 })
  .map(
    (places) => (octets) =>
      cutAt(
        octets,
        places.map((place) => place % (octets.length + 1)),
      ),
  )

const letDig = fc.constantFrom(...'abcxyzABC0189', 'ü', '例')
const atext = fc.constantFrom(...'abcABC019', ...`!#$%&'*+-/=?^_\`{|}~`, 'é', '\u{1f4e7}')

/** `sub-domain`. */
const subDomain = fc
  .tuple(fc.string({ unit: letDig, minLength: 1, maxLength: 6 }), fc.constantFrom('', '-', '--'), letDig)
  .map(([start, hyphens, end]) => `${start}${hyphens}${hyphens && end}`)

/** `Domain`. */
export const domainName: fc.Arbitrary<string> = fc
  .array(subDomain, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('.'))

/** `Domain / address-literal`. */
export const mailboxDomain: fc.Arbitrary<MailboxDomain> = fc.oneof(
  { weight: 3, arbitrary: domainName.map((name) => ({ kind: 'domain' as const, name })) },
  { weight: 1, arbitrary: fc.ipV4().map((address) => ({ kind: 'ipv4' as const, address })) },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.integer({ min: 0, max: 0xffff }).map((group) => group.toString(16)),
        { minLength: 8, maxLength: 8 },
      )
      .map((groups) => ({ kind: 'ipv6' as const, address: groups.join(':') })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'general' as const, tag: 'x-tag', content: 'some,thing!' }) },
)

/** A local part without its quotes, whether it needs them or not. */
export const localPart: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.string({ unit: atext, minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 })
    .map((atoms) => atoms.join('.')),
  fc.string({ unit: fc.constantFrom(' ', '"', '\\', '@', '<', '>', '.', ',', 'a', 'é'), maxLength: 12 }),
)

/** `Mailbox`. */
export const mailbox: fc.Arbitrary<Mailbox> = fc.record({ localPart, domain: mailboxDomain })

/** `Reverse-path / Forward-path`, without the obsolete source route. */
export const path: fc.Arbitrary<Path> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<Path>({ kind: 'null' }, { kind: 'postmaster' }) },
  { weight: 4, arbitrary: mailbox.map((box) => ({ kind: 'mailbox' as const, mailbox: box, route: [] })) },
)

/** An address as `mail` and `rcpt` take it. */
export const address: fc.Arbitrary<string> = fc
  .tuple(
    fc
      .array(fc.string({ unit: atext, minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 })
      .map((atoms) => atoms.join('.')),
    domainName,
  )
  .map((parts) => parts.join('@'))

const keyword = fc
  .tuple(fc.constantFrom(...'ABZ09'), fc.string({ unit: fc.constantFrom(...'AXZ09-'), maxLength: 6 }))
  .map((parts) => parts.join(''))
const params = fc.dictionary(
  keyword,
  fc.oneof(
    fc.constant(true as const),
    fc.nat(),
    fc.string({ unit: fc.constantFrom(...'aZ09!+;,<>@', 'é'), minLength: 1, maxLength: 8 }),
  ),
  { maxKeys: 4, noNullPrototype: true },
)
const base64 = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((octets) => Buffer.from(octets).toString('base64'))
const word = fc.constantFrom('ann', 'ann.b', '"ann b"', 'ann@mx.example', '<ann@mx.example>', 'jörg')

/** Every command that can be written. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ verb: fc.constantFrom('EHLO', 'HELO', 'LHLO'), domain: domainName }),
  fc.record({ verb: fc.constant('MAIL'), from: fc.oneof(fc.constant(''), address), params }),
  fc.record({ verb: fc.constant('RCPT'), to: fc.oneof(fc.constant('Postmaster'), address), params }),
  fc.record({ verb: fc.constantFrom('DATA', 'RSET', 'QUIT', 'STARTTLS') }),
  fc.record({ verb: fc.constantFrom('NOOP', 'HELP'), argument: word }, { requiredKeys: ['verb'] }),
  fc.record(
    { verb: fc.constantFrom('VRFY', 'EXPN'), argument: word, smtpUtf8: fc.boolean() },
    { requiredKeys: ['verb', 'argument'] },
  ),
  fc.record({
    verb: fc.constant('ETRN'),
    node: fc.oneof(
      domainName,
      domainName.map((name) => `@${name}`),
    ),
  }),
  fc.record({
    verb: fc.constant('BURL'),
    url: fc.constantFrom('imap://mx.example/a;b=1', 'x:%20'),
    last: fc.boolean(),
  }),
  fc.record({
    verb: fc.constantFrom('XCLIENT', 'XFORWARD'),
    attributes: fc.dictionary(keyword, fc.string({ unit: fc.constantFrom(...'aZ09 +=\r\n', 'é'), maxLength: 8 }), {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    }),
  }),
  fc.record(
    {
      verb: fc.constant('AUTH'),
      mechanism: fc.string({ unit: fc.constantFrom(...'AZ09-_'), minLength: 1, maxLength: 20 }),
      initialResponse: fc.oneof(fc.constant('='), base64),
    },
    { requiredKeys: ['verb', 'mechanism'] },
  ),
  fc.record({ verb: fc.constant('BDAT'), size: fc.nat(), last: fc.boolean() }),
)

/** Text that tries to end a line, a path or a parameter, and to begin another. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', '\0', '>', '<', ' ', '"', '\\', '@', ',', ':', '\x7f', '\x85', '\u2028'),
      fc.constantFrom('a', 'mx.example', 'RCPT TO:<b@c>', 'SIZE=1', '\r\nQUIT', 'é', '\ud800'),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''))
