/**
 * A Postfix log as a busy relay writes it, made up and always the same for the same options, together with the truth
 * about it: what any tool that reads the log has to count.
 */

/** What the log looks like. */
export interface LogShape {
  /** Octets, about. */
  readonly size: number
  /** Whether deliveries have the field `tls=`, as those of Postfix 3.11 have. */
  readonly tls: boolean
  /** Whether queue ids have the long form. */
  readonly longIds: boolean
  /** How times are written: with a blank-padded day and no year, or with microseconds and an offset. */
  readonly times: 'rfc3164' | 'rfc3339'
}

/** What is in a log, counted while it was written. */
export interface Truth {
  lines: number
  octets: number
  messages: number
  rejects: number
  removed: number
  /** By the log's own word. */
  readonly status: Record<string, number>
  /** Of deliveries, by reply code; `none` where there is no reply. */
  readonly code: Record<string, number>
  /** Of deliveries, by the reply's enhanced status code; `none` where there is none. */
  readonly enhanced: Record<string, number>
  /** Of deliveries, by the recipient's domain. */
  readonly domain: Record<string, number>
  /** Of refusals, by reply code. */
  readonly rejectCode: Record<string, number>
}

/** Writes the log in pieces of about 64 KiB and returns the truth. */
export function* generateLog(shape: LogShape): Generator<string, Truth, undefined> {
  const writer = new LogWriter(shape)
  while (writer.truth.octets < shape.size) {
    writer.someTraffic()
    if (writer.pending > 65_536) yield writer.take()
  }
  yield writer.take()
  return writer.truth
}

/** One way a delivery ends: status, enhanced code of the log, text; reply code and enhanced code of the reply. */
type Ending = readonly [
  status: string,
  dsn: string,
  text: (to: Target, id: string) => string,
  code: string,
  enhanced: string,
]

interface Target {
  readonly address: string
  readonly domain: string
  readonly relay: string
}

const said = (text: string, stage: string) => (to: Target) =>
  `host ${to.relay} said: ${text.replaceAll('@', to.address)} (in reply to ${stage})`

const sent: readonly Ending[] = [
  ['sent', '2.0.0', (_to, id) => `250 2.0.0 Ok: queued as ${id}`, '250', '2.0.0'],
  [
    'sent',
    '2.0.0',
    (_to, id) => `250 2.0.0 OK  1772604309 ${id.toLowerCase()}-5b1f17b18c1si1417512d6.110 - gsmtp`,
    '250',
    '2.0.0',
  ],
  [
    'sent',
    '2.6.0',
    (_to, id) =>
      `250 2.6.0 <${id}@here.example> [InternalId=7001${id.length}, Hostname=EX1.dest.example] Queued mail for delivery`,
    '250',
    '2.6.0',
  ],
  ['sent', '2.0.0', (_to, id) => `250 ok ${id} accepted`, '250', 'none'],
]
const deferred: readonly Ending[] = [
  [
    'deferred',
    '4.7.1',
    said('450 4.7.1 <@>: Recipient address rejected: Greylisted, see https://grey.example/help', 'RCPT TO command'),
    '450',
    '4.7.1',
  ],
  [
    'deferred',
    '4.2.2',
    said(
      '452-4.2.2 The recipient has no room left. Please direct them to 452 4.2.2 https://room.example/full',
      'RCPT TO command',
    ),
    '452',
    '4.2.2',
  ],
  ['deferred', '4.4.1', (to) => `connect to ${to.relay}:25: Connection timed out`, 'none', 'none'],
  [
    'deferred',
    '4.4.3',
    (to) =>
      `Host or domain name not found. Name service error for name=${to.domain} type=MX: Host not found, try again`,
    'none',
    'none',
  ],
  [
    'deferred',
    '4.7.0',
    (to) => `host ${to.relay} refused to talk to me: 421 4.7.0 Too many connections from your network, slow down`,
    '421',
    '4.7.0',
  ],
  ['deferred', '4.0.0', said('451 Temporary local problem - please try later', 'end of DATA command'), '451', 'none'],
]
const bounced: readonly Ending[] = [
  [
    'bounced',
    '5.1.1',
    said(
      '550-5.1.1 The account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the address for typos. 550 5.1.1 https://help.example/nouser',
      'RCPT TO command',
    ),
    '550',
    '5.1.1',
  ],
  [
    'bounced',
    '5.1.1',
    said('550 5.1.1 <@>: Recipient address rejected: User unknown in virtual mailbox table', 'RCPT TO command'),
    '550',
    '5.1.1',
  ],
  ['bounced', '5.0.0', said('550 no such mailbox', 'RCPT TO command'), '550', 'none'],
  [
    'bounced',
    '5.7.1',
    said('554 5.7.1 Message rejected as spam by the content filter', 'end of DATA command'),
    '554',
    '5.7.1',
  ],
  [
    'bounced',
    '5.4.4',
    (to) => `Host or domain name not found. Name service error for name=${to.domain} type=A: Host not found`,
    'none',
    'none',
  ],
]

