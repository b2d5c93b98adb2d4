/**
 * The registered SMTP service extensions, one entry each: what the parameters behind the EHLO keyword mean.
 * A parameter that makes no sense is left out of the result and never an error; the text stays in `Capabilities.keywords`.
 */

/** Parameters of an EHLO keyword as written. */
export type Params = readonly string[]

/** SIZE: the largest message in octets; undefined where the server names none, 0, or more than fits a number. */
export interface SizeExtension {
  readonly limit: number | undefined
}

/** AUTH: names of the SASL mechanisms in upper case, in the order of the server. */
export interface AuthExtension {
  readonly mechanisms: readonly string[]
}

/** LIMITS: bounds of the session, from 1 to 999,999. */
export interface LimitsExtension {
  /** Recipients in one transaction. */
  readonly rcptmax?: number
  /** Transactions in one session. */
  readonly mailmax?: number
  /** Domains among the recipients of one transaction. */
  readonly rcptdomainmax?: number
}

/** DELIVERBY: the shortest time in seconds that may be asked for. */
export interface DeliverByExtension {
  readonly minimum: number | undefined
}

/** FUTURERELEASE: how far ahead a message may be held, in seconds and as a date of RFC 3339. */
export interface FutureReleaseExtension {
  readonly maxInterval: number | undefined
  readonly maxDateTime: string | undefined
}

/** MT-PRIORITY: name of the priority assignment policy. */
export interface PriorityExtension {
  readonly profile: string | undefined
}

/** BURL: prefixes of the URLs that the server can resolve, such as `imap` or `imap://imap.example`. */
export interface BurlExtension {
  readonly uris: readonly string[]
}

/** NO-SOLICITING: classes of solicitation that the server refuses. */
export interface NoSolicitingExtension {
  readonly classes: readonly string[]
}

/** XCLIENT and XFORWARD: names of the attributes that may be sent, in upper case. */
export interface AttributesExtension {
  readonly attributes: readonly string[]
}

/** What the parameters of each known keyword mean; a keyword without parameters gives `true`. */
export const extensions = {
  // RFC 821 and RFC 1869: commands that a server may or may not have.
  SEND: (): true => true,
  SOML: (): true => true,
  SAML: (): true => true,
  VRFY: (): true => true,
  EXPN: (): true => true,
  HELP: (): true => true,
  TURN: (): true => true,
  // RFC 6152
  '8BITMIME': (): true => true,
  // RFC 1870
  SIZE: ([limit]: Params): SizeExtension => ({ limit: count(limit) || undefined }),
  // Registered by their authors, without an RFC.
  VERB: (): true => true,
  ONEX: (): true => true,
  // RFC 3030
  CHUNKING: (): true => true,
  BINARYMIME: (): true => true,
  // RFC 1845
  CHECKPOINT: (): true => true,
  // RFC 2852: further tokens may follow the time behind commas.
  DELIVERBY: ([time]: Params): DeliverByExtension => ({ minimum: count(time?.split(',')[0], 9) }),
  // RFC 2920
  PIPELINING: (): true => true,
  // RFC 3461
  DSN: (): true => true,
  // RFC 1985
  ETRN: (): true => true,
  // RFC 2034
  ENHANCEDSTATUSCODES: (): true => true,
  // RFC 3207
  STARTTLS: (): true => true,
  // RFC 3865
  'NO-SOLICITING': (params: Params): NoSolicitingExtension => ({
    classes: params.flatMap((classes) => classes.split(',')).filter((name) => name !== ''),
  }),
  // RFC 3885
  MTRK: (): true => true,
  // RFC 4405
  SUBMITTER: (): true => true,
  // RFC 2645
  ATRN: (): true => true,
  // RFC 4954; the names as in RFC 4422 section 3.1
  AUTH: (params: Params): AuthExtension => ({
    mechanisms: unique(params).filter((name) => /^[A-Z0-9_-]{1,20}$/.test(name)),
  }),
  // RFC 4865
  FUTURERELEASE: ([interval, dateTime]: Params): FutureReleaseExtension => ({
    maxInterval: count(interval, 9),
    maxDateTime: dateTime !== undefined && rfc3339.test(dateTime) ? dateTime : undefined,
  }),
  // RFC 5336 and its successor RFC 6531
  UTF8SMTP: (): true => true,
  SMTPUTF8: (): true => true,
  // RFC 4468
  BURL: (params: Params): BurlExtension => ({ uris: params }),
  // RFC 4141
  CONPERM: (): true => true,
  CONNEG: (): true => true,
  // RFC 6710
  'MT-PRIORITY': ([profile]: Params): PriorityExtension => ({ profile: profile?.toUpperCase() }),
  // RFC 7293
  RRVS: (): true => true,
  // RFC 8689
  REQUIRETLS: (): true => true,
  // RFC 9422
  LIMITS: (params: Params): LimitsExtension => ({
    ...bound(params, 'rcptmax'),
    ...bound(params, 'mailmax'),
    ...bound(params, 'rcptdomainmax'),
  }),
  // Postfix, XCLIENT_README and XFORWARD_README
  XCLIENT: (params: Params): AttributesExtension => ({ attributes: unique(params) }),
  XFORWARD: (params: Params): AttributesExtension => ({ attributes: unique(params) }),
}

/** A keyword whose parameters are understood. */
export type KnownKeyword = keyof typeof extensions

/** What `get` returns for each known keyword. */
export type Extensions = { readonly [K in KnownKeyword]: ReturnType<(typeof extensions)[K]> }

// Date and time in UTC, as RFC 4865 section 4 wants it; a fraction or an offset is taken as well.
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i

/** Reads a number of at most `digits` digits that JavaScript can hold exactly. */
function count(text: string | undefined, digits = 20): number | undefined {
  if (text === undefined || text.length > digits || !/^\d+$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/** Reads one `name=value` of LIMITS; of several the tightest counts, and none below 1 or of more than six digits. */
function bound<N extends string>(params: Params, name: N): { readonly [K in N]?: number } {
  const values = params
    .map((param) => param.split('='))
    .filter(([key, , more]) => key?.toLowerCase() === name && more === undefined)
    .map(([, value]) => count(value, 6) ?? 0)
    .filter((value) => value > 0)
  return (values.length === 0 ? {} : { [name]: Math.min(...values) }) as { readonly [K in N]?: number }
}

function unique(params: Params): readonly string[] {
  return [...new Set(params.map((param) => param.toUpperCase()))]
}
