import type { Authority } from '../helpers/certificates.ts'

/** A kind of port, named by what happens to TLS on it. */
export type Tls = 'plain' | 'starttls' | 'implicit'

/** What is known of a server before it runs: the tests are laid out by it. */
export interface Traits {
  readonly name: string
  /** The ports that mail can be sent through. */
  readonly tls: readonly Tls[]
  /** The mechanisms announced, and on which kinds of port. */
  readonly auth?: { readonly mechanisms: readonly string[]; readonly on: readonly Tls[] }
  /** Ports for submission: no mail without AUTH (RFC 6409 section 4.3). */
  readonly submission: readonly Tls[]
  /** Keywords of its EHLO reply, apart from STARTTLS and AUTH, which depend on the port. */
  readonly extensions: readonly string[]
  /** Keywords that are not in it. */
  readonly lacks: readonly string[]
  /** Whether it names the queue id in the reply to the end of the message, and logs it. */
  readonly tellsQueueId: boolean
  /** Whether it listens to commands that arrive together with the end of a message (RFC 2920 section 3.1). */
  readonly readsBehindTheDot: boolean
  /** What it does to a message between the final dot and the mailbox: see `asSent`. */
  readonly storage: Storage
}

/** What a server does to a message between the final dot and the mailbox. */
export interface Storage {
  /** Header fields that it puts on top, lower case. */
  readonly adds: readonly string[]
  /** Line ends in the file. `lf`: every CRLF of the wire became LF, and a lone CR was kept. */
  readonly lineEnds: 'lf' | 'crlf'
}

/** How to get a server: `missing` says why it cannot be started here. */
export interface ServerKind<S extends RealServer = RealServer> extends Traits {
  missing(): string | undefined
  start(authority: Authority): Promise<S>
}

/** A mail server running on 127.0.0.1 with everything it owns below one temporary directory. */
export interface RealServer {
  /** `plain` is a port where mail is also taken without TLS; it may be the same as `starttls`. */
  readonly ports: Readonly<Partial<Record<Tls, number>>>
  /** The authority behind the server's certificate, PEM. */
  readonly ca: string
  /** Waits for the message that holds `token` and gives the bytes as they were sent. */
  delivered(token: string, address?: string): Promise<Uint8Array>
  /** What the server has logged so far. */
  log(): string
  stop(): Promise<void>
}

const domain = 'rxsmtp.test'
const locals = ['alice', 'bob', 'carol'] as const
const users = locals.map((local) => `${local}@${domain}`)

/** The same small world on every server. */
export const world = {
  domain,
  /** The name in the certificate beside `localhost`. */
  serverName: `mail.${domain}`,
  locals,
  /** Addresses that are delivered. */
  users,
  /** A sender that every server lets pass. */
  sender: `alice@${domain}`,
  /** An address that every server refuses with a permanent reply. */
  unknown: `nobody@${domain}`,
  username: `alice@${domain}`,
  password: 'correct horse 7',
} as const
