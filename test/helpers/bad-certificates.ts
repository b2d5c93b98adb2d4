// Certificates that should not be taken, and some that should.
import { generate } from 'selfsigned'
import type { Leaf } from './certificates.ts'

/** What a certificate says of itself. */
export interface Claims {
  readonly commonName?: string
  readonly dns?: readonly string[]
  readonly ip?: readonly string[]
  readonly email?: readonly string[]
  readonly from?: Date
  readonly until?: Date
  /** What it is for: a server unless given. */
  readonly usage?: 'serverAuth' | 'clientAuth' | 'none'
}

/** An authority of a test's own. */
export interface Issuer {
  readonly certificate: string
  issue(claims: Claims): Promise<Leaf>
}

const ecdsa = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

/** Makes an authority that signs whatever it is asked to. */
export async function anyIssuer(): Promise<Issuer> {
  const root = await generate([{ name: 'commonName', value: 'an authority that signs anything' }], {
    ...ecdsa,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return { certificate: root.cert, issue: (claims) => leafOf(claims, { key: root.private, cert: root.cert }) }
}

/** Makes a certificate that nobody has signed but its own key. */
export function selfSigned(claims: Claims): Promise<Leaf> {
  return leafOf(claims)
}

async function leafOf(claims: Claims, ca?: { key: string; cert: string }): Promise<Leaf> {
  const { commonName = 'a server', dns = [], ip = [], email = [], from, until, usage = 'serverAuth' } = claims
  // The numbers are the GeneralName choices of RFC 5280 section 4.2.1.6.
  const altNames = [
    ...email.map((value) => ({ type: 1 as const, value })),
    ...dns.map((value) => ({ type: 2 as const, value })),
    ...ip.map((address) => ({ type: 7 as const, ip: address })),
  ]
  const leaf = await generate([{ name: 'commonName', value: commonName }], {
    ...ecdsa,
    ...(from && { notBeforeDate: from }),
    ...(until && { notAfterDate: until }),
    ...(ca && { ca }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      ...(usage === 'none' ? [] : [{ name: 'extKeyUsage' as const, [usage]: true }]),
      ...(altNames.length > 0 ? [{ name: 'subjectAltName' as const, altNames }] : []),
    ],
  })
  return { certificate: leaf.cert, privateKey: leaf.private }
}
