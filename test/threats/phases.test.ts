/**
 * What a server may do at each step of the conversation, for every step and in every way that a message travels. The table
 * is made of two short ones, steps and behaviours; what must come of each pair follows from the two.
 */
import { describe } from 'vitest'
import { type Client, deadlines, plainAuth, type SmtpErrorCode, type SmtpPhase } from '../../src/index.ts'
import {
  type Act,
  closes,
  hears,
  hearsMessage,
  refusesOctets,
  repeats,
  resets,
  says,
  secures,
  sends,
  trickles,
} from '../../src/testing/index.ts'
import { type Threat, threats, withFakeClock } from '../helpers/threats.ts'

withFakeClock()

/** A step: the way to it, after which the server owes a reply, and what the client has written by then. */
interface Step {
  readonly phase: SmtpPhase
  readonly way: readonly Act[]
  readonly wire: string
  /** What became of the message when no reply ever comes. */
  readonly doubt?: 'unknown'
  /** Whether a refusal of this command is about the message. */
  readonly rejects?: boolean
  readonly options?: Threat['options']
  readonly server?: Threat['server']
  readonly run?: Threat['run']
  /** Behaviours that are none for this step. */
  readonly fine?: readonly string[]
  /** The replies to what left together with the command: a wrong yes among them is found when all are there. */
  readonly rest?: readonly string[]
}

const ehlo = 'EHLO localhost\r\n'
const hello = [says('220 mx.example'), hears('EHLO')]
const offering = (...keywords: string[]): Act[] => [
  ...hello,
  sends(['mx.example', ...keywords].map((line, at) => `250${at < keywords.length ? '-' : ' '}${line}\r\n`).join('')),
]
const mail = 'MAIL FROM:<a@b.example>\r\n'
const rcpt = 'RCPT TO:<c@d.example>\r\n'
const ok = says('250 ok')

const lockStep: Readonly<Record<string, Step>> = {
  greeting: { phase: 'greeting', way: [], wire: '' },
  EHLO: { phase: 'hello', way: hello, wire: ehlo },
  STARTTLS: { phase: 'starttls', way: [...offering('STARTTLS'), hears('STARTTLS')], wire: `${ehlo}STARTTLS\r\n` },
  MAIL: { phase: 'mail', way: [...offering(), hears('MAIL')], wire: ehlo + mail, rejects: true },
  RCPT: {
    phase: 'rcpt',
    way: [...offering(), hears('MAIL'), ok, hears('RCPT')],
    wire: ehlo + mail + rcpt,
    rejects: true,
  },
  DATA: {
    phase: 'data',
    way: [...offering(), hears('MAIL'), ok, hears('RCPT'), ok, hears('DATA')],
    wire: `${ehlo}${mail}${rcpt}DATA\r\n`,
    rejects: true,
  },
  'end of data': {
    phase: 'end-of-data',
    way: [...offering(), hears('MAIL'), ok, hears('RCPT'), ok, hears('DATA'), says('354 go'), hearsMessage()],
    wire: `${ehlo}${mail}${rcpt}DATA\r\nhi\r\n.\r\n`,
    doubt: 'unknown',
    rejects: true,
  },
}

const group = `${ehlo}${mail}${rcpt}DATA\r\n`
const grouped: Readonly<Record<string, Step>> = {
  'MAIL of a group': {
    phase: 'mail',
    way: [...offering('PIPELINING'), hears('MAIL')],
    wire: group,
    rejects: true,
    rest: ['250 ok', '354 go'],
  },
  'RCPT of a group': {
    phase: 'rcpt',
    way: [...offering('PIPELINING'), hears('MAIL'), ok],
    wire: group,
    rejects: true,
    rest: ['354 go'],
  },
  'DATA of a group': {
    phase: 'data',
    way: [...offering('PIPELINING'), hears('MAIL'), hears('RCPT'), hears('DATA'), ok, ok],
    wire: group,
    rejects: true,
  },
  'end of data of a group': {
    phase: 'end-of-data',
    way: [...offering('PIPELINING'), hears(), hears(), hears('DATA'), ok, ok, says('354 go'), hearsMessage()],
    wire: `${group}hi\r\n.\r\n`,
    doubt: 'unknown',
    rejects: true,
  },
}

