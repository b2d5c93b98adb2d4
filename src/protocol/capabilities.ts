import { match } from '../grammar/ehlo.ts'
import { requireObject } from './arguments.ts'
import { argumentError } from './errors.ts'
import { type Extensions, extensions, type KnownKeyword, type Params } from './extensions.ts'
import { limits } from './limits.ts'
import { remembered } from './remembered.ts'

/** What a server offers, from its reply to EHLO or LHLO; frozen. */
export interface Capabilities {
  /** The name that the server gives itself, as written: the first word of the reply. */
  readonly domain: string
  /** What follows the domain. Text of a server: print it through `printable`. */
  readonly greet: string
  /** Every keyword in upper case, known or not, with its parameters as written. */
  readonly keywords: ReadonlyMap<string, Params>
  /** Lines that are no `ehlo-line`, as written. */
  readonly malformed: readonly string[]
  /** Tells whether the server offers the extension; upper and lower case are the same. */
  has(keyword: string): boolean
  /** Returns what the parameters of a known extension mean, or undefined when it is not offered. */
  get<K extends KnownKeyword>(keyword: K): Extensions[K] | undefined
}

/**
 * Reads what a server offers out of its reply to EHLO (RFC 5321 section 4.1.1.1).
 *
 * The first line is domain and greeting, whatever stands in it. Parameters of a keyword that comes more than once are
 * put together, as with the old `AUTH=PLAIN` beside `AUTH PLAIN`. At most `max` keywords and `max` malformed lines
 * are kept. Never throws: a parameter that makes no sense, such as `SIZE 1e9`, is not understood and that is all.
 *
 * @example
 * const capabilities = parseCapabilities(parseReply('250-mx.example hi\r\n250-SIZE 1000\r\n250 PIPELINING\r\n'))
 * capabilities.get('SIZE')?.limit // 1000
 * capabilities.has('pipelining') // true
 */
export function parseCapabilities(
  reply: { readonly lines: readonly string[] },
  max: number = limits.capabilities,
): Capabilities {
  const lines = linesOf(reply)
  const isKnown = max === limits.capabilities && Object.isFrozen(lines)
  const { domain, greet, keywords, malformed } = isKnown ? offered(lines) : offersOf(lines, max)
  return capabilities(domain, greet, new Map(keywords), malformed)
}

/** A reply to EHLO, taken apart. */
interface Offers {
  readonly domain: string
  readonly greet: string
  readonly keywords: ReadonlyMap<string, Params>
  readonly malformed: readonly string[]
}

// Lines that never change are those of a reply that came before, as that of a server does on the next connection.
const offered = remembered((lines: readonly string[]) => offersOf(lines, limits.capabilities))

function offersOf([first = '', ...lines]: readonly string[], max: number): Offers {
  const found = new Map<string, Set<string>>()
  const malformed: string[] = []
  for (const line of lines) {
    const node = match(line, 'EhloLine') ?? match(tidy(line), 'EhloLine')
    if (node === undefined) {
      if (malformed.length < max) malformed.push(line)
    } else {
      const params = found.get(node.keyword)
      if (params !== undefined) for (const param of node.params) params.add(param)
      else if (found.size < max) found.set(node.keyword, new Set(node.params))
    }
  }
  const [domain = ''] = first.split(' ', 1)
  const keywords = new Map([...found].map(([keyword, params]) => [keyword, Object.freeze([...params])] as const))
  return { domain, greet: first.slice(domain.length + 1), keywords, malformed: Object.freeze(malformed) }
}

/**
 * Returns the capabilities of a server that was greeted with HELO: none.
 *
 * @example
 * noCapabilities('mx.example').has('PIPELINING') // false
 */
export function noCapabilities(domain = ''): Capabilities {
  return capabilities(domain, '', new Map(), [])
}

function linesOf(reply: { readonly lines: readonly string[] }): readonly string[] {
  const { lines } = requireObject('reply', reply)
  if (Array.isArray(lines)) return lines
  throw argumentError('reply', 'has no lines')
}

/** Takes away blanks at the ends and doubled ones: a quirk of many servers, and it cannot change the meaning. */
function tidy(line: string): string {
  return line
    .split(/[ \t]+/)
    .filter((word) => word !== '')
    .join(' ')
}

function capabilities(
  domain: string,
  greet: string,
  keywords: ReadonlyMap<string, Params>,
  malformed: readonly string[],
): Capabilities {
  const understood = new Map<string, unknown>()
  return Object.freeze({
    domain,
    greet,
    keywords,
    malformed,
    has: (keyword: string) => keywords.has(keyword) || keywords.has(keyword.toUpperCase()),
    get<K extends KnownKeyword>(keyword: K): Extensions[K] | undefined {
      const before = understood.get(keyword) as Extensions[K] | undefined
      if (before !== undefined) return before
      const params = keywords.get(keyword)
      // From JavaScript any keyword may be asked for, and the server may offer any.
      if (params === undefined || !Object.hasOwn(extensions, keyword)) return undefined
      const understand = extensions[keyword] as (params: Params) => Extensions[K]
      const meaning = understand(params)
      Object.freeze(meaning)
      understood.set(keyword, meaning)
      return meaning
    },
  })
}
