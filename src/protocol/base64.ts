// RFC 4648 section 4; the exact alphabet and padding, and no bits behind the last octet (section 3.5), so that nothing
// can hide in what a decoder would skip.
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/

/** Encodes bytes in base64. */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** Decodes base64; undefined when the text is not exactly that. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!base64.test(text)) return undefined
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