const chunk = `${ehlo}MAIL FROM:<a@b.example>\r\n${rcpt}BDAT 4 LAST\r\nhi\r\n`
const both = [...offering('PIPELINING', 'CHUNKING'), hears('MAIL')]
const chunked: Readonly<Record<string, Step>> = {
  'MAIL before BDAT': {
    phase: 'mail',
    way: both,
    wire: chunk,
    doubt: 'unknown',
    rejects: true,
    rest: ['250 ok', '250 ok'],
  },
  'RCPT before BDAT': {
    phase: 'rcpt',
    way: [...both, ok],
    wire: chunk,
    doubt: 'unknown',
    rejects: true,
    rest: ['250 ok'],
  },
  'BDAT LAST': {
    phase: 'end-of-data',
    way: [...both, hears('RCPT'), hears('BDAT'), ok, ok],
    wire: chunk,
    doubt: 'unknown',
    rejects: true,
  },
}

/** Opens a session, says EHLO, and makes one call. */
const calling =
  (call: (client: Client) => Promise<unknown>): Threat['run'] =>
  async ({ dial }, _, signal) => {
    const client = await dial('mx.example:25', { signal })
    try {
      return await call(client)
    } finally {
      client.close()
    }
  }

const others: Readonly<Record<string, Step>> = {
  NOOP: {
    phase: 'noop',
    way: [...offering(), hears('NOOP')],
    wire: `${ehlo}NOOP\r\n`,
    run: calling((client) => client.noop()),
  },
  RSET: {
    phase: 'reset',
    way: [...offering(), hears('RSET')],
    wire: `${ehlo}RSET\r\n`,
    run: calling((client) => client.reset()),
  },
  VRFY: {
    phase: 'verify',
    way: [...offering(), hears('VRFY')],
    wire: `${ehlo}VRFY ann\r\n`,
    run: calling((client) => client.verify('ann')),
  },
  'a command of one’s own': {
    phase: 'command',
    way: [...offering(), hears('XTEST')],
    wire: `${ehlo}XTEST\r\n`,
    run: calling((client) => client.text.exchange('XTEST', { positive: [250] })),
  },
  'EHLO over TLS': {
    phase: 'hello',
    way: [...offering('STARTTLS'), hears('STARTTLS'), says('220 go'), secures(), hears('EHLO')],
    wire: `${ehlo}STARTTLS\r\n${ehlo}`,
  },
  'MAIL over TLS': {
    phase: 'mail',
    way: [
      ...offering('STARTTLS'),
      hears('STARTTLS'),
      says('220 go'),
      secures(),
      hears('EHLO'),
      says('250 mx.example'),
      hears('MAIL'),
    ],
    wire: `${ehlo}STARTTLS\r\n${ehlo}${mail}`,
    rejects: true,
  },
  AUTH: {
    phase: 'auth',
    way: [...offering('AUTH PLAIN'), hears('AUTH')],
    wire: `${ehlo}AUTH PLAIN AGFubgB3b25kZXJsYW5k\r\n`,
    options: { tls: 'none', auth: plainAuth({ username: 'ann', password: 'wonderland' }) },
    server: { remoteAddress: '127.0.0.1' },
    fine: ['a challenge', 'an authentication'],
  },
  'LHLO of LMTP': {
    phase: 'hello',
    way: [says('220 mx.example'), hears('LHLO')],
    wire: 'LHLO localhost\r\n',
    options: { protocol: 'lmtp', port: 24 },
  },
  'end of data of LMTP': {
    phase: 'end-of-data',
    way: [
      says('220 mx.example'),
      hears('LHLO'),
      says('250 mx.example'),
      hears('MAIL'),
      ok,
      hears('RCPT'),
      ok,
      hears('DATA'),
      says('354 go'),
      hearsMessage(),
    ],
    wire: `LHLO localhost\r\n${mail}${rcpt}DATA\r\nhi\r\n.\r\n`,
    options: { protocol: 'lmtp', port: 24 },
    // There a 421 is the reply of each recipient.
    fine: ['421', '421 and a close', '421 without its line end', '421 and more'],
    doubt: 'unknown',
    rejects: true,
  },
}

