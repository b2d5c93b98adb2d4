/**
 * Finds the hash of a certificate's signature in its DER form; Node tells it from version 24 on only.
 *
 * RFC 5929 section 4.1: MD5 and SHA-1 give way to SHA-256, and where the signature has no hash of its own (Ed25519) there
 * is nothing to find.
 */
export function signatureHashOf(certificate: Uint8Array): string | undefined {
  // RFC 5280 section 4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
  const [, signatureAlgorithm] = elementsOf(elementsOf(certificate)[0])
  const [algorithm, parameters] = elementsOf(signatureAlgorithm)
  const name = hex(algorithm)
  if (name !== rsassaPss) return hashes[name]
  // RFC 4055 section 3.1: [0] is the hash, SHA-1 unless given.
  const [first] = elementsOf(parameters)
  if (first?.tag !== 0xa0) return 'sha256'
  const [identifier] = elementsOf(elementsOf(first)[0])
  return hashes[hex(identifier)]
}

interface Element {
  readonly tag: number
  readonly content: Uint8Array
}

/** Reads the elements that follow each other in DER (X.690); what does not fit is left out. */
function elementsOf(within: Element | Uint8Array | undefined): Element[] {
  const octets = within instanceof Uint8Array ? within : (within?.content ?? new Uint8Array())
  const elements: Element[] = []
  for (let at = 0; at + 2 <= octets.length; ) {
    const [tag = 0, short = 0] = octets.subarray(at, at + 2)
    const lengthOctets = short < 0x80 ? 0 : short - 0x80
    const start = at + 2 + lengthOctets
    const length = lengthOctets === 0 ? short : Number.parseInt(hex(octets.subarray(at + 2, start)), 16)
    if (!(start + length <= octets.length)) break
    elements.push({ tag, content: octets.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

function hex(octets: Element | Uint8Array | undefined): string {
  const content = octets instanceof Uint8Array ? octets : (octets?.content ?? new Uint8Array())
  return Array.from(content, (octet) => octet.toString(16).padStart(2, '0')).join('')
}

const rsassaPss = '2a864886f70d01010a'

// Object identifiers of RFC 8017, 5758 and 4055, as DER writes them.
const hashes: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'sha256', // md5WithRSAEncryption
  '2a864886f70d010105': 'sha256', // sha1WithRSAEncryption
  '2a864886f70d01010e': 'sha224', // sha224WithRSAEncryption
  '2a864886f70d01010b': 'sha256', // sha256WithRSAEncryption
  '2a864886f70d01010c': 'sha384', // sha384WithRSAEncryption
  '2a864886f70d01010d': 'sha512', // sha512WithRSAEncryption
  '2a8648ce3d0401': 'sha256', // ecdsa-with-SHA1
  '2a8648ce3d040301': 'sha224', // ecdsa-with-SHA224
  '2a8648ce3d040302': 'sha256', // ecdsa-with-SHA256
  '2a8648ce3d040303': 'sha384', // ecdsa-with-SHA384
  '2a8648ce3d040304': 'sha512', // ecdsa-with-SHA512
  '2b0e03021a': 'sha256', // id-sha1
  '608648016503040204': 'sha224', // id-sha224
  '608648016503040201': 'sha256', // id-sha256
  '608648016503040202': 'sha384', // id-sha384
  '608648016503040203': 'sha512', // id-sha512
}
