import { fromBase64 } from './base64.ts'

/**
 * Reads a SHA-256 fingerprint: 64 hexadecimal digits, in pairs with colons between them or not, or base64, with `sha256/`
 * in front or not. Returns the digits in lower case; undefined for anything else.
 */
export function pinOf(text: string): string | undefined {
  if (typeof text !== 'string') return undefined
  if (hexadecimal.test(text)) return text.replaceAll(':', '').toLowerCase()
  const octets = fromBase64(text.replace(/^sha256\/{1,2}/, ''))
  if (octets?.length !== 32) return undefined
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('')
}

const hexadecimal = /^[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){31}|[0-9A-Fa-f]{62})$/
