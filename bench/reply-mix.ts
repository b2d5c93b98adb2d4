/** A realistic mix of replies: single 250s, a 12-line EHLO, 550 5.1.1, and a 5.7.x over four lines; 63 octets each on average. */
const ehlo = [
  'mx7.dest.example at your service, [192.0.2.41]',
  'SIZE 52428800',
  '8BITMIME',
  'PIPELINING',
  'CHUNKING',
  'STARTTLS',
  'AUTH PLAIN LOGIN SCRAM-SHA-256',
  'ENHANCEDSTATUSCODES',
  'DSN',
  'SMTPUTF8',
  'LIMITS RCPTMAX=100',
  'HELP',
]
const policy = [
  '5.7.26 This message has neither an aligned SPF nor a DKIM pass,',
  '5.7.26 and the domain asks for it to be refused. The sending',
  '5.7.26 administrator should look at',
  '5.7.26 https://mail.dest.example/auth?id=8F21C for what to do.',
]
const cycle: readonly string[] = [
  lines(250, ehlo),
  lines(250, ehlo),
  ...repeat(10, '250 2.1.0 Ok\r\n'),
  ...repeat(12, '250 2.1.5 <ann.smith@dest.example> Recipient ok\r\n'),
  ...repeat(5, '354 End data with <CR><LF>.<CR><LF>\r\n'),
  ...repeat(8, '250 2.0.0 Ok: queued as 4Wk2pL0Q9Tz7Jr\r\n'),
  ...repeat(3, '550 5.1.1 <bob@dest.example>: Recipient address rejected: User unknown in local table\r\n'),
  ...repeat(3, lines(550, policy)),
]

/** Replies as they come from a socket, in chunks of 64 KiB. */
export interface ReplyMix {
  readonly chunks: readonly Uint8Array[]
  readonly lines: number
  readonly octets: number
}

// Prime to the length of the cycle, and such that no reply follows its like.
const stride = 17

/** Makes `count` replies. */
export function replyMix(count: number): ReplyMix {
  const text = Array.from({ length: count }, (_, index) => cycle[(index * stride) % cycle.length]).join('')
  const bytes = new TextEncoder().encode(text)
  const chunks: Uint8Array[] = []
  for (let from = 0; from < bytes.length; from += 65_536) chunks.push(bytes.subarray(from, from + 65_536))
  return { chunks, lines: text.split('\n').length - 1, octets: bytes.length }
}

function lines(code: number, texts: readonly string[]): string {
  return texts.map((text, index) => `${code}${index < texts.length - 1 ? '-' : ' '}${text}\r\n`).join('')
}

function repeat(count: number, reply: string): string[] {
  return Array.from({ length: count }, () => reply)
}