/** What a server does in place of its reply. */
interface Behaviour {
  readonly acts: readonly Act[]
  readonly code: SmtpErrorCode
  /** Whether the verdict comes when the deadline of the step passes. */
  readonly late?: boolean
  /** Whether the server has refused, so that there is no doubt. */
  readonly refuses?: boolean
}

const behaviours: Readonly<Record<string, Behaviour>> = {
  silence: { acts: [], code: 'timeout', late: true },
  'half a reply': { acts: [sends('25')], code: 'timeout', late: true },
  'a reply without its last line': { acts: [sends('250-a\r\n250-b\r\n')], code: 'timeout', late: true },
  'a reply whose line never ends': { acts: [trickles('250 '.padEnd(600, 'x'), 5_000)], code: 'timeout', late: true },
  'a line every ten seconds': { acts: [repeats('250-wait\r\n', { ms: 10_000 })], code: 'timeout', late: true },
  'a line without end': { acts: [repeats('2'.repeat(1000))], code: 'reply-too-large' },
  'a line without end that begins well': { acts: [sends('250 '), repeats('x'.repeat(1000))], code: 'reply-too-large' },
  'lines without end': { acts: [repeats('250-more and more and more\r\n'.repeat(50))], code: 'reply-too-large' },
  'lines without end and text': { acts: [repeats('250-\r\n'.repeat(500))], code: 'reply-too-large' },
  'a megabyte at once': { acts: [sends('x'.repeat(1_048_576))], code: 'reply-too-large' },
  'a close': { acts: [closes()], code: 'connection-lost' },
  'a reset': { acts: [resets()], code: 'connection-lost' },
  'a close in mid-reply': { acts: [sends('250-half'), closes()], code: 'connection-lost' },
  'a close before the line end of a yes': { acts: [sends('250 ok'), closes()], code: 'connection-lost' },
  'a close between CR and LF of a yes': { acts: [sends('250 ok\r'), closes()], code: 'connection-lost' },
  'a reset in mid-reply': { acts: [sends('250 o'), resets()], code: 'connection-lost' },
  'no more octets taken, then a reset': { acts: [refusesOctets(), resets()], code: 'connection-lost' },
  HTTP: { acts: [says('HTTP/1.1 400 Bad Request', 'Server: x', '')], code: 'malformed-reply' },
  HTML: { acts: [says('<html><body>250 ok</body></html>')], code: 'malformed-reply' },
  SSH: { acts: [says('SSH-2.0-OpenSSH_9.7')], code: 'malformed-reply' },
  POP3: { acts: [says('+OK ready')], code: 'malformed-reply' },
  IMAP: { acts: [says('* OK IMAP4rev1')], code: 'malformed-reply' },
  'a TLS alert': { acts: [sends('\x15\x03\x03\x00\x02\x02\x28\r\n')], code: 'malformed-reply' },
  zeros: { acts: [sends('\0\0\0\0\r\n')], code: 'malformed-reply' },
  binary: { acts: [sends('\xff\xfe\x00\x80\xc3\x28\r\n')], code: 'malformed-reply' },
  'UTF-16': { acts: [sends('\xff\xfe\x32\x005\x000\x00 \x00o\x00k\x00\r\x00\n\x00')], code: 'malformed-reply' },
  'a byte order mark': { acts: [sends('\xef\xbb\xbf250 ok\r\n')], code: 'malformed-reply' },
  'an empty line': { acts: [sends('\r\n')], code: 'malformed-reply' },
  'a bare LF': { acts: [sends('250 ok\n')], code: 'malformed-reply' },
  'a bare CR in it': { acts: [sends('250 o\rk\r\n')], code: 'malformed-reply' },
  'CR CR LF': { acts: [sends('250 ok\r\r\n')], code: 'malformed-reply' },
  'a NUL in it': { acts: [sends('250 o\0k\r\n')], code: 'malformed-reply' },
  'an escape sequence in it': { acts: [sends('250 \x1b[2Jok\r\n')], code: 'malformed-reply' },
  'a code and text without a space': { acts: [says('250ok')], code: 'malformed-reply' },
  'a code and a tab': { acts: [sends('250\tok\r\n')], code: 'malformed-reply' },
  'a blank before the code': { acts: [says(' 250 ok')], code: 'malformed-reply' },
  'two digits': { acts: [says('25 ok')], code: 'malformed-reply' },
  'four digits': { acts: [says('2500 ok')], code: 'malformed-reply' },
  'a code in full-width digits': { acts: [says('２５０ ok')], code: 'malformed-reply' },
  'a negative code': { acts: [says('-250 ok')], code: 'malformed-reply' },
  'code 199': { acts: [says('199 ok')], code: 'malformed-reply' },
  'code 600': { acts: [says('600 ok')], code: 'malformed-reply' },
  'code 000': { acts: [says('000 ok')], code: 'malformed-reply' },
  'code 260': { acts: [says('260 ok')], code: 'malformed-reply' },
  'two codes in one reply': { acts: [says('250-ok', '550 no')], code: 'malformed-reply' },
  'two codes, the last a yes': { acts: [says('550-no', '250 ok')], code: 'malformed-reply' },
  'a line without code in a reply': { acts: [says('250-ok', 'and more', '250 done')], code: 'malformed-reply' },
  'a yes that no command has': { acts: [says('299 ok'.replace('299', '259'))], code: 'unexpected-reply' },
  'a challenge': { acts: [says('334 VXNlcm5hbWU6')], code: 'unexpected-reply' },
  'an authentication': { acts: [says('235 2.7.0 welcome')], code: 'unexpected-reply' },
  'a goodbye': { acts: [says('221 bye')], code: 'unexpected-reply' },
  '421': { acts: [says('421 4.3.2 closing')], code: 'service-closing', refuses: true },
  '421 and a close': { acts: [says('421 4.3.2 closing'), closes()], code: 'service-closing', refuses: true },
  '421 without its line end': { acts: [sends('421 closing'), closes()], code: 'service-closing', refuses: true },
  '421 and more': { acts: [says('421 closing', '250 ok', '250 ok')], code: 'service-closing', refuses: true },
}

function threatOf(step: Step, { acts, code, late = false, refuses = false }: Behaviour): Threat {
  const rejected = refuses && step.rejects === true
  const delivery = rejected ? 'rejected' : (step.doubt ?? 'not-sent')
  return {
    acts: [...step.way, ...acts, ...(code === 'unexpected-reply' && step.rest ? [says(...step.rest)] : [])],
    verdict: { code, phase: step.phase, delivery, safeToRetry: delivery !== 'unknown' },
    wire: step.wire,
    ...(late && { ms: deadlines[step.phase] }),
    ...(step.options && { options: step.options }),
    ...(step.server && { server: step.server }),
    ...(step.run && { run: step.run }),
  }
}

describe.each(Object.entries({ ...lockStep, ...grouped, ...chunked, ...others }))(
  'in place of the reply to %s',
  (_, step) => {
    threats(
      Object.fromEntries(
        Object.entries(behaviours)
          .filter(([name]) => !step.fine?.includes(name))
          .map(([name, behaviour]) => [name, threatOf(step, behaviour)]),
      ),
    )
  },
)
