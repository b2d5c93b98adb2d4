/** The hash of a certificate's signature, read out of DER: certificates that openssl and selfsigned made, and built ones. */
import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { generate } from 'selfsigned'
import { describe, expect, it, test } from 'vitest'
import { signatureHashOf } from '../../../src/adapters/node/signature-hash.ts'

describe('of a certificate', () => {
  it.each([
    ['ec', 'sha256'],
    ['ec', 'sha384'],
    ['rsa', 'sha512'],
    ['rsa', 'sha1'],
  ] as const)('%s with %s', async (keyType, algorithm) => {
    const { cert } = await generate([{ name: 'commonName', value: 'mx.example' }], {
      keyType,
      algorithm,
      keySize: 2048,
    })
    expect(signatureHashOf(new X509Certificate(cert).raw)).toBe(algorithm === 'sha1' ? 'sha256' : algorithm)
  })
})

/** Writes an element of DER. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

/** Writes an OBJECT IDENTIFIER. */
function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [40 * first + second, ...rest].flatMap((arc) => {
    const septets = [arc & 0x7f]
    for (let high = arc >> 7; high > 0; high >>= 7) septets.unshift((high & 0x7f) | 0x80)
    return septets
  })
  return der(6, Buffer.from(octets))
}

const none = der(5)
const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents)
const certificate = (...algorithm: readonly Uint8Array[]): Buffer =>
  sequence(sequence(Buffer.alloc(300, 0x30)), sequence(...algorithm), der(3, Buffer.alloc(65)))
const pss = (...parameters: readonly Uint8Array[]): Buffer =>
  certificate(oid('1.2.840.113549.1.1.10'), sequence(...parameters))
const saltLength = der(0xa2, der(2, Buffer.of(32)))

test.each<[string, Buffer, string | undefined]>([
  ['md5WithRSAEncryption', certificate(oid('1.2.840.113549.1.1.4'), none), 'sha256'],
  ['sha1WithRSAEncryption', certificate(oid('1.2.840.113549.1.1.5'), none), 'sha256'],
  ['sha224WithRSAEncryption', certificate(oid('1.2.840.113549.1.1.14'), none), 'sha224'],
  ['sha256WithRSAEncryption', certificate(oid('1.2.840.113549.1.1.11'), none), 'sha256'],
  ['sha384WithRSAEncryption', certificate(oid('1.2.840.113549.1.1.12'), none), 'sha384'],
  ['sha512WithRSAEncryption', certificate(oid('1.2.840.113549.1.1.13'), none), 'sha512'],
  ['ecdsa-with-SHA1', certificate(oid('1.2.840.10045.4.1')), 'sha256'],
  ['ecdsa-with-SHA224', certificate(oid('1.2.840.10045.4.3.1')), 'sha224'],
  ['ecdsa-with-SHA256', certificate(oid('1.2.840.10045.4.3.2')), 'sha256'],
  ['ecdsa-with-SHA384', certificate(oid('1.2.840.10045.4.3.3')), 'sha384'],
  ['ecdsa-with-SHA512', certificate(oid('1.2.840.10045.4.3.4')), 'sha512'],
  ['RSASSA-PSS, SHA-256', pss(der(0xa0, sequence(oid('2.16.840.1.101.3.4.2.1'), none)), saltLength), 'sha256'],
  ['RSASSA-PSS, SHA-384', pss(der(0xa0, sequence(oid('2.16.840.1.101.3.4.2.2')))), 'sha384'],
  ['RSASSA-PSS, SHA-512', pss(der(0xa0, sequence(oid('2.16.840.1.101.3.4.2.3')))), 'sha512'],
  ['RSASSA-PSS, SHA-1', pss(der(0xa0, sequence(oid('1.3.14.3.2.26')))), 'sha256'],
  ['RSASSA-PSS, SHA-1 by default', pss(saltLength), 'sha256'],
  ['RSASSA-PSS, all by default', pss(), 'sha256'],
  ['RSASSA-PSS, unknown hash', pss(der(0xa0, sequence(oid('1.2.3')))), undefined],
  ['Ed25519', certificate(oid('1.3.101.112')), undefined],
  ['Ed448', certificate(oid('1.3.101.113')), undefined],
  ['something unknown', certificate(oid('1.2.3.4')), undefined],
  ['nothing', Buffer.alloc(0), undefined],
  ['a name of Object.prototype', certificate(der(6, Buffer.from('constructor'))), undefined],
])('%s', (_, octets, hash) => {
  expect(signatureHashOf(octets)).toBe(hash)
})

test('never throws and always ends, whatever the octets', () => {
  const whole = pss(der(0xa0, sequence(oid('2.16.840.1.101.3.4.2.1'), none)), saltLength)
  for (let end = 0; end < whole.length; end++) signatureHashOf(whole.subarray(0, end))
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, octet) => {
      const changed = Buffer.from(whole)
      changed[at] = octet
      signatureHashOf(changed)
    }),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => void signatureHashOf(octets)))
})
