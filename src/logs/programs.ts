import type { LogFormat } from './record.ts'

// The programs of Postfix. Their name stands behind that of the instance, which may be any.
const postfix = new Set(
  (
    'anvil bounce cleanup defer discard dnsblog error flush lmtp local master oqmgr pickup pipe postalias postcat ' +
    'postconf postdrop postfix-script postkick postlog postlogd postmap postmulti postqueue postscreen postsuper proxymap ' +
    'proxywrite qmgr qmqpd relay retry scache sendmail showq smtp smtpd spawn tlsmgr tlsproxy trace trivial-rewrite verify ' +
    'virtual'
  ).split(' '),
)

const others: readonly (readonly [RegExp, LogFormat])[] = [
  [/^exim\d?$/, 'exim'],
  [/^(?:sendmail(?:-\w+)?|sm-(?:mta|msp|que|acc)[\w-]*)$/, 'sendmail'],
  [/^smtpd$/, 'opensmtpd'],
  [/^qmail(?:-\w+)?$/, 'qmail'],
  [/^courier(?:d|esmtpd?|local|submit)$/, 'courier'],
  [/^haraka$/i, 'haraka'],
]

/** Tells whose line it is by the name of the program; undefined where the name is not known. */
export function formatOf(program: string): LogFormat | undefined {
  const slash = program.lastIndexOf('/')
  if (program.startsWith('postfix') || (slash > 0 && postfix.has(program.slice(slash + 1)))) return 'postfix'
  return others.find(([pattern]) => pattern.test(program))?.[1]
}

// Lines that begin with a time and with nothing else that tells whose they are.
const timed: readonly (readonly [RegExp, LogFormat])[] = [
  [/\[[A-Z]{4,8}\] \[/y, 'haraka'],
  [
    /(?:(?:new|end|info|bounce) msg |starting delivery |delivery [\d.]+: |status: (?:local|exiting)|(?:double|triple) bounce: |(?:alert|qmail-daemon|qmail-smtpd|tcpserver|rblsmtpd|mail recv): |simscan:|(?:local|remote): \S+ \S+ \d)/y,
    'qmail',
  ],
]

/** Tells whose line it is by what stands behind a time alone; Exim is the one that writes whatever else. */
export function formatBehindTime(text: string, at: number): LogFormat {
  const code = text.charCodeAt(at)
  // A message id of Exim.
  if (code >= 48 && code <= 57) return 'exim'
  for (const [pattern, format] of timed) {
    pattern.lastIndex = at
    if (pattern.test(text)) return format
  }
  return 'exim'
}

/**
 * Tells whose line it is by its first characters, where no program is named: a header of columns, or the marks of a
 * transcript; undefined where they tell nothing.
 */
export function formatOfBare(text: string, from: number, to: number): LogFormat | undefined {
  const start = text.slice(from, Math.min(to, from + 40))
  if (/^(?:type,[a-z]+[A-Z]\w*(?:,|$)|[a-z]{1,2},(?:\d{4}-\d\d-\d\d[ T]|\d{10},))/.test(start)) return 'powermta'
  if (/^(?:#(?:Software|Version|Log-type|Date|Fields): |\d{4}-\d\d-\d\dT[\d:.]+Z,)/.test(start)) return 'exchange'
  if (/^(?:\d{4}-\d\d-\d\dT[\d:.]{8,12}Z )?\[[A-Z]{4,8}\] \[/.test(start)) return 'haraka'
  if (/^[0-9a-f]{8,16} (?:smtp|mta|mda|msg|bounce) [a-z]/.test(start)) return 'opensmtpd'
  if (/^(?:\[[^\]]*\] [A-Z]+ +\[[^\]]*\] )?[SC]: /.test(start)) return 'nodemailer'
  if (
    /^(?:<- |<~ |<\*\*|<~\*| ?-> | ?~> |=== |\*\*\* |reply: (?:b?['"]|retcode \()|send: b?['"]|data: \(\d|connect: (?:to )?\(|Connected to smtps?:|\* +(?:Trying|Connected|Failed|connect to|Could not|Closing|Connection #|RCPT|MAIL|SSL|TLS|ALPN)|curl: \(|[<>] |<<< |>>> )/.test(
      start,
    )
  )
    return 'swaks'
  return undefined
}