const refusals: readonly (readonly [code: string, text: string])[] = [
  ['554', '5.7.1 Service unavailable; Client host [IP] blocked using bl.example; https://bl.example/query/IP'],
  ['450', '4.7.25 Client host rejected: cannot find your hostname, [IP]'],
  ['550', '5.1.1 <TO>: Recipient address rejected: User unknown in local recipient table'],
  ['554', '5.7.1 <TO>: Relay access denied'],
  ['504', '5.5.2 <HELO>: Helo command rejected: need fully-qualified hostname'],
]

const levels = ['may', 'may?', 'dane', 'encrypt', 'none', 'dane/requiretls']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const consonants = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz'
const day = 86_400_000

class LogWriter {
  readonly truth: Truth = {
    lines: 0,
    octets: 0,
    messages: 0,
    rejects: 0,
    removed: 0,
    status: {},
    code: {},
    enhanced: {},
    domain: {},
    rejectCode: {},
  }
  pending = 0
  readonly #shape: LogShape
  #text: string[] = []
  #state = 0x5321
  /** The log begins on 1 December 2025 and goes on into the next year when it is long. */
  #now = Date.UTC(2025, 11, 1)
  #day = -1
  #date = ''
  /** So that 200 MB take about a week. */
  readonly #step = 480

  constructor(shape: LogShape) {
    this.#shape = shape
  }

  take(): string {
    const text = this.#text.join('')
    this.#text = []
    this.pending = 0
    return text
  }

  /** One connection and what comes of it. */
  someTraffic(): void {
    const kind = this.#below(100)
    if (kind < 14) this.#refusal()
    else if (kind < 17) this.#noise()
    else this.#message()
  }

