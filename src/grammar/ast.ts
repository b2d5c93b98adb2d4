/**
 * The nodes that the grammars build: plain data, named after the RFC nonterminal they come from.
 * Types only; the parsers beside this file are generated from `grammar/*.peggy`.
 */

/** `Reply-line` of RFC 5321 section 4.2, with the enhanced status code of RFC 2034 when there is one. */
export interface ReplyNode {
  /** The three digits as a number, 200 to 599. */
  readonly code: number
  /** Text of each line without code, separator and line end; an enhanced code stays in it. */
  readonly lines: readonly string[]
  /** The enhanced status code that the first line begins with. */
  readonly status: StatusNode | null
}

/** `status-code` of RFC 3463 section 2. */
export interface StatusNode {
  readonly class: 2 | 4 | 5
  readonly subject: number
  readonly detail: number
}

/** `Greeting` of RFC 5321 section 4.2. */
export interface GreetingNode {
  /** `Domain / address-literal` as written. */
  readonly domain: string
  /** Text of each line; the first without the domain. */
  readonly lines: readonly string[]
}

/** `ehlo-ok-rsp` of RFC 5321 section 4.1.1.1. */
export interface EhloOkRspNode {
  readonly domain: string
  readonly greet: string
  readonly lines: readonly EhloLineNode[]
}

/** `ehlo-line`: a keyword in upper case and its parameters as written. */
export interface EhloLineNode {
  readonly keyword: string
  readonly params: readonly string[]
}

/** `Mailbox` of RFC 5321 section 4.1.2, extended by RFC 6531 section 3.3. */
export interface MailboxNode {
  /** Without quotes and quoted pairs: `"a\@b"@c` has the local part `a@b`. */
  readonly localPart: string
  readonly domain: DomainNode
}

/** `Domain / address-literal`. */
export type DomainNode =
  | { readonly kind: 'domain'; readonly name: string }
  | { readonly kind: 'ipv4'; readonly address: string }
  | { readonly kind: 'ipv6'; readonly address: string }
  | { readonly kind: 'general'; readonly tag: string; readonly content: string }

/** `Reverse-path` and `Forward-path`: `<>`, `<Postmaster>`, or a mailbox with the obsolete source route. */
export type PathNode =
  | { readonly kind: 'null' }
  | { readonly kind: 'postmaster' }
  | { readonly kind: 'mailbox'; readonly mailbox: MailboxNode; readonly route: readonly string[] }

/** `esmtp-param` of RFC 5321 section 4.1.2. */
export interface EsmtpParamNode {
  /** `esmtp-keyword` in upper case. */
  readonly keyword: string
  readonly value: string | null
}

/** One command line of RFC 5321 section 4.1.1 or of an extension, without its line end. */
export type CommandNode =
  | { readonly verb: 'EHLO' | 'HELO' | 'LHLO'; readonly domain: string }
  | { readonly verb: 'MAIL' | 'RCPT'; readonly path: PathNode; readonly params: readonly EsmtpParamNode[] }
  | { readonly verb: 'DATA' | 'RSET' | 'QUIT' | 'STARTTLS' }
  | { readonly verb: 'NOOP' | 'HELP'; readonly argument: string | null }
  | { readonly verb: 'VRFY' | 'EXPN'; readonly argument: string; readonly smtpUtf8?: true }
  | { readonly verb: 'AUTH'; readonly mechanism: string; readonly initialResponse: string | null }
  | { readonly verb: 'BDAT'; readonly size: number; readonly last: boolean }
  | { readonly verb: 'ETRN'; readonly node: string }
  | { readonly verb: 'BURL'; readonly url: string; readonly last: boolean }
  | { readonly verb: 'XCLIENT' | 'XFORWARD'; readonly attributes: readonly AttributeNode[] }

/** One attribute of XCLIENT or XFORWARD. */
export interface AttributeNode {
  /** In upper case. */
  readonly name: string
  /** The `xtext` of RFC 3461 section 4, as written. */
  readonly value: string
}
