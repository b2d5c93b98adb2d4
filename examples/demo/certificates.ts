/** A private certificate authority for demonstrations and tests, made anew each time and never stored. */
import { isIP } from 'node:net'
import { generate } from 'selfsigned'

/** A certificate with its private key, both PEM. */
export interface Leaf {
  certificate: string
  privateKey: string
}

/** What signs leaves: clients trust `certificate` (PEM). */
export interface Authority {
  certificate: string
  issue(names?: readonly string[], validity?: Validity): Promise<Leaf>
}

/** When a leaf is valid; an expired one is made by setting both in the past. */
export interface Validity {
  from?: Date
  until?: Date
}

/** Makes an authority whose leaves are good for `localhost`, the loopback addresses and the names asked for. */
export async function newAuthority(commonName = 'rxsmtp test authority'): Promise<Authority> {
  const root = await generate([{ name: 'commonName', value: commonName }], {
    ...ecdsa,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return {
    certificate: root.cert,
    issue: (names = [], validity = {}) => issue({ key: root.private, cert: root.cert }, names, validity),
  }
}

/** Signs one leaf. */
async function issue(
  ca: { key: string; cert: string },
  names: readonly string[],
  { from, until }: Validity,
): Promise<Leaf> {
  const all = [...new Set([...names, 'localhost', '127.0.0.1', '::1'])]
  const leaf = await generate([{ name: 'commonName', value: all[0] ?? 'localhost' }], {
    ...ecdsa,
    ...(from && { notBeforeDate: from }),
    ...(until && { notAfterDate: until }),
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: all.map(alternativeName) },
    ],
  })
  return { certificate: leaf.cert, privateKey: leaf.private }
}

// The numbers are the GeneralName choices of RFC 5280 section 4.2.1.6: dNSName and iPAddress.
function alternativeName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }
}

const ecdsa = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const