  #refusal(): void {
    const client = this.#client()
    const pid = 900 + this.#below(80)
    const [code, text] = this.#pick(refusals)
    const helo = this.#pick(['pc9', 'WIN-4711', 'mail.c.example'])
    const to = `user${this.#below(500)}@here.example`
    const said = text
      .replaceAll('IP', client.slice(client.indexOf('[') + 1, -1))
      .replace('TO', to)
      .replace('HELO', helo)
    this.#line('smtpd', pid, `connect from ${client}`)
    this.#line(
      'smtpd',
      pid,
      `NOQUEUE: reject: RCPT from ${client}: ${code} ${said}; from=<s${this.#below(99)}@c.example> to=<${to}> proto=ESMTP helo=<${helo}>`,
    )
    this.#line('smtpd', pid, `disconnect from ${client} ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`)
    this.truth.rejects++
    count(this.truth.rejectCode, code)
  }

  #noise(): void {
    const client = this.#client()
    const pid = 900 + this.#below(80)
    switch (this.#below(5)) {
      case 0:
        return this.#line(
          'smtpd',
          pid,
          `warning: hostname mail.c.example does not resolve to address ${client.slice(client.indexOf('[') + 1, -1)}`,
        )
      case 1:
        this.#line('smtpd', pid, `connect from ${client}`)
        this.#line('smtpd', pid, `lost connection after AUTH from ${client}`)
        return this.#line('smtpd', pid, `disconnect from ${client} ehlo=1 auth=0/1 commands=1/2`)
      case 2:
        return this.#line(
          'anvil',
          77,
          `statistics: max connection rate ${1 + this.#below(9)}/60s for (smtpd:${client.slice(client.indexOf('[') + 1, -1)}) at ${this.#date}`,
        )
      case 3:
        return this.#line(
          'postscreen',
          78,
          `PASS OLD ${client.slice(client.indexOf('['))}:${1024 + this.#below(60_000)}`,
        )
      default:
        return this.#line('smtpd', pid, `warning: ${client}: SASL LOGIN authentication failed: UGFzc3dvcmQ6`)
    }
  }

  #message(): void {
    const id = this.#id()
    const client = this.#client()
    const smtpd = 900 + this.#below(80)
    const from = this.#below(12) === 0 ? '' : `news${this.#below(40)}@here.example`
    this.truth.messages++
    this.#line('smtpd', smtpd, `connect from ${client}`)
    this.#line(
      'smtpd',
      smtpd,
      `${id}: client=${client}${this.#below(3) === 0 ? `, sasl_method=PLAIN, sasl_username=user${this.#below(40)}` : ''}`,
    )
    this.#line(
      'cleanup',
      800 + this.#below(20),
      `${id}: message-id=<${this.#now}.${this.#below(100_000)}@here.example>`,
    )
    const recipients = this.#below(5) === 0 ? 2 + this.#below(3) : 1
    this.#line(
      'qmgr',
      512,
      `${id}: from=<${from}>, size=${900 + this.#below(60_000)}, nrcpt=${recipients} (queue active)`,
    )
    this.#line(
      'smtpd',
      smtpd,
      `disconnect from ${client} ehlo=1 mail=1 rcpt=${recipients} data=1 quit=1 commands=${4 + recipients}`,
    )
    let waits = false
    for (let left = recipients; left > 0; left--) {
      const ending = this.#ending()
      waits ||= ending[0] === 'deferred'
      this.#delivery(id, ending, from)
    }
    // What waits is tried once more, and goes.
    if (waits) {
      this.#line('qmgr', 512, `${id}: from=<${from}>, size=1200, nrcpt=${recipients} (queue active)`)
      this.#delivery(id, this.#pick(sent), from)
    }
    this.#line('qmgr', 512, `${id}: removed`)
    this.truth.removed++
  }

  #delivery(id: string, [status, dsn, text, code, enhanced]: Ending, from: string): void {
    const domain =
      this.#below(3) === 0
        ? `d${this.#below(3000)}.example`
        : this.#pick(['big.example', 'mail.example', 'dest.example'])
    const relay = `mx${this.#below(4)}.${domain}[192.0.2.${1 + this.#below(250)}]`
    const to: Target = { address: `user${this.#below(9000)}@${domain}`, domain, relay }
    const pid = 600 + this.#below(100)
    const connected = code !== 'none'
    if (connected && this.#below(2) === 0) {
      this.#line(
        'smtp',
        pid,
        `Untrusted TLS connection established to ${relay}:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256`,
      )
    }
    const [a, b, c, d] = [this.#below(50) / 100, this.#below(9) / 100, this.#below(300) / 100, this.#below(200) / 100]
    const delay = Number((a + b + c + d).toPrecision(2))
    const tls = this.#shape.tls ? `, tls=${this.#pick(levels)}` : ''
    const original = this.#below(15) === 0 ? `, orig_to=<list${this.#below(9)}@here.example>` : ''
    this.#line(
      'smtp',
      pid,
      `${id}: to=<${to.address}>${original}, relay=${connected ? `${relay}:25` : 'none'}, delay=${delay}, delays=${a}/${b}/${c}/${d}${tls}, dsn=${dsn}, status=${status} (${text(to, this.#id())})`,
    )
    count(this.truth.status, status)
    count(this.truth.code, code)
    count(this.truth.enhanced, enhanced)
    count(this.truth.domain, domain)
    if (status === 'bounced' && from !== '')
      this.#line('bounce', 520, `${id}: sender non-delivery notification: ${this.#id()}`)
  }

  #ending(): Ending {
    const kind = this.#below(100)
    return this.#pick(kind < 86 ? sent : kind < 95 ? deferred : bounced)
  }

  #line(program: string, pid: number, message: string): void {
    this.#now += this.#below(this.#step)
    const line = `${this.#stamp()} mx1 postfix/${program}[${pid}]: ${message}\n`
    this.#text.push(line)
    this.pending += line.length
    this.truth.octets += line.length
    this.truth.lines++
  }

  #stamp(): string {
    const rfc3339 = this.#shape.times === 'rfc3339'
    const today = Math.floor(this.#now / day)
    if (today !== this.#day) {
      const date = new Date(this.#now)
      this.#day = today
      this.#date = rfc3339
        ? date.toISOString().slice(0, 10)
        : `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`
    }
    const left = this.#now - today * day
    const clock = [Math.floor(left / 3_600_000), Math.floor(left / 60_000) % 60, Math.floor(left / 1000) % 60]
      .map((part) => String(part).padStart(2, '0'))
      .join(':')
    if (!rfc3339) return `${this.#date} ${clock}`
    return `${this.#date}T${clock}.${String(left % 1000).padStart(3, '0')}${String(this.#below(1000)).padStart(3, '0')}+00:00`
  }

  #client(): string {
    const number = this.#below(5000)
    return number % 4 === 0
      ? `unknown[203.0.113.${number % 250}]`
      : `host${number}.c.example[198.51.100.${number % 250}]`
  }

  #id(): string {
    if (!this.#shape.longIds)
      return (
        this.#below(0xffffffff).toString(16).toUpperCase().padStart(8, '0') + this.#below(16).toString(16).toUpperCase()
      )
    const letters = (length: number): string => Array.from({ length }, () => consonants[this.#below(51)]).join('')
    return `${letters(6)}${letters(4)}z${letters(4)}`
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  /** Pseudo-random numbers (mulberry32), the same ones in every run. */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}
