import { accepts } from '../grammar/path.ts'

/**
 * Returns a domain with A-labels in the place of U-labels (RFC 5891), by the URL parser that every runtime has, which
 * maps as UTS 46 does; undefined for what is no domain then.
 */
export function asciiDomain(domain: string): string | undefined {
  if (!beyondAscii.test(domain)) return domain
  const host = parsedHost(`${domain}${suffix}`)
  if (host === undefined || !host.endsWith(suffix)) return undefined
  const ascii = host.slice(0, -suffix.length)
  return accepts(ascii, 'Domain') && fits(ascii) ? ascii : undefined
}

// A last label that is no number: digits of any script would make an IPv4 address of the whole.
const suffix = '.x'

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
const beyondAscii = /[^\u0000-\u007f]/

function parsedHost(host: string): string | undefined {
  try {
    return new URL(`http://${host}`).hostname
  } catch {
    return undefined
  }
}

/** Tells whether the DNS has room for a domain (RFC 1035 section 2.3.4): URL parsers do not look. */
function fits(domain: string): boolean {
  return domain.length <= 253 && domain.split('.').every((label) => label.length <= 63)
}
