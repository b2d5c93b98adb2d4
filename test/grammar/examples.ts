/** Texts that each start rule accepts: where mutations begin, and what the rules are exercised with. */
import * as command from '../../src/grammar/command.ts'
import * as ehlo from '../../src/grammar/ehlo.ts'
import * as logsCourier from '../../src/grammar/logs/courier.ts'
import * as logsCsv from '../../src/grammar/logs/csv.ts'
import * as logsDsn from '../../src/grammar/logs/dsn.ts'
import * as logsExim from '../../src/grammar/logs/exim.ts'
import * as logsHaraka from '../../src/grammar/logs/haraka.ts'
import * as logsHead from '../../src/grammar/logs/head.ts'
import * as logsOpensmtpd from '../../src/grammar/logs/opensmtpd.ts'
import * as logsPostfix from '../../src/grammar/logs/postfix.ts'
import * as logsQmail from '../../src/grammar/logs/qmail.ts'
import * as logsReply from '../../src/grammar/logs/reply.ts'
import * as logsSendmail from '../../src/grammar/logs/sendmail.ts'
import * as logsTranscript from '../../src/grammar/logs/transcript.ts'
import * as path from '../../src/grammar/path.ts'
import * as reply from '../../src/grammar/reply.ts'
import * as status from '../../src/grammar/status.ts'
import { logExamples } from './log-examples.ts'

/** What every generated parser can do, its start rules as plain strings. */
export interface Matcher {
  readonly match: (text: string, startRule: string, from?: number, to?: number) => unknown
}

/** A generated parser that says why a text does not fit. */
export interface Parser extends Matcher {
  readonly parse: (text: string, startRule: string, from?: number, to?: number) => unknown
  readonly accepts: (text: string, startRule: string, from?: number, to?: number) => boolean
}

export function isParser(matcher: Matcher): matcher is Parser {
  return 'parse' in matcher
}

/** The generated parsers by grammar. */
export const parsers = {
  reply,
  ehlo,
  status,
  path,
  command,
  'logs/courier': logsCourier,
  'logs/csv': logsCsv,
  'logs/dsn': logsDsn,
  'logs/exim': logsExim,
  'logs/opensmtpd': logsOpensmtpd,
  'logs/qmail': logsQmail,
  'logs/sendmail': logsSendmail,
  'logs/transcript': logsTranscript,
  'logs/haraka': logsHaraka,
  'logs/head': logsHead,
  'logs/postfix': logsPostfix,
  'logs/reply': logsReply,
} as unknown as Readonly<Record<string, Matcher>>

const literals = [
  '[192.0.2.1]',
  '[0.10.200.255]',
  '[IPv6:2001:db8:1:2:3:4:5:6]',
  '[IPv6:2001:db8::1]',
  '[ipv6:::]',
  '[IPv6:1:2:3:4:5:6:192.0.2.1]',
  '[IPv6:::ffff:192.0.2.1]',
  '[IPv6:1:2::3:4:192.0.2.1]',
  '[IPv6:1:2:3:4:5:6::]',
  '[IPv6:::1:2:3:4:5:6]',
  '[x-tag:some,thing!]',
]
const domains = [
  'mx.example',
  'a',
  'a-b.c--d.example',
  'xn--bcher-kva.example',
  'bücher.example',
  '例え.テスト',
  '\u{1f4e7}.example',
]
const mailboxes = [
  'ann@mx.example',
  'ann.b+c@[192.0.2.1]',
  '"ann b"@mx.example',
  '""@mx.example',
  '"a\\@\\"\\\\ b"@[IPv6:::1]',
  'jörg@bücher.example',
  '"jörg 例\u{1f4e7}"@mx.example',
  "!#$%&'*+-/=?^_`{|}~@a",
]
const paths = [...mailboxes.map((mailbox) => `<${mailbox}>`), '<@relay.example:ann@mx.example>', '<@a,@b.c,@d:e@f>']
const params = ['SIZE=1024', 'smtputf8', 'BODY=8BITMIME', 'ORCPT=rfc822;ann+40mx.example', 'X-a=ä\u{1f4e7}']
const base64 = ['AGFubgBzZWNyZXQ=', 'YQ==', 'YWI=', 'YWJj', 'ab+/YQ==']
const strings = ['ann', 'ann.b', '"ann b"', 'ann@mx.example', '<ann@mx.example>', 'jörg']

