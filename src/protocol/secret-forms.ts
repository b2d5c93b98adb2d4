import { toBase64 } from './base64.ts'
import { joined } from './octets.ts'

const encoder = new TextEncoder()

/**
 * Lists the ways in which a server, a proxy or a log may repeat a secret: as it is, in JSON, in base64 wherever it begins in
 * a longer text, in hexadecimal, and in the escapes of URLs, forms, xtext (RFC 3461) and quoted-printable (RFC 2045).
 */
export function secretForms(secret: string): string[] {
  const octets = encoder.encode(secret)
  const base64 = [0, 1, 2].map((before) => inBase64(octets, before))
  const pairs = Array.from(octets, (octet) => octet.toString(16).padStart(2, '0'))
  const upper = pairs.map((pair) => pair.toUpperCase())
  // Half of a surrogate pair cannot be escaped.
  const uri = encodeURIComponent(new TextDecoder().decode(octets))
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    toBase64(octets),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    pairs.join(''),
    upper.join(''),
    uri,
    uri.toLowerCase(),
    inPercent(uri, /[!'()*]/g),
    uri.replaceAll('%20', '+'),
    inPercent(uri, /[!'()~]/g).replaceAll('%20', '+'),
    upper.map((pair) => `%${pair}`).join(''),
    pairs.map((pair) => `%${pair}`).join(''),
    escaped(octets, '+', '+='),
    escaped(octets, '=', '='),
    upper.map((pair) => `=${pair}`).join(''),
    upper.map((pair) => `+${pair}`).join(''),
  ]
}

/** The base64 of octets that stand behind `before` others: what depends on them alone. */
function inBase64(octets: Uint8Array, before: number): string {
  const text = toBase64(joined(new Uint8Array(before), octets))
  return text.slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + octets.length)) / 6))
}

function inPercent(text: string, characters: RegExp): string {
  return text.replace(characters, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Writes printable ASCII as it is, and the rest and `special` by two digits behind a sign. */
function escaped(octets: Uint8Array, sign: string, special: string): string {
  return Array.from(octets, (octet) => {
    const character = String.fromCharCode(octet)
    const plain = octet > 32 && octet < 127 && !special.includes(character)
    return plain ? character : `${sign}${octet.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}
