/**
 * Bounds on what a peer may make us hold, and on what we put into one command line.
 * RFC 5321 section 4.5.3.1 gives minimum sizes that everyone must accept; these are the maximum sizes we do.
 */
export interface Limits {
  /** Characters in one reply line with its line end (RFC 5321 4.5.3.1.5 asks for 512 octets). */
  readonly replyLine: number
  /** Characters in one whole reply. */
  readonly reply: number
  /** Keywords kept from one EHLO reply; further ones are dropped. */
  readonly capabilities: number
  /** Challenges answered in one authentication exchange. */
  readonly authRounds: number
  /** Octets in a decoded challenge (RFC 4954 section 4 bounds the line at 12,288). */
  readonly challenge: number
  /** Iterations that a SCRAM server may ask for, unless the credentials say otherwise; 600,000 keep a core busy for some tenths of a second. */
  readonly scramIterations: number
  /** Characters of server text in an error's `message`; the whole reply stays in `error.reply`. */
  readonly serverText: number
  /** Octets in one command line (RFC 4954 section 4, the largest of the standard ones). */
  readonly commandLine: number
  /** Octets in a path with its brackets (RFC 5321 4.5.3.1.3). */
  readonly path: number
  /** Octets in a domain (RFC 5321 4.5.3.1.2). */
  readonly domain: number
}

/** The default {@link Limits}. */
export const limits: Limits = Object.freeze({
  replyLine: 4_096,
  reply: 65_536,
  capabilities: 100,
  authRounds: 10,
  challenge: 12_288,
  scramIterations: 600_000,
  serverText: 1_024,
  commandLine: 12_288,
  path: 256,
  domain: 255,
})