/** Accepted texts by grammar and start rule. */
export const examples: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  reply: {
    ReplyLine: [
      '250 2.1.0 Ok\r\n',
      '250\r\n',
      '250 \r\n',
      '354 End data with <CR><LF>.<CR><LF>\r\n',
      '550 5.1.1 <ann@mx.example>: no such user\r\n',
      '450 4.7.1\r\n',
      '250-mx.example greets you\r\n250-SIZE 10240000\r\n250-8BITMIME\r\n250 PIPELINING\r\n',
      '550-5.7.1 first\r\n550-5.7.1 second\r\n550 5.7.1 third\r\n',
      '250-\r\n250-a\r\n250\r\n',
      '221 2.0.0 tschüß \ufffd\u{1f4e7}\tbye\r\n',
      '559 0.0.0 x\r\n',
    ],
    Greeting: [
      '220 mx.example ESMTP\r\n',
      '220 mx.example\r\n',
      '220 [192.0.2.1] \r\n',
      '220-mx.example ESMTP\r\n220-no spam\r\n220\r\n',
      '220-[IPv6:2001:db8::1]\r\n220 ready 5.0.0\r\n',
      ...domains.map((domain) => `220 ${domain} hi\r\n`),
      ...literals.map((literal) => `220 ${literal} hi\r\n`),
    ],
  },
  ehlo: {
    EhloOkRsp: [
      '250 mx.example\r\n',
      '250 mx.example at your service\r\n',
      '250-mx.example\r\n250 PIPELINING\r\n',
      '250-mx.example hi\r\n250-SIZE 1000\r\n250-AUTH PLAIN LOGIN\r\n250-AUTH=PLAIN LOGIN\r\n250 X-a b c\r\n',
      ...domains.map((domain) => `250-${domain} hi\r\n250 a\r\n`),
      ...literals.map((literal) => `250-${literal} \r\n250 auth=x\r\n`),
    ],
    EhloLine: [
      'SIZE 1000',
      'pipelining',
      'AUTH PLAIN LOGIN',
      'AUTH=PLAIN LOGIN',
      'auth=plain',
      'X-a b=c ~!',
      '8BITMIME',
    ],
  },
  status: { StatusCode: ['2.0.0', '5.1.1', '4.999.100', '5.10.0'] },
  path: {
    ReversePath: ['<>', ...paths],
    ForwardPath: ['<Postmaster>', '<postMASTER>', '<postmaster@a>', ...paths],
    Mailbox: mailboxes,
    Domain: domains,
    AddressLiteral: literals,
  },
  command: {
    Command: [
      'EHLO mx.example',
      'helo [192.0.2.1]',
      'LHLO bücher.example',
      'MAIL FROM:<>',
      'mail from:<ann@mx.example> SIZE=1024 smtputf8',
      'MAIL FROM:<@a,@b:ann@mx.example>',
      'MAIL FROM:<"ann\\"b"@mx.example>',
      'RCPT TO:<Postmaster>',
      'RCPT TO:<ann@mx.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a',
      'DATA',
      'rset',
      'QUIT',
      'STARTTLS',
      'NOOP',
      'NOOP a',
      'HELP',
      'help mail',
      'VRFY ann',
      'EXPN "ann b"',
      'vrfy <ann@mx.example>',
      'AUTH PLAIN',
      'AUTH PLAIN AGFubgBzZWNyZXQ=',
      'AUTH EXTERNAL =',
      'BDAT 0 LAST',
      'bdat 86400',
      'vrfy jörg SMTPUTF8',
      'EXPN "list" smtputf8',
      'ETRN @mx.example',
      'etrn #queue',
      'BURL imap://ann@mx.example/INBOX;UIDVALIDITY=1/;UID=2;URLAUTH=anonymous:internal:ab%20 LAST',
      'burl a:b',
      'XCLIENT NAME=mx.example ADDR=[UNAVAILABLE]',
      'xforward helo=a+2Bb IDENT=',
    ],
    EhloDomain: [...domains, ...literals],
    EsmtpParam: params,
    EsmtpKeyword: ['SIZE', 'X-a', '8bit'],
    EsmtpValue: ['1024', 'rfc822;ann+40mx.example', 'ä\u{1f4e7}'],
    String: strings,
    SaslMech: ['PLAIN', 'SCRAM-SHA-256-PLUS', 'X_1', 'A234567890123456789B'],
    InitialResponse: ['=', ...base64],
    Base64: base64,
    EtrnNode: ['mx.example', '@mx.example', '#queue', '#!~'],
    AbsoluteUri: [
      'imap://ann@mx.example/INBOX;UIDVALIDITY=1/;UID=2;URLAUTH=anonymous:internal:ab%20',
      'a+b-.1:[::1]?q',
    ],
    AttributeName: ['NAME', 'dest_port', '8-bit'],
    Xtext: ['', 'ann@mx.example', 'a+20b+2B+3D', '[UNAVAILABLE]'],
  },
  ...logExamples,
}
